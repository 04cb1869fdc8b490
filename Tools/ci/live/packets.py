"""Captures as bytes: reading their records, sending them, making some for load."""
import collections
import concurrent.futures
import ctypes
import itertools
import socket
import struct
import time


def records(path):
    """(time, interface, bytes of the file, packet) of each record or block, in the order of the file; those without a packet
    have no time. Packets of pcapng are given as Ethernet has them."""
    data = open(path, "rb").read()
    return _blocks(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else _records(data)


def _order(data):
    return "<" if data[:1] in (b"\xd4", b"\x4d") else ">"


def link_type(path):
    """Of a pcap file; None of a pcapng file, where each interface has its own."""
    data = open(path, "rb").read(24)
    return None if data[:4] == b"\x0a\x0d\x0d\x0a" else struct.unpack(_order(data) + "I", data[20:24])[0]


def _records(data):
    order, fine = _order(data), data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
    yield None, 0, data[:24], b""
    offset = 24
    while offset < len(data):
        seconds, fraction, length, _ = struct.unpack(order + "IIII", data[offset:offset + 16])
        end = offset + 16 + length
        yield seconds + fraction / (1e9 if fine else 1e6), 0, data[offset:end], data[offset + 16:end]
        offset = end


def _blocks(data):
    """Of little-endian pcapng with times in nanoseconds or microseconds, which is what the labelled captures have."""
    offset, interfaces = 0, []
    while offset < len(data):
        kind, length = struct.unpack("<II", data[offset:offset + 8])
        block = data[offset:offset + length]
        if kind == 1:
            fine = b"\x09\x00\x01\x00\x09" in block[16:]
            interfaces.append((struct.unpack("<H", block[8:10])[0], 1e9 if fine else 1e6))
        if kind == 6:
            interface, high, low, captured = struct.unpack("<IIII", block[8:24])
            link, unit = interfaces[interface]
            yield (high << 32 | low) / unit, interface, block, _ethernet(link, block[28:28 + captured])
        else:
            yield None, 0, block, b""
        offset += length


def _ethernet(link, packet):
    if link == 1:
        return packet
    if link != 101:
        raise ValueError("packets of link type %d cannot be sent" % link)
    return ETHERNET[:12] + (b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\0") + packet


class Pace:
    """Waits until as much time has passed as between two packets of the capture; at full speed it does not."""

    def __init__(self, own):
        self.own, self.first, self.began = own, None, time.monotonic()

    def keep(self, moment):
        if not self.own or moment is None:
            return
        if self.first is None:
            self.first, self.began = moment, time.monotonic()
        time.sleep(max(0, moment - self.first - (time.monotonic() - self.began)))


def feed(path, target, own_pace):
    """Writes a capture into a pipe, as a program that captures would."""
    pace = Pace(own_pace)
    with target:
        for moment, _, raw, _ in records(path):
            pace.keep(moment)
            target.write(raw)
            target.flush()


def send(space, path, devices, own_pace, route=None, only=range(1 << 30)):
    """Sends each interface's packets into a device of its own, or where `route` says: one sender, so that their order is that
    of the capture. Those counted from 0 that are in `only`."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        ends = thread.submit(_sockets, space.name, devices).result()
    pace = Pace(own_pace)
    packets = ((moment, interface, packet) for moment, interface, _, packet in records(path) if packet)
    for moment, interface, packet in itertools.islice(packets, only.start, only.stop):
        pace.keep(moment)
        ends[route(packet) if route else interface].send(packet)
    for end in ends:
        end.close()


def _sockets(name, devices):
    """To be run in a thread of its own, for it stays in the namespace."""
    with open("/var/run/netns/" + name) as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    ends = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW) for _ in devices]
    for end, device in zip(ends, devices):
        end.bind((device, 0))
    return ends


def held_up(sent, seen):
    """By how many seconds what lasted up to a second in the capture lasted longer or shorter in a replay, at the worst. What the
    filter left out is passed over; None where one was seen that was not sent, or not in that order."""
    source = ((moment, packet) for moment, _, _, packet in records(sent) if packet)
    worst, recent = 0, collections.deque()
    for got, packet in sorted((moment, packet) for moment, _, _, packet in records(seen) if packet):
        wanted = next((moment for moment, candidate in source if candidate == packet), None)
        if wanted is None:
            return None
        recent.append((wanted, got - wanted))
        while recent[0][0] < wanted - 1 and len(recent) > 2:
            recent.popleft()
        lags = [lag for _, lag in recent]
        worst = max(worst, max(lags) - min(lags))
    return worst if recent else None


ETHERNET = b"\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0"


def _segment(ends, hosts, flags, payload, sequence, acknowledged):
    tcp = struct.pack(">HHIIBBHHH", *ends, sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0) + payload
    return ETHERNET + struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0, *hosts) + tcp


def _record(micros, data):
    return struct.pack("<IIII", micros // 1000000, micros % 1000000, len(data), len(data)) + data


def churn(path, connections):
    """Short connections of Kafka: handshake, ApiVersions and its answer, both FINs. One in a thousand loses its answer."""
    request = struct.pack(">hhih", 18, 0, 7, 5) + b"churn"
    request = struct.pack(">i", len(request)) + request
    answer = struct.pack(">ihi", 7, 0, 1) + struct.pack(">hhh", 18, 0, 3)
    answer = struct.pack(">i", len(answer)) + answer
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number in range(connections):
            client, port, server = 0x0A000100 + number // 50000, 10000 + number % 50000, 0x0A0000FE
            start = number * 7919 & 0x7FFFFFFF
            (a, b), out = (start, start + 77), bytearray()

            def packet(up, flags, payload=b"", sequence=0, acknowledged=0):
                ends, hosts = ((port, 9092), (client, server)) if up else ((9092, port), (server, client))
                out.extend(_record(number * 20, _segment(ends, hosts, flags, payload, sequence, acknowledged)))

            packet(True, 2, sequence=a)
            packet(False, 18, sequence=b, acknowledged=a + 1)
            packet(True, 24, request, a + 1, b + 1)
            (a, b) = (a + 1 + len(request), b + 1)
            if number % 1000 == 999:
                packet(False, 4, sequence=b, acknowledged=a)
            else:
                packet(False, 24, answer, b, a)
                b += len(answer)
                packet(True, 17, b"", a, b)
                packet(False, 17, b"", b, a + 1)
                packet(True, 16, b"", a + 1, b + 1)
            file.write(out)


BULK_SERVER = "10.0.0.2:9092"


def bulk(path, packets):
    """One producer that sends large requests, in segments as a host with offloading captures them."""
    frame = struct.pack(">hhih", 0, 7, 0, 4) + b"bulk"
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        sequence = 1
        for number in range(packets):
            body = frame + b"\0" * (32_000 - len(frame) - 4)
            payload = struct.pack(">i", len(body)) + body[:4] + struct.pack(">i", number) + body[8:]
            data = _segment((40000, 9092), (0x0A000001, 0x0A000002), 24, payload, sequence, 1)
            file.write(_record(number * 10, data))
            sequence += len(payload)
