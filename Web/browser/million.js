/**
 * A report with very many requests, of which one failed: `node Web/browser/million.js REPORT.html MANY.html [count=1000000]`.
 *
 * The page is that of another report; its packed requests are exchanged for ordinary ones, evenly spread over the capture.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { ColumnFile } from "../src/columns.js";
import { pack, packedText } from "../test/support/sample.js";

const columns = /(<script type="text\/plain" id="cols">)[^<]*(<\/script>)/;

const clients = 25;
const connectionCount = 300;

/**
 * What stays of the other report: its connections, events and texts, but for the failed attempts, which are red for a reason of
 * their own; more connections, of more clients, come behind.
 */
function kept(file) {
  const failed = file.directory.kinds.indexOf("connect-failed");
  const stays = [...file.numbers("e.kind")].map((kind) => kind !== failed);
  const text = (lines) => lines.map((line) => line + "\n").join("");
  return file.directory.columns.filter((entry) => !entry.name.startsWith("r.")).map((entry) => {
    if (entry.name === "connections") return [entry.name, text(more(file.lines(entry.name)))];
    if (entry.encoding === "lines") return [entry.name, text(file.lines(entry.name))];
    const all = [...file.numbers(entry.name)];
    return [entry.name, entry.name.startsWith("e.") ? all.filter((_, i) => stays[i]) : all, Math.max(entry.width, 6), entry.encoding];
  });
}

/** @param {string[]} lines @returns {string[]} */
function more(lines) {
  const models = lines.map((line) => JSON.parse(line)).filter((row) => row.kafka.requests > 0);
  const added = Array.from({ length: Math.max(0, connectionCount - lines.length) }, (_, i) => JSON.stringify({
    ...models[i % models.length], id: "c9" + (100000 + i), client: "10.9." + (i % clients) + ".5:" + (40000 + i), clientName: null,
  }));
  return lines.concat(added);
}

/**
 * The one that failed has the frame and the time of `bad`, a lost request of a finding of the report.
 * @param {string} html @param {number} count @param {{frame: number, seconds: number}} bad
 * @returns {string}
 */
export function million(html, count, bad) {
  const file = new ColumnFile(new Uint8Array(gunzipSync(Buffer.from(html.match(columns)[0].replace(/<[^>]*>/g, ""), "base64"))));
  const last = file.numbers("r.us").at(-1);
  const place = Math.floor((bad.seconds * 1e6 * count) / last);
  const each = (value) => Array.from({ length: count }, (_, i) => value(i));
  /** Looks like chance, and is the same each time: what is all alike would pack to nothing. */
  const chance = (i, below) => (Math.imul(i ^ (i >>> 13), 0x9e3779b1) >>> 8) % below;
  const produce = file.directory.apis.indexOf("Produce");
  const requests = [
    ["r.us", each((i) => Math.floor((i * last) / count)), 4, "delta"], ["r.ns", each(() => 0), 1], ["r.conn", each((i) => 1 + chance(i, connectionCount)), 2],
    ["r.api", each((i) => (i % 5 ? produce : i % file.directory.apis.length)), 1], ["r.version", each(() => 9), 1],
    ["r.marks", each((i) => (i === place ? 2 | 64 : 1)), 1], ["r.error", each(() => 0), 1], ["r.took", each((i) => 300 + chance(i * 3 + 1, 4000)), 3],
    ["r.sent", each((i) => 200 + chance(i * 3 + 2, 5000)), 2], ["r.got", each(() => 61), 1],
    ["r.frame", each((i) => (i === place ? bad.frame : 100000 + 2 * i)), 4, "zigzag"], ["r.source", each(() => 0), 1],
    ["r.answer", each((i) => (i === place ? 0 : 1)), 1], ["r.corr", each(() => 2), 1],
  ];
  const { columns: _, ...facts } = file.directory;
  const packed = packedText(pack({ ...facts, requestsSeen: count, ordinaryStride: 1 }, [...kept(file), ...requests]));
  return html.replace(columns, (_, open, close) => open + packed + close);
}

/** @param {Record<string, any>} report the JSON report @returns {{frame: number, seconds: number}} the first lost request */
export function firstLost(report) {
  const request = report.findings[0].requests[0];
  return { frame: request.frame, seconds: (Date.parse(request.sent.slice(0, 23) + "Z") - Date.parse(report.capture.sources[0].first.slice(0, 23) + "Z")) / 1000 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [from, to, count = "1000000"] = process.argv.slice(2);
  const report = JSON.parse(readFileSync(from.replace(/\.html$/, ".json"), "utf8"));
  writeFileSync(to, million(readFileSync(from, "utf8"), Number(count), firstLost(report)));
}
