"""Pcap files, and the IP and TCP headers in them: read, taken apart, and put together again with right lengths and
checksums."""
import struct
from typing import NamedTuple

MICROSECOND, MILLISECOND, SECOND = 1_000, 1_000_000, 1_000_000_000
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MODULUS = 1 << 32
ETHERNET, RAW, NULL, COOKED, COOKED_V2 = 1, 101, 0, 113, 276
TCP, UDP, ICMP, ICMP_V6, FRAGMENT_HEADER = 6, 17, 1, 58, 44
IPV4, IPV6 = 0x0800, 0x86DD
VLAN_TAGS = (0x8100, 0x88A8)
# What may stand between an IPv6 header and TCP: hop-by-hop options, routing, destination options.
EXTENSIONS = (0, 43, 60)
END_OF_OPTIONS, NO_OPERATION, WINDOW_SCALE, SACK, TIMESTAMPS = 0, 1, 3, 5, 8


class Packet(NamedTuple):
    time: int  # nanoseconds
    wire: int  # bytes on the wire
    data: bytes  # bytes captured


class Capture(NamedTuple):
    link: int
    packets: list


MAGICS = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\x4d\x3c\xb2\xa1": ("<", 1),
          b"\xa1\xb2\xc3\xd4": (">", 1000), b"\xa1\xb2\x3c\x4d": (">", 1)}


def read(path):
    """A pcap file; None for any other, and for one that ends within a packet."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] not in MAGICS:
        return None
    order, tick = MAGICS[data[:4]]
    header = struct.Struct(order + "IIII")
    packets, at = [], 24
    while at + 16 <= len(data):
        seconds, fraction, captured, wire = header.unpack_from(data, at)
        if at + 16 + captured > len(data):
            return None
        packets.append(Packet(seconds * SECOND + fraction * tick, wire, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return Capture(struct.unpack_from(order + "I", data, 20)[0], packets)


def write(path, link, packets):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link))
        for packet in packets:
            seconds, fraction = divmod(packet.time, SECOND)
            file.write(struct.pack("<IIII", seconds, fraction, len(packet.data), packet.wire) + packet.data)


def network(link, data):
    """Where the IP header begins, and its type; None for other packets."""
    if link == ETHERNET:
        at = 14
        kind = int.from_bytes(data[12:14], "big")
        while kind in VLAN_TAGS:
            kind = int.from_bytes(data[at + 2:at + 4], "big")
            at += 4
    elif link == COOKED:
        at, kind = 16, int.from_bytes(data[14:16], "big")
    elif link == COOKED_V2:
        at, kind = 20, int.from_bytes(data[0:2], "big")
    elif link in (RAW, NULL):
        at = 4 if link == NULL else 0
        kind = {4: IPV4, 6: IPV6}.get(data[at] >> 4) if len(data) > at else None
    else:
        return None
    least = {IPV4: 20, IPV6: 40}.get(kind)
    return (at, kind) if least and len(data) >= at + least else None


class Datagram(NamedTuple):
    """A packet whose IP header is understood. What pads it (Ethernet's least size) is left out."""
    time: int
    below: bytes  # the link's header
    header: bytes  # IP, with options or extension headers
    protocol: int
    body: bytes  # as far as captured
    missing: int  # bytes of the body that were on the wire, but not captured

    @property
    def version(self):
        return self.header[0] >> 4

    @property
    def source(self):
        return self.header[12:16] if self.version == 4 else self.header[8:24]

    @property
    def destination(self):
        return self.header[16:20] if self.version == 4 else self.header[24:40]

    @property
    def is_fragment(self):
        if self.version == 4:
            return int.from_bytes(self.header[6:8], "big") & 0x3FFF != 0
        return self.protocol == FRAGMENT_HEADER


def datagram(link, packet):
    """None for packets that are no IP, and for those whose IP header is cut."""
    data, found = packet.data, network(link, packet.data)
    if found is None:
        return None
    at, kind = found
    if kind == IPV4:
        body = at + (data[at] & 15) * 4
        total = int.from_bytes(data[at + 2:at + 4], "big")
        protocol = data[at + 9]
        end = at + total
    else:
        body, protocol = at + 40, data[at + 6]
        total = int.from_bytes(data[at + 4:at + 6], "big")
        end = at + 40 + total
        while protocol in EXTENSIONS and body + 8 <= len(data):
            protocol, body = data[body], body + 8 + data[body + 1] * 8
    # A card that cuts segments itself gets them with a length of 0 where it doesn't fit.
    end = end if total else packet.wire
    if body > len(data) or body > end:
        return None
    captured = data[body:end]
    return Datagram(packet.time, data[:at], data[at:body], protocol, captured, end - body - len(captured))


def checksum(data):
    """The internet's: the ones' complement of the ones' complement sum of 16-bit words."""
    if len(data) % 2:
        data += b"\0"
    total = int.from_bytes(data, "big")
    return 0xFFFF - (total % 0xFFFF or 0xFFFF) if total else 0xFFFF


def packed(ip):
    """The packet again: lengths and the header's checksum by what is in it now."""
    header, length = bytearray(ip.header), len(ip.body) + ip.missing
    if ip.version == 4:
        total = len(header) + length
        header[2:4] = (total if total <= 0xFFFF else 0).to_bytes(2, "big")
        header[10:12] = b"\0\0"
        header[10:12] = checksum(bytes(header)).to_bytes(2, "big")
    else:
        total = len(header) - 40 + length
        header[4:6] = (total if total <= 0xFFFF else 0).to_bytes(2, "big")
    data = ip.below + bytes(header) + ip.body
    return Packet(ip.time, len(data) + ip.missing, data)


def transport_checksum(ip, body):
    """Of TCP, UDP or ICMPv6 in this datagram; the field itself must be 0 in `body`."""
    length = len(body).to_bytes(4, "big")
    return checksum(ip.source + ip.destination + length + b"\0\0\0" + bytes([ip.protocol]) + body)


class Segment(NamedTuple):
    """A TCP segment, its datagram's own body left behind."""
    ip: Datagram
    source_port: int
    destination_port: int
    sequence: int
    acknowledgement: int
    flags: int
    window: int
    check: bytes
    urgent: int
    options: bytes
    payload: bytes

    @property
    def time(self):
        return self.ip.time

    @property
    def source(self):
        return self.ip.source, self.source_port

    @property
    def destination(self):
        return self.ip.destination, self.destination_port

    @property
    def direction(self):
        return self.ip.source, self.source_port, self.ip.destination, self.destination_port

    @property
    def connection(self):
        return tuple(sorted((self.source, self.destination)))

    @property
    def length(self):
        """Of its payload, on the wire."""
        return len(self.payload) + self.ip.missing

    @property
    def end(self):
        """The sequence number behind it."""
        return (self.sequence + self.length + bool(self.flags & SYN) + bool(self.flags & FIN)) % MODULUS

    @property
    def is_pure_ack(self):
        return self.flags == ACK and self.length == 0

    def at(self, time):
        return self._replace(ip=self.ip._replace(time=time))


def segment_of(ip):
    """None where it is no TCP, a fragment, or cut within its header."""
    if ip is None or ip.protocol != TCP or ip.is_fragment or len(ip.body) < 20:
        return None
    body = ip.body
    ports = struct.unpack_from(">HHIIBBH", body)
    payload = (ports[4] >> 4) * 4
    if payload < 20 or payload > len(body):
        return None
    return Segment(ip._replace(body=b""), *ports[:4], ports[5], ports[6], body[16:18],
                   int.from_bytes(body[18:20], "big"), body[20:payload], body[payload:])


def segment(link, packet):
    return segment_of(datagram(link, packet))


def later(tcp, time):
    """The same segment at another time, its timestamp option as if counted in milliseconds."""
    options = bytearray(tcp.options)
    for kind, at, length in options_of(tcp.options):
        if kind == TIMESTAMPS and length == 8:
            value = int.from_bytes(options[at:at + 4], "big") + (time - tcp.time) // MILLISECOND
            options[at:at + 4] = (value % MODULUS).to_bytes(4, "big")
    return tcp.at(time)._replace(options=bytes(options))


def packed_segment(tcp):
    """The packet of a segment. One that was not captured wholly keeps its checksum: what it sums is not all there."""
    options = tcp.options + b"\0" * (-len(tcp.options) % 4)
    head = struct.pack(">HHIIBBH", tcp.source_port, tcp.destination_port, tcp.sequence % MODULUS,
                       tcp.acknowledgement % MODULUS, (20 + len(options)) // 4 << 4, tcp.flags, tcp.window)
    tail = tcp.urgent.to_bytes(2, "big") + options + tcp.payload
    check = tcp.check
    if tcp.ip.missing == 0:
        check = transport_checksum(tcp.ip, head + b"\0\0" + tail).to_bytes(2, "big")
    return packed(tcp.ip._replace(body=head + check + tail))


def packed_with_checksum(ip, at):
    """The packet of a UDP, ICMP or ICMPv6 datagram, whose checksum stands at `at` in its body."""
    if ip.missing == 0 and len(ip.body) >= at + 2:
        body = ip.body[:at] + b"\0\0" + ip.body[at + 2:]
        check = checksum(body) if ip.protocol == ICMP else transport_checksum(ip, body)
        if ip.protocol == UDP:
            check = check or 0xFFFF  # 0 says that there is none
        ip = ip._replace(body=body[:at] + check.to_bytes(2, "big") + body[at + 2:])
    return packed(ip)


def options_of(raw):
    """(kind, where its content begins, its length) of each TCP option."""
    at = 0
    while at < len(raw) and raw[at] != END_OF_OPTIONS:
        if raw[at] == NO_OPERATION:
            at += 1
            continue
        if at + 2 > len(raw) or raw[at + 1] < 2 or at + raw[at + 1] > len(raw):
            return
        yield raw[at], at + 2, raw[at + 1] - 2
        at += raw[at + 1]


def quoted(ip):
    """Where in an ICMP error's body the IP header stands that it quotes; None for other datagrams."""
    if ip is None or ip.is_fragment or len(ip.body) < 8:
        return None
    errors = {ICMP: (3, 4, 5, 11, 12), ICMP_V6: (1, 2, 3, 4)}.get(ip.protocol, ())
    return 8 if ip.body[0] in errors else None


def with_quoted(link, packet, change):
    """An ICMP error with the TCP header that it quotes as `change(direction, first 8 bytes)` makes it; other packets as
    they are."""
    ip = datagram(link, packet)
    at = quoted(ip)
    if at is None:
        return packet
    inner = datagram(RAW, Packet(0, len(ip.body) - at, ip.body[at:]))
    if inner is None or inner.protocol != TCP or len(inner.body) < 8:
        return packet
    start = at + len(inner.header)
    ports = struct.unpack_from(">HH", inner.body)
    head = change((inner.source, ports[0], inner.destination, ports[1]), inner.body[:8])
    return packed_with_checksum(ip._replace(body=ip.body[:start] + head + ip.body[start + 8:]), 2)


def before(low, high):
    """Whether sequence number `low` comes before `high`."""
    return 0 < (high - low) % MODULUS < MODULUS // 2
