"""What brokers tell of one another: the answers of Metadata and FindCoordinator, and of DNS, as far as needed here."""
import struct
from typing import NamedTuple

from .packets import UDP, datagram

METADATA, FIND_COORDINATOR = 3, 10
GROUP = 0
DNS, A, AAAA, NO_SUCH_NAME = 53, 1, 28, 3


class Reader:
    """Fields of Kafka's protocol, one after the other; IndexError or struct.error where there is no more."""

    def __init__(self, data, flexible):
        self.data, self.at, self.flexible = data, 0, flexible

    def number(self, form):
        value, = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def varint(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def text(self):
        length = self.varint() - 1 if self.flexible else self.number("h")
        if length < 0:
            return None
        value = self.data[self.at:self.at + length]
        self.at += length
        return value.decode(errors="replace")

    def count(self):
        """Of an array; -1 for null."""
        return self.varint() - 1 if self.flexible else self.number("i")

    def array(self, read):
        return [read() for _ in range(self.count())]

    def tags(self):
        for _ in range(self.varint() if self.flexible else 0):
            self.varint()
            length = self.varint()
            self.at += length


class Told(NamedTuple):
    """What one answer says: nodes as {node id: (host, port)}, and who leads or coordinates what was asked for."""
    time: int
    asked: int  # when the request came
    nodes: dict
    needed: set  # node ids that lead a partition asked for by name, or coordinate a group
    may_need: set  # the same, of partitions that were not asked for by name and of transactions


def told(answer):
    """None for other answers, and for those that can't be read."""
    try:
        if answer.api == METADATA:
            return metadata(answer)
        if answer.api == FIND_COORDINATOR:
            return coordinator(answer)
    except (IndexError, struct.error):
        pass
    return None


def metadata(answer):
    version = answer.version
    reader = Reader(answer.body, version >= 9)
    reader.tags()
    if version >= 3:
        reader.number("i")  # throttle time

    def broker():
        node, host, port = reader.number("i"), reader.text(), reader.number("i")
        if version >= 1:
            reader.text()  # rack
        reader.tags()
        return node, (host, port)
    nodes = dict(reader.array(broker))
    leaders = set()
    try:
        leaders = leaders_of(reader, version)
    except (IndexError, struct.error):  # cut behind the nodes
        pass
    named = asks_by_name(answer)
    return Told(answer.time, answer.asked, nodes, leaders if named else set(), set() if named else leaders)


def leaders_of(reader, version):
    if version >= 2:
        reader.text()  # cluster id
    if version >= 1:
        reader.number("i")  # controller

    def partition():
        _, _, leader = reader.number("h"), reader.number("i"), reader.number("i")
        if version >= 7:
            reader.number("i")
        for _ in range(3 if version >= 5 else 2):
            reader.array(lambda: reader.number("i"))
        reader.tags()
        return leader

    def topic():
        reader.number("h")
        reader.text()
        if version >= 10:
            reader.at += 16
        if version >= 1:
            reader.number("b")
        leads = reader.array(partition)
        if version >= 8:
            reader.number("i")
        reader.tags()
        return leads
    return {leader for leads in reader.array(topic) for leader in leads if leader >= 0}


def asks_by_name(answer):
    """Whether the Metadata request lists topics: null, or none before version 1, means all."""
    reader = Reader(answer.request, False)
    reader.text()  # client id
    reader.flexible = answer.version >= 9
    reader.tags()
    return reader.count() > 0


def coordinator(answer):
    version = answer.version
    reader = Reader(answer.body, version >= 3)
    reader.tags()
    if version >= 1:
        reader.number("i")
    nodes = {}

    def node():
        number, host, port = reader.number("i"), reader.text(), reader.number("i")
        if number >= 0 and host:
            nodes[number] = host, port

    def named_node():
        reader.text()
        node()
        reader.number("h")
        reader.text()
        reader.tags()
    if version >= 4:
        reader.array(named_node)
    else:
        reader.number("h")
        if version >= 1:
            reader.text()
        node()
    group = kind_asked(answer) == GROUP
    return Told(answer.time, answer.asked, nodes, set(nodes) if group else set(), set() if group else set(nodes))


def kind_asked(answer):
    reader = Reader(answer.request, False)
    reader.text()
    reader.flexible = answer.version >= 3
    reader.tags()
    if answer.version < 4:
        reader.text()
    return reader.number("b") if answer.version >= 1 else GROUP


class Lookup(NamedTuple):
    """A DNS packet over UDP: a question, or its answer."""
    host: bytes  # that asks
    name: str
    kind: int
    answer: bool
    addresses: list
    body: bytes  # without the UDP header
    end: int  # of the question


def lookup(link, packet):
    """None for other packets."""
    ip = datagram(link, packet)
    if ip is None or ip.protocol != UDP or ip.is_fragment or ip.missing or len(ip.body) < 8 + 12 + 5:
        return None
    source, destination = struct.unpack_from(">HH", ip.body)
    if DNS not in (source, destination):
        return None
    body = ip.body[8:]
    try:
        name, end = domain_name(body, 12)
        kind = int.from_bytes(body[end:end + 2], "big")
        end += 4
        addresses = [address for at_name, address in records(body, end)]
    except (IndexError, struct.error):
        return None
    is_answer = body[2] >= 128
    return Lookup(ip.destination if is_answer else ip.source, name, kind, is_answer, addresses, body, end)


def domain_name(body, at):
    labels, end = [], None
    for _ in range(64):
        length = body[at]
        if length >= 192:
            end = end or at + 2
            at = (length & 63) << 8 | body[at + 1]
        elif length == 0:
            return ".".join(labels).lower(), end or at + 1
        else:
            labels.append(body[at + 1:at + 1 + length].decode(errors="replace"))
            at += 1 + length
    raise IndexError("names that point in a circle")


def records(body, at):
    """(name, address) of each A and AAAA record in an answer."""
    for _ in range(int.from_bytes(body[6:8], "big")):
        name, at = domain_name(body, at)
        kind, _, _, length = struct.unpack_from(">HHIH", body, at)
        at += 10
        if kind in (A, AAAA):
            yield name, body[at:at + length]
        at += length
