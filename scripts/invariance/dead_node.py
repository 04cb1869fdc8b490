"""One node's advertised address dead for one client, in captures where all is well: exactly that must be told.

usage: check-dead-node [--tool PATH] [--captures DIR]... [--kind NAME] [--form NAME] [--seed N] [NAME ...]
       check-dead-node --kind NAME --form NAME --client ADDRESS --node ID --keep FILE NAME

In each healthy pcap capture (by the label beside it; those without a label only if named) every client host is taken that
was told of at least two nodes in plaintext, works with some, and connected to another one's advertised address after
others had told it. All of its packets to and from that address are taken away, and in their place comes

  refused       for each connection a SYN and a RST,
  silent        the SYN alone, repeated after 1, 3 and 7 s,
  rejected      the SYN and an ICMP "unreachable" that quotes it,
  unresolvable  NXDOMAIN wherever the node's name is looked up,
  loopback      nothing; the node's host in all answers that the client gets is one in 127/8, of the same length.

New attempts follow up to the capture's end. This in the forms

  plain         nothing else is changed,
  second-host   another host does the same with the same brokers and reaches the node,
  late          the first fifth of the capture is not there (the address is given out again later),
  moved         all of it some days earlier or later,
  alone         the client does nothing else any more from its first attempt on.

Expected is one `advertised-address-mismatch` of that client, address and detail, at level error (warning where the node
leads nothing that the client asked for and coordinates none of its groups), and no finding about any other address.
Prints for each kind and form how many were tried, missed, and told of another; exits 1 where any was."""
import argparse
import ipaddress
import json
import os
import random
import struct
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from .answers import NO_SUCH_NAME, lookup, told
from .conserving import by_time, with_moved_sack
from .packets import (ACK, ICMP, ICMP_V6, MILLISECOND, MODULUS, RST, SECOND, UDP, Datagram, datagram, later,
                      packed_segment, packed_with_checksum, read, segment, write)
from .reports import Failed, report, shown
from .streams import Stream, connections

DETAIL = {"refused": "refused", "silent": "no-answer", "rejected": "rejected", "unresolvable": "unresolvable",
          "loopback": "loopback"}
KINDS, FORMS = list(DETAIL), ["plain", "second-host", "late", "moved", "alone"]
ABOUT_ADDRESSES = ("advertised-address-mismatch", "connect-failure", "broker-unavailable")
ENOUGH_ANSWERS = 3  # that show that the client works with another node
# From the first attempt to the capture's end: less is no lasting failure, or none that a SYN shows that waits.
SHORTEST, SHORTEST_SILENCE = 3 * SECOND // 2, 3 * SECOND
GIVE_UP = (2 * SECOND, 5 * SECOND, 10 * SECOND)  # how long a client waits for a SYN+ACK
REPEATS = (SECOND, 3 * SECOND, 7 * SECOND)  # when Linux repeats a SYN
UNREACHABLE = {4: (3, (1, 10, 13)), 6: (1, (1, 3))}  # ICMP types and codes
BEHIND = 41 * MILLISECOND  # how far the second host lags behind the first


class Case(NamedTuple):
    """A client host, and a node whose advertised address it used."""
    client: bytes
    node: int
    host: str  # as given out
    port: int
    address: bytes
    told: list  # what others than this node told the client, of this node or not, in order of time
    doomed: list  # the client's connections to the address
    living: list  # its others
    first_use: int

    def tells(self):
        """Those answers that give the address out."""
        return [one for one in self.told if one.nodes.get(self.node) == (self.host, self.port)]


class Dead(NamedTuple):
    """A capture made of a case, and what the report must say."""
    packets: list
    server: str
    severities: tuple


class Skip(Exception):
    """Why a case can't be made."""


def endpoint(host, port):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def text_of(address):
    return str(ipaddress.ip_address(address))


def names_in(capture):
    names = defaultdict(set)
    for packet in capture.packets:
        found = lookup(capture.link, packet)
        if found and found.answer:
            names[found.name].update(found.addresses)
    return names


def address_of(host, names):
    """The one address of a host as given out; None where there are several, or it is not known."""
    try:
        return ipaddress.ip_address(host).packed
    except ValueError:
        found = names.get(host.lower(), ())
        return next(iter(found)) if len(found) == 1 else None


def cases(capture):
    """Every case of a capture."""
    names, mine = names_in(capture), defaultdict(list)
    for connection in connections(capture):
        mine[connection.client[0]].append(connection)
    servers = {connection.server[0] for those in mine.values() for connection in those}
    for client, those in mine.items():
        if client not in servers:  # a gateway's other leg would go on
            yield from cases_of(client, those, names)


def cases_of(client, those, names):
    answers = [(connection, list(connection.answers())) for connection in those]
    heard = sorted(((one, connection) for connection, some in answers for answer in some if (one := told(answer))),
                   key=lambda pair: pair[0].time)
    places = defaultdict(set)
    for one, _ in heard:
        for node, place in one.nodes.items():
            places[place].add(node)
    if len({node for nodes in places.values() for node in nodes}) < 2:
        return
    for (host, port), nodes in places.items():
        address = address_of(host, names)
        if len(nodes) != 1 or address is None or ipaddress.ip_address(address).is_loopback:
            continue
        doomed = [connection for connection in those if connection.server == (address, port)]
        living = [connection for connection in those if connection.server != (address, port)]
        node, others = min(nodes), [one for one, connection in heard if connection.server != (address, port)]
        first_told = next((one.time for one in others if one.nodes.get(node) == (host, port)), None)
        used = [connection.syns[0].time for connection in doomed if connection.syns]
        if first_told is None or not any(time > first_told for time in used):
            continue
        first_use = min(time for time in used if time > first_told)
        if any(connection in living and sum(answer.time > first_use for answer in some) >= ENOUGH_ANSWERS
               for connection, some in answers):
            yield Case(client, node, host, port, address, others, doomed, living, first_use)


# The kinds of death.

def without(capture, case):
    """The packets that are left."""
    gone = {index for connection in case.doomed for index in connection.indices}
    return [packet for index, packet in enumerate(capture.packets) if index not in gone]


def attempts(capture, case, end, pause):
    """SYNs, each with the SYN+ACK that it got in truth (or None): those of the real connections, and after the first of
    these new ones up to the end, `pause()` apart."""
    real = [(connection.syns[0], connection.accepted) for connection in case.doomed if connection.syns]
    yield from real
    template = min(real, key=lambda pair: abs(pair[0].time - case.first_use))
    used = used_ports(capture)
    free = (port for port in range(60_999, 32_768, -1) if port not in used)
    rng, time = random.Random(case.port), case.first_use + pause()
    while time < end:
        syn = later(template[0], time)._replace(source_port=next(free), sequence=rng.randrange(MODULUS))
        yield syn, template[1]
        time += pause()


def used_ports(capture):
    return {port for packet in capture.packets if (tcp := segment(capture.link, packet))
            for port in (tcp.source_port, tcp.destination_port)}


def round_trip(syn, accepted):
    return max(20_000, min(accepted.time - syn.time, SECOND)) if accepted and accepted.time > syn.time else 100_000


def way_back(syn, accepted, protocol):
    """The head of a datagram from the server to the client."""
    if accepted:
        header, below = accepted.ip.header, accepted.ip.below
    else:
        place = (12, 16) if syn.ip.version == 4 else (8, 24)
        size = place[1] - place[0]
        header = bytearray(syn.ip.header)
        header[place[0]:place[0] + size], header[place[1]:place[1] + size] = syn.ip.destination, syn.ip.source
        below = syn.ip.below[6:12] + syn.ip.below[:6] + syn.ip.below[12:] if len(syn.ip.below) >= 14 else syn.ip.below
    header = bytearray(header)
    header[9 if syn.ip.version == 4 else 6] = protocol
    return Datagram(syn.time + round_trip(syn, accepted), below, bytes(header), protocol, b"", 0)


def refused(capture, case, end, rng):
    for syn, accepted in attempts(capture, case, end, lambda: rng.randrange(500, 1000) * MILLISECOND):
        yield packed_segment(syn)
        yield packed_segment(syn._replace(
            ip=way_back(syn, accepted, syn.ip.protocol), source_port=syn.destination_port,
            destination_port=syn.source_port, sequence=0, acknowledgement=(syn.sequence + 1) % MODULUS, flags=RST | ACK,
            window=0, options=b"", payload=b""))


def silent(capture, case, end, rng):
    give_up = rng.choice(GIVE_UP)
    for syn, _ in attempts(capture, case, end, lambda: give_up + rng.randrange(500, 1000) * MILLISECOND):
        for repeat in (0, *REPEATS):
            if repeat < give_up and syn.time + repeat < end:
                yield packed_segment(later(syn, syn.time + repeat))


def rejected(capture, case, end, rng):
    version = 4 if len(case.address) == 4 else 6
    kind, codes = UNREACHABLE[version]
    code = rng.choice(codes)
    for syn, accepted in attempts(capture, case, end, lambda: rng.randrange(500, 1000) * MILLISECOND):
        packet = packed_segment(syn)
        yield packet
        body = bytes([kind, code, 0, 0, 0, 0, 0, 0]) + packet.data[len(syn.ip.below):]
        answer = way_back(syn, accepted, ICMP if version == 4 else ICMP_V6)
        yield packed_with_checksum(answer._replace(body=body), 2)


def with_dns(ip, ident, ports, body):
    """A UDP datagram with this DNS message."""
    message = ident.to_bytes(2, "big") + body[2:]
    udp = struct.pack(">HHHH", *ports, 8 + len(message), 0)
    return packed_with_checksum(ip._replace(body=udp + message), 6)


def no_such_name(body, end):
    """The answer to this question (or instead of this answer) that there is no such name."""
    flags = bytes([body[2] | 0x80, 0x80 | NO_SUCH_NAME])
    return body[:2] + flags + body[4:6] + b"\0\0\0\0\0\0" + body[12:end]


def unresolvable(link, packets, case, end):
    """Every look-up of the name by this client fails, and is made again each second."""
    out, first, pairs = [], {}, {}
    for packet in packets:
        found = lookup(link, packet)
        if not found or found.host != case.client or found.name != case.host.lower():
            out.append(packet)
            continue
        ip = datagram(link, packet)
        ports = struct.unpack(">HH", ip.body[:4])
        ident = int.from_bytes(found.body[:2], "big")
        if not found.answer:
            first.setdefault(found.kind, (ip, ports, ident, found))
            out.append(packet)
            continue
        out.append(with_dns(ip, ident, ports, no_such_name(found.body, found.end)))
        if found.kind in first:
            pairs.setdefault(found.kind, (first[found.kind], (ip, ports, found)))
    if not pairs:
        raise Skip("the name is not looked up")
    time, port, rng = case.first_use + SECOND, 40_000, random.Random(case.port)
    while time < end:
        for (asked, asked_ports, _, question), (answered, answered_ports, reply) in pairs.values():
            wait, ident, port = max(answered.time - asked.time, 1000), rng.randrange(0x10000), port + 1
            out.append(with_dns(asked._replace(time=time), ident, (port, asked_ports[1]), question.body))
            out.append(with_dns(answered._replace(time=time + wait), ident, (answered_ports[0], port),
                                no_such_name(reply.body, reply.end)))
        time += SECOND
    return by_time(out)


def loopback_host(length):
    """An address in 127/8 whose text has this length; the name where that fits."""
    if length == 9:
        return "localhost"
    if not 10 <= length <= 15:
        raise Skip(f"no loopback address has {length} characters")
    digits = length - 6  # of the three last parts together; 3 to 9
    parts = [1 + (digits - 3 + step) // 3 for step in range(3)]
    return "127." + ".".join("1" * part for part in parts)


def loopback(capture, case):
    """In all that the client hears from others its host is a loopback one; it is no longer looked up."""
    new = loopback_host(len(case.host)).encode()
    old, port = case.host.encode(), case.port.to_bytes(4, "big")
    patches = defaultdict(list)  # by packet: (where in the stream, bytes)
    for connection in case.living:
        stream = connection.to_client
        if len(stream.data) > 200 and not any(True for _ in connection.answers()):
            raise Skip("an encrypted connection may tell the address too")
        places, at = [], stream.data.find(old + port)
        while at >= 0:
            places.append(at)
            at = stream.data.find(old + port, at + 1)
        for index in connection.indices if places else ():
            patches[index] = stream.base, places, connection.server
    gone = {index for connection in case.doomed for index in connection.indices}
    out = []
    for index, packet in enumerate(capture.packets):
        found = lookup(capture.link, packet)
        if index in gone or found and found.host == case.client and found.name == case.host.lower():
            continue
        out.append(patched(capture.link, packet, patches[index], new) if index in patches else packet)
    return out, new.decode()


def patched(link, packet, patch, new):
    base, places, server = patch
    tcp = segment(link, packet)
    if tcp.source != server or not tcp.payload:
        return packet
    at, payload = Stream.signed(tcp.sequence - base), bytearray(tcp.payload)
    for place in places:
        for step, byte in enumerate(new):
            if 0 <= place + step - at < len(payload):
                payload[place + step - at] = byte
    return packed_segment(tcp._replace(payload=bytes(payload)))


def dead(capture, case, kind, rng):
    """The capture's packets with this node dead, and the address that must be told."""
    end = max(packet.time for packet in capture.packets)
    if end - case.first_use < (SHORTEST_SILENCE if kind == "silent" else SHORTEST):
        raise Skip("too short")
    if kind == "loopback":
        packets, host = loopback(capture, case)
        return packets, endpoint(host, case.port)
    packets = without(capture, case)
    if kind == "unresolvable":
        if case.host == text_of(case.address):
            raise Skip("the address has no name")
        if any(host == case.host and port != case.port for one in case.told for host, port in one.nodes.values()):
            raise Skip("other addresses have the same name")
        return unresolvable(capture.link, packets, case, end), endpoint(case.host, case.port)
    make = {"refused": refused, "silent": silent, "rejected": rejected}[kind]
    return by_time(packets + list(make(capture, case, end, rng))), endpoint(text_of(case.address), case.port)


# The forms.

def second_host(capture, case, rng):
    """The client's own packets once more, with another address, other TCP numbers, and a little later."""
    used = {address for packet in capture.packets if (ip := datagram(capture.link, packet))
            for address in (ip.source, ip.destination)}
    other = next(address for last in range(200, 250) if (address := case.client[:-1] + bytes([last])) not in used)
    by = rng.randrange(MODULUS)
    out = []
    for packet in capture.packets:
        ip = datagram(capture.link, packet)
        if ip is None or case.client not in (ip.source, ip.destination) or ip.is_fragment:
            continue
        ip = as_host(ip, case.client, other)._replace(time=ip.time + BEHIND)
        tcp = segment(capture.link, packet)
        if tcp:
            acknowledgement = (tcp.acknowledgement + by) % MODULUS if tcp.flags & ACK else tcp.acknowledgement
            out.append(packed_segment(tcp._replace(
                ip=ip._replace(body=b""), sequence=(tcp.sequence + by) % MODULUS, acknowledgement=acknowledgement,
                options=with_moved_sack(tcp.options, by))))
        elif ip.protocol == UDP:
            out.append(packed_with_checksum(ip, 6))
    return out


def as_host(ip, old, new):
    """The link's addresses stay, as of two hosts behind one router: a host may look up its own name by an address that
    is made of them."""
    size, header = len(old), bytearray(ip.header)
    for place in (12, 16) if ip.version == 4 else (8, 24):
        if header[place:place + size] == old:
            header[place:place + size] = new
    if ip.version == 4 and header[4:6] != b"\0\0":
        header[4:6] = ((int.from_bytes(header[4:6], "big") + 12_345) % 0xFFFF + 1).to_bytes(2, "big")
    return ip._replace(header=bytes(header))


def make(capture, case, kind, form, rng):
    """The capture, and what must be told of it; Skip where the form does not go with the case."""
    packets, server = dead(capture, case, kind, rng)
    heard = case.told
    if form == "second-host":
        packets = by_time(packets + second_host(capture, case, rng))
    elif form == "late":
        start = packets[0].time + (packets[-1].time - packets[0].time) // 5
        packets = [packet for packet in packets if packet.time >= start]
        heard = [one for one in heard if one.asked >= start]  # without its request an answer cannot be read
        again = [one.time for one in case.tells() if one.asked >= start]
        if not again or packets[-1].time - min(again) < SHORTEST:
            raise Skip("the address is not given out again")
    elif form == "alone":
        packets = [packet for packet in packets
                   if packet.time <= case.first_use or not is_work(capture.link, packet, case)]
        heard = [one for one in heard if one.time <= case.first_use]
    elif form == "moved":
        by = rng.randrange(-30, 30) * 86_400 * SECOND + rng.randrange(86_400 * SECOND)
        packets = [packet._replace(time=packet.time + by) for packet in packets]
    return Dead(packets, server, severities(case.node, heard))


def severities(node, heard):
    """Which are right by what the client heard. Where it heard of no partition and no group at all, nothing tells."""
    if any(node in one.needed for one in heard):
        return ("error",)
    unsure = any(node in one.may_need for one in heard) or not any(one.needed or one.may_need for one in heard)
    return ("error", "warning") if unsure else ("warning",)


# The verdict.

def is_work(link, packet, case):
    """Whether it is one of the client's packets to or from other nodes."""
    tcp = segment(link, packet)
    return (tcp is not None and case.client in (tcp.ip.source, tcp.ip.destination)
            and (case.address, case.port) not in (tcp.source, tcp.destination))


def host_of(address):
    if address is None:
        return None
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.rpartition(":")[0] if address.count(":") == 1 else address


def faults(case, made, kind, findings, known):
    """(what is wrong, finding or None) for each thing wrong: missed, or of another address."""
    found = [finding for finding in findings if finding["severity"] in ("error", "warning")
             and finding["kind"] in ABOUT_ADDRESSES and address_told(finding) not in known]
    client = text_of(case.client)
    right = [finding for finding in found if finding["server"] == made.server and host_of(finding["client"]) == client]
    exact = [finding for finding in right
             if finding["kind"] == "advertised-address-mismatch" and finding["detail"] == DETAIL[kind]]
    if not exact:
        yield "missed", right[0] if right else None
    elif exact[0]["severity"] not in made.severities:
        yield "severity", exact[0]
    for finding in found:
        if finding not in right:
            yield "another", finding


class Result(NamedTuple):
    kind: str
    form: str
    where: str
    problems: list  # (what, line)
    beside: list  # alarms of other kinds that the healthy capture did not have


def try_one(tool, capture, name, case, kind, form, seed, known, scratch):
    """None where the case can't be made so."""
    try:
        made = make(capture, case, kind, form, generator(seed, name, kind, form))
    except Skip:
        return None
    path = os.path.join(scratch, f"{os.getpid()}.pcap")
    write(path, capture.link, made.packets)
    where = f"{name} --kind {kind} --form {form} --client {text_of(case.client)} --node {case.node} --seed {seed}"
    try:
        findings = report(tool, path)["findings"]
    except Failed as failed:
        return Result(kind, form, where, [("missed", str(failed))], [])
    wanted = f"wanted {made.server} {DETAIL[kind]} {'/'.join(made.severities)}"
    problems = [(what, f"{wanted}, found {short(finding)}") for what, finding in
                faults(case, made, kind, findings, known)]
    beside = [row for finding, row in zip(findings, map(shown, findings))
              if finding["severity"] in ("error", "warning") and row[0] not in ABOUT_ADDRESSES
              and address_told(finding) not in known]
    return Result(kind, form, where, problems, beside)


def address_told(finding):
    """What the healthy capture's report says wrongly is no news of its variants, whatever the client and severity."""
    return tuple(finding[field] for field in ("kind", "server", "detail", "cause", "error"))


def generator(seed, name, kind, form):
    return random.Random(f"{seed} {name} {kind} {form}")


def short(finding):
    fields = ("kind", "severity", "client", "server", "detail", "count", "confidence")
    return "nothing" if finding is None else " ".join(f"{field}={finding[field]}" for field in fields)


def is_healthy(path):
    """By the label beside a capture; None where there is none."""
    label = path[:-5] + ".json"
    if not os.path.exists(label):
        return None
    with open(label, encoding="utf-8") as file:
        label = json.load(file)
    return label.get("status") == "healthy" or label.get("forbid") == ["*"]


def chosen_cases(capture, options):
    for case in cases(capture):
        if options.client in (None, text_of(case.client)) and options.node in (None, case.node):
            yield case


def try_capture(job):
    path, options, scratch = job
    capture, name = read(path), os.path.basename(path)[:-5]
    results, known = [], None
    for case in chosen_cases(capture, options):
        if known is None:
            known = {address_told(finding) for finding in report(options.tool, path)["findings"]}
        for kind in options.kind or KINDS:
            for form in options.form or FORMS:
                result = try_one(options.tool, capture, name, case, kind, form, options.seed, known, scratch)
                results += [result] if result else []
    return name, results


def arguments(home):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=os.path.join(home, ".build/release/brokertap"))
    parser.add_argument("--captures", action="append", metavar="DIR", help="a folder of captures (repeatable)")
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--form", action="append", choices=FORMS)
    parser.add_argument("--client", help="only this client host")
    parser.add_argument("--node", type=int, help="only this node id")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", metavar="FILE", help="write the first capture made so, say what is expected, and stop")
    parser.add_argument("--beside", action="store_true", help="show alarms of other kinds that come up too")
    parser.add_argument("--list", action="store_true", help="list the cases, and stop")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    options.captures = options.captures or [os.path.join(home, "captures")]
    return options


def paths_of(options):
    for folder in options.captures:
        for file in sorted(os.listdir(folder)):
            path, name = os.path.join(folder, file), file[:-5]
            if file.endswith(".pcap") and (name in options.names if options.names else is_healthy(path)) and read(path):
                yield path


def keep(options, path):
    capture = read(path)
    case = next(chosen_cases(capture, options), None)
    if case is None:
        sys.exit("no such case")
    kind, form = (options.kind or KINDS)[0], (options.form or FORMS)[0]
    try:
        made = make(capture, case, kind, form, generator(options.seed, os.path.basename(path)[:-5], kind, form))
    except Skip as skip:
        sys.exit(f"can't be made: {skip}")
    write(options.keep, capture.link, made.packets)
    print(f"expected: advertised-address-mismatch of {text_of(case.client)}, server {made.server}, "
          f"detail {DETAIL[kind]}, {' or '.join(made.severities)}")


def list_cases(options, paths):
    for path in paths:
        for case in chosen_cases(read(path), options):
            print(f"{os.path.basename(path)[:-5]}: client {text_of(case.client)}, node {case.node} at "
                  f"{endpoint(case.host, case.port)}, {len(case.doomed)} connections there, {len(case.living)} elsewhere")


def main(home):
    options = arguments(home)
    paths = list(paths_of(options))
    if options.keep:
        return keep(options, paths[0])
    if options.list:
        return list_cases(options, paths)
    tried, wrong, beside = Counter(), defaultdict(Counter), Counter()
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(options.jobs) as pool:
        for name, results in pool.map(try_capture, [(path, options, scratch) for path in paths]):
            for result in results:
                tried[result.kind, result.form] += 1
                beside[result.kind, result.form] += bool(result.beside)
                for what in {what for what, _ in result.problems}:
                    wrong[what][result.kind, result.form] += 1
                if result.problems or options.beside and result.beside:
                    print(result.where, *(f"{what}: {line}" for what, line in result.problems),
                          *(f"beside: {row}" for row in result.beside if options.beside), sep="\n    ", flush=True)
    print(f"{'kind':14}{'form':13}{'tried':>7}{'missed':>8}{'another':>9}{'severity':>10}{'beside':>8}")
    for key in ((kind, form) for kind in KINDS for form in FORMS):
        if tried[key]:
            print(f"{key[0]:14}{key[1]:13}{tried[key]:7}{wrong['missed'][key]:8}{wrong['another'][key]:9}"
                  f"{wrong['severity'][key]:10}{beside[key]:8}")
    sys.exit(1 if any(wrong.values()) or not tried else 0)
