"""Requests and answers of Kafka, as small as they may be, in old versions."""
import struct

NOT_LEADER, UNKNOWN_TOPIC, THROTTLED, BAD_VERSION, SIGN_IN_FAILED = 6, 3, 89, 35, 58
PRODUCE, FETCH, METADATA, OFFSET_COMMIT, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT = 0, 1, 3, 8, 10, 11, 12
SASL_HANDSHAKE, API_VERSIONS, INIT_PRODUCER_ID, SASL_AUTHENTICATE = 17, 18, 22, 36


def text(value):
    return struct.pack(">h", -1) if value is None else struct.pack(">h", len(value.encode())) + value.encode()


def array(items):
    return struct.pack(">i", len(items)) + b"".join(items)


def frame(body):
    return struct.pack(">i", len(body)) + body


def request(api, version, number, body, client_id="client"):
    return frame(struct.pack(">hhi", api, version, number) + text(client_id) + body)


def answer(number, body):
    return frame(struct.pack(">i", number) + body)


def versions(number, client_id="client"):
    return request(API_VERSIONS, 0, number, b"", client_id)


def versions_answer(number, code=0):
    apis = [(0, 0, 9), (1, 0, 11), (3, 0, 9), (8, 0, 8), (10, 0, 3), (11, 0, 7), (12, 0, 4), (17, 0, 1), (18, 0, 3), (22, 0, 4), (36, 0, 2)]
    return answer(number, struct.pack(">h", code) + array([struct.pack(">hhh", *each) for each in apis]))


def metadata(number, topics, client_id="client"):
    return request(METADATA, 1, number, array([text(each) for each in topics]), client_id)


def metadata_answer(number, nodes, topics=(), code=0):
    """Nodes as (id, host, port)."""
    brokers = [struct.pack(">i", node) + text(host) + struct.pack(">i", port) + text(None) for node, host, port in nodes]
    first = nodes[0][0]
    part = struct.pack(">hii", code, 0, first) + array([struct.pack(">i", first)]) * 2
    return answer(number, array(brokers) + struct.pack(">i", first) + array([struct.pack(">h", code) + text(name) + b"\0" + array([part]) for name in topics]))


def batch(count=1, producer=-1, sequence=-1):
    body = struct.pack(">hiqqqhii", 0, count - 1, 1_700_000_000_000, 1_700_000_000_000, producer, 0 if producer >= 0 else -1, sequence, count)
    record = b"\x0c\0\0\0\x01\x01x"[:7]
    body += (bytes([14]) + b"\0\0\0\x01\x02x\0") * count
    return struct.pack(">qiibI", 0, len(body) + 9, 0, 2, 0) + body


def produce(number, topic, client_id="client", partition=0, producer=-1, sequence=-1):
    records = batch(1, producer, sequence)
    body = text(None) + struct.pack(">hi", 1, 30_000) + array([text(topic) + array([struct.pack(">ii", partition, len(records)) + records])])
    return request(PRODUCE, 3, number, body, client_id)


def produce_answer(number, topic, code=0, throttled=0, offset=0, partition=0):
    body = array([text(topic) + array([struct.pack(">ihqq", partition, code, offset, -1)])]) + struct.pack(">i", throttled)
    return answer(number, body)


def fetch(number, topic, client_id="client", offset=0):
    body = struct.pack(">iiiib", -1, 500, 1, 1 << 20, 0) + array([text(topic) + array([struct.pack(">iqi", 0, offset, 1 << 20)])])
    return request(FETCH, 4, number, body, client_id)


def fetch_answer(number, topic, code=0, throttled=0, offset=0):
    part = struct.pack(">ihqqii", 0, code, offset, offset, -1, 0)
    return answer(number, struct.pack(">i", throttled) + array([text(topic) + array([part])]))


def join(number, group, member="", client_id="client"):
    body = text(group) + struct.pack(">ii", 10_000, 60_000) + text(member) + text("consumer") + array([text("range") + struct.pack(">i", 0)])
    return request(JOIN_GROUP, 2, number, body, client_id)


def join_answer(number, code=0, generation=1, member="m"):
    return answer(number, struct.pack(">ihi", 0, code, generation) + text("range") + text(member) + text(member) + array([]))


def heartbeat(number, group, member="m", client_id="client"):
    return request(HEARTBEAT, 1, number, text(group) + struct.pack(">i", 1) + text(member), client_id)


def heartbeat_answer(number, code=0):
    return answer(number, struct.pack(">ih", 0, code))


def coordinator(number, group, client_id="client"):
    return request(FIND_COORDINATOR, 1, number, text(group) + b"\0", client_id)


def coordinator_answer(number, code=0, node=1, host="10.0.0.2", port=9092):
    return answer(number, struct.pack(">ih", 0, code) + text(None) + struct.pack(">i", node) + text(host) + struct.pack(">i", port))


def commit(number, group, topic, client_id="client"):
    body = text(group) + struct.pack(">i", 1) + text("m") + struct.pack(">q", -1)
    return request(OFFSET_COMMIT, 2, number, body + array([text(topic) + array([struct.pack(">iq", 0, number) + text("")])]), client_id)


def commit_answer(number, topic, code=0):
    return answer(number, array([text(topic) + array([struct.pack(">ih", 0, code)])]))


def sign_in(number, client_id="client"):
    return request(SASL_HANDSHAKE, 1, number, text("PLAIN"), client_id)


def sign_in_answer(number, code=0):
    return answer(number, struct.pack(">h", code) + array([text("PLAIN")]))


def token(number, value, client_id="client"):
    return request(SASL_AUTHENTICATE, 0, number, struct.pack(">i", len(value)) + value, client_id)


def token_answer(number, code=0, message=None):
    return answer(number, struct.pack(">h", code) + text(message) + struct.pack(">i", 0))


def producer_id(number, name, client_id="client"):
    return request(INIT_PRODUCER_ID, 0, number, text(name) + struct.pack(">i", 60_000), client_id)


def producer_id_answer(number, code=0, given=1):
    return answer(number, struct.pack(">ihqh", 0, code, given, 0))
