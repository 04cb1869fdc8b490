#!/usr/bin/env python3
"""Makes the first inputs of each fuzz target from the project's captures, vectors and key logs.

Usage: Tools/fuzz/seeds.py FOLDER      writes FOLDER/TARGET/NAME
The forms are those of Tests/FuzzTests. The same files make the same seeds.
"""
import glob
import gzip
import json
import os
import random
import struct
import sys

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(HOME, "Tools/fuzz"))
sys.dont_write_bytecode = True

from captures import frames, packets, payload, talks  # noqa: E402

LINK_TYPES = [1, 0, 12, 101, 108, 113, 228, 229, 276, 105]
SMALL = ["adv-wrong-port", "auth-legacy-v0-wrong", "http-to-kafka", "idle-close", "error-codes", "proxy-protocol",
         "tls-expired", "healthy-java-old", "healthy-cooked-any", "nat-forgets", "gssapi-legacy-v0", "auth-msk-iam",
         "auth-oauth-refused", "healthy-ipv6", "client-id-newline", "auth-java-scram-wrong", "sasl-good"]


def read(name):
    with open(os.path.join(HOME, name), "rb") as file:
        return file.read()


def piece(content):
    return struct.pack(">H", len(content)) + content


def small():
    return [(name, read(f"captures/{name}.pcap")) for name in SMALL]


def beginning(data, most):
    """The first packets of a classic capture, whole ones only."""
    order = "<" if data[0] in (0xD4, 0x4D) else ">"
    end = 24
    while end + 16 <= len(data):
        following = end + 16 + struct.unpack(order + "I", data[end + 8:end + 12])[0]
        if following > most:
            break
        end = following
    return data[:end]


def pcapng(link, some):
    """One section with a name block, a secret, and packets in both kinds of block."""
    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        size = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + size + body + size

    data = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    data += block(1, struct.pack("<HHI", link, 0, 0) + struct.pack("<HHB3xHH", 9, 1, 9, 0, 0))
    data += block(4, struct.pack("<HH", 1, 8) + bytes([10, 0, 0, 1]) + b"a.b\0" + b"\0\0\0\0")
    data += block(10, struct.pack("<II", 0x544C534B, 10) + b"CLIENT_RAN")
    for index, packet in enumerate(some):
        time = struct.pack("<III", 0, 0, 1000 * index)
        data += block(6, time + struct.pack("<II", len(packet), len(packet)) + packet)
    data += block(3, struct.pack("<I", len(some[0])) + some[0])
    return data + block(5, struct.pack("<III", 0, 0, 9) + struct.pack("<HHQHHQ", 4, 8, 12, 5, 8, 1))


def capture_seeds():
    for name, data in small()[:8]:
        yield name, beginning(data, 900)
        yield name + ".gz", gzip.compress(beginning(data, 600), mtime=0)
    link, some = packets(read("captures/adv-wrong-port.pcap"))
    yield "two.pcapng", pcapng(link, some[:3])
    yield "wrapped-zst", read("captures/wrapped-zst.pcap.zst")[:2000]
    yield "big-endian", beginning(read("captures/wrapped-big-endian.pcap"), 900)
    yield "interfaces", read("captures/wrapped-two-interfaces.pcapng")[:1500]


def packet_seeds():
    for path in sorted(glob.glob(os.path.join(HOME, "captures/wrapped-*.pcap"))) + [
            os.path.join(HOME, f"captures/{name}.pcap") for name in SMALL]:
        link, some = packets(read(path))
        if link not in LINK_TYPES:
            continue
        head = bytes([LINK_TYPES.index(link), len(some) & 1])
        yield os.path.basename(path), head + b"".join(piece(packet[:200]) for packet in some[:4])


def random_seeds(count, length):
    source = random.Random(7)
    for index in range(count):
        yield str(index), bytes(source.randrange(256) for _ in range(length))


def record_seeds():
    for path in sorted(glob.glob(os.path.join(HOME, "Tests/EndToEndTests/TLSCaptures/*.keys"))):
        keys = read(path)[:2000]
        for talk in talks(read(path[:-5] + ".pcap"))[:1]:
            data = piece(keys)
            for is_client, content in talk:
                step = bytes([0 if is_client else 1]) + piece(content)
                if len(data) + len(step) > 8000:
                    break
                data += step
            yield os.path.basename(path), data


def handshake_seeds():
    for path in sorted(glob.glob(os.path.join(HOME, "Tests/EndToEndTests/TLSCaptures/*.pcap"))):
        data = b""
        for talk in talks(read(path))[:1]:
            for is_client in (True, False):
                stream = b"".join(content for side, content in talk if side == is_client)
                data += messages(stream, 0 if is_client else 1)
        if data and len(data) < 4000:
            yield os.path.basename(path), data


def messages(stream, side):
    """Handshake messages in clear."""
    clear, at = b"", 0
    while at + 5 <= len(stream) and stream[at] == 22:
        size = struct.unpack(">H", stream[at + 3:at + 5])[0]
        clear += stream[at + 5:at + 5 + size]
        at += 5 + size
    found, at = b"", 0
    while at + 4 <= len(clear):
        size = int.from_bytes(clear[at + 1:at + 4], "big")
        if clear[at] not in (1, 2, 11, 12, 13, 14, 15, 16, 20) or at + 4 + size > len(clear):
            break
        found += bytes([side, clear[at]]) + piece(clear[at + 4:at + 4 + size])
        at += 4 + size
    return found


def framing_seeds():
    for name, data in small():
        for index, talk in enumerate(talks(data)[:3]):
            seed = bytes([index])
            for is_client, content in talk:
                step = bytes([0 if is_client else 1]) + piece(content[:1200])
                if len(seed) + len(step) > 3000:
                    break
                seed += step
            yield f"{name}-{index}", seed


def vectors():
    for line in read("Schema/vectors.jsonl").splitlines():
        vector = json.loads(line)
        body = vector.get("body", vector.get("hex", ""))
        yield vector["message"], vector["apiKey"], vector["version"], bytes.fromhex(body)


def decode_seeds():
    for index, (message, api, version, body) in enumerate(vectors()):
        if api < 0 or len(body) > 400 or index % 5:
            continue
        kind = 0 if message.endswith("Request") else 1
        yield f"{message}-{version}", bytes([api, version, kind, 16 + version]) + body


def dialogue_seeds():
    for name, data in small():
        for index, talk in enumerate(talks(data)[:3]):
            seed = bytes([0])
            for is_client, content in talk:
                for frame in frames(content)[:1]:
                    seed += step_of(is_client, frame) if len(seed) < 1500 else b""
            yield f"{name}-{index}", seed + bytes([24 + index, 3])


def step_of(is_client, frame):
    if not is_client:
        return bytes([1, 2, frame[3]]) + piece(frame[4:][:300])
    client = max(0, struct.unpack(">h", frame[8:10])[0]) if len(frame) >= 10 else 0
    return bytes([0, 3, frame[1], frame[3], frame[7]]) + piece(frame[10 + client:][:300])


def dns_seeds():
    asked = bytes.fromhex("123401000001000000000000") + b"\x07kafka-1\x03lab\0\0\1\0\1"
    told = bytes.fromhex("123481800001000100000000") + asked[12:] + bytes.fromhex("c00c000100010000003c0004") + b"\x0a\x0a\0\1"
    none = bytes.fromhex("123481830001000000000000") + asked[12:]
    yield "answered", bytes([8]) + piece(asked) + bytes([9]) + piece(told)
    yield "none", bytes([8]) + piece(asked) + bytes([9]) + piece(none) + bytes([8]) + piece(asked)
    for name, data in small():
        link, some = packets(data)
        seed = b""
        for packet in some:
            found = payload(link, packet)
            if found and found[0] == 17 and 53 in (found[1][1], found[2][1]) and len(seed) < 800:
                seed += bytes([8 | (found[1][1] == 53)]) + piece(found[4])
        if seed:
            yield name, seed


def sasl_seeds():
    claims = b"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSIsImlzcyI6ImEiLCJhdWQiOlsiYiJdLCJleHAiOjEyfQ."
    tokens = [b"\0alice\0alice-secret", b"n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL", claims, b"e=unknown-user",
              b'{"status":"invalid_token"}', b"\x60\x82\x01\x02\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\1\0"]
    tokens[2] = b"n,,\1auth=Bearer " + claims + b"\1\1"
    tokens.append(bytes.fromhex("7e3a3038a003020105a10302011ea411180f32303236313132363230333635335aa603020107a9051b034c4142aa12"
                                "3010a003020102a10930071b056b61666b61"))
    tokens += [b"PROXY TCP4 10.0.0.1 10.0.0.2 4000 9092\r\n", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12)]
    for index, token in enumerate(tokens):
        for mechanism in (index % 5, 128 + index % 5):
            yield f"{index}-{mechanism}", bytes([mechanism]) + token


LINES = [
    "[2026-11-26 20:36:53,935] WARN [Producer clientId=java-produce] Connection to node 2 (kafka-2.lab/10.10.0.12:9092) could "
    "not be established. Node may not be available. (org.apache.kafka.clients.NetworkClient)",
    "%3|1795725413.853|FAIL|prod-1#producer-1| [thrd:kafka-2.lab:9092/2]: kafka-2.lab:9092/2: Connect to ipv4#10.10.0.12:9092 "
    "failed: Connection refused (after 0ms in state CONNECT)",
    "2026-11-26 20:36:53,827 ERROR kafka.net.transport <KafkaTCPTransport [10.10.0.12:9092<-39994]>: socket disconnected",
    "2026-11-26T20:36:59.989Z [WARN] unable to open connection to broker; addr: kafka-2.lab:9092, broker: 2, err: dial tcp "
    "10.10.0.12:9092: i/o timeout",
    '{"level":"ERROR","timestamp":"2026-11-26T20:36:53.955Z","logger":"kafkajs","message":"Connection error: connect '
    'ECONNREFUSED 10.10.0.12:9092","broker":"kafka-2.lab:9092","clientId":"js","stack":"Error: a, b\\n at x"}',
    "2026-11-26T20:36:53Z deploy app=orders version=1.2 --password hunter2 https://user:hunter2@kafka:9092",
]


def text_seeds():
    for index, line in enumerate(LINES):
        yield str(index), bytes([20 * index]) + line.encode() + b"\n"
    yield "all", b"\x40" + "\n".join(LINES).encode()


def key_seeds():
    for path in sorted(glob.glob(os.path.join(HOME, "Tests/EndToEndTests/TLSCaptures/*.keys"))):
        yield os.path.basename(path), b"\x20" + read(path)[:900]


def report_seeds():
    for path in sorted(glob.glob(os.path.join(HOME, "Tests/ReportsTests/Goldens/*.json")))[:6]:
        yield os.path.basename(path), read(path)[:3500]
    yield "small", b'{"schemaVersion":"1.0","summary":{"status":"ok"},"findings":[{"kind":"a","count":2}],"capture":{"sources":[]}}'


def whole_seeds():
    for name, data in small():
        yield name, beginning(data, 3000)


SEEDS = {
    "capture": capture_seeds(), "packets": packet_seeds(), "reassembly": random_seeds(6, 120),
    "segments": random_seeds(6, 150), "records": record_seeds(), "handshake": handshake_seeds(),
    "framing": framing_seeds(), "decode": decode_seeds(), "dialogue": dialogue_seeds(), "dns": dns_seeds(),
    "sasl": sasl_seeds(), "keylog": key_seeds(), "clientlog": text_seeds(), "report": report_seeds(),
    "pipeline": whole_seeds(), "copies": whole_seeds(), "canary": [("plain", b"nothing")],
}


def main(folder):
    for target, seeds in SEEDS.items():
        os.makedirs(os.path.join(folder, target), exist_ok=True)
        for name, content in seeds:
            with open(os.path.join(folder, target, name), "wb") as file:
                file.write(content)


if __name__ == "__main__":
    main(sys.argv[1])
