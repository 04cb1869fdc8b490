"""Kinds of odd traffic, each in any amount: `SHAPES` names them, with the rule files that each gives work to.

A shape is given the traffic, the number of the item, its moment, its client's and its server's end, and writes one item."""
from . import kafka
from .traffic import ACK, MILLISECOND, PSH, RST, SECOND, START, SYN, Connection, Traffic, address

SHAPES = {}
LAYOUTS = ("pair", "clients", "servers")


def shape(*rules, layouts=LAYOUTS, apart=10 * MILLISECOND):
    def keep(function):
        SHAPES[function.__name__.replace("_", "-")] = (function, rules, layouts, apart)
        return function
    return keep


def made(name, layout, amount):
    """`amount` items of a shape, between two hosts, from one host each, or to one server each."""
    function, _, _, apart = SHAPES[name]
    traffic = Traffic()
    for i in range(amount):
        client = (0x0B000000 + i, 30_000) if layout == "clients" else (address("10.0.1.1"), 1024 + i % 64_000)
        server = (0x0C000000 + i, 9092) if layout == "servers" else (address("10.0.0.2"), 9092)
        function(traffic, i, START + i * apart, client, server)
    return traffic


# Attempts that come to nothing.

@shape("ConnectFailures", "BrokerUnavailable", "Advice")
def half_open(traffic, i, time, client, server):
    traffic.tcp(time, client, server, SYN, i * 7919)


@shape("ConnectFailures")
def repeated_syn(traffic, i, time, client, server):
    for wait in (0, 1, 3):
        traffic.tcp(time + wait * SECOND, client, server, SYN, i * 7919)


@shape("ConnectFailures", "BrokerUnavailable")
def refused(traffic, i, time, client, server):
    traffic.tcp(time, client, server, SYN, i * 7919)
    traffic.tcp(time + MILLISECOND, server, client, RST | ACK, 0, i * 7919 + 1)


@shape("ConnectFailures")
def rejected(traffic, i, time, client, server):
    traffic.tcp(time, client, server, SYN, i * 7919)
    traffic.unreachable(time + MILLISECOND, client, server, i * 7919)


@shape("ConnectFailures", layouts=("pair", "clients"))
def ports(traffic, i, time, client, server):
    refused(traffic, i, time, client, (server[0], 1 + i % 65_000))


@shape("BrokerUnavailable", "ConnectFailures", "WaitsOverTimeout")
def refused_beside_work(traffic, i, time, client, server):
    work(traffic, i, time, client, server)
    refused(traffic, i, time + 20 * MILLISECOND, (client[0], client[1] ^ 1), (server[0], 9093))


# Names and addresses.

@shape("UnresolvedNames", layouts=("pair", "clients"))
def no_such_name(traffic, i, time, client, server):
    traffic.lookup(time, client[0], f"host{i}.example", [], i)


@shape("UnresolvedNames", layouts=("pair",))
def search_list(traffic, i, time, client, server):
    for step, suffix in enumerate(("", ".a.example", ".b.example")):
        traffic.lookup(time + step * MILLISECOND, client[0], f"kafka{i}{suffix}", [], 3 * i + step)


@shape("ConnectFailures", layouts=("pair", "clients"))
def names_that_refuse(traffic, i, time, client, server):
    there = (0x0D000000 + i, 9092)
    traffic.lookup(time, client[0], f"kafka{i}.example", [there[0]], i)
    refused(traffic, i, time + 3 * MILLISECOND, client, there)


def told(traffic, i, time, client, server, host, port=9092):
    talk = Connection(traffic, time, client, server, i).open()
    talk.client(kafka.metadata(1, ["t"])).server(kafka.metadata_answer(1, [(i % 1000, host, port)], ["t"]))
    return talk


@shape("AdvertisedAddresses", "ClusterState")
def addresses(traffic, i, time, client, server):
    told(traffic, i, time, client, server, f"10.9.{i // 250 % 250}.{i % 250}").close()


@shape("AdvertisedAddresses")
def dead_addresses(traffic, i, time, client, server):
    told(traffic, i, time, client, server, f"10.9.{i // 250 % 250}.{i % 250}")
    refused(traffic, i, time + 50 * MILLISECOND, (client[0], client[1] ^ 1), (0x0A090000 + (i // 250 % 250) * 256 + i % 250, 9092))


@shape("AdvertisedAddresses", "UnresolvedNames")
def named_addresses(traffic, i, time, client, server):
    traffic.lookup(time - MILLISECOND, client[0], f"broker{i}.example", [0x0D000000 + i], i)
    told(traffic, i, time, client, server, f"broker{i}.example").close()


@shape("AdvertisedAddresses", "UnresolvedNames")
def unresolved_addresses(traffic, i, time, client, server):
    told(traffic, i, time, client, server, f"broker{i}.example")
    traffic.lookup(time + 20 * MILLISECOND, client[0], f"broker{i}.example", [], i)


@shape("AdvertisedAddresses")
def moving_addresses(traffic, i, time, client, server):
    """One node, at another port in each answer."""
    talk = Connection(traffic, time, client, server, i).open()
    talk.client(kafka.metadata(1, ["t"])).server(kafka.metadata_answer(1, [(1, "10.0.0.2", 10_000 + i % 50_000)], ["t"])).close()


@shape("WrongNodes", "AdvertisedAddresses")
def coordinators(traffic, i, time, client, server):
    talk = Connection(traffic, time, client, server, i).open()
    talk.client(kafka.coordinator(1, f"g{i}")).server(kafka.coordinator_answer(1, 0, i % 1000, f"10.8.{i // 250 % 250}.{i % 250}")).close()


# Ways to end a connection.

def work(traffic, i, time, client, server):
    talk = Connection(traffic, time, client, server, i).open()
    return talk.client(kafka.versions(1)).server(kafka.versions_answer(1))


@shape("ProtocolMismatch", "Probes")
def closed_at_once(traffic, i, time, client, server):
    Connection(traffic, time, client, server, i).open().close(1)


@shape("Probes")
def probes(traffic, i, time, client, server):
    Connection(traffic, time, client, server, i).open().close(0)


@shape("ProtocolMismatch", "LostResponses")
def closed_after_request(traffic, i, time, client, server):
    Connection(traffic, time, client, server, i).open().client(kafka.versions(1)).close(1)


@shape("ProtocolMismatch", "LostResponses")
def reset_after_request(traffic, i, time, client, server):
    Connection(traffic, time, client, server, i).open().client(kafka.produce(1, f"t{i % 500}")).reset(1)


@shape("LostResponses", "AcknowledgedLost")
def lost_batches(traffic, i, time, client, server):
    work(traffic, i, time, client, server).client(kafka.produce(2, "t", producer=i, sequence=i)).reset(1)


@shape("OverdueAnswers", "LostResponses", "HeadOfLine")
def never_answered(traffic, i, time, client, server):
    work(traffic, i, time, client, server).client(kafka.produce(2, "t")).client(kafka.metadata(3, ["t"])).wait(31 * SECOND).close(0)


@shape("SlowAnswers", "WaitsOverTimeout")
def answered_late(traffic, i, time, client, server):
    work(traffic, i, time, client, server).client(kafka.produce(2, "t")).wait(40 * SECOND).server(kafka.produce_answer(2, "t")).close(0)


@shape("IdleClose")
def idle(traffic, i, time, client, server):
    work(traffic, i, time, client, server).wait(600 * SECOND).close(1)


@shape("ConnectionChurn")
def churn(traffic, i, time, client, server):
    work(traffic, i, time, client, server).close(0)


@shape("CaptureGaps", "InterruptedPaths", "LossyPaths", "BlackHoles", "ViewedPaths")
def sent_again(traffic, i, time, client, server):
    """The request is sent again and again, and nothing comes back."""
    talk = work(traffic, i, time, client, server)
    payload = kafka.produce(2, "t")
    talk.client(payload).again(payload, 6)


@shape("OneWayPaths", "InterruptedPaths")
def one_way(traffic, i, time, client, server):
    payload = kafka.versions(1)
    Connection(traffic, time, client, server, i).open().client(payload).again(payload, 6)


@shape("CaptureGaps")
def holes(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server)
    talk.next[1] += 1000
    talk.client(kafka.metadata(3, ["t"])).server(kafka.metadata_answer(3, [(1, "10.0.0.2", 9092)])).close()


@shape("BrokerUnavailable")
def all_at_once(traffic, i, time, client, server):
    """Every connection ends in the same moment."""
    talk = work(traffic, i, time, client, server)
    talk.time = START + 3600 * SECOND
    talk.reset(1)


# What is no Kafka, or not understood.

@shape("ProtocolMismatch")
def web(traffic, i, time, client, server):
    talk = Connection(traffic, time, client, server, i).open().client(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    talk.server(b"HTTP/1.1 400 Bad Request\r\n\r\n").close(1)


@shape("ProtocolViolations")
def garbage(traffic, i, time, client, server):
    work(traffic, i, time, client, server).client(b"\xff" * 40).close(1)


@shape("ProtocolViolations")
def wrong_number(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.metadata(2, ["t"]))
    talk.server(kafka.metadata_answer(77, [(1, "10.0.0.2", 9092)])).close(0)


@shape("TLSFailures", "CertificateNotices", "EncryptedLosses")
def alerts(traffic, i, time, client, server):
    hello = b"\x03\x03" + bytes(32) + b"\0\0\x02\x13\x01\x01\0"
    hello = b"\x01" + len(hello).to_bytes(3, "big") + hello
    talk = Connection(traffic, time, client, server, i).open().client(b"\x16\x03\x01" + len(hello).to_bytes(2, "big") + hello)
    talk.server(b"\x15\x03\x03\0\x02\x02\x28").close(1)


@shape("ProtocolMismatch", "TLSFailures", "EncryptedSignIns")
def tls_to_plain(traffic, i, time, client, server):
    hello = b"\x03\x03" + bytes(32) + b"\0\0\x02\x13\x01\x01\0"
    hello = b"\x01" + len(hello).to_bytes(3, "big") + hello
    Connection(traffic, time, client, server, i).open().client(b"\x16\x03\x01" + len(hello).to_bytes(2, "big") + hello).close(1)


# Sign-ins.

@shape("SignInEnded", "SlowSetup")
def sign_ins_refused(traffic, i, time, client, server):
    talk = Connection(traffic, time, client, server, i).open().client(kafka.sign_in(1)).server(kafka.sign_in_answer(1))
    talk.client(kafka.token(2, b"\0u%d\0pw" % i)).server(kafka.token_answer(2, kafka.SIGN_IN_FAILED, f"no {i}")).close(1)


@shape("SignInEnded", "SessionExpired")
def sign_ins_cut(traffic, i, time, client, server):
    talk = Connection(traffic, time, client, server, i).open().client(kafka.sign_in(1)).server(kafka.sign_in_answer(1))
    talk.client(kafka.token(2, b"\0u%d\0pw" % i)).close(1)


@shape("SlowSetup")
def slow_sign_ins(traffic, i, time, client, server):
    talk = Connection(traffic, time, client, server, i).open().wait(6 * SECOND).client(kafka.sign_in(1)).wait(6 * SECOND)
    talk.server(kafka.sign_in_answer(1)).client(kafka.token(2, b"\0u\0pw")).wait(6 * SECOND).server(kafka.token_answer(2)).close(0)


# Answers that are errors.

@shape("ErrorAnswers", "Advice")
def errors(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.produce(2, f"t{i}"))
    talk.server(kafka.produce_answer(2, f"t{i}", kafka.NOT_LEADER)).close(0)


@shape("ErrorAnswers")
def every_error(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.produce(2, "t", f"id{i}"))
    talk.server(kafka.produce_answer(2, "t", i % 130)).close(0)


@shape("ErrorAnswers", "ClusterState", "ClusterChanges")
def no_leaders(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.metadata(2, [f"t{i}"]))
    talk.server(kafka.metadata_answer(2, [(1, "10.0.0.2", 9092)], [f"t{i}"], 5)).close(0)


@shape("ProtocolMismatch", "ErrorAnswers")
def bad_versions(traffic, i, time, client, server):
    Connection(traffic, time, client, server, i).open().client(kafka.versions(1)).server(kafka.versions_answer(1, kafka.BAD_VERSION)).close(0)


@shape("Throttling")
def throttles(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.produce(2, "t", f"id{i}"))
    talk.server(kafka.produce_answer(2, "t", 0, 900)).close(0)


# Groups, names, and more than one program under a name.

@shape("GroupRebalances", "Rebalances")
def rebalances(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.join(2, f"g{i % 50}")).server(kafka.join_answer(2, 0, i + 1, f"m{i}"))
    talk.client(kafka.heartbeat(3, f"g{i % 50}", f"m{i}")).server(kafka.heartbeat_answer(3, 27)).close(0)


@shape("GroupRebalances", "ErrorAnswers")
def groups(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.join(2, f"g{i}")).server(kafka.join_answer(2, 25, i + 1, f"m{i}"))
    talk.client(kafka.commit(3, f"g{i}", "t")).server(kafka.commit_answer(3, "t", 22)).close(0)


@shape("IdentityConflicts")
def fenced(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.producer_id(2, f"tx{i % 20}")).server(kafka.producer_id_answer(2, 0, i % 20))
    talk.client(kafka.produce(3, "t", producer=i % 20, sequence=i)).server(kafka.produce_answer(3, "t", 47)).close(0)


@shape("ConsumersBehind", "AcknowledgedLost")
def readers(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.fetch(2, f"t{i}", offset=i)).server(kafka.fetch_answer(2, f"t{i}", 0, 0, 2 * i)).close(0)


@shape("WrongNodes", "ErrorAnswers", "AcksZeroCloses")
def other_leaders(traffic, i, time, client, server):
    talk = work(traffic, i, time, client, server).client(kafka.fetch(2, "t", f"id{i}")).server(kafka.fetch_answer(2, "t", kafka.NOT_LEADER))
    talk.client(kafka.metadata(3, ["t"], f"id{i}")).server(kafka.metadata_answer(3, [(1, "10.0.0.2", 9092)], ["t"])).close(0)
