"""TCP, DNS and ICMP between made-up hosts, written packet by packet."""
import ipaddress
import struct

ACK, PSH, RST, SYN, FIN = 16, 8, 4, 2, 1
MICROSECOND, MILLISECOND, SECOND = 1_000, 1_000_000, 1_000_000_000
ETHERNET = b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0"
START = 1_700_000_000 * SECOND


class Traffic:
    """Packets in no order; `write` puts them in order of time."""

    def __init__(self):
        self.packets = []

    def add(self, time, protocol, source, target, payload):
        header = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(payload), len(self.packets) & 0xFFFF, 0, 64, protocol, 0, source, target)
        self.packets.append((time, ETHERNET + header + payload))

    def tcp(self, time, source, target, flags, sequence, acknowledged=0, payload=b"", window=65535):
        header = struct.pack(">HHIIBBHHH", source[1], target[1], sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 0x50, flags, window, 0, 0)
        self.add(time, 6, source[0], target[0], header + payload)

    def udp(self, time, source, target, payload):
        self.add(time, 17, source[0], target[0], struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0) + payload)

    def unreachable(self, time, source, target, sequence):
        """A router says that the SYN from `source` to `target` has no way."""
        quoted = struct.pack(">BBHHHBBHII", 0x45, 0, 40, 1, 0, 64, 6, 0, source[0], target[0])
        quoted += struct.pack(">HHI", source[1], target[1], sequence & 0xFFFFFFFF)
        self.add(time, 1, 0x0A636363, source[0], struct.pack(">BBHI", 3, 1, 0, 0) + quoted)

    def lookup(self, time, client, name, addresses, number):
        """A name asked for, and its answer; without addresses the name does not exist."""
        encoded = b"".join(bytes([len(part)]) + part for part in name.encode().split(b".")) + b"\0"
        question = encoded + struct.pack(">HH", 1, 1)
        source, server = (client, 20_000 + number % 40_000), (0x0A000035, 53)
        self.udp(time, source, server, struct.pack(">HHHHHH", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + question)
        answers = b"".join(struct.pack(">HHHIHI", 0xC00C, 1, 1, 60, 4, each) for each in addresses)
        flags = 0x8180 if addresses else 0x8183
        self.udp(time + MILLISECOND, server, source, struct.pack(">HHHHHH", number & 0xFFFF, flags, 1, len(addresses), 0, 0) + question + answers)

    def write(self, path):
        self.packets.sort(key=lambda packet: packet[0])
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
            for time, data in self.packets:
                file.write(struct.pack("<IIII", time // SECOND, time % SECOND, len(data), len(data)) + data)


class Connection:
    """One TCP connection; each step takes a millisecond."""

    def __init__(self, traffic, time, client, server, number=0):
        self.traffic, self.time, self.ends = traffic, time, (client, server)
        self.next = [number * 7919 + 1, number * 104_729 + 77]

    def _send(self, side, flags, payload=b""):
        source, target = self.ends if side == 0 else self.ends[::-1]
        acknowledged = self.next[1 - side] if flags & ACK else 0
        self.traffic.tcp(self.time, source, target, flags, self.next[side], acknowledged, payload)
        self.next[side] += len(payload) + (1 if flags & (SYN | FIN) else 0)
        self.time += MILLISECOND

    def open(self):
        self._send(0, SYN)
        self._send(1, SYN | ACK)
        self._send(0, ACK)
        return self

    def wait(self, nanoseconds):
        self.time += nanoseconds
        return self

    def client(self, payload):
        self._send(0, PSH | ACK, payload)
        return self

    def server(self, payload):
        self._send(1, PSH | ACK, payload)
        return self

    def again(self, payload, times):
        """The client's bytes sent again and again, each time twice as late."""
        delay = 200 * MILLISECOND
        for _ in range(times):
            self.time += delay
            self.next[0] -= len(payload)
            self._send(0, PSH | ACK, payload)
            delay *= 2
        return self

    def close(self, side=0):
        self._send(side, FIN | ACK)
        self._send(1 - side, FIN | ACK)
        self._send(side, ACK)
        return self

    def reset(self, side=1):
        self._send(side, RST | ACK)
        return self


def address(text):
    return int(ipaddress.IPv4Address(text))
