"""TCP connections of a capture as byte streams, and the Kafka frames in plaintext ones."""
import bisect
from typing import NamedTuple

from .frames import LONGEST
from .packets import ACK, MODULUS, SYN, segment


class Stream:
    """What one side sent, by its place in the stream. Bytes that are not there are zero."""

    def __init__(self):
        self.base, self.pieces = None, []

    def add(self, tcp):
        self.pieces.append(tcp)

    def finish(self):
        first = self.pieces[0].sequence if self.pieces else 0
        syn = next((tcp for tcp in self.pieces if tcp.flags & SYN), None)
        if syn:
            self.base = (syn.sequence + 1) % MODULUS
        else:
            self.base = (first + min((self.signed(tcp.sequence - first) for tcp in self.pieces), default=0)) % MODULUS
        self.data, times, last = bytearray(), [], 0
        for tcp in self.pieces:
            at = self.signed(tcp.sequence - self.base)
            if tcp.flags & SYN or at < 0 or not tcp.length or at > LONGEST:
                continue
            end = at + tcp.length
            if end > len(self.data):
                self.data += bytes(end - len(self.data))
                last = max(last, tcp.time)
                times.append((end, last))
            self.data[at:at + len(tcp.payload)] = tcp.payload
        self.ends, self.times = [end for end, _ in times], [time for _, time in times]

    @staticmethod
    def signed(number):
        return (number + MODULUS // 2) % MODULUS - MODULUS // 2

    def time_of(self, place):
        """When the byte at this place was sent."""
        at = bisect.bisect_right(self.ends, place)
        return self.times[min(at, len(self.times) - 1)]

    def frames(self):
        """(where its content begins, the content, when its last byte was sent) of each frame that is whole."""
        at = 0
        while at + 4 <= len(self.data):
            length = int.from_bytes(self.data[at:at + 4], "big")
            if not 0 < length < LONGEST or at + 4 + length > len(self.data):
                return
            yield at + 4, bytes(self.data[at + 4:at + 4 + length]), self.time_of(at + 3 + length)
            at += 4 + length


class Answer(NamedTuple):
    """A request with its answer, both without their heads' first fields."""
    time: int
    asked: int  # when the request came
    api: int
    version: int
    request: bytes  # from the client id on
    body: bytes  # behind the correlation id
    place: int  # of the body in the server's stream


class Connection:
    def __init__(self, client, server):
        self.client, self.server = client, server
        self.to_server, self.to_client = Stream(), Stream()
        self.syns, self.accepted, self.indices = [], None, []
        self.first = self.last = None

    def add(self, index, tcp):
        self.indices.append(index)
        self.first = tcp.time if self.first is None else self.first
        self.last = tcp.time
        if tcp.source == self.client:
            self.to_server.add(tcp)
            if tcp.flags & SYN:
                self.syns.append(tcp)
        else:
            self.to_client.add(tcp)
            if tcp.flags & SYN and tcp.flags & ACK:
                self.accepted = self.accepted or tcp

    def answers(self):
        """Requests paired with their answers; none of what is no Kafka."""
        asked = {}
        for _, frame, time in self.to_server.frames():
            api, version = int.from_bytes(frame[:2], "big"), int.from_bytes(frame[2:4], "big")
            if len(frame) >= 8 and api < 100 and version < 30:
                asked[frame[4:8]] = time, api, version, frame[8:]
        for place, frame, time in self.to_client.frames():
            if frame[:4] in asked:
                yield Answer(time, *asked.pop(frame[:4]), frame[4:], place + 4)


def connections(capture):
    """In the order of their first packets. A SYN on the same ports with another number begins a new one."""
    current, every = {}, []
    for index, packet in enumerate(capture.packets):
        tcp = segment(capture.link, packet)
        if tcp is None:
            continue
        there = current.get(tcp.connection)
        opens = tcp.flags & SYN and not tcp.flags & ACK
        if there is None or opens and there.client == tcp.source and tcp.sequence not in [s.sequence for s in there.syns]:
            from_client = opens or not tcp.flags & SYN and tcp.source_port > tcp.destination_port
            ends = (tcp.source, tcp.destination) if from_client else (tcp.destination, tcp.source)
            there = current[tcp.connection] = Connection(*ends)
            every.append(there)
        there.add(index, tcp)
    for connection in every:
        connection.to_server.finish()
        connection.to_client.finish()
    return every
