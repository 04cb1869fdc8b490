/**
 * A capture in which clients, topics, groups and hosts have names that would like to be markup or script:
 * `node Web/browser/hostile.js FILE.pcap`.
 */
import { writeFileSync } from "node:fs";

export const names = [
  '</script><img src=x onerror="window.__pwned=1">', '"><svg onload=window.__pwned=2>', "'-(window.__pwned=3)-'", "__proto__", "constructor",
  "javascript:window.__pwned=4", "a\u2028b\u2029c", "\u202Etxt.exe", "]]><!--<script>window.__pwned=5</script>", "${window.__pwned=6}",
  "=cmd|' /C calc'!A0", "x".repeat(2000), Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x62]), "\u0000\u001b[31m",
];

const int8 = (n) => Buffer.from([n & 255]);
const int16 = (n) => Buffer.from([(n >> 8) & 255, n & 255]);
const int32 = (n) => Buffer.from([(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const string = (text) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([int16(bytes.length), bytes]);
};
/** Unsigned numbers of seven bits a byte, as flexible versions have them. */
const varint = (n) => (n < 128 ? int8(n) : Buffer.concat([int8((n & 127) | 128), varint(n >> 7)]));
const compact = (text) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(bytes.length + 1), bytes]);
};
const array = (items) => Buffer.concat([int32(items.length), ...items]);
const frame = (...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([int32(body.length), body]);
};
const request = (api, version, correlation, client, ...body) => frame(int16(api), int16(version), int32(correlation), string(client), ...body);

/** What one client and its broker say, `true` for the client's side. */
function dialogue(name, second) {
  const produce = (correlation, topic) =>
    request(0, 3, correlation, name, int16(-1), int16(-1), int32(30000), array([Buffer.concat([string(topic), array([Buffer.concat([int32(0), int32(-1)])])])]));
  return [
    // ApiVersions 3 with the library's name, its answer in version 3.
    [true, request(18, 3, 1, name, int8(0), compact(name), compact(second), int8(0))],
    [false, frame(int32(1), int16(0), varint(4), ...[[0, 0, 10], [3, 0, 12], [18, 0, 3]].map((row) => Buffer.concat([...row.map(int16), int8(0)])), int32(0), int8(0))],
    // Metadata 1: hosts, racks and topics are texts from the wire too.
    [true, request(3, 1, 2, name, array([string(name)]))],
    [false, frame(int32(2), array([Buffer.concat([int32(1), string(Buffer.from(name).subarray(0, 200)), int32(9092), string(second)])]), int32(1),
      array([Buffer.concat([int16(0), string(name), int8(0), array([])])]))],
    // Produce 3 that is refused, and one that gets no answer.
    [true, produce(3, name)],
    [false, frame(int32(3), array([Buffer.concat([string(name), array([Buffer.concat([int32(0), int16(6), int32(-1), int32(-1), int32(-1), int32(-1)])])])]), int32(0))],
    [true, produce(4, second)],
  ];
}

/** Ethernet, IPv4 and TCP around the bytes. */
function packet(from, to, sequence, acknowledged, flags, payload) {
  const tcp = Buffer.concat([int16(from.port), int16(to.port), int32(sequence), int32(acknowledged), int8(0x50), int8(flags), int16(65535), int32(0), payload]);
  const ip = Buffer.concat([int8(0x45), int8(0), int16(20 + tcp.length), int32(0x4000), int8(64), int8(6), int16(0), Buffer.from(from.address), Buffer.from(to.address)]);
  return Buffer.concat([Buffer.alloc(12, 2), int16(0x0800), ip, tcp]);
}

/** @returns {Buffer} a pcap file */
export function capture() {
  const little32 = (n) => Buffer.from([n & 255, (n >>> 8) & 255, (n >>> 16) & 255, (n >>> 24) & 255]);
  const records = [Buffer.from("d4c3b2a102000400000000000000000000000400" + "01000000", "hex")];
  let micros = 0;
  const add = (data) => {
    micros += 1500;
    records.push(little32(1795231090 + Math.floor(micros / 1e6)), little32(micros % 1e6), little32(data.length), little32(data.length), data);
  };
  names.forEach((name, i) => {
    const client = { address: [10, 0, 0, 9], port: 40000 + i };
    const broker = { address: [10, 0, 0, 1], port: 9092 };
    let [mine, theirs] = [1000 + i * 100000, 5000 + i * 100000];
    add(packet(client, broker, mine, 0, 2, Buffer.alloc(0)));
    add(packet(broker, client, theirs, mine + 1, 18, Buffer.alloc(0)));
    [mine, theirs] = [mine + 1, theirs + 1];
    add(packet(client, broker, mine, theirs, 16, Buffer.alloc(0)));
    for (const [isClient, bytes] of dialogue(name, names[(i + 1) % names.length])) {
      // Long ones in segments.
      for (let at = 0; at < bytes.length; at += 1400) {
        const part = bytes.subarray(at, at + 1400);
        if (isClient) add(packet(client, broker, mine, theirs, 24, part));
        else add(packet(broker, client, theirs, mine, 24, part));
        if (isClient) mine += part.length;
        else theirs += part.length;
      }
    }
    add(packet(broker, client, theirs, mine, 20, Buffer.alloc(0)));
  });
  return Buffer.concat(records);
}

if (process.argv[1]?.endsWith("hostile.js")) writeFileSync(process.argv[2], capture());
