"""Reads as much of the project's captures as seeds are made of."""
import struct


def packets(data):
    """Link type and packets of a classic capture, either byte order."""
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    if len(data) < 24 or struct.unpack(order + "I", data[:4])[0] not in (0xA1B2C3D4, 0xA1B23C4D):
        return 0, []
    link = struct.unpack(order + "I", data[20:24])[0] & 0xFFFF
    found, at = [], 24
    while at + 16 <= len(data):
        length = struct.unpack(order + "I", data[at + 8:at + 12])[0]
        found.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return link, found


def payload(link, packet):
    """(protocol, source, destination, sequence, bytes) of a plain IPv4 packet; None of any other."""
    head = {1: 14, 113: 16, 276: 20, 101: 0, 228: 0, 0: 4}.get(link)
    if head is None or len(packet) < head + 28 or packet[head] >> 4 != 4:
        return None
    ip = packet[head:]
    total, size = struct.unpack(">H", ip[2:4])[0], (ip[0] & 15) * 4
    ip = ip[:total]
    transport = ip[size:]
    if len(transport) < 8:
        return None
    ports = struct.unpack(">HH", transport[:4])
    source, destination = (ip[12:16], ports[0]), (ip[16:20], ports[1])
    if ip[9] == 17:
        return 17, source, destination, 0, transport[8:]
    if ip[9] == 6 and len(transport) >= 20:
        return 6, source, destination, struct.unpack(">I", transport[4:8])[0], transport[(transport[12] >> 4) * 4:]
    return None


def talks(data):
    """Connections of a capture: each a list of (whether the client speaks, bytes), each byte once."""
    link, all_packets = packets(data)
    found, seen = {}, set()
    for packet in all_packets:
        read = payload(link, packet)
        if read is None or read[0] != 6 or not read[4]:
            continue
        _, source, destination, sequence, content = read
        if (source, destination, sequence) in seen:
            continue
        seen.add((source, destination, sequence))
        is_client = source[1] > destination[1]
        key = (source, destination) if is_client else (destination, source)
        found.setdefault(key, []).append((is_client, content))
    return list(found.values())


def frames(stream):
    """Kafka's frames of one side's bytes, without their lengths; what is no frame ends it."""
    found, at = [], 0
    while at + 4 <= len(stream):
        size = struct.unpack(">i", stream[at:at + 4])[0]
        if not 4 <= size <= 100_000 or at + 4 + size > len(stream):
            break
        found.append(stream[at + 4:at + 4 + size])
        at += 4 + size
    return found
