import { gzipSync } from "node:zlib";
import { ColumnFile } from "../../src/columns.js";
import { build } from "../../src/model.js";

/** Bytes of a column as the writer lays them out. */
export function planes(values, width) {
  const out = Buffer.alloc(values.length * width);
  values.forEach((value, i) => {
    for (let plane = 0, rest = Number(value); plane < width; plane += 1, rest = Math.floor(rest / 256)) out[plane * values.length + i] = rest % 256;
  });
  return out;
}

const deltas = (values) => values.map((value, i) => (i ? value - values[i - 1] : value));
const zigzag = (value) => (value >= 0 ? value * 2 : -value * 2 - 1);

/** A column file of the given columns: [name, values, width, encoding] or [name, text]. */
export function pack(directory, columns) {
  const parts = columns.map(([name, values, width, encoding = "plain"]) => {
    if (typeof values === "string") return { entry: { name, count: Buffer.byteLength(values), width: 1, encoding: "lines" }, bytes: Buffer.from(values) };
    let stored = values;
    if (encoding === "delta") stored = deltas(values);
    if (encoding === "zigzag") stored = deltas(values).map(zigzag);
    return { entry: { name, count: values.length, width, encoding }, bytes: planes(stored, width) };
  });
  const head = Buffer.from(JSON.stringify({ ...directory, columns: parts.map((part) => part.entry) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([...parts.map((part) => part.bytes), head, length]);
}

export const start = 1795231090000000000n;

export function connection(id, client, server, clientId, extra = {}) {
  return {
    id, client, server, clientName: null, serverName: null, opened: "2026-11-21T03:18:10.000000000Z", ended: null,
    last: "2026-11-21T03:18:20.000000000Z", firstFrame: 1, lastFrame: 9, clientBytes: 1, serverBytes: 1, securityProtocol: "PLAINTEXT",
    mechanism: null, principal: null, tls: null,
    tcp: { handshake: "seen", handshakeMs: 1, retransmissions: 0, zeroWindowMs: 0, gapBytes: 0, end: "open", closedBy: null },
    kafka: { protocol: "kafka", clientId, software: null, nodeId: null, requests: 1, responses: 1, unanswered: 0, errors: 0 }, ...extra,
  };
}

const head = {
  capture: { sources: [{ name: "a.pcap", first: "2026-11-21T03:18:10.000000000Z", last: "2026-11-21T03:18:20.000000000Z" }] },
  brokers: [{ addresses: ["10.0.0.1:9092"], nodeIds: [1] }], findings: [],
};

/** A model of `count` requests over ten seconds, evenly spread; `change` may alter the columns. */
export async function model(count, change = () => {}) {
  const each = (value) => Array.from({ length: count }, (_, i) => (typeof value === "function" ? value(i) : value));
  const columns = {
    us: each((i) => Math.floor((i * 1e7) / count)), ns: each(0), conn: each((i) => 1 + (i % 2)), api: each((i) => i % 2), version: each(9),
    marks: each(1), error: each(0), took: each(2000), sent: each(100), got: each(50), frame: each((i) => i + 1), source: each(0), answer: each(1),
  };
  const connections = [connection("c1", "10.0.0.9:1", "10.0.0.1:9092", "orders"), connection("c2", "10.0.0.8:2", "10.0.0.2:9092", "<b>")];
  const findings = [];
  change(columns, connections, findings);
  const directory = {
    start: String(start), apis: ["Produce", "Fetch"], errors: ["", "NOT_LEADER"], kinds: ["dns", "gap"], requestsSeen: count, ordinaryStride: 1,
    notableStride: 1, hasRequests: true,
  };
  const lines = (values) => values.map((value) => JSON.stringify(value) + "\n").join("");
  const empty = ["us", "ns", "frame", "source", "conn", "kind", "text", "client", "server", "finding"].map((name) => ["e." + name, [], 1]);
  const widths = { "p.way": 2, "p.queued": 2, "p.inBroker": 2, us: 4, conn: 2, took: 4, sent: 4, got: 4, frame: 4, answer: 2 };
  const packed = pack(directory, [
    ["connections", lines(connections)], ["strings", lines([""])], ...empty,
    ...Object.entries(columns).map(([name, values]) => [
      "r." + name, values, widths[name] ?? 1, name === "us" ? "delta" : name === "frame" ? "zigzag" : "plain"]),
    ["r.corr", each((i) => (i < 2 ? 0 : 2)), 1],
  ]);
  return build({ ...head, findings }, new ColumnFile(new Uint8Array(packed)));
}

export function packedText(bytes) {
  return gzipSync(bytes).toString("base64");
}
