// Written by Tools/html/build from Web/. Do not edit.

/// The pages' scripts and style, and their SHA-256 hashes for their content security policies.
enum HTMLAssets {
    static let scriptHash = "vg36eZkLvH/VELEp2IH/9qMJQSNYaHxYKlgGmLlKKvE="
    static let styleHash = "nx9NJvFWoRnanBfqIeU11ki5hsmgE456p/5utgbY6sY="
    static let liveScriptHash = "ICCwmiain9Yc5gnm84k1KFDQQKUKAqTloB6WsrGlfIc="

    static let script = ###"""
(() => {
"use strict";
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\uFFFD]/gu;
function visible(value) {
  const text = String(value ?? "");
  return text.replace(hidden, (c) => "\\u{" + (c.codePointAt(0) ?? 0).toString(16) + "}");
}
function count(n) {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");
}
function counted(n, noun, plural) {
  return count(n) + " " + (n === 1 ? noun : plural ?? noun + "s");
}
function duration(ms) {
  const size = Math.abs(ms);
  if (size < 0.01 && size > 0) return (ms * 1000).toFixed(size < 0.001 ? 3 : 1) + " us";
  if (size < 1) return ms.toFixed(2) + " ms";
  if (size < 10) return ms.toFixed(1) + " ms";
  if (size < 1000) return ms.toFixed(0) + " ms";
  if (size < 10000) return (ms / 1000).toFixed(2) + " s";
  if (size < 120000) return (ms / 1000).toFixed(1) + " s";
  const [big, small, bigSeconds, smallSeconds] = size < 7200000 ? ["min", "s", 60, 1] : ["h", "min", 3600, 60];
  const seconds = Math.floor(size / 1000);
  const rest = Math.floor((seconds % bigSeconds) / smallSeconds);
  return (ms < 0 ? "-" : "") + Math.floor(seconds / bigSeconds) + " " + big + (rest ? " " + rest + " " + small : "");
}
function bytes(n) {
  if (n < 1000) return n + " B";
  let amount = n;
  for (const unit of ["kB", "MB", "GB"]) {
    amount /= 1000;
    if (amount < 1000 || unit === "GB") return amount.toFixed(amount < 10 ? 1 : 0) + " " + unit;
  }
  return n + " B";
}
function shortened(text, limit) {
  if (text.length <= limit) return text;
  const half = Math.max(1, (limit - 3) >> 1);
  return text.slice(0, half) + "..." + text.slice(text.length - half);
}
function hostOf(endpoint) {
  const bracket = endpoint.match(/^\[(.*)\]:\d+$/);
  if (bracket) return bracket[1];
  return endpoint.replace(/:\d+$/, "");
}
function nameParts(label) {
  const found = label.match(/^(?:(.*) )?(\S+?)(:\d+)?$/s);
  if (!found || (found[1] && !found[3] && !/[.:]/.test(found[2]))) return { who: label, host: "", port: "" };
  return { who: found[1] ?? "", host: found[2], port: found[3] ?? "" };
}
class Clock {
  constructor(start, offsetSeconds) {
    this.start = start;
    this.offsetSeconds = offsetSeconds;
    this.mode = "report";
  }
  turn() {
    this.mode = this.mode === "report" ? "local" : this.mode === "local" ? "relative" : "report";
  }
  get name() {
    if (this.mode === "relative") return "since start";
    if (this.mode === "local") return "local time";
    return this.offsetSeconds === 0 ? "UTC" : "report's zone";
  }
  text(t, digits) {
    if (this.mode === "relative") return (t < 0 ? "" : "+") + t.toFixed(digits) + " s";
    const rest = this.ofDay(t);
    const whole = Number(rest / 1000000000n);
    const fraction = (rest % 1000000000n).toString().padStart(9, "0").slice(0, digits);
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    const clock = two(Math.floor(whole / 3600)) + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
    return digits > 0 ? clock + "." + fraction : clock;
  }
  ofDay(t) {
    const nanos = this.start + BigInt(Math.round(t * 1e9));
    const shift = this.mode === "local" ? this.localOffset(nanos) : this.offsetSeconds;
    const day = 86400000000000n;
    const rest = (nanos + BigInt(shift) * 1000000000n) % day;
    return rest < 0n ? rest + day : rest;
  }
  get phase() {
    return this.mode === "relative" ? 0 : Number(this.ofDay(0)) / 1e9;
  }
  localOffset(nanos) {
    return -60 * new Date(Number(nanos / 1000000n)).getTimezoneOffset();
  }
}
const apt = {
  "connect-failed": new Set(["connect-failure", "advertised-address-mismatch", "broker-unavailable", "network-path", "tls-failure", "protocol-mismatch"]),
  "sign-in": new Set(["auth-terminated", "session-expired"]),
  "tls": new Set(["tls-failure", "protocol-mismatch"]),
  "dns": new Set(["advertised-address-mismatch"]),
  "connection-ended": new Set(["tls-failure", "protocol-mismatch", "auth-terminated"]),
};
const outages = new Set(["broker-outage", "rolling-restart", "host-unreachable", "path-trouble"]);
const severities = ["info", "warning", "error"];
const slack = 1e-3;
const mostOfOne = 64;
class Belonging {
  constructor(head, seconds) {
    this.spans = new Map();
    this.byConnection = new Map();
    this.findings = head.findings;
    this.left = new Set(head.findings.filter((/** @type {any} */ one) => one.kind === "abandoned-by-client").flatMap((/** @type {any} */ one) => one.evidence.connections));
    this.counts = head.findings.some((/** @type {any} */ one) => one.severity !== "info" && one.requestsLeftOut > 0);
    for (const [at, finding] of head.findings.entries()) {
      if (finding.severity === "info") continue;
      for (const id of finding.evidence.connections) this.add(this.byConnection, id, at);
      const span = { at, kinds: new Set([finding.kind]), from: seconds(finding.first), to: seconds(finding.last) };
      const isName = finding.kind === "advertised-address-mismatch" && finding.detail === "unresolvable";
      const server = isName ? "name " + hostOf(finding.server ?? "") : finding.server;
      this.add(this.spans, (finding.client ?? "*") + " " + server, span);
    }
    for (const incident of head.incidents ?? []) this.outage(incident, seconds);
  }
  add(map, key, value) {
    const known = map.get(key);
    if (!known) map.set(key, [value]);
    else if (known.length < mostOfOne) known.push(value);
  }
  outage(incident, seconds) {
    if (!outages.has(incident.kind) || !incident.rootServer) return;
    const ids = new Set(incident.findings);
    const mine = this.findings.map((/** @type {any} */ finding, /** @type {number} */ at) => ({ finding, at })).filter((/** @type {any} */ { finding }) => ids.has(finding.id));
    const worst = mine.find((/** @type {any} */ { finding }) => finding.id === incident.rootFinding) ?? mine[0];
    if (worst && worst.finding.severity !== "info") {
      this.add(this.spans, "* " + incident.rootServer, { at: worst.at, kinds: null, from: seconds(incident.from), to: seconds(incident.to) });
    }
  }
  ofLost(client, server, connection, t, until) {
    if (!this.counts || this.left.has(connection)) return -1;
    for (const span of [hostOf(client), "*"].flatMap((who) => this.spans.get(who + " " + server) ?? [])) {
      if (this.findings[span.at].requestsLeftOut > 0 && until >= span.from - slack && t <= span.to + slack) return span.at;
    }
    return -1;
  }
  of(event) {
    const kinds = apt[event.kind];
    if (!kinds || (event.kind === "sign-in" && event.text.endsWith(" succeeded"))) return -1;
    const server = event.kind === "dns" ? "name " + event.text.replace(/: [^:]*$/, "") : event.server;
    let best = -1;
    const consider = (/** @type {number} */ at) => {
      if (best < 0 || severities.indexOf(this.findings[at].severity) > severities.indexOf(this.findings[best].severity)) best = at;
    };
    for (const at of this.byConnection.get(event.connection) ?? []) if (kinds.has(this.findings[at].kind)) consider(at);
    if (event.kind === "connection-ended" && !event.isUseless) return best;
    for (const who of [hostOf(event.client), "*"]) {
      for (const span of this.spans.get(who + " " + server) ?? []) {
        if (event.until < span.from - slack || event.t > span.to + slack) continue;
        if (span.kinds === null ? event.kind === "connect-failed" : [...span.kinds].some((kind) => kinds.has(kind))) consider(span.at);
      }
    }
    return best;
  }
}
function pause() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
async function fromBase64(text) {
  const clean = text.trim();
  const native = /** @type {any} */ (Uint8Array).fromBase64;
  if (native) return native(clean);
  const out = new Uint8Array(Math.floor(clean.length / 4) * 3);
  const step = 4 << 18;
  let at = 0;
  for (let i = 0; i < clean.length; i += step) {
    const part = atob(clean.slice(i, i + step));
    for (let j = 0; j < part.length; j += 1) out[at + j] = part.charCodeAt(j);
    at += part.length;
    if (i + step < clean.length) await pause();
  }
  return out.subarray(0, at);
}
async function gunzip(packed) {
  const stream = new Blob([/** @type {BlobPart} */ (packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
class ColumnFile {
  constructor(data) {
    this.data = data;
    const end = data.length - 4;
    const length = data[end] + data[end + 1] * 256 + data[end + 2] * 65536 + data[end + 3] * 16777216;
    this.directory = JSON.parse(new TextDecoder().decode(data.subarray(end - length, end)));
    this.places = new Map();
    let offset = 0;
    for (const entry of this.directory.columns) {
      this.places.set(entry.name, { entry, offset });
      offset += entry.count * entry.width;
    }
  }
  place(name) {
    const place = this.places.get(name);
    if (!place) throw new Error("the data has no column " + name);
    return place;
  }
  has(name) {
    return this.places.has(name);
  }
  count(name) {
    return this.place(name).entry.count;
  }
  numbers(name) {
    const { entry, offset } = this.place(name);
    const { count, width } = entry;
    if (entry.encoding === "plain" && width === 1) return this.data.subarray(offset, offset + count);
    const small = entry.encoding === "plain" && width <= 4;
    const out = small ? (width === 2 ? new Uint16Array(count) : new Uint32Array(count)) : new Float64Array(count);
    const plane = (/** @type {number} */ at) => this.data.subarray(offset + at * count, offset + (at + 1) * count);
    const [a, b, c] = [plane(0), width > 1 ? plane(1) : null, width > 2 ? plane(2) : null];
    if (c && b) for (let i = 0; i < count; i += 1) out[i] = a[i] | (b[i] << 8) | (c[i] << 16);
    else if (b) for (let i = 0; i < count; i += 1) out[i] = a[i] | (b[i] << 8);
    else out.set(a);
    for (let at = 3, weight = 16777216; at < width; at += 1, weight *= 256) {
      const bytes = plane(at);
      for (let i = 0; i < count; i += 1) out[i] += bytes[i] * weight;
    }
    if (entry.encoding === "delta") sum(out);
    if (entry.encoding === "zigzag") sumZigzag(out);
    return out;
  }
  lines(name) {
    const { entry, offset } = this.place(name);
    const text = new TextDecoder().decode(this.data.subarray(offset, offset + entry.count));
    return text.length ? text.replace(/\n$/, "").split("\n") : [];
  }
  async values(name) {
    const lines = this.lines(name);
    const out = [];
    for (let i = 0; i < lines.length; i += 2000) {
      for (const line of lines.slice(i, i + 2000)) out.push(JSON.parse(line));
      if (i + 2000 < lines.length) await pause();
    }
    return out;
  }
}
function sum(out) {
  let last = 0;
  for (let i = 0; i < out.length; i += 1) {
    last += out[i];
    out[i] = last;
  }
}
function unzigzag(value) {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
function sumZigzag(out) {
  let last = 0;
  for (let i = 0; i < out.length; i += 1) {
    last += unzigzag(out[i]);
    out[i] = last;
  }
}
const Marks = { answered: 1, lost: 2, failed: 4, slow: 8, wantsNoAnswer: 16, longPoll: 32, byError: 64, byWarning: 128 };
const Severity = { normal: 0, notable: 1, slow: 2, warning: 3, error: 4 };
const groups = ["produce", "fetch", "group", "metadata", "setup", "other"];
const groupNames = new Set([
  "JoinGroup", "SyncGroup", "LeaveGroup", "Heartbeat", "OffsetCommit", "OffsetFetch", "FindCoordinator", "ConsumerGroupHeartbeat",
  "ConsumerGroupDescribe", "DescribeGroups", "ListGroups", "ShareGroupHeartbeat", "TxnOffsetCommit", "AddOffsetsToTxn",
]);
const waitsByDesign = new Set(["Fetch", "ShareFetch", "JoinGroup", "SyncGroup"]);
const slowFrom = 1e6;
function groupOf(api) {
  if (api === "Produce") return 0;
  if (api === "Fetch" || api === "ShareFetch") return 1;
  if (groupNames.has(api)) return 2;
  if (api === "Metadata" || api === "DescribeCluster" || api === "DescribeTopicPartitions") return 3;
  if (api === "ApiVersions" || api === "SaslHandshake" || api === "SaslAuthenticate") return 4;
  return 5;
}
function severityOf(marks) {
  if (marks & Marks.byError) return Severity.error;
  if (marks & Marks.byWarning) return Severity.warning;
  if (marks & Marks.slow) return Severity.slow;
  if (marks & (Marks.lost | Marks.failed)) return Severity.notable;
  return Severity.normal;
}
function nanoseconds(iso) {
  const dot = iso.indexOf(".");
  const fraction = dot < 0 ? "0" : iso.slice(dot + 1).replace(/Z$/, "");
  const whole = dot < 0 ? iso.replace(/Z$/, "") : iso.slice(0, dot);
  return BigInt(Date.parse(whole + "Z")) * 1000000n + BigInt(fraction.padEnd(9, "0"));
}
function frameNumber(frame) {
  return typeof frame === "number" ? frame : frame?.number ?? 0;
}
class Model {
  constructor(head, file) {
    this.head = head;
    this.directory = file.directory;
    this.start = BigInt(file.directory.start);
    this.findings = head.findings;
    this.connections = [];
    this.strings = [];
    this.apis = file.directory.apis;
    this.apiGroups = this.apis.map(groupOf);
    this.errors = file.directory.errors;
    this.kinds = file.directory.kinds;
    this.length = 1e-3;
    this.requests = { us: new Float64Array(0) };
    this.events = { us: new Float64Array(0) };
    this.requestCount = 0;
    this.t = new Float64Array(0);
    this.took = new Float32Array(0);
    this.severity = new Uint8Array(0);
    this.color = new Uint8Array(0);
    this.ref = new Int32Array(0);
    this.setup = {};
    this.connOpened = new Float64Array(0);
    this.connEnded = new Float64Array(0);
    this.connWork = new Float64Array(0);
    this.connSeverity = new Uint8Array(0);
  }
  seconds(iso) {
    return iso ? Number(nanoseconds(iso) - this.start) / 1e9 : NaN;
  }
  get itemCount() {
    return this.t.length;
  }
  isRequest(item) {
    return this.ref[item] >= 0;
  }
  connectionOf(item) {
    const ref = this.ref[item];
    return (ref >= 0 ? this.requests.conn[ref] : this.events.conn[-1 - ref]) - 1;
  }
  itemOfRequest(request) {
    return this.itemOf(request, this.requests.t[request]);
  }
  itemOf(ref, time) {
    for (let i = lowerBound(this.t, time); i < this.t.length && this.t[i] <= time; i += 1) if (this.ref[i] === ref) return i;
    return -1;
  }
}
function lowerBound(values, wanted) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
async function load(head, packed) {
  const data = await gunzip(await fromBase64(packed));
  await pause();
  return build(head, new ColumnFile(data));
}
async function build(head, file) {
  const model = new Model(head, file);
  model.connections = await file.values("connections");
  model.strings = await file.values("strings");
  for (const name of ["conn", "api", "version", "marks", "error", "took", "sent", "got", "frame", "source", "answer", "corr"]) {
    model.requests[name] = file.numbers("r." + name);
    await pause();
  }
  if (file.has("r.p.way")) {
    model.requests.parts = {};
    for (const name of ["sending", "resending", "way", "queued", "throttled", "onPurpose", "inBroker", "answering"]) {
      model.requests.parts[name] = file.numbers("r.p." + name);
      await pause();
    }
  }
  for (const name of ["dns", "tcp", "tls", "signIn"]) model.setup[name] = file.has("c." + name) ? file.numbers("c." + name) : [];
  model.requests.t = times(file, "r");
  restoreCorrelations(model);
  markSlow(model);
  for (const name of ["frame", "source", "conn", "kind", "text", "client", "server", "finding"]) {
    model.events[name] = file.numbers("e." + name);
  }
  model.events.t = times(file, "e");
  await pause();
  measure(model);
  connectionTimes(model);
  await pause();
  attribute(model);
  merge(model);
  return model;
}
function times(file, prefix) {
  const us = file.numbers(prefix + ".us");
  const ns = file.numbers(prefix + ".ns");
  const out = new Float64Array(us.length);
  for (let i = 0; i < out.length; i += 1) out[i] = us[i] / 1e6;
  if (ns.some((one) => one > 0)) for (let i = 0; i < out.length; i += 1) out[i] += ns[i] / 1e9;
  return out;
}
function markSlow(model) {
  const { api, marks, took } = model.requests;
  const waits = model.apis.map((/** @type {string} */ name) => waitsByDesign.has(name));
  const found = Uint8Array.from(marks);
  for (let i = 0; i < found.length; i += 1) if (took[i] >= slowFrom && found[i] & Marks.answered && !waits[api[i]]) found[i] |= Marks.slow;
  model.requests.marks = found;
}
function restoreCorrelations(model) {
  const { corr, conn } = model.requests;
  const last = new Float64Array(model.connections.length + 1);
  const out = new Int32Array(corr.length);
  for (let i = 0; i < out.length; i += 1) {
    last[conn[i]] += unzigzag(corr[i]);
    out[i] = last[conn[i]];
  }
  model.requests.corr = out;
}
function measure(model) {
  let end = 0;
  for (const source of model.head.capture.sources) if (source.last) end = Math.max(end, model.seconds(source.last));
  for (const times of [model.requests.t, model.events.t]) if (times.length) end = Math.max(end, times[times.length - 1]);
  model.length = Math.max(1e-3, end);
}
function drawnEvents(model) {
  const left = new Set(["connection-opened", "connection-ended", "gap", "drop"]);
  if (model.directory.hasRequests) ["error", "lost-request"].forEach((kind) => left.add(kind));
  const { events, kinds } = model;
  const isDrawn = kinds.map((/** @type {string} */ kind) => !left.has(kind));
  const isTold = new Set();
  for (let i = 0; i < events.t.length; i += 1) if (["sign-in", "tls"].includes(kinds[events.kind[i]])) isTold.add(events.conn[i]);
  const isEnd = kinds.map((/** @type {string} */ kind) => kind === "connection-ended");
  const handshakes = new Set(["tls-failure", "protocol-mismatch", "auth-terminated"]);
  const out = [];
  for (let i = 0; i < events.t.length; i += 1) {
    const finding = model.findings[events.finding[i] - 1];
    const failed = isEnd[events.kind[i]] && finding && finding.severity !== "info" && handshakes.has(finding.kind) && !isTold.has(events.conn[i]);
    if (isDrawn[events.kind[i]] || failed) out.push(i);
  }
  return out;
}
function attribute(model) {
  const { events, connections, kinds, strings } = model;
  const belonging = new Belonging(model.head, (iso) => model.seconds(iso));
  attributeLost(model, belonging);
  const found = Int32Array.from(events.finding);
  model.connSeverity = new Uint8Array(connections.length);
  for (let e = 0; e < found.length; e += 1) {
    const c = events.conn[e] - 1;
    const listed = found[e] ? model.findings[found[e] - 1].severity : "info";
    if (listed !== "error") {
      const at = belonging.of({
        kind: kinds[events.kind[e]], text: strings[events.text[e]], client: strings[events.client[e]], server: strings[events.server[e]],
        connection: c < 0 ? "" : connections[c].id, t: events.t[e], until: c < 0 ? events.t[e] : model.connEnded[c],
        isUseless: c >= 0 && connections[c].kafka.responses === 0,
      });
      if (at >= 0 && (listed === "info" || model.findings[at].severity === "error")) found[e] = at + 1;
    }
    events.finding = found;
    if (c >= 0 && kinds[events.kind[e]] !== "connection-ended") model.connSeverity[c] = Math.max(model.connSeverity[c], eventSeverity(model, e));
  }
}
function attributeLost(model, belonging) {
  const { requests, connections, findings } = model;
  if (!belonging.counts) return;
  for (let i = 0; i < requests.t.length; i += 1) {
    const marks = requests.marks[i];
    if (!(marks & Marks.lost) || marks & (Marks.byError | Marks.byWarning) || !requests.conn[i]) continue;
    const row = connections[requests.conn[i] - 1];
    const at = belonging.ofLost(row.client, row.server, row.id, requests.t[i], requests.t[i] + requests.took[i] / 1e6);
    if (at >= 0) requests.marks[i] |= findings[at].severity === "error" ? Marks.byError : Marks.byWarning;
  }
}
function eventSeverity(model, event) {
  const kind = model.kinds[model.events.kind[event]];
  const finding = model.events.finding[event];
  if (finding && model.findings[finding - 1].severity === "error") return Severity.error;
  if (kind === "lost-request") return Severity.error;
  if (kind === "error" || (finding && model.findings[finding - 1].severity === "warning")) return Severity.warning;
  if (kind === "connect-failed" || kind === "tls") return Severity.notable;
  return Severity.normal;
}
function merge(model) {
  const r = model.requests;
  const drawn = drawnEvents(model);
  const total = r.t.length + drawn.length;
  model.requestCount = r.t.length;
  model.t = new Float64Array(total);
  model.took = new Float32Array(total);
  model.severity = new Uint8Array(total);
  model.color = new Uint8Array(total);
  model.ref = new Int32Array(total);
  let i = 0;
  let j = 0;
  for (let k = 0; k < total; k += 1) {
    if (j >= drawn.length || (i < r.t.length && r.t[i] <= model.events.t[drawn[j]])) {
      model.t[k] = r.t[i];
      model.took[k] = r.took[i] / 1e6;
      model.severity[k] = severityOf(r.marks[i]);
      model.color[k] = model.apiGroups[r.api[i]];
      model.ref[k] = i;
      i += 1;
    } else {
      const event = drawn[j];
      model.t[k] = model.events.t[event];
      model.severity[k] = eventSeverity(model, event);
      model.color[k] = model.kinds[model.events.kind[event]] === "addresses" ? 3 : model.kinds[model.events.kind[event]] === "sign-in" ? 4 : 5;
      model.ref[k] = -1 - event;
      j += 1;
    }
  }
}
function connectionTimes(model) {
  const n = model.connections.length;
  model.connOpened = new Float64Array(n);
  model.connEnded = new Float64Array(n);
  model.connWork = new Float64Array(n).fill(Infinity);
  const { conn, api, t } = model.requests;
  for (let i = 0; i < t.length; i += 1) {
    const c = conn[i] - 1;
    if (c >= 0 && model.apiGroups[api[i]] !== 4 && t[i] < model.connWork[c]) model.connWork[c] = t[i];
  }
  for (let c = 0; c < n; c += 1) {
    const row = model.connections[c];
    model.connOpened[c] = model.seconds(row.opened);
    model.connEnded[c] = model.seconds(row.ended ?? row.last);
    if (row.tcp.end === "open") model.connEnded[c] = Math.max(model.connEnded[c], model.length);
  }
}
const filterKeys = ["api", "client", "broker", "kind", "status", "error", "conn", "frame", "text"];
function parseFilter(query) {
  const terms = [];
  const problems = [];
  const words = query.match(/-?[a-zA-Z]+:"[^"]*"|-?"[^"]*"|\S+/g) ?? [];
  for (const word of words) {
    const parts = word.match(/^(-?)(?:([a-zA-Z]+):)?("?)(.*?)\3$/s);
    if (!parts) continue;
    let [, minus, key, , value] = parts;
    key = (key ?? "text").toLowerCase();
    if (!filterKeys.includes(key)) {
      if (/^[a-z]+$/.test(key) && !/\d/.test(value)) problems.push("no key '" + key + ":'");
      value = word.replace(/^-/, "");
      key = "text";
    }
    if (value) terms.push({ key, value: value.toLowerCase(), not: minus === "-" });
  }
  return { terms, problems };
}
function matcher(value) {
  if (value.startsWith("=")) return (text) => text.toLowerCase() === value.slice(1);
  if (!value.includes("*")) return (text) => text.toLowerCase().includes(value);
  const pattern = value.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  const whole = new RegExp("^" + pattern + "$", "s");
  return (text) => whole.test(text.toLowerCase());
}
class Filter {
  constructor(model, query) {
    this.model = model;
    const { terms, problems } = parseFilter(query);
    this.terms = terms;
    this.problems = problems;
    this.tests = [];
    for (const key of filterKeys) {
      const wanted = terms.filter((term) => term.key === key && !term.not).map((term) => this.test(term));
      const unwanted = terms.filter((term) => term.key === key && term.not).map((term) => this.test(term));
      if (wanted.length) this.tests.push((item) => wanted.some((test) => test(item)));
      for (const test of unwanted) this.tests.push((item) => !test(item));
    }
  }
  get isEmpty() {
    return this.terms.length === 0;
  }
  items() {
    if (this.isEmpty) return null;
    const pass = new Uint8Array(this.model.itemCount);
    for (let i = 0; i < pass.length; i += 1) pass[i] = this.tests.every((test) => test(i)) ? 1 : 0;
    return pass;
  }
  connections() {
    const own = this.terms.filter((term) => ["client", "broker", "conn"].includes(term.key));
    if (!own.length) return null;
    const pass = new Uint8Array(this.model.connections.length).fill(1);
    for (const key of ["client", "broker", "conn"]) {
      const wanted = own.filter((term) => term.key === key && !term.not).map((term) => this.ofConnections(term));
      const unwanted = own.filter((term) => term.key === key && term.not).map((term) => this.ofConnections(term));
      for (let c = 0; c < pass.length; c += 1) {
        if (wanted.length && !wanted.some((table) => table[c])) pass[c] = 0;
        if (unwanted.some((table) => table[c])) pass[c] = 0;
      }
    }
    return pass;
  }
  ofConnections(term) {
    const test = matcher(term.value);
    const out = new Uint8Array(this.model.connections.length);
    this.model.connections.forEach((row, c) => {
      out[c] = connectionTexts(row, term.key).some((text) => text && test(visible(text))) ? 1 : 0;
    });
    return out;
  }
  test(term) {
    const { model } = this;
    const matches = matcher(term.value);
    const requests = model.requests;
    switch (term.key) {
      case "api": {
        const yes = model.apis.map(matches);
        return (item) => model.ref[item] >= 0 && yes[requests.api[model.ref[item]]];
      }
      case "error": {
        const yes = model.errors.map((name) => name !== "" && matches(name));
        return (item) => model.ref[item] >= 0 && yes[requests.error[model.ref[item]]];
      }
      case "kind": return this.kindTest(matches);
      case "status": return statusTest(model, term.value);
      case "frame": return (item) => String(frameOf(model, item)) === term.value;
      case "client": case "broker": case "conn": return this.partyTest(term, matches);
      default: return this.textTest(term, matches);
    }
  }
  kindTest(matches) {
    const { model } = this;
    const isRequest = matches("request");
    const yes = model.kinds.map(matches);
    const findings = model.findings.map((finding) => matches(finding.kind));
    const named = new Set();
    model.findings.forEach((finding, i) => {
      if (findings[i]) for (const request of finding.requests) named.add(frameNumber(request.frame) + "/" + request.correlationId);
    });
    return (item) => {
      const ref = model.ref[item];
      if (ref >= 0) return isRequest || (named.size > 0 && named.has(model.requests.frame[ref] + "/" + model.requests.corr[ref]));
      const finding = model.events.finding[-1 - ref];
      return yes[model.events.kind[-1 - ref]] || (finding > 0 && findings[finding - 1]);
    };
  }
  partyTest(term, matches) {
    const { model } = this;
    const table = this.ofConnections(term);
    const texts = model.strings.map((text) => matches(visible(text)));
    const column = term.key === "client" ? model.events.client : model.events.server;
    return (item) => {
      const c = model.connectionOf(item);
      if (c >= 0) return table[c] === 1;
      return model.ref[item] < 0 && term.key !== "conn" && texts[column[-1 - model.ref[item]]];
    };
  }
  textTest(term, matches) {
    const { model } = this;
    const connections = this.ofConnections(term);
    const apis = model.apis.map(matches);
    const errors = model.errors.map((name) => name !== "" && matches(name));
    const texts = model.strings.map((text) => text !== "" && matches(visible(text)));
    return (item) => {
      const c = model.connectionOf(item);
      if (c >= 0 && connections[c]) return true;
      const ref = model.ref[item];
      if (ref >= 0) return apis[model.requests.api[ref]] || errors[model.requests.error[ref]];
      const { text, client, server } = model.events;
      return texts[text[-1 - ref]] || texts[client[-1 - ref]] || texts[server[-1 - ref]];
    };
  }
}
function frameOf(model, item) {
  const ref = model.ref[item];
  return ref >= 0 ? model.requests.frame[ref] : model.events.frame[-1 - ref];
}
function sourceOf(model, item) {
  const ref = model.ref[item];
  return ref >= 0 ? model.requests.source[ref] : model.events.source[-1 - ref];
}
function connectionTexts(row, key) {
  const client = [row.client, row.clientName, row.kafka.clientId, row.kafka.software, row.principal];
  const broker = [row.server, row.serverName, row.tls?.serverName];
  if (row.kafka.nodeId !== null) broker.push(String(row.kafka.nodeId));
  if (key === "client") return client;
  if (key === "broker") return broker;
  if (key === "conn") return [row.id];
  return [...client, ...broker, row.id, row.mechanism, row.tcp.end];
}
function statusTest(model, value) {
  const bits = { ok: 0, lost: Marks.lost, failed: Marks.failed, error: Marks.failed | Marks.byError, slow: Marks.slow };
  const wanted = bits[/** @type {keyof typeof bits} */ (value)];
  if (wanted === undefined) return () => false;
  const bad = Marks.lost | Marks.failed | Marks.slow | Marks.byError | Marks.byWarning;
  return (item) => {
    const ref = model.ref[item];
    if (ref < 0) return value === "error" && model.severity[item] >= Severity.warning;
    const marks = model.requests.marks[ref];
    return wanted === 0 ? (marks & bad) === 0 : (marks & wanted) !== 0;
  };
}
const collator = new Intl.Collator("en", { numeric: true });
class Lanes {
  constructor(model, by) {
    this.model = model;
    this.by = by;
    this.all = [];
    this.ofEvent = new Int32Array(0);
    this.ofConnection = new Int32Array(model.connections.length).fill(-1);
    this.ofItem = new Int32Array(model.itemCount).fill(-1);
    this.brokerNames = brokerNames(model);
    this.tree = new Map();
    this.plant();
    this.grow();
    this.place();
    this.foldQuietOnes();
    this.empty = new Uint8Array(this.all.length);
  }
  foldQuietOnes() {
    const many = this.all.length > 12 && this.all.some((lane) => lane.errors > 0);
    const veryMany = this.all.length > 60;
    for (const lane of this.all) {
      if (lane.isGroup) lane.folded = lane.foldedAtFirst = veryMany || (many && lane.errors === 0);
    }
  }
  keysOf(c) {
    const row = this.model.connections[c];
    const id = row.kafka.clientId ? visible(row.kafka.clientId) : "";
    const host = row.clientName ?? hostOf(row.client);
    const isFailed = ["refused", "rejected", "no-answer"].includes(row.tcp.end);
    return [row.server, isFailed ? "failed attempts " + host : id ? id + " " + host : host];
  }
  plant() {
    for (let c = 0; c < this.model.connections.length; c += 1) this.leaf(...this.keysOf(c)).connections.push(c);
    for (const ref of this.model.ref) if (ref < 0 && !this.model.events.conn[-1 - ref]) this.leaf(...this.keysOfEvent(-1 - ref));
    const requests = this.model.requests;
    if (requests.conn && requests.conn.includes(0)) this.leaf("other", "connections beyond the limit");
  }
  keysOfEvent(e) {
    const { kinds, events, strings } = this.model;
    if (kinds[events.kind[e]] === "dns") return ["other", "DNS"];
    if (kinds[events.kind[e]] === "addresses") return ["other", "addresses given out"];
    if (kinds[events.kind[e]] === "client-log") return ["other", "log lines"];
    if (kinds[events.kind[e]] === "event") return ["other", "events"];
    const server = strings[events.server[e]];
    const client = hostOf(strings[events.client[e]] ?? "");
    return server ? [server, client || "unknown client"] : ["other", "capture"];
  }
  leaf(server, client) {
    const [first, second] = this.by === "broker" || server === "other" ? [server, client] : [client, server];
    let branch = this.tree.get(first);
    if (!branch) this.tree.set(first, (branch = new Map()));
    let leaf = branch.get(second);
    if (!leaf) branch.set(second, (leaf = { connections: [], label: second }));
    return leaf;
  }
  label(key) {
    return this.brokerNames.get(key) ?? (key === "other" ? "Other" : visible(key));
  }
  grow() {
    const rank = (/** @type {string} */ key) => (key === "other" ? "z" : this.brokerNames.has(key) ? "a" : "b") + this.label(key);
    const compare = (/** @type {string} */ a, /** @type {string} */ b) => collator.compare(rank(a), rank(b));
    for (const key of [...this.tree.keys()].sort(compare)) {
      const group = this.add("g" + this.groupCount(), this.label(key), -1);
      const branch = this.tree.get(key);
      for (const second of [...(branch?.keys() ?? [])].sort(compare)) {
        const lane = this.add(this.all[group].id + "." + this.all[group].children.length, this.label(second), group);
        this.all[group].children.push(lane);
        for (const c of branch?.get(second)?.connections ?? []) {
          this.ofConnection[c] = lane;
          this.all[lane].connections.push(c);
          this.all[group].connections.push(c);
        }
        this.laneByKey.set(key + "\n" + second, lane);
      }
    }
  }
  laneByKey = new Map();
  groupCount() {
    return this.all.reduce((n, lane) => n + (lane.isGroup ? 1 : 0), 0);
  }
  add(id, label, parent) {
    const isGroup = parent < 0;
    this.all.push({ id, label: shortened(label, 120), parent, isGroup, folded: false, foldedAtFirst: false, children: [], connections: [], errors: 0, warnings: 0 });
    return this.all.length - 1;
  }
  place() {
    const { model } = this;
    const events = model.events;
    const order = (/** @type {[string, string]} */ [server, client]) =>
      this.laneByKey.get(this.by === "broker" || server === "other" ? server + "\n" + client : client + "\n" + server) ?? -1;
    const otherLane = order(["other", "connections beyond the limit"]);
    const eventLanes = new Int32Array(events.t.length).fill(-1);
    for (let e = 0; e < events.t.length; e += 1) {
      eventLanes[e] = events.conn[e] ? this.ofConnection[events.conn[e] - 1] : order(this.keysOfEvent(e));
    }
    this.ofEvent = eventLanes;
    const conn = model.requests.conn;
    for (let i = 0; i < model.itemCount; i += 1) {
      const ref = model.ref[i];
      const lane = ref < 0 ? eventLanes[-1 - ref] : conn[ref] ? this.ofConnection[conn[ref] - 1] : otherLane;
      this.ofItem[i] = lane;
      if (lane >= 0 && model.severity[i] >= Severity.warning) this.note(lane, model.severity[i]);
    }
  }
  note(lane, severity) {
    for (let at = lane; at >= 0; at = this.all[at].parent) {
      if (severity >= Severity.error) this.all[at].errors += 1;
      else this.all[at].warnings += 1;
    }
  }
  visible() {
    const out = [];
    for (let i = 0; i < this.all.length; i += 1) {
      const lane = this.all[i];
      if (!this.empty[i] && (lane.isGroup || !this.all[lane.parent].folded)) out.push(i);
    }
    return out;
  }
  keep(items, pass) {
    this.empty.fill(0);
    if (!items) return;
    for (let i = 0; i < this.all.length; i += 1) {
      const hasConnection = pass !== null && this.all[i].connections.some((c) => pass[c]);
      this.empty[i] = items[i].length || hasConnection ? 0 : 1;
    }
    if (this.empty.every((one) => one)) this.empty.fill(0);
  }
  find(id) {
    return this.all.findIndex((lane) => lane.id === id);
  }
}
function brokerNames(model) {
  const hosts = new Map();
  for (const row of model.connections) if (row.serverName && !hosts.has(row.server)) hosts.set(row.server, row.serverName);
  const names = new Map();
  for (const broker of model.head.brokers) {
    for (const address of broker.addresses) {
      const host = hosts.get(address);
      const shown = visible(host ? host + ":" + address.replace(/^.*:/, "") : address);
      names.set(address, broker.nodeIds.length ? "broker " + broker.nodeIds.join("/") + " " + shown : shown);
    }
  }
  return names;
}
class Index {
  constructor(model, ofItem, parents, pass) {
    this.model = model;
    const lanes = parents.length;
    const sizes = new Uint32Array(lanes + 1);
    for (let i = 0; i < ofItem.length; i += 1) {
      if (pass && !pass[i]) continue;
      const lane = ofItem[i];
      if (lane < 0) continue;
      sizes[lane] += 1;
      if (parents[lane] >= 0) sizes[parents[lane]] += 1;
      sizes[lanes] += 1;
    }
    this.items = Array.from(sizes, (size) => new Uint32Array(size));
    const filled = new Uint32Array(lanes + 1);
    for (let i = 0; i < ofItem.length; i += 1) {
      if (pass && !pass[i]) continue;
      const lane = ofItem[i];
      if (lane < 0) continue;
      this.items[lane][filled[lane]++] = i;
      const parent = parents[lane];
      if (parent >= 0) this.items[parent][filled[parent]++] = i;
      this.items[lanes][filled[lanes]++] = i;
    }
    this.pyramids = new Array(lanes + 1);
    this.lanes = lanes;
  }
  get everything() {
    return this.items[this.lanes];
  }
  pyramid(lane) {
    return (this.pyramids[lane] ??= new Pyramid(this.model, this.items[lane]));
  }
}
function firstAt(model, items, time) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (model.t[items[middle]] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
function level(size) {
  return {
    count: new Uint32Array(size), worst: new Uint8Array(size), color: new Uint8Array(size), took: new Float32Array(size),
  };
}
class Pyramid {
  constructor(model, items) {
    let bins = 256;
    while (bins < 65536 && bins * 8 < items.length) bins *= 2;
    this.length = model.length * (1 + 1e-9);
    const base = level(bins);
    const scale = bins / this.length;
    gather(model, items, 0, items.length, base, 0, scale, true);
    this.levels = [base];
    for (let size = bins >> 1; size >= 64; size >>= 1) this.levels.push(halved(this.levels[this.levels.length - 1], size));
  }
  get finest() {
    return this.length / this.levels[0].count.length;
  }
  levelFor(seconds) {
    let at = 0;
    while (at + 1 < this.levels.length && this.length / this.levels[at + 1].count.length <= seconds) at += 1;
    return this.levels[at];
  }
}
function gather(model, items, from, to, level, start, scale, clamps) {
  const { t, severity, color, took } = model;
  const { count, worst } = level;
  const last = count.length - 1;
  for (let k = from; k < to; k += 1) {
    const i = items[k];
    let bin = Math.floor((t[i] - start) * scale);
    if (bin < 0 || bin > last) {
      if (!clamps) continue;
      bin = bin < 0 ? 0 : last;
    }
    const [bad, wait] = [severity[i], took[i]];
    if (count[bin] === 0 || bad > worst[bin] || (bad === worst[bin] && wait > level.took[bin])) level.color[bin] = color[i];
    count[bin] += 1;
    if (bad > worst[bin]) worst[bin] = bad;
    if (wait > level.took[bin]) level.took[bin] = wait;
  }
}
function put(to, bin, count, worst, color, took) {
  if (to.count[bin] === 0 || worst > to.worst[bin] || (worst === to.worst[bin] && took > to.took[bin])) to.color[bin] = color;
  to.count[bin] += count;
  if (worst > to.worst[bin]) to.worst[bin] = worst;
  if (took > to.took[bin]) to.took[bin] = took;
}
function halved(from, size) {
  const to = level(size);
  for (let bin = 0; bin < size * 2; bin += 1) {
    if (from.count[bin]) put(to, bin >> 1, from.count[bin], from.worst[bin], from.color[bin], from.took[bin]);
  }
  return to;
}
class Strip {
  constructor(width) {
    this.width = width;
    this.data = level(width);
  }
  clear() {
    this.data.count.fill(0);
    this.data.worst.fill(0);
    this.data.took.fill(0);
  }
  addItems(model, items, from, to, start, scale) {
    gather(model, items, from, to, this.data, start, scale, false);
  }
  addPyramid(pyramid, start, scale) {
    const from = pyramid.levelFor(1 / scale);
    const bins = from.count.length;
    const binSeconds = pyramid.length / bins;
    const first = Math.max(0, Math.floor(start / binSeconds));
    const last = Math.min(bins - 1, Math.ceil((start + this.width / scale) / binSeconds));
    for (let bin = first; bin <= last; bin += 1) {
      if (!from.count[bin]) continue;
      const x = Math.floor(((bin + 0.5) * binSeconds - start) * scale);
      if (x >= 0 && x < this.width) put(this.data, x, from.count[bin], from.worst[bin], from.color[bin], from.took[bin]);
    }
  }
}
class Viewport {
  constructor(length) {
    this.length = length;
    this.margin = length * 0.01;
    this.start = 0;
    this.span = 0;
    this.all();
  }
  all() {
    this.start = -this.margin;
    this.span = this.length + 2 * this.margin;
  }
  get end() {
    return this.start + this.span;
  }
  get isAll() {
    return this.span >= this.length + 2 * this.margin - 1e-12;
  }
  set(start, span) {
    if (!Number.isFinite(start) || !Number.isFinite(span)) return;
    this.span = Math.min(this.length + 2 * this.margin, Math.max(1e-6, span));
    this.start = Math.min(this.length + this.margin - this.span, Math.max(-this.margin, start));
  }
  zoom(factor, at) {
    const fixed = at ?? this.start + this.span / 2;
    const span = Math.min(this.length + 2 * this.margin, Math.max(1e-6, this.span * factor));
    this.set(fixed - ((fixed - this.start) * span) / this.span, span);
  }
  pan(share) {
    this.set(this.start + this.span * share, this.span);
  }
  fit(from, to) {
    const span = Math.max(to - from, this.length * 1e-6, 2e-5);
    this.set((from + to) / 2 - span * 0.7, span * 1.4);
  }
}
function axisStep(span, ticks) {
  const raw = span / Math.max(1, ticks);
  const large = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
  if (raw > 0.5) return { step: large.find((step) => step >= raw) ?? 86400 * Math.ceil(raw / 86400), digits: 0 };
  const power = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999) ?? power * 10;
  return { step, digits: Math.min(9, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))) };
}
class App {
  constructor(model, clock) {
    this.model = model;
    this.clock = clock;
    this.viewport = new Viewport(model.length);
    this.by = "broker";
    this.lanes = new Lanes(model, this.by);
    this.query = "";
    this.filter = new Filter(model, "");
    this.passConnections = null;
    this.index = this.makeIndex();
    this.selection = null;
    this.evidence = [];
    this.currentLane = -1;
    this.findingAt = model.findings.length ? 0 : -1;
    this.mark = undefined;
    this.openTable = null;
    this.listeners = new Set();
  }
  makeIndex() {
    const parents = Int32Array.from(this.lanes.all, (lane) => lane.parent);
    return new Index(this.model, this.lanes.ofItem, parents, this.filter.items());
  }
  changed(what) {
    for (const listener of this.listeners) listener(what);
  }
  setFilter(query) {
    if (query === this.query) return;
    this.query = query;
    this.filter = new Filter(this.model, query);
    this.passConnections = this.filter.connections();
    this.index = this.makeIndex();
    this.hideEmptyLanes();
    this.changed("data");
  }
  hideEmptyLanes() {
    this.lanes.keep(this.filter.isEmpty ? null : this.index.items, this.passConnections);
    if (this.lanes.empty[this.currentLane]) this.currentLane = -1;
  }
  setGrouping(by) {
    if (by === this.by) return;
    this.by = by;
    this.lanes = new Lanes(this.model, by);
    this.currentLane = -1;
    this.index = this.makeIndex();
    this.hideEmptyLanes();
    this.changed("data");
  }
  fold(lane, folded) {
    const group = this.lanes.all[lane].isGroup ? lane : this.lanes.all[lane].parent;
    this.lanes.all[group].folded = folded ?? !this.lanes.all[group].folded;
    this.changed("lanes");
  }
  select(selection) {
    this.selection = selection;
    if (selection?.kind === "finding") {
      this.findingAt = selection.at;
      this.evidence = this.evidenceOf(selection.at);
    } else this.evidence = [];
    const lane = this.laneOf(selection);
    if (lane >= 0) this.currentLane = lane;
    this.changed("selection");
  }
  laneOf(selection) {
    if (!selection) return -1;
    if (selection.kind === "connection") return this.lanes.ofConnection[selection.at];
    if (selection.kind === "event") return this.lanes.ofEvent[selection.at];
    if (selection.kind === "request") {
      const item = this.model.itemOfRequest(selection.at);
      return item < 0 ? -1 : this.lanes.ofItem[item];
    }
    if (selection.kind === "finding") {
      if (this.evidence.length) return this.lanes.ofItem[this.evidence[0]];
      const id = this.model.findings[selection.at].evidence.connections[0];
      const c = this.model.connections.findIndex((row) => row.id === id);
      return c < 0 ? -1 : this.lanes.ofConnection[c];
    }
    return -1;
  }
  evidenceOf(at) {
    const finding = this.model.findings[at];
    const key = (/** @type {number} */ frame, /** @type {number} */ source) => frame + source * 2 ** 40;
    const frames = new Set([...finding.evidence.frames, ...finding.requests.map((/** @type {any} */ request) => request.frame)]
      .map((frame) => key(frameNumber(frame), frame?.source ?? 0)));
    const [from, to] = this.spanOf(at);
    const items = [];
    for (let i = lowerBound(this.model.t, from - 1e-6); i < this.model.itemCount && this.model.t[i] <= to + 1e-6; i += 1) {
      const ref = this.model.ref[i];
      const belongs = ref < 0 && this.model.events.finding[-1 - ref] === at + 1;
      if (belongs || frames.has(key(frameOf(this.model, i), sourceOf(this.model, i)))) items.push(i);
      if (items.length >= 500) break;
    }
    return items;
  }
  itemOfFrame(number, source) {
    const { model } = this;
    let before = -1;
    for (let i = 0; i < model.itemCount; i += 1) {
      if (sourceOf(model, i) !== source) continue;
      const frame = frameOf(model, i);
      const ref = model.ref[i];
      if (frame === number || (ref >= 0 && model.requests.answer[ref] && frame + model.requests.answer[ref] === number)) return i;
      if (frame < number) before = i;
    }
    return before;
  }
  showItem(item) {
    if (item < 0) return;
    this.selectItem(item);
    const { t, took, length } = this.model;
    const span = Math.max(took[item] * 2, Math.min(this.viewport.span, length * 0.05));
    this.viewport.set(t[item] + took[item] / 2 - span / 2, span);
    this.reveal(this.currentLane);
    this.changed("view");
  }
  showConnection(c) {
    if (c < 0) return;
    this.select({ kind: "connection", at: c });
    this.fitSelection();
    this.reveal(this.currentLane);
  }
  spanOf(at) {
    const finding = this.model.findings[at];
    let from = this.model.seconds(finding.first);
    let to = Math.max(from, this.model.seconds(finding.last));
    for (const request of finding.requests) {
      const sent = this.model.seconds(request.sent);
      from = Math.min(from, sent);
      to = Math.max(to, sent + Math.min(request.waitedMs / 1000, this.model.length));
    }
    return [from, to];
  }
  showFinding(at) {
    if (at < 0 || at >= this.model.findings.length) return;
    this.select({ kind: "finding", at });
    const [from, to] = this.spanOf(at);
    this.viewport.fit(from, Math.max(to, from + Math.min(this.model.length * 0.02, 2)));
    this.reveal(this.currentLane);
    this.changed("view");
  }
  reveal(lane) {
    if (lane < 0) return;
    const parent = this.lanes.all[lane].parent;
    if (parent >= 0 && this.lanes.all[parent].folded) this.fold(parent, false);
    this.changed("reveal");
  }
  selectedSpan() {
    const { selection, model } = this;
    if (!selection) return null;
    switch (selection.kind) {
      case "request": return [model.requests.t[selection.at], model.requests.t[selection.at] + model.requests.took[selection.at] / 1e6];
      case "event": return [model.events.t[selection.at], model.events.t[selection.at]];
      case "connection": return [model.connOpened[selection.at], model.connEnded[selection.at]];
      case "finding": return this.spanOf(selection.at);
      default: return [selection.start, selection.start + selection.span];
    }
  }
  fitSelection() {
    const span = this.selectedSpan();
    if (!span) return;
    this.viewport.fit(span[0], span[1]);
    this.changed("view");
  }
  selectItem(item) {
    const ref = this.model.ref[item];
    this.select(ref >= 0 ? { kind: "request", at: ref } : { kind: "event", at: -1 - ref });
  }
  selectedItem() {
    const { selection, model } = this;
    if (selection?.kind === "request") return model.itemOfRequest(selection.at);
    if (selection?.kind === "event") return model.itemOf(-1 - selection.at, model.events.t[selection.at]);
    return -1;
  }
  selectionText() {
    const { selection, model } = this;
    switch (selection?.kind) {
      case "request": return "r:" + selection.at;
      case "event": return "e:" + selection.at;
      case "connection": return "c:" + model.connections[selection.at].id;
      case "finding": return "f:" + model.findings[selection.at].id;
      case "range": return "x:" + selection.start.toFixed(9) + "+" + selection.span.toFixed(9);
      default: return undefined;
    }
  }
  selectionFrom(text) {
    const [kind, rest] = [text[0], text.slice(2)];
    const { model } = this;
    const place = (/** @type {number} */ at, /** @type {number} */ length) => Number.isInteger(at) && at >= 0 && at < length;
    if (kind === "r" && place(Number(rest), model.requestCount)) return { kind: "request", at: Number(rest) };
    if (kind === "e" && place(Number(rest), model.events.t.length)) return { kind: "event", at: Number(rest) };
    if (kind === "c") {
      const at = model.connections.findIndex((row) => row.id === rest);
      return at < 0 ? null : { kind: "connection", at };
    }
    if (kind === "f") {
      const at = model.findings.findIndex((finding) => finding.id === rest);
      return at < 0 ? null : { kind: "finding", at };
    }
    const range = kind === "x" ? rest.match(/^(-?\d+(?:\.\d+)?)\+(\d+(?:\.\d+)?)$/) : null;
    return range ? { kind: "range", start: Number(range[1]), span: Number(range[2]) } : null;
  }
}
function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null) node.append(child);
  return node;
}
function toast(text) {
  document.querySelectorAll(".toast").forEach((old) => old.remove());
  const node = el("div", { class: "toast", role: "status" }, text);
  document.body.append(node);
  setTimeout(() => node.remove(), 4000);
}
async function copyText(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(what + " copied");
  } catch {
    const area = el("textarea", { readonly: true, class: "skip" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    toast(done ? what + " copied" : "Copying is not allowed here");
  }
}
function saveFile(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = el("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
function frameText(app, number, source) {
  const several = app.model.head.capture.sources.length > 1;
  return number ? (several ? "file " + (source + 1) + " " : "") + "#" + number : "none";
}
function frameBehind(app, event) {
  const { frame, source } = app.model.events;
  return frame[event] ? ", " + frameText(app, frame[event], source[event]) : "";
}
function fate(app, request) {
  const { requests, errors } = app.model;
  const marks = requests.marks[request];
  const took = duration(requests.took[request] / 1000);
  if (marks & Marks.wantsNoAnswer) return "no answer wanted (acks=0)";
  if (!(marks & Marks.answered)) return (marks & Marks.lost ? "no answer, lost after " : "no answer yet after ") + took;
  if (marks & Marks.lost) return "answered after " + took + ", when the client took nothing any more";
  const error = marks & Marks.failed ? " with " + errors[requests.error[request]] : "";
  return "answered after " + took + error + (marks & Marks.longPoll ? " (nothing to read)" : "") + (marks & Marks.slow ? " (slow)" : "");
}
function itemName(app, item) {
  const { model } = app;
  const ref = model.ref[item];
  if (ref >= 0) return model.apis[model.requests.api[ref]] + " v" + model.requests.version[ref];
  return model.kinds[model.events.kind[-1 - ref]];
}
function itemSummary(app, item) {
  const { model, clock } = app;
  const ref = model.ref[item];
  const at = clock.text(model.t[item], 6);
  if (ref >= 0) {
    const { corr, frame, source } = model.requests;
    return itemName(app, item) + ", correlation id " + corr[ref] + "\n" + fate(app, ref) + "\n" + at + ", "
      + frameText(app, frame[ref], source[ref]);
  }
  const { text } = model.events;
  return itemName(app, item) + ": " + visible(model.strings[text[-1 - ref]]) + "\n" + at + frameBehind(app, -1 - ref);
}
function connectionEnd(app, c) {
  const { model, clock } = app;
  const row = model.connections[c];
  const who = row.tcp.closedBy ? " by " + row.tcp.closedBy : "";
  const words = { fin: "closed", reset: "reset", open: "open at the end", "no-answer": "no answer", evicted: "no longer followed" };
  const end = words[/** @type {keyof typeof words} */ (row.tcp.end)] ?? row.tcp.end;
  return visible(row.client) + " -> " + visible(row.serverName ? row.serverName + ", " + row.server : row.server) + "\n"
    + clock.text(model.connOpened[c], 3) + ", " + duration((model.connEnded[c] - model.connOpened[c]) * 1000) + ", " + end + who + "\n"
    + counted(row.kafka.requests, "request") + (row.kafka.unanswered ? ", " + count(row.kafka.unanswered) + " unanswered" : "");
}
function requestEntries(app, request) {
  const { model, clock } = app;
  const r = model.requests;
  const entries = [
    ["correlation id", String(r.corr[request])],
    ["sent", clock.text(r.t[request], 6) + " (+" + r.t[request].toFixed(6) + " s), " + frameText(app, r.frame[request], r.source[request])],
    ["outcome", fate(app, request)],
  ];
  if (r.answer[request]) entries.push(["answer in", frameText(app, r.frame[request] + r.answer[request], r.source[request])]);
  entries.push(["size", bytes(r.sent[request]) + " sent, " + bytes(r.got[request]) + " answered"]);
  const c = r.conn[request] - 1;
  if (c >= 0) entries.push(...partyEntries(app, c));
  return entries;
}
function eventEntries(app, event) {
  const { model, clock } = app;
  const e = model.events;
  const entries = [
    ["at", clock.text(e.t[event], 6) + " (+" + e.t[event].toFixed(6) + " s)" + frameBehind(app, event)],
  ];
  if (model.strings[e.text[event]]) entries.push(["what", visible(model.strings[e.text[event]])]);
  if (e.conn[event]) entries.push(...partyEntries(app, e.conn[event] - 1));
  else {
    if (e.client[event]) entries.push(["client", visible(model.strings[e.client[event]])]);
    if (e.server[event]) entries.push(["server", visible(model.strings[e.server[event]])]);
  }
  return entries;
}
function partyEntries(app, c) {
  const row = app.model.connections[c];
  const client = [row.kafka.clientId, row.clientName, row.client, row.kafka.software].filter(Boolean).map(visible).join(", ");
  const server = app.lanes.brokerNames.get(row.server) ?? visible(row.server);
  return [["client", client], ["broker", server], ["connection", row.id]];
}
function connectionEntries(app, c) {
  const row = app.model.connections[c];
  const frames = [row.firstFrame, row.lastFrame].map((frame) => (frame ? frameText(app, frameNumber(frame), frame.source ?? 0) : "?"));
  const entries = [...partyEntries(app, c).slice(0, 2), ["what", connectionEnd(app, c).split("\n").slice(1).join("; ")]];
  entries.push(["frames", frames.join(" to ")], ["bytes", bytes(row.clientBytes) + " from the client, " + bytes(row.serverBytes) + " from the server"]);
  const security = [row.securityProtocol, row.mechanism, row.principal, row.tls?.version, row.tls?.serverName].filter(Boolean);
  if (security.length) entries.push(["security", security.map(visible).join(", ")]);
  const tcp = [];
  if (row.tcp.handshakeMs !== null) tcp.push("handshake " + duration(row.tcp.handshakeMs));
  if (row.tcp.retransmissions) tcp.push(counted(row.tcp.retransmissions, "retransmission"));
  if (row.tcp.gapBytes) tcp.push(bytes(row.tcp.gapBytes) + " missing");
  if (row.tcp.zeroWindowMs) tcp.push("window closed for " + duration(row.tcp.zeroWindowMs));
  if (tcp.length) entries.push(["TCP", tcp.join(", ")]);
  return entries;
}
class Raster {
  constructor(width, height) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.pixels = new Uint32Array(this.width * this.height);
  }
  clear(color) {
    this.pixels.fill(color);
  }
  fill(x, y, width, height, color) {
    const left = Math.max(0, x);
    const right = Math.min(this.width, x + width);
    const top = Math.max(0, y);
    const bottom = Math.min(this.height, y + height);
    if (right <= left) return;
    for (let row = top; row < bottom; row += 1) {
      const at = row * this.width;
      if (right - left < 8) for (let i = at + left; i < at + right; i += 1) this.pixels[i] = color;
      else this.pixels.fill(color, at + left, at + right);
    }
  }
  hatch(x, y, width, height, color) {
    const right = Math.min(this.width, x + width);
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row += 1) {
      for (let i = Math.max(0, x); i < right; i += 1) if ((i + row) % 4 < 2) this.pixels[row * this.width + i] = color;
    }
  }
  cross(x, y, size, color) {
    for (let d = -size; d <= size; d += 1) {
      this.fill(x + d, y + d, 2, 1, color);
      this.fill(x + d, y - d, 2, 1, color);
    }
  }
}
function pixel(text) {
  const value = parseInt(text.trim().slice(1), 16);
  return ((255 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}
function inkOn(color) {
  const part = (/** @type {number} */ value) => (value <= 10 ? value / 255 / 12.92 : Math.pow((value / 255 + 0.055) / 1.055, 2.4));
  const luminance = 0.2126 * part(color & 255) + 0.7152 * part((color >> 8) & 255) + 0.0722 * part((color >> 16) & 255);
  return luminance > 0.179 ? "#000000" : "#ffffff";
}
const laneHeight = 28;
const marksTop = 2;
const marksHeight = 18;
const connTop = 21;
const nudge = 1e-4;
const waitHeight = 5;
const scanLimit = 60000;
const fineLimit = 6000;
class Painter {
  constructor(model) {
    this.model = model;
    this.strip = new Strip(1);
    this.labels = [];
    this.gaps = [];
    this.drops = [];
  }
  findShades(lanes) {
    this.gaps = [];
    this.drops = [];
    const { events, kinds } = this.model;
    for (let e = 0; e < events.t.length; e += 1) {
      const kind = kinds[events.kind[e]];
      if (kind === "gap") this.gaps.push({ lane: lanes.ofEvent[e], t: events.t[e] });
      if (kind === "drop") this.drops.push(events.t[e]);
    }
  }
  paint(raster, lanes, index, rows, window, palette, passConnections) {
    if (this.strip.width !== raster.width) this.strip = new Strip(raster.width);
    this.labels = [];
    raster.clear(palette.ground);
    const scale = raster.width / window.span;
    for (const { row, y } of rows) {
      const lane = lanes.all[row];
      raster.fill(0, y, raster.width, laneHeight - 1, lane.isGroup ? palette.group : palette.lane);
      this.shade(raster, row, lanes, y, window.start, scale, palette);
      this.connections(raster, lane.connections, y, window.start, scale, palette, passConnections);
      this.marks(raster, index, row, y, window, palette);
    }
    for (const t of this.drops) raster.hatch(((t - window.start) * scale - 3) | 0, 0, 6, raster.height, palette.gap);
  }
  shade(raster, row, lanes, y, start, scale, palette) {
    for (const gap of this.gaps) {
      if (gap.lane !== row && lanes.all[gap.lane]?.parent !== row) continue;
      raster.hatch(Math.floor((gap.t - start) * scale + nudge) - 4, y, 8, laneHeight - 1, palette.gap);
    }
  }
  connections(raster, connections, y, start, scale, palette, pass) {
    const { model } = this;
    const end = start + raster.width / scale;
    let lastCross = -Infinity;
    for (const c of connections) {
      if (pass && !pass[c]) continue;
      const [opened, ended] = [model.connOpened[c], model.connEnded[c]];
      if (ended < start || opened > end) continue;
      const row = model.connections[c];
      const x = Math.max(-4, Math.floor((opened - start) * scale + nudge));
      const right = Math.min(raster.width + 4, Math.max(x + 2, Math.floor((ended - start) * scale + nudge)));
      const isFailed = row.tcp.end === "refused" || row.tcp.end === "rejected" || row.tcp.end === "no-answer";
      if (isFailed) {
        const bad = model.connSeverity[c];
        if (Math.abs(x - lastCross) < 6 && bad < Severity.warning) continue;
        if (x - lastCross < 3 && x >= lastCross) continue;
        lastCross = x;
        raster.cross(x, y + connTop + 2, 2, bad >= Severity.warning ? markColor(bad, 0, palette) : palette.soft);
        continue;
      }
      raster.fill(x, y + connTop, right - x, 5, palette.conn);
      this.setup(raster, c, x, right, y, start, scale, palette);
      if (right <= raster.width) this.ending(raster, row.tcp.end, right, y, palette);
    }
  }
  setup(raster, c, x, right, y, start, scale, palette) {
    const row = this.model.connections[c];
    if (row.tcp.handshake === "before-capture") return;
    const work = Math.min(this.model.connWork[c], this.model.connEnded[c]);
    const until = Math.min(right, Math.max(x + 1, Math.floor((work - start) * scale + nudge)));
    raster.fill(x, y + connTop, until - x, 5, row.tls ? palette.tls : palette.setup);
    raster.fill(x, y + connTop - 1, 1, 7, palette.soft);
  }
  ending(raster, end, x, y, palette) {
    if (end === "reset") raster.cross(x, y + connTop + 2, 3, palette.error);
    else if (end === "fin") raster.fill(x - 1, y + connTop - 1, 2, 7, palette.text);
  }
  marks(raster, index, row, y, window, palette) {
    const items = index.items[row];
    const scale = raster.width / window.span;
    const from = firstAt(this.model, items, window.start - window.span * 0.01);
    const to = firstAt(this.model, items, window.start + window.span);
    if (to - from <= raster.width * 2) return this.exact(raster, items, from, to, y, window.start, scale, palette);
    this.strip.clear();
    const isFine = to - from > fineLimit && index.pyramid(row).finest * scale <= 1;
    if (to - from <= scanLimit && !isFine) this.strip.addItems(this.model, items, from, to, window.start - nudge / scale, scale);
    else this.strip.addPyramid(index.pyramid(row), window.start, scale);
    this.columns(raster, this.strip, y + marksTop, marksHeight, palette, (_, took) => heightOf(took));
  }
  exact(raster, items, from, to, y, start, scale, palette) {
    const { t, took, severity } = this.model;
    const began = this.reachBack(items, from, start);
    const severe = [];
    for (const turn of ["long", "short"]) {
      let last = -9;
      for (let k = began; k < to; k += 1) {
        const i = items[k];
        const x = Math.floor((t[i] - start) * scale + nudge);
        const width = Math.max(2, Math.round(took[i] * scale));
        if ((turn === "long") !== width > 24) continue;
        if (severity[i] >= Severity.slow) {
          severe.push(i);
          continue;
        }
        if (x === last && width <= 2) continue;
        last = x;
        this.mark(raster, i, x, width, y, palette);
      }
    }
    this.severe(raster, severe, y, start, scale, palette);
  }
  severe(raster, items, y, start, scale, palette) {
    const { t, took, severity } = this.model;
    const bottom = y + marksTop + marksHeight;
    const posts = [];
    for (const i of items) {
      const x = Math.floor((t[i] - start) * scale + nudge);
      const width = Math.round(took[i] * scale);
      posts.push({ x, item: i, isEnd: width <= 4 });
      if (width <= 4) continue;
      raster.fill(x, bottom - waitHeight, width, waitHeight, markColor(severity[i], 0, palette));
      posts.push({ x: x + width - 2, item: i, isEnd: true });
      if (width >= 40 && x < raster.width && this.labels.length < 300) this.labels.push({ x, y: y + marksTop, width, item: i });
    }
    posts.sort((a, b) => severity[a.item] - severity[b.item] || a.x - b.x);
    const taken = new Uint8Array(raster.width + 8);
    for (const { x } of posts) if (x >= 0 && x < raster.width) taken[x + 3] = 1;
    for (const { x, item, isEnd } of posts) {
      const room = Math.max(-3, Math.min(raster.width, x));
      const isCrowded = taken.subarray(Math.max(0, room), room + 3).some(Boolean) || taken.subarray(room + 4, room + 7).some(Boolean);
      const height = severity[item] === Severity.slow ? heightOf(took[item]) : marksHeight;
      const color = markColor(severity[item], 0, palette);
      raster.fill(x, bottom - height, isCrowded ? 1 : isEnd ? 3 : 2, height, color);
      if (severity[item] === Severity.error && isEnd && !isCrowded) raster.fill(x - 1, bottom - height, 5, 3, color);
    }
  }
  reachBack(items, from, start) {
    const { t, took } = this.model;
    let began = from;
    for (let k = from - 1; k >= Math.max(0, from - 300); k -= 1) if (t[items[k]] + took[items[k]] > start) began = k;
    return began;
  }
  mark(raster, i, x, width, y, palette) {
    const height = heightOf(this.model.took[i]);
    const top = y + marksTop + marksHeight - height;
    raster.fill(x, top, width, height, palette.apis[this.model.color[i]]);
    if (this.model.severity[i] === Severity.notable) raster.fill(x, top, Math.min(width, 3), 3, palette.text);
    if (width >= 40 && x < raster.width && this.labels.length < 300) this.labels.push({ x, y: y + marksTop, width, item: i });
  }
  columns(raster, strip, y, height, palette, sizeOf) {
    const { count, worst, color, took } = strip.data;
    for (let x = 0; x < strip.width; x += 1) {
      if (!count[x] || worst[x] >= Severity.slow) continue;
      const size = sizeOf(count[x], took[x]);
      raster.fill(x, y + height - size, 1, size, palette.apis[color[x]]);
      if (worst[x] === Severity.notable) raster.fill(x, y + height - size, 1, 2, palette.text);
    }
    for (const severe of [Severity.slow, Severity.warning, Severity.error]) {
      for (let x = 0; x < strip.width; x += 1) {
        if (!count[x] || worst[x] !== severe) continue;
        const size = severe === Severity.slow ? sizeOf(count[x], took[x]) : height;
        const isAlone = severe === Severity.error && ![x - 2, x - 1, x + 1, x + 2].some((near) => worst[near] === severe && count[near] > 0);
        raster.fill(x, y + height - size, isAlone ? 2 : 1, size, markColor(severe, 0, palette));
      }
    }
  }
}
function heightOf(seconds) {
  const share = (Math.log10(Math.max(1e-3, seconds)) + 3) / 4;
  return Math.min(marksHeight, Math.round(4 + share * (marksHeight - 4)));
}
function markColor(severity, color, palette) {
  if (severity >= Severity.error) return palette.error;
  if (severity >= Severity.slow) return palette.warning;
  return palette.apis[color];
}
function hitTest(app, lane, y, time, perPixel) {
  const hit = { lane, item: -1, connection: -1 };
  if (lane < 0) return hit;
  if (y < 18) hit.item = itemAt(app, lane, time, perPixel);
  if (hit.item < 0) hit.connection = connectionAt(app, lane, time, perPixel);
  if (hit.item < 0 && hit.connection < 0 && y >= 18 && y < laneHeight) hit.item = itemAt(app, lane, time, perPixel);
  return hit;
}
function itemAt(app, lane, time, perPixel) {
  const { model } = app;
  const items = app.index.items[lane];
  const reach = perPixel * 4;
  let best = -1;
  let bestRank = -1;
  const first = Math.max(0, firstAt(model, items, time - reach) - 300);
  const last = Math.min(items.length, firstAt(model, items, time + reach) + 1);
  for (let k = Math.max(first, last - 200000); k < last; k += 1) {
    const i = items[k];
    const before = model.t[i] - time;
    const behind = time - (model.t[i] + model.took[i]);
    const distance = Math.max(0, before, behind);
    if (distance > reach) continue;
    const rank = model.severity[i] * 10 + 5 * (1 - distance / reach) + 4 / (1 + model.took[i] / perPixel / 50);
    if (rank > bestRank) [best, bestRank] = [i, rank];
  }
  return best;
}
function connectionAt(app, lane, time, perPixel) {
  const { model } = app;
  const reach = perPixel * 4;
  let best = -1;
  for (const c of app.lanes.all[lane].connections) {
    if (app.passConnections && !app.passConnections[c]) continue;
    if (model.connOpened[c] - reach > time || model.connEnded[c] + reach < time) continue;
    const length = model.connEnded[c] - model.connOpened[c];
    if (best < 0 || length < model.connEnded[best] - model.connOpened[best]) best = c;
  }
  return best;
}
function tooltip(app, hit) {
  if (hit.item >= 0) return itemSummary(app, hit.item);
  if (hit.connection < 0) return "";
  const row = app.model.connections[hit.connection];
  return "connection " + row.id + "\n" + connectionEnd(app, hit.connection);
}
const hoverDelay = 120;
class Gestures {
  constructor(app, timeline) {
    this.app = app;
    this.timeline = timeline;
    this.pointers = new Map();
    this.drag = null;
    this.pinch = 0;
    this.hover = 0;
    const stage = timeline.stage;
    stage.addEventListener("wheel", (/** @type {WheelEvent} */ event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.down(event));
    stage.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.move(event));
    stage.addEventListener("pointerup", (/** @type {PointerEvent} */ event) => this.up(event));
    stage.addEventListener("pointercancel", (/** @type {PointerEvent} */ event) => this.leave(event));
    stage.addEventListener("pointerleave", () => this.unhover());
    stage.addEventListener("dblclick", (/** @type {MouseEvent} */ event) => this.double(event));
  }
  at(event) {
    const box = this.timeline.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
  wheel(event) {
    event.preventDefault();
    this.unhover();
    const unit = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 400 : 1;
    const { viewport } = this.app;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      viewport.pan((((event.deltaX || event.deltaY) * unit) / this.timeline.width) * 0.8);
    } else {
      viewport.zoom(Math.exp(Math.max(-300, Math.min(300, event.deltaY * unit)) * 0.0022), this.timeline.timeAt(this.at(event).x));
    }
    this.app.changed("view");
  }
  down(event) {
    if (event.button !== 0) return;
    const { x, y } = this.at(event);
    this.pointers.set(event.pointerId, { x, y });
    this.unhover();
    if (this.pointers.size === 2) {
      this.drag = null;
      this.pinch = this.spread();
      return;
    }
    this.timeline.stage.setPointerCapture(event.pointerId);
    this.drag = { x, y, start: this.app.viewport.start, scroll: this.timeline.labels.scrollTop, range: event.shiftKey, moved: false };
  }
  spread() {
    const [a, b] = [...this.pointers.values()];
    return Math.max(10, Math.hypot(a.x - b.x, a.y - b.y));
  }
  move(event) {
    const { x, y } = this.at(event);
    if (!this.pointers.has(event.pointerId)) return this.hoverAt(x, y);
    this.pointers.set(event.pointerId, { x, y });
    if (this.pointers.size === 2) return this.pinched();
    if (!this.drag) return;
    if (Math.abs(x - this.drag.x) + Math.abs(y - this.drag.y) > 4) this.drag.moved = true;
    if (!this.drag.moved) return;
    if (this.drag.range) this.draw(x);
    else {
      const { viewport } = this.app;
      viewport.set(this.drag.start - ((x - this.drag.x) / this.timeline.width) * viewport.span, viewport.span);
      this.timeline.labels.scrollTop = this.drag.scroll - (y - this.drag.y);
      this.app.changed("view");
    }
  }
  pinched() {
    const [a, b] = [...this.pointers.values()];
    const spread = this.spread();
    this.app.viewport.zoom(this.pinch / spread, this.timeline.timeAt((a.x + b.x) / 2));
    this.pinch = spread;
    this.app.changed("view");
  }
  draw(x) {
    if (!this.drag) return;
    const [from, to] = [this.timeline.timeAt(Math.min(x, this.drag.x)), this.timeline.timeAt(Math.max(x, this.drag.x))];
    this.timeline.rubber = { start: from, span: to - from };
    this.timeline.invalidate();
  }
  up(event) {
    const drag = this.drag;
    this.leave(event);
    if (!drag) return;
    const rubber = this.timeline.rubber;
    this.timeline.rubber = null;
    if (rubber) this.app.select({ kind: "range", ...rubber });
    else if (!drag.moved) this.click(event);
  }
  leave(event) {
    this.pointers.delete(event.pointerId);
    this.drag = null;
  }
  hit(event) {
    const { x, y } = this.at(event);
    const { lane, y: inside } = this.timeline.laneAt(y);
    return hitTest(this.app, lane, inside, this.timeline.timeAt(x), this.app.viewport.span / this.timeline.width);
  }
  click(event) {
    const hit = this.hit(event);
    if (hit.item >= 0) this.app.selectItem(hit.item);
    else if (hit.connection >= 0) this.app.select({ kind: "connection", at: hit.connection });
    else this.app.select(null);
    this.app.currentLane = hit.lane;
    this.timeline.invalidate();
  }
  double(event) {
    const hit = this.hit(event);
    const c = hit.connection >= 0 ? hit.connection : hit.item >= 0 ? this.app.model.connectionOf(hit.item) : -1;
    if (c < 0) return this.app.viewport.zoom(0.25, this.timeline.timeAt(this.at(event).x)), this.app.changed("view");
    this.app.select({ kind: "connection", at: c });
    this.app.fitSelection();
  }
  hoverAt(x, y) {
    this.unhover();
    this.hover = window.setTimeout(() => this.timeline.showTip(x, y), hoverDelay);
  }
  unhover() {
    window.clearTimeout(this.hover);
    this.timeline.hideTip();
  }
}
class Keys {
  constructor(app, timeline, places) {
    this.app = app;
    this.timeline = timeline;
    this.places = places;
    this.table = this.makeTable();
    this.help = this.makeHelp();
    document.addEventListener("keydown", (event) => this.press(event));
  }
  makeTable() {
    const { app } = this;
    const by = (/** @type {KeyboardEvent} */ event) => (event.shiftKey ? 4 : 1);
    const pan = (/** @type {number} */ sign) => (/** @type {KeyboardEvent} */ event) => this.view(() => app.viewport.pan(sign * 0.12 * by(event)));
    const zoom = (/** @type {number} */ sign) => (/** @type {KeyboardEvent} */ event) =>
      this.view(() => app.viewport.zoom(Math.pow(1.25, sign * by(event)), this.focusTime()));
    return [
      { keys: ["KeyA"], shown: "a", does: "look earlier (Shift: four times as far)", run: pan(-1) },
      { keys: ["KeyD"], shown: "d", does: "look later", run: pan(1) },
      { keys: ["ArrowLeft"], shown: "Left", does: "look earlier, in the timeline", run: pan(-1), inside: true },
      { keys: ["ArrowRight"], shown: "Right", does: "look later, in the timeline", run: pan(1), inside: true },
      { keys: ["KeyW", "+", "="], shown: "w +", does: "zoom in (Shift: four times as much)", run: zoom(-1) },
      { keys: ["KeyS", "-", "_"], shown: "s -", does: "zoom out", run: zoom(1) },
      { keys: ["0"], shown: "0", does: "see everything", run: () => this.view(() => app.viewport.all()) },
      { keys: ["f"], shown: "f", does: "fit to what is selected", run: () => app.fitSelection() },
      { keys: ["n"], shown: "n", does: "next finding", run: () => this.finding(1) },
      { keys: ["p"], shown: "p", does: "previous finding", run: () => this.finding(-1) },
      { keys: ["j"], shown: "j", does: "lane below", run: () => this.lane(1) },
      { keys: ["k"], shown: "k", does: "lane above", run: () => this.lane(-1) },
      { keys: ["o"], shown: "o", does: "fold or unfold the lane", run: () => this.fold() },
      { keys: ["]"], shown: "]", does: "next event in the lane", run: () => this.event(1) },
      { keys: ["["], shown: "[", does: "previous event in the lane", run: () => this.event(-1) },
      { keys: ["Enter"], shown: "Enter", does: "to the details, in the timeline", run: () => this.places.details.focus(), inside: true },
      { keys: ["/"], shown: "/", does: "filter", run: () => this.places.filter.focus() },
      { keys: ["m"], shown: "m", does: "set or clear the mark", run: () => this.setMark() },
      { keys: ["t"], shown: "t", does: "times as in the report, local, or since the start", run: () => (app.clock.turn(), app.changed("clock")) },
      { keys: ["c"], shown: "c", does: "copy a link to this view", run: () => this.places.copyLink() },
      { keys: ["?"], shown: "?", does: "these keys", run: () => this.help.showModal() },
      { keys: ["Escape"], shown: "Esc", does: "step back: selection, filter, then zoom", run: () => this.back() },
    ];
  }
  makeHelp() {
    const rows = this.table.map((key) => el("tr", {}, el("th", { scope: "row" }, key.shown), el("td", {}, key.does)));
    const close = el("button", { type: "button", on: { click: () => this.help.close() } }, "close");
    const dialog = el("dialog", { "aria-label": "Keys" }, el("h2", {}, "Keys"), el("table", {}, el("tbody", {}, ...rows)),
      el("p", {}, "Mouse: wheel zooms at the pointer, drag pans, Shift and drag selects a range, double click fits to a connection."),
      el("p", {}, "Filter: api: client: broker: kind: status: (ok lost failed slow) error: conn: frame: or plain words; * stands for anything, - leaves out."),
      close);
    document.body.append(dialog);
    return dialog;
  }
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || this.help.open) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName ?? "");
    if (isTyping) {
      if (event.key === "Escape") target.blur();
      return;
    }
    const isInside = this.timeline.body.contains(target);
    const isButton = /^(BUTTON|A|SUMMARY)$/.test(target.tagName ?? "");
    const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const key = this.table.find((key) => key.keys.includes(letter) || key.keys.includes(event.key)
      || (key.keys.includes(event.code) && event.code.startsWith("Key") && /^[a-z]?$/i.test(letter)) || key.keys.includes("Key" + letter.toUpperCase()));
    if (!key || (key.inside && !isInside) || (event.key === "Enter" && isButton)) return;
    event.preventDefault();
    key.run(event);
  }
  view(change) {
    change();
    this.app.changed("view");
  }
  focusTime() {
    const span = this.app.selectedSpan();
    if (!span) return undefined;
    const middle = Math.max(span[0], Math.min(span[1], (span[0] + span[1]) / 2));
    return middle > this.app.viewport.start && middle < this.app.viewport.end ? middle : undefined;
  }
  finding(step) {
    const count = this.app.model.findings.length;
    if (!count) return;
    const isOn = this.app.selection?.kind === "finding";
    this.app.showFinding(isOn ? (this.app.findingAt + step + count) % count : step > 0 ? 0 : count - 1);
  }
  lane(step) {
    const rows = this.app.lanes.visible();
    const at = rows.indexOf(this.app.currentLane);
    this.app.currentLane = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))];
    this.app.changed("reveal");
  }
  fold() {
    const { app } = this;
    if (app.currentLane < 0) return;
    app.fold(app.currentLane);
    const lane = app.lanes.all[app.currentLane];
    if (!lane.isGroup && app.lanes.all[lane.parent].folded) app.currentLane = lane.parent;
    app.changed("reveal");
  }
  event(step) {
    const { app } = this;
    const lane = app.currentLane >= 0 ? app.currentLane : app.lanes.visible()[0];
    const items = app.index.items[lane];
    if (!items?.length) return;
    const selected = app.selectedItem();
    const at = selected >= 0 ? items.indexOf(selected) : -1;
    let next = at >= 0 ? at + step : firstAt(app.model, items, app.viewport.start);
    next = Math.max(0, Math.min(items.length - 1, next));
    app.selectItem(items[next]);
    const t = app.model.t[items[next]];
    if (t < app.viewport.start || t > app.viewport.end) app.viewport.set(t - app.viewport.span / 2, app.viewport.span);
    app.currentLane = lane;
    app.changed("reveal");
    app.changed("view");
  }
  setMark() {
    const { app } = this;
    const span = app.selectedSpan();
    app.mark = app.mark === undefined ? (span ? span[0] : app.viewport.start + app.viewport.span / 2) : undefined;
    app.changed("view");
  }
  back() {
    const { app } = this;
    if (app.selection) app.select(null);
    else if (app.query) {
      app.setFilter("");
    } else this.view(() => app.viewport.all());
  }
}
const colorWords = ["Produce", "Fetch", "groups and offsets", "Metadata", "versions and sign-in", "other"];
const failedEnds = ["refused", "rejected", "no-answer"];
function legend(model) {
  return el("ul", { class: "tl-legend", "aria-label": "Signs of the timeline" }, scale(),
    ...[...colorSigns(model), ...severitySigns(model), ...connectionSigns(model), ...otherSigns(model)].map(([sign, words]) => el("li", {}, drawn(sign), words)));
}
function scale() {
  const bars = [0.001, 0.01, 0.1, 1, 10].map((seconds) => {
    const bar = el("i", { class: seconds >= 1 ? "k-warning" : "k-other" });
    bar.style.height = heightOf(seconds) + "px";
    return el("span", {}, bar, (seconds < 1 ? seconds * 1000 + " ms" : seconds + " s"));
  });
  return el("li", { class: "tl-scale" }, "height: time to the answer", ...bars);
}
function drawn(sign) {
  if (!sign) return null;
  return sign.length === 1 ? el("b", { class: sign === "x" ? "attempt" : null }, sign) : el("i", { class: sign });
}
function colorSigns(model) {
  return groups.map((name, i) => /** @type {[string, string]} */ (["k-" + name, colorWords[i]])).filter((_, i) => model.color.includes(i));
}
function severitySigns(model) {
  const all = [
    [Severity.error, "k-error", "part of an error"], [Severity.slow, "k-warning", "slow: over 1 s"], [Severity.warning, "k-warning", "part of a warning"],
    [Severity.notable, "k-cap", "dark cap: failed or unanswered, part of no finding"],
  ];
  const found = all.filter(([severity]) => model.severity.includes(severity));
  const amber = found.filter(([, sign]) => sign === "k-warning").map(([, , words]) => words).join(", or ");
  return found.filter(([severity, sign]) => sign !== "k-warning" || severity === found.find((one) => one[1] === sign)?.[0])
    .map(([, sign, words]) => [sign, sign === "k-warning" ? amber : words]);
}
function connectionSigns(model) {
  const live = model.connections.filter((row) => !failedEnds.includes(row.tcp.end));
  const begun = live.filter((row) => row.tcp.handshake !== "before-capture");
  const all = [
    [live.length > 0, "k-conn", "connection"], [begun.some((row) => !row.tls), "k-setup-bar", "being set up"],
    [begun.some((row) => row.tls), "k-tls-bar", "setting up TLS"], [live.some((row) => row.tcp.end === "fin"), "k-end", "closed"],
    [live.some((row) => row.tcp.end === "reset"), "\u00d7", "reset"], [live.length < model.connections.length, "x", "failed attempt to connect"],
  ];
  return all.filter(([is]) => is).map(([, sign, words]) => [sign, words]);
}
function otherSigns(model) {
  const out = [];
  if (model.events.kind.some((/** @type {number} */ kind) => ["gap", "drop"].includes(model.kinds[kind]))) out.push(["k-gap", "bytes are missing"]);
  if (model.findings.length) out.push(["", "! w i above: findings (errors, warnings, notes), +2: two more there"]);
  return out;
}
const ranks = ["info", "warning", "error"];
const mostPins = 200;
const pinWidth = 36;
function clusters(places, room) {
  const out = [];
  for (const { x, finding } of places) {
    const last = out[out.length - 1];
    if (last && x - last.x < room) last.findings.push(finding);
    else out.push({ x, findings: [finding] });
  }
  return out;
}
class Pins {
  constructor(app) {
    this.app = app;
    this.node = el("div", { class: "tl-pins" });
    this.times = app.model.findings.map((_, at) => app.spanOf(at)[0]);
    this.order = this.times.map((_, at) => at).sort((a, b) => this.times[a] - this.times[b]);
    this.shown = "";
  }
  passes(at) {
    const kinds = this.app.filter.terms.filter((term) => term.key === "kind");
    const kind = this.app.model.findings[at].kind;
    const wanted = kinds.filter((term) => !term.not);
    const known = wanted.filter((term) => this.app.model.findings.some((finding) => matcher(term.value)(finding.kind)));
    if (known.length && !known.some((term) => matcher(term.value)(kind))) return false;
    return !kinds.some((term) => term.not && matcher(term.value)(kind));
  }
  place(width) {
    const { viewport } = this.app;
    const places = [];
    for (const finding of this.order) {
      const x = Math.round(((this.times[finding] - viewport.start) / viewport.span) * width);
      if (x >= -4 && x <= width + 4 && this.passes(finding)) places.push({ x: Math.max(17, Math.min(width - 17, x)), finding });
    }
    let found = clusters(places, pinWidth);
    for (let room = pinWidth; found.length > mostPins; room *= 2) found = clusters(places, room);
    const key = found.map((cluster) => cluster.findings.join("+")).join(",") + "|" + this.app.findingAt;
    if (key !== this.shown) {
      this.shown = key;
      const focused = this.node.contains(document.activeElement) ? document.activeElement?.getAttribute("data-pin") : null;
      this.node.replaceChildren(...found.map((cluster) => this.pin(cluster)));
      if (focused) this.node.querySelector('[data-pin="' + focused + '"]')?.focus();
    }
    found.forEach((cluster, i) => {
      this.node.children[i].style.left = (cluster.x / width) * 100 + "%";
    });
  }
  pin(cluster) {
    const all = cluster.findings.map((at) => this.app.model.findings[at]);
    const worst = Math.max(...all.map((finding) => ranks.indexOf(finding.severity)));
    const at = cluster.findings[all.findIndex((finding) => finding.severity === ranks[worst])];
    const finding = this.app.model.findings[at];
    const letter = ["i", "w", "!"][worst];
    const words = ranks[worst] + ": " + shortened(visible(finding.title), 200) + (all.length > 1 ? ", and " + (all.length - 1) + " more here" : "");
    const isCurrent = this.app.selection?.kind === "finding" && cluster.findings.includes(this.app.selection.at);
    return el("button", {
      type: "button", class: "tl-pin " + ranks[worst] + (isCurrent ? " current" : ""), "data-pin": at, title: words, "aria-label": words,
      on: { click: () => this.press(cluster, at), pointerdown: (/** @type {Event} */ event) => event.stopPropagation() },
    }, all.length > 1 ? letter + "+" + (all.length - 1) : letter);
  }
  press(cluster, worst) {
    const selection = this.app.selection;
    const now = selection?.kind === "finding" ? cluster.findings.indexOf(selection.at) : -1;
    this.app.select({ kind: "finding", at: now < 0 ? worst : cluster.findings[(now + 1) % cluster.findings.length] });
    this.app.reveal(this.app.currentLane);
  }
}
const topHeight = 44;
function palette() {
  const style = getComputedStyle(document.documentElement);
  const color = (/** @type {string} */ name) => pixel(style.getPropertyValue("--" + name));
  return {
    ground: color("ground"), lane: color("lane"), group: color("lane-group"), line: color("line"), text: color("text"),
    error: color("mark-error"), warning: color("mark-warning"), gap: color("gap"), conn: color("conn"), setup: color("conn-setup"),
    tls: color("conn-tls"), soft: color("soft"), apis: groups.map((name) => color("api-" + name)),
  };
}
function colors() {
  const style = getComputedStyle(document.documentElement);
  const [ground, soft, line, link, text] = ["ground", "soft", "line", "link", "text"].map((name) => style.getPropertyValue("--" + name).trim());
  return { ground, soft, line, link, text };
}
class Timeline {
  constructor(app, parent) {
    this.app = app;
    this.canvas = el("canvas", { role: "img", "aria-label": "Requests over time; the line below says what is in view" });
    this.pins = new Pins(app);
    this.tip = el("div", { class: "tl-tip", role: "tooltip", hidden: true });
    this.stage = el("div", { class: "tl-stage", tabindex: "0", role: "group", "aria-label": "Timeline, see ? for keys" },
      this.canvas, this.pins.node, this.tip);
    this.spacer = el("div", { class: "tl-spacer" });
    this.labels = el("div", { class: "tl-labels", role: "group", "aria-label": "Lanes" }, this.spacer);
    this.labels.style.marginTop = topHeight + "px";
    this.body = el("div", { class: "tl-body" }, this.labels, this.stage);
    parent.append(this.body);
    this.context = this.canvas.getContext("2d");
    this.picture = document.createElement("canvas");
    this.raster = new Raster(1, 1);
    this.painter = new Painter(app.model);
    this.painter.findShades(app.lanes);
    this.palette = palette();
    this.requested = false;
    this.shownLabels = "";
    this.rubber = null;
    this.labels.addEventListener("scroll", () => {
      this.scroll = this.labels.scrollTop;
      this.invalidate();
    });
    app.listeners.add((what) => this.changed(what));
    this.width = 1;
    this.scroll = 0;
    this.colors = colors();
    new ResizeObserver(() => this.measure()).observe(this.stage);
    this.resize();
  }
  changed(what) {
    if (what === "data") this.painter.findShades(this.app.lanes);
    if (what === "data" || what === "lanes") this.resize();
    if (what === "theme" || what === "paper") [this.palette, this.colors] = [palette(), colors()];
    if (what === "paper") return this.draw();
    if (what === "reveal" || what === "selection") this.scrollTo(this.app.currentLane);
    this.invalidate();
  }
  resize() {
    const rows = this.app.lanes.visible().length;
    const most = Math.max(200, Math.min(window.innerHeight * 0.45, 560));
    this.height = Math.round(Math.min(most, topHeight + Math.max(2, rows) * laneHeight + 4));
    this.body.style.height = this.height + "px";
    this.spacer.style.height = rows * laneHeight + "px";
    this.measure();
  }
  invalidate() {
    if (this.requested) return;
    this.requested = true;
    requestAnimationFrame(() => {
      this.requested = false;
      this.draw();
    });
  }
  measure() {
    this.width = Math.max(1, this.stage.clientWidth);
    this.scroll = this.labels.scrollTop;
    this.invalidate();
  }
  timeAt(x) {
    return this.app.viewport.start + (x / this.width) * this.app.viewport.span;
  }
  xOf(t) {
    return ((t - this.app.viewport.start) / this.app.viewport.span) * this.width;
  }
  laneAt(y) {
    const down = y - topHeight + this.scroll;
    const rows = this.app.lanes.visible();
    const row = Math.floor(down / laneHeight);
    if (y < topHeight || row < 0 || row >= rows.length) return { lane: -1, y: 0 };
    return { lane: rows[row], y: down - row * laneHeight };
  }
  scrollTo(lane) {
    const row = this.app.lanes.visible().indexOf(lane);
    if (row < 0) return;
    const [top, room] = [row * laneHeight, (this.height ?? 0) - topHeight - 4];
    if (top < this.labels.scrollTop) this.labels.scrollTop = top;
    if (top + laneHeight > this.labels.scrollTop + room) this.labels.scrollTop = top + laneHeight - room;
  }
  scrollToGroup(lane) {
    if (lane < 0) return;
    const parent = this.app.lanes.all[lane].parent;
    const row = this.app.lanes.visible().indexOf(parent < 0 ? lane : parent);
    if (row > 0) requestAnimationFrame(() => (this.labels.scrollTop = (row - 1) * laneHeight));
  }
  draw() {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [this.width, this.height ?? 200];
    const lanesHeight = height - topHeight;
    if (this.raster.width !== width || this.raster.height !== lanesHeight) {
      this.raster = new Raster(width, lanesHeight);
      this.picture.width = width;
      this.picture.height = lanesHeight;
    }
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const rows = this.visibleRows(lanesHeight);
    const { app } = this;
    this.painter.paint(this.raster, app.lanes, app.index, rows, app.viewport, this.palette, app.passConnections);
    const data = new ImageData(new Uint8ClampedArray(this.raster.pixels.buffer), width, lanesHeight);
    const context = this.context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (ratio === 1) context.putImageData(data, 0, topHeight);
    else {
      this.picture.getContext("2d")?.putImageData(data, 0, 0);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.imageSmoothingEnabled = false;
      context.drawImage(this.picture, 0, topHeight);
    }
    this.overlay(context, width, height, rows);
    this.pins.place(width);
    this.drawLabels();
  }
  visibleRows(room) {
    const { scroll } = this;
    return this.app.lanes.visible().map((row, i) => ({ row, y: Math.round(i * laneHeight - scroll) }))
      .filter(({ y }) => y > -laneHeight && y < room);
  }
  overlay(context, width, height, rows) {
    const { ground, soft, line, link, text } = this.colors;
    context.fillStyle = ground;
    context.fillRect(0, 0, width, topHeight);
    context.font = "12px system-ui, sans-serif";
    this.axis(context, width, height, soft, line);
    this.names(context);
    this.selected(context, height, rows, link);
    if (this.app.mark !== undefined) {
      const x = Math.round(this.xOf(this.app.mark));
      context.fillStyle = text;
      context.fillRect(x, 0, 1, height);
      context.fillText("mark", x + 3, 30);
    }
  }
  axis(context, width, height, soft, line) {
    const { viewport, clock } = this.app;
    const { step, digits } = axisStep(viewport.span, Math.max(3, width / 110));
    context.fillStyle = line;
    context.fillRect(0, topHeight - 1, width, 1);
    const phase = clock.phase;
    for (let n = Math.ceil((viewport.start + phase) / step); n * step - phase <= viewport.end; n += 1) {
      const t = n * step - phase;
      const x = Math.round(this.xOf(t));
      context.fillStyle = line;
      context.globalAlpha = 0.5;
      context.fillRect(x, topHeight, 1, height);
      context.globalAlpha = 1;
      context.fillRect(x, 14, 1, 5);
      context.fillStyle = soft;
      const words = clock.text(t + step * 1e-4, digits);
      if (x + 4 + words.length * 6 < width) context.fillText(words, x + 3, 13);
    }
  }
  names(context) {
    const { model } = this.app;
    context.save();
    const taken = new Map();
    for (const label of this.painter.labels) {
      if ((taken.get(label.y) ?? -Infinity) > label.x) continue;
      taken.set(label.y, label.x + Math.min(label.width, 110));
      const left = Math.max(0, label.x);
      const room = label.x + label.width - left - 4;
      if (room < 30) continue;
      const isAbove = model.severity[label.item] >= Severity.slow;
      const grounds = isAbove ? [this.palette.lane, this.palette.group] : [this.palette.apis[model.color[label.item]]];
      const api = itemName(this.app, label.item).split(" ")[0];
      const words = [api + " " + duration(model.took[label.item] * 1000), api].find((text) => context.measureText(text).width <= room - 3);
      if (!words) continue;
      const width = context.measureText(words).width;
      const rows = (isAbove ? [2, 9] : [5, 12]).map((down) => (label.y + down) * this.raster.width);
      const isClear = (/** @type {number} */ x) => rows.every((row) => grounds.includes(this.raster.pixels[row + x]));
      let x = Math.max(0, left + 2) | 0;
      while (x <= left + 3 + width && isClear(x)) x += 1;
      if (x <= left + 3 + width) continue;
      context.fillStyle = inkOn(grounds[0]);
      context.fillText(words, left + 3, topHeight + label.y + (isAbove ? 10 : 14));
    }
    context.restore();
  }
  selected(context, height, rows, link) {
    const { app } = this;
    context.strokeStyle = link;
    context.lineWidth = 2;
    const band = this.rubber ? [this.rubber.start, this.rubber.start + this.rubber.span] : this.bandOf();
    if (band) {
      const [x, right] = [this.xOf(band[0]), this.xOf(band[1])];
      context.fillStyle = link;
      context.globalAlpha = 0.1;
      context.fillRect(x, 18, Math.max(2, right - x), height);
      context.globalAlpha = 1;
    }
    const items = app.evidence.length ? app.evidence : [app.selectedItem()];
    for (const item of items) if (item >= 0) this.frameItem(context, item, rows);
    if (app.selection?.kind === "connection") this.frameConnection(context, app.selection.at, rows);
  }
  bandOf() {
    const kind = this.app.selection?.kind;
    return kind === "finding" || kind === "range" ? this.app.selectedSpan() : null;
  }
  frameItem(context, item, rows) {
    const { model, lanes } = this.app;
    const lane = lanes.ofItem[item];
    for (const { row, y } of rows) {
      if (row !== lane && (row !== lanes.all[lane]?.parent || !lanes.all[row].folded)) continue;
      const x = this.xOf(model.t[item]);
      const width = Math.max(6, (model.took[item] / this.app.viewport.span) * this.width);
      if (topHeight + y >= topHeight - 4) context.strokeRect(x - 3, topHeight + y + 1, width + 4, 19);
    }
  }
  frameConnection(context, c, rows) {
    const { model, lanes } = this.app;
    for (const { row, y } of rows) {
      if (row !== lanes.ofConnection[c]) continue;
      const x = this.xOf(model.connOpened[c]);
      context.strokeRect(x - 2, topHeight + y + 17, Math.max(6, this.xOf(model.connEnded[c]) - x + 4), 8);
    }
  }
  drawLabels() {
    const { lanes, currentLane } = this.app;
    const rows = lanes.visible();
    const first = Math.max(0, Math.floor(this.scroll / laneHeight));
    const shown = rows.slice(first, first + Math.ceil((this.height ?? 0) / laneHeight) + 2);
    const key = shown.map((row) => row + (lanes.all[row].folded ? "-" : "")).join(",") + "|" + currentLane + "|" + this.app.by + "|" + this.app.query;
    if (key === this.shownLabels) return;
    this.shownLabels = key;
    const focused = document.activeElement?.getAttribute?.("data-lane");
    this.spacer.replaceChildren(...shown.map((row, i) => this.label(row, (first + i) * laneHeight)));
    if (focused) this.spacer.querySelector('[data-lane="' + focused + '"]')?.focus({ preventScroll: true });
  }
  label(row, top) {
    const { app } = this;
    const lane = app.lanes.all[row];
    const bad = lane.errors || lane.warnings;
    const kind = lane.errors ? "error" : "warning";
    const badge = bad ? el("span", { class: "tl-badge " + kind, title: bad + " " + kind + " marks" }, lane.errors ? "!" + bad : String(bad)) : null;
    const node = el("button", {
      type: "button", class: "tl-lane " + (lane.isGroup ? "group" : "child") + (row === app.currentLane ? " current" : ""), "data-lane": lane.id,
      title: lane.label, "aria-expanded": lane.isGroup ? String(!lane.folded) : null,
      on: { click: () => this.press(row) },
    }, lane.isGroup ? el("span", { class: "tl-fold", "aria-hidden": "true" }) : null, badge, ...this.name(lane.label));
    node.style.top = top + "px";
    node.style.height = laneHeight - 1 + "px";
    return node;
  }
  name(label) {
    const { who, host, port } = nameParts(label);
    const at = el("span", { class: "tl-at" }, el("span", { class: "tl-host" }, host), port);
    return [...(who ? [el("span", { class: "tl-who" }, host ? who + " " : who)] : []), ...(host ? [at] : [])];
  }
  press(row) {
    this.app.currentLane = row;
    if (this.app.lanes.all[row].isGroup) this.app.fold(row);
    else this.app.changed("selection");
  }
  showTip(x, y) {
    const { lane, y: inside } = this.laneAt(y);
    const hit = hitTest(this.app, lane, inside, this.timeAt(x), this.app.viewport.span / this.width);
    const words = tooltip(this.app, hit);
    this.tip.hidden = !words;
    if (!words) return;
    this.tip.textContent = words;
    const [width, height] = [this.tip.offsetWidth, this.tip.offsetHeight];
    this.tip.style.left = Math.max(0, Math.min(this.width - width - 4, x + 12)) + "px";
    this.tip.style.top = (y + height + 16 > (this.height ?? 0) ? Math.max(0, y - height - 8) : y + 14) + "px";
  }
  hideTip() {
    this.tip.hidden = true;
  }
}
class Overview {
  constructor(app, parent) {
    this.app = app;
    this.canvas = el("canvas", { role: "img", "aria-label": "Requests over the whole capture" });
    this.brush = el("div", { class: "tl-brush" });
    this.left = this.handle("Start of the view");
    this.right = this.handle("End of the view");
    this.node = el("div", { class: "tl-overview" }, this.canvas, this.brush, this.left, this.right);
    parent.append(el("div", { class: "tl-whole" }, el("div", { class: "tl-caption" }, "whole capture", el("span", {}, "height: how many")), this.node));
    this.drag = null;
    this.dirty = true;
    this.node.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.down(event));
    this.node.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.node.addEventListener(end, () => (this.drag = null));
    app.listeners.add((what) => this.changed(what));
    this.width = Math.max(1, this.node.clientWidth);
    new ResizeObserver(() => this.resize()).observe(this.node);
  }
  handle(name) {
    const node = el("div", { class: "tl-handle", role: "slider", tabindex: "0", "aria-label": name });
    node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event, node));
    return node;
  }
  changed(what) {
    if (what === "data" || what === "theme" || what === "paper") this.dirty = true;
    if (what === "paper") return this.paint();
    if (!this.requested) {
      this.requested = true;
      requestAnimationFrame(() => {
        this.requested = false;
        if (this.dirty) this.paint();
        this.place();
      });
    }
  }
  resize() {
    this.width = Math.max(1, this.node.clientWidth);
    this.changed("data");
  }
  paint() {
    this.dirty = false;
    const { app, width } = this;
    const height = 38;
    [this.canvas.width, this.canvas.height] = [width, height];
    const raster = new Raster(width, height);
    const colors = palette();
    raster.clear(colors.lane);
    const strip = new Strip(width);
    strip.clear();
    const start = -app.viewport.margin;
    const scale = width / (app.model.length + 2 * app.viewport.margin);
    const items = app.index.everything;
    if (items.length < 200000) strip.addItems(app.model, items, 0, items.length, start - nudge / scale, scale);
    else strip.addPyramid(app.index.pyramid(app.index.lanes), start, scale);
    const most = strip.data.count.reduce((a, b) => Math.max(a, b), 1);
    const room = height - 4;
    const unit = room / Math.log2(1 + most);
    new Painter(app.model).columns(raster, strip, 3, room, colors, (count) => Math.max(2, Math.round(Math.log2(1 + count) * unit)));
    this.canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(raster.pixels.buffer), width, height), 0, 0);
  }
  xOf(t) {
    const { margin, length } = this.app.viewport;
    return ((t + margin) / (length + 2 * margin)) * this.width;
  }
  timeAt(x) {
    const { margin, length } = this.app.viewport;
    return (x / this.width) * (length + 2 * margin) - margin;
  }
  place() {
    const { viewport, clock } = this.app;
    const [left, right] = [this.xOf(viewport.start), this.xOf(viewport.end)];
    this.brush.style.left = left + "px";
    this.brush.style.width = Math.max(3, right - left) + "px";
    for (const [node, x, t] of /** @type {[HTMLElement, number, number][]} */ ([[this.left, left, viewport.start], [this.right, right, viewport.end]])) {
      node.style.left = Math.max(6, Math.min(this.width - 6, x)) + "px";
      node.setAttribute("aria-valuemin", "0");
      node.setAttribute("aria-valuemax", viewport.length.toFixed(3));
      node.setAttribute("aria-valuenow", t.toFixed(3));
      node.setAttribute("aria-valuetext", clock.text(t, 3));
    }
  }
  down(event) {
    const { viewport } = this.app;
    const x = event.clientX - this.node.getBoundingClientRect().left;
    const on = event.target;
    let what = on === this.left ? "left" : on === this.right ? "right" : on === this.brush && !viewport.isAll ? "brush" : "new";
    if (what === "new" && !event.shiftKey && !viewport.isAll) {
      viewport.set(this.timeAt(x) - viewport.span / 2, viewport.span);
      this.app.changed("view");
      what = "brush";
    }
    this.drag = { what, x, start: viewport.start, span: viewport.span };
    this.node.setPointerCapture(event.pointerId);
  }
  move(event) {
    if (!this.drag) return;
    const x = event.clientX - this.node.getBoundingClientRect().left;
    const { what, start, span } = this.drag;
    const by = this.timeAt(x) - this.timeAt(this.drag.x);
    const { viewport } = this.app;
    if (what === "brush") viewport.set(start + by, span);
    else if (what === "left") this.between(start + by, start + span);
    else if (what === "right") this.between(start, start + span + by);
    else if (Math.abs(x - this.drag.x) > 3) this.between(this.timeAt(this.drag.x), this.timeAt(x));
    this.app.changed("view");
  }
  between(a, b) {
    this.app.viewport.set(Math.min(a, b), Math.abs(b - a));
  }
  key(event, node) {
    const sign = event.key === "ArrowLeft" || event.key === "ArrowDown" ? -1 : event.key === "ArrowRight" || event.key === "ArrowUp" ? 1 : 0;
    if (!sign) return;
    event.preventDefault();
    event.stopPropagation();
    const { viewport } = this.app;
    const by = sign * viewport.length * (event.shiftKey ? 0.08 : 0.02);
    if (node === this.left) this.between(Math.min(viewport.start + by, viewport.end - 1e-6), viewport.end);
    else this.between(viewport.start, Math.max(viewport.end + by, viewport.start + 1e-6));
    this.app.changed("view");
  }
}
const partNames = /** @type {[string, string, string][]} */ ([
  ["sending", "sending the request", "w-wire"], ["resending", "until lost segments were sent again", "w-resent"], ["queued", "behind an earlier request", "w-queued"],
  ["throttled", "throttled by a quota", "w-throttled"], ["onPurpose", "waiting on purpose", "w-purpose"], ["inBroker", "in the broker", "w-broker"],
  ["answering", "first to last byte of the response", "w-wire"],
]);
const setupNames = /** @type {[string, string, string][]} */ ([
  ["dns", "DNS look-up", "w-dns"], ["tcp", "TCP handshake", "w-tcp"], ["tls", "TLS handshake", "w-tls"], ["signIn", "sign-in", "w-sign"],
]);
function steps(model, request) {
  const { requests } = model;
  if (!requests.parts || !(requests.marks[request] & Marks.answered)) return [];
  const way = requests.parts.way[request];
  const found = [];
  for (const [key, name, sign] of partNames) {
    found.push({ name, sign, us: requests.parts[key][request] });
    if (key === "resending") found.push({ name: "on the way to the broker", sign: "w-way", us: way - Math.floor(way / 2) });
    if (key === "inBroker") found.push({ name: "on the way back", sign: "w-way", us: Math.floor(way / 2) });
  }
  const known = found.filter((step) => step.us > 0);
  return known.length ? [...setup(model, request), ...known] : [];
}
function setup(model, request) {
  const c = model.requests.conn[request] - 1;
  if (c < 0 || model.requests.conn.indexOf(c + 1) !== request || model.directory.ordinaryStride > 1) return [];
  if (model.connections[c].tcp.handshake === "before-capture") return [];
  const opened = model.connOpened[c];
  return setupNames.map(([key, name, sign]) => ({ name, sign, us: model.setup[key][c], before: true }))
    .filter((step) => step.us > 0 && (step.sign !== "w-sign" || opened + step.us / 1e6 <= model.requests.t[request]));
}
const svg = "http://www.w3.org/2000/svg";
const [width, height, least] = [1000, 22, 4];
function bar(all) {
  const sum = all.reduce((total, step) => total + step.us, 0);
  const shares = all.map((step) => Math.max(least, step.us / sum * width));
  const scale = width / shares.reduce((total, share) => total + share, 0);
  const node = document.createElementNS(svg, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 " + width + " " + height, preserveAspectRatio: "none", class: "waterfall", "aria-hidden": "true" })) {
    node.setAttribute(name, value);
  }
  let at = 0;
  all.forEach((step, i) => {
    const rect = document.createElementNS(svg, "rect");
    const long = shares[i] * scale;
    for (const [name, value] of Object.entries({ x: at, y: step.before ? 5 : 0, width: Math.max(1, long - 1), height: step.before ? height - 10 : height, class: step.sign })) {
      rect.setAttribute(name, String(value));
    }
    const title = document.createElementNS(svg, "title");
    title.textContent = step.name + ": " + duration(step.us / 1000);
    rect.append(title);
    node.append(rect);
    at += long;
  });
  return node;
}
function waterfall(model, request) {
  const all = steps(model, request);
  if (!all.length) return null;
  const sum = all.reduce((total, step) => total + (step.before ? 0 : step.us), 0);
  const rows = all.map((step) => el("tr", {}, el("th", { scope: "row" }, el("i", { class: step.sign }), step.name), el("td", {}, (step.us / 1000).toFixed(step.us < 10000 ? 2 : 1) + " ms"),
    el("td", {}, step.before ? "before it" : Math.round(step.us / sum * 100) + " %")));
  return el("figure", { class: "where", tabindex: "0", role: "group", "aria-label": "Where the time of this request went" }, bar(all),
    el("figcaption", {}, "Where its time went: " + duration(sum / 1000) + " from its first byte to the response's last"), el("table", {}, el("tbody", {}, ...rows)));
}
const listLength = 500;
class Panels {
  constructor(app, parent, copyLink) {
    this.app = app;
    this.copyLink = copyLink;
    this.status = el("p", { class: "tl-status", role: "status" });
    this.details = el("section", { class: "tl-panel", tabindex: "-1", "aria-label": "Selected" });
    this.finding = el("section", { class: "tl-panel", "aria-label": "Finding" });
    this.listButton = el("button", { type: "button", "aria-pressed": "false", on: { click: () => this.toggleList() } }, "list what is in view");
    this.list = el("div", { class: "tl-list", hidden: true, tabindex: "0", role: "group", "aria-label": "Events in view" });
    parent.append(this.status, (this.panels = el("div", { class: "tl-panels" }, this.details, this.finding)), el("div", { class: "tools" }, this.listButton), this.list);
    this.timer = 0;
    app.listeners.add((what) => this.changed(what));
    this.showSelection();
    this.showFinding();
  }
  changed(what) {
    if (what === "selection" || what === "clock" || what === "data") {
      this.showSelection();
      this.showFinding();
    }
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.showStatus(), 250);
  }
  inView() {
    const { app } = this;
    const items = app.index.everything;
    return { items, from: firstAt(app.model, items, app.viewport.start), to: firstAt(app.model, items, app.viewport.end) };
  }
  showStatus() {
    const { app } = this;
    const { viewport, clock, model } = app;
    const { items, from, to } = this.inView();
    const counts = [0, 0, 0, 0, 0];
    for (let k = from; k < to; k += 1) counts[model.severity[items[k]]] += 1;
    const parts = [counted(to - from, "event")];
    if (counts[Severity.error]) parts.push(count(counts[Severity.error]) + " part of an error");
    if (counts[Severity.warning]) parts.push(count(counts[Severity.warning]) + " part of a warning");
    if (counts[Severity.slow]) parts.push(count(counts[Severity.slow]) + " slow");
    parts.push(...this.notable(items, from, to));
    const mark = app.mark === undefined ? "" : "; mark at " + clock.text(app.mark, 6) + this.fromMark();
    this.status.textContent = "In view: " + clock.text(viewport.start, 3) + " to " + clock.text(viewport.end, 3) + " (" + clock.name + "), "
      + duration(viewport.span * 1000) + ": " + parts.join(", ") + "." + this.folded() + mark;
    if (!this.list.hidden) this.fillList();
  }
  notable(items, from, to) {
    const { model } = this.app;
    const sorts = { "unanswered": 0, "answered with an error code": 0, "failed to connect": 0, "ended by a TLS alert": 0 };
    for (let k = from; k < to; k += 1) {
      if (model.severity[items[k]] !== Severity.notable) continue;
      const marks = model.isRequest(items[k]) ? model.requests.marks[model.ref[items[k]]] : 0;
      sorts[marks & Marks.lost ? "unanswered" : marks & Marks.failed ? "answered with an error code" : this.kindOf(items[k]) === "tls" ? "ended by a TLS alert"
        : "failed to connect"] += 1;
    }
    const found = Object.entries(sorts).filter(([, sum]) => sum).map(([sort, sum]) => count(sum) + " " + sort);
    return found.length ? ["besides " + found.join(", ")] : [];
  }
  fromMark() {
    const span = this.app.selectedSpan();
    if (!span || this.app.mark === undefined) return "";
    return ", selection is " + duration((span[0] - this.app.mark) * 1000) + " from it";
  }
  kindOf(item) {
    const { model } = this.app;
    return model.isRequest(item) ? "" : model.kinds[model.events.kind[-1 - model.ref[item]]];
  }
  folded() {
    const { directory, requestCount } = this.app.model;
    const left = directory.requestsSeen - requestCount;
    if (left <= 0) return "";
    return " Of " + counted(directory.requestsSeen, "request") + " " + count(requestCount) + " are drawn singly, evenly taken: one in "
      + directory.ordinaryStride + (directory.notableStride > 1 ? ", and of those that were lost, failed or slow one in " + directory.notableStride
        : ", and every one that was lost, failed or slow") + ".";
  }
  toggleList() {
    this.list.hidden = !this.list.hidden;
    this.listButton.setAttribute("aria-pressed", String(!this.list.hidden));
    if (!this.list.hidden) this.fillList();
  }
  fillList() {
    const { app } = this;
    const { items, from, to } = this.inView();
    const rows = [];
    for (let k = from; k < Math.min(to, from + listLength); k += 1) {
      const item = items[k];
      const [first, ...rest] = itemSummary(app, item).split("\n");
      const lane = app.lanes.all[app.lanes.ofItem[item]];
      rows.push(el("tr", {}, el("td", {}, el("button", { type: "button", on: { click: () => this.pick(item) } }, app.clock.text(app.model.t[item], 6))),
        el("td", {}, first), el("td", {}, rest.join(", ")), el("td", {}, lane?.label ?? "")));
    }
    const more = to - from > listLength ? el("p", { class: "note" }, "The first " + listLength + " of " + count(to - from) + "; zoom in for the others.") : null;
    this.list.replaceChildren(el("table", {}, el("tbody", {}, ...rows)), ...(more ? [more] : []));
  }
  pick(item) {
    this.app.selectItem(item);
    this.app.reveal(this.app.currentLane);
  }
  showSelection() {
    const { app } = this;
    const { selection, model } = app;
    this.panels.classList.toggle("unselected", !selection);
    if (selection?.kind === "request") {
      const item = model.itemOfRequest(selection.at);
      this.entries(itemName(app, item), requestEntries(app, selection.at), model.requests.conn[selection.at] - 1, waterfall(model, selection.at));
    } else if (selection?.kind === "event") {
      const kind = model.kinds[model.events.kind[selection.at]];
      this.entries(kind, eventEntries(app, selection.at), model.events.conn[selection.at] - 1);
    } else if (selection?.kind === "connection") {
      this.entries("Connection " + model.connections[selection.at].id, connectionEntries(app, selection.at), selection.at);
    } else if (selection?.kind === "range") this.range(selection.start, selection.span);
    else if (selection?.kind === "finding") this.evidence();
    else this.details.replaceChildren(el("p", { class: "note" }, "Click a mark, a connection or a pin to see what it is. The wheel or two fingers zoom, dragging pans, Shift and dragging "
        + "measures a range; ? shows the keys."));
  }
  entries(title, entries, connection, figure = null) {
    const { app } = this;
    const list = el("dl", {});
    for (const [name, value] of entries) list.append(el("dt", {}, name), el("dd", {}, value));
    const buttons = el("p", {}, el("button", { type: "button", on: { click: () => app.fitSelection() } }, "fit"), " ");
    if (connection >= 0) {
      if (app.selection?.kind !== "connection") {
        buttons.append(el("button", { type: "button", on: { click: () => app.select({ kind: "connection", at: connection }) } }, "its connection"), " ");
      }
      buttons.append(el("button", { type: "button", on: { click: () => this.copyStream(connection) } }, "copy Wireshark filter"), " ");
      buttons.append(el("button", { type: "button", on: { click: () => app.openTable?.(app.model.connections[connection].id) } }, "in the table"), " ");
    }
    buttons.append(...this.findingButtons(connection));
    this.details.replaceChildren(el("h3", {}, title), ...(figure ? [figure] : []), list, buttons);
  }
  findingButtons(connection) {
    const { app } = this;
    const id = app.model.connections[connection]?.id;
    const out = [];
    for (const [at, finding] of app.model.findings.entries()) {
      if (!id || !finding.evidence.connections.includes(id) || out.length >= 4) continue;
      out.push(el("button", { type: "button", on: { click: () => app.showFinding(at) } }, "finding: " + finding.kind), " ");
    }
    return out;
  }
  copyStream(c) {
    const { client, server } = this.app.model.connections[c];
    const side = (/** @type {string} */ endpoint) => {
      const bare = endpoint.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
      return (bare.includes(":") ? "ipv6" : "ip") + ".addr == " + bare + " && tcp.port == " + endpoint.replace(/^.*:/, "");
    };
    copyText(side(client) + " && " + side(server), "Filter");
  }
  range(start, span) {
    const { app } = this;
    const { model } = app;
    const items = app.index.everything;
    const [from, to] = [firstAt(model, items, start), firstAt(model, items, start + span)];
    const times = [];
    const step = Math.max(1, Math.ceil((to - from) / 200000));
    for (let k = from; k < to; k += step) if (model.isRequest(items[k])) times.push(model.took[items[k]] * 1000);
    times.sort((a, b) => a - b);
    const at = (/** @type {number} */ q) => duration(times[Math.min(times.length - 1, Math.floor(q * times.length))]);
    const entries = [["from", app.clock.text(start, 6)], ["length", duration(span * 1000)], ["events", count(to - from)]];
    if (times.length) entries.push(["response time", "p50 " + at(0.5) + ", p90 " + at(0.9) + ", p99 " + at(0.99) + ", greatest " + at(1)]);
    this.entries("Range", /** @type {[string, string][]} */ (entries), -1);
  }
  evidence() {
    const { app } = this;
    const rows = app.evidence.slice(0, 100).map((item) => el("li", {},
      el("button", { type: "button", class: "link", on: { click: () => this.pick(item) } }, itemSummary(app, item).replace(/\n/g, ", "))));
    this.details.replaceChildren(el("h3", {}, "Evidence in the timeline"), rows.length ? el("ul", {}, ...rows)
      : el("p", { class: "note" }, "No single request or event: see the frames of the finding."));
  }
  showFinding() {
    const { app } = this;
    const total = app.model.findings.length;
    if (app.findingAt < 0) return this.finding.replaceChildren(el("h3", {}, "No findings"));
    const finding = app.model.findings[app.findingAt];
    const go = (/** @type {number} */ step) => () => app.showFinding((app.findingAt + step + total) % total);
    const button = (/** @type {string} */ name, /** @type {() => void} */ run) => el("button", { type: "button", on: { click: run } }, name);
    const isTold = app.findingAt === 0 && app.selection?.kind !== "finding";
    this.finding.className = "tl-panel " + finding.severity;
    this.finding.replaceChildren(
      el("h3", {}, el("span", { class: "level" }, finding.severity), " " + (app.findingAt + 1) + " of " + total + " ", el("code", {}, finding.kind), ", " + finding.confidence),
      el("p", {}, el("strong", {}, visible(finding.title)), isTold ? "" : ". " + visible(finding.explanation)),
      el("p", {}, button("show", go(0)), " ", ...(total > 1 ? [button("previous", go(-1)), " ", button("next", go(1)), " "] : []), button("copy link", () => {
        app.select({ kind: "finding", at: app.findingAt });
        this.copyLink();
      }), " ", button("read in full", () => openFinding(app.findingAt))));
  }
}
function openFinding(at) {
  const node = document.querySelector('[data-finding="' + at + '"]');
  if (!node) return;
  if (node instanceof HTMLDetailsElement) node.open = true;
  document.querySelectorAll(".finding.current").forEach((old) => old.classList.remove("current"));
  node.classList.add("current");
  node.scrollIntoView({ block: "start" });
}
const pageLength = 100;
const tableOrder = new Intl.Collator("en", { numeric: true });
function csvField(text) {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d[\d.,]*$/.test(text) ? "'" + text : text;
  return /[",\r\n]/.test(safe) || safe !== text ? '"' + safe.replace(/"/g, '""') + '"' : safe;
}
function csv(columns, rows) {
  return [columns, ...rows].map((row) => row.map(csvField).join(",")).join("\r\n") + "\r\n";
}
function compareCells(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return tableOrder.compare(String(a), String(b));
}
class Table {
  constructor(section, rows, open) {
    this.section = section;
    this.rows = rows;
    this.open = rows.some((row) => row.query !== null) ? open : null;
    this.heads = [...section.querySelectorAll("th")];
    this.columns = this.heads.map((head) => head.textContent ?? "");
    this.body = /** @type {HTMLElement} */ (section.querySelector("tbody"));
    this.sortBy = -1;
    this.falling = false;
    this.page = 0;
    this.shown = rows;
    this.tools();
    this.heads.forEach((head, i) => head.replaceChildren(el("button", { type: "button", on: { click: () => this.sort(i) } }, this.columns[i])));
    this.show();
  }
  tools() {
    const name = this.section.querySelector("h3")?.textContent ?? "table";
    this.search = el("input", { type: "search", placeholder: "search", "aria-label": "Search in " + name, on: { input: () => this.find() } });
    this.info = el("span", { class: "note", role: "status" });
    const save = el("button", { type: "button", on: { click: () => this.save(name) } }, "save as CSV");
    this.before = el("button", { type: "button", on: { click: () => this.turn(-1) } }, "earlier rows");
    this.after = el("button", { type: "button", on: { click: () => this.turn(1) } }, "later rows");
    this.section.querySelector(".scroll")?.before(el("div", { class: "tools only-js" }, this.search, save, this.before, this.after, this.info));
  }
  turn(step) {
    this.page = Math.max(0, Math.min(Math.ceil(this.shown.length / pageLength) - 1, this.page + step));
    this.show();
  }
  sort(column) {
    this.falling = this.sortBy === column ? !this.falling : typeof this.rows[0]?.cells[column]?.sort === "number";
    this.sortBy = column;
    this.heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", this.falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.find();
  }
  find() {
    const wanted = this.search.value.toLowerCase();
    this.shown = wanted ? this.rows.filter((row) => row.cells.some((cell) => cell.text.toLowerCase().includes(wanted))) : [...this.rows];
    if (this.sortBy >= 0) {
      const sign = this.falling ? -1 : 1;
      this.shown.sort((a, b) => sign * compareCells(a.cells[this.sortBy].sort, b.cells[this.sortBy].sort));
    }
    this.page = 0;
    this.show();
  }
  show() {
    const first = this.page * pageLength;
    const rows = this.shown.slice(first, first + pageLength);
    this.body.replaceChildren(...rows.map((row) => el("tr", {}, ...row.cells.map((cell, i) => this.cell(row, cell, i)))));
    const isLong = this.shown.length > pageLength;
    this.before.hidden = this.after.hidden = !isLong;
    this.before.disabled = this.page === 0;
    this.after.disabled = first + pageLength >= this.shown.length;
    const of = this.shown.length === this.rows.length ? "" : " of " + count(this.rows.length);
    this.info.textContent = (isLong ? count(first + 1) + " to " + count(first + rows.length) + " of " : "") + count(this.shown.length) + of + (this.rows.length === 1 ? " row" : " rows");
  }
  cell(row, cell, i) {
    const open = this.open;
    if (i > 0 || !open) {
      if (cell.node) return /** @type {HTMLElement} */ (cell.node);
      return el("td", { class: cell.bad ? "bad" : typeof cell.sort === "number" ? "n" : null }, cell.text);
    }
    return el("td", {}, el("button", { type: "button", class: "link", title: "show on the timeline", on: { click: () => open(row) } }, cell.text));
  }
  look(text) {
    this.search.value = text;
    this.find();
    this.section.scrollIntoView({ block: "start" });
    this.search.focus({ preventScroll: true });
  }
  save(name) {
    saveFile(name.toLowerCase().replace(/[^a-z]+/g, "-") + ".csv", csv(this.columns, this.shown.map((row) => row.cells.map((cell) => cell.text))));
  }
}
function rowsOf(section) {
  return [...section.querySelectorAll("tbody tr")].map((tr, key) => ({
    key,
    query: tr.getAttribute("data-query"),
    cells: [...tr.children].map((td) => {
      const sort = td.getAttribute("data-sort");
      return { text: td.textContent ?? "", sort: sort === null ? td.textContent ?? "" : Number(sort), node: td };
    }),
  }));
}
function connectionRows(app) {
  const { model, clock } = app;
  const findings = findingsByConnection(model);
  const cellsOf = (row, key) => {
    const ms = (model.seconds(row.ended ?? row.last) - model.connOpened[key]) * 1000;
    const number = (/** @type {number} */ n) => ({ text: count(n), sort: n });
    const text = (/** @type {unknown} */ value) => ({ text: visible(value ?? ""), sort: visible(value ?? "") });
    const end = row.tcp.end + (row.tcp.closedBy ? " by " + row.tcp.closedBy : "");
    const isBad = ["refused", "rejected", "no-answer"].includes(row.tcp.end);
    return [
      { text: row.id, sort: key }, text(row.client), text(row.kafka.clientId), text(row.serverName ? row.serverName + ", " + row.server : row.server),
      { text: clock.text(model.connOpened[key], 3), sort: model.connOpened[key] }, { text: duration(ms), sort: ms }, number(row.kafka.requests),
      number(row.kafka.unanswered), number(row.kafka.errors), text([row.securityProtocol, row.mechanism].filter(Boolean).join(" ")),
      { text: end, sort: end, bad: isBad }, findingCell(findings.get(row.id) ?? []),
    ];
  };
  return model.connections.map((row, key) => {
    let cells;
    return {
      key,
      get cells() {
        return (cells ??= cellsOf(row, key));
      },
    };
  });
}
function findingsByConnection(model) {
  const out = new Map();
  for (const finding of model.findings) {
    for (const id of finding.evidence.connections) {
      const known = out.get(id);
      if (known) known.push(finding);
      else out.set(id, [finding]);
    }
  }
  return out;
}
function findingCell(findings) {
  const links = findings.slice(0, 3).flatMap((finding, i) => [i ? ", " : "", el("a", { href: "#f-" + identifier(finding.id) }, finding.id)]);
  const text = findings.map((finding) => finding.id).join(" ");
  return { text, sort: text, node: el("td", {}, ...links) };
}
function identifier(text) {
  return [...new TextEncoder().encode(text)].map((byte) => {
    const c = String.fromCharCode(byte);
    return /[0-9A-Za-z.-]/.test(c) ? c : "_" + byte.toString(16);
  }).join("");
}
function parseState(fragment) {
  const state = {};
  const ignored = [];
  for (const part of fragment.replace(/^#/, "").split("&")) {
    if (!part) continue;
    const at = part.indexOf("=");
    if (at < 0) continue;
    const [key, value] = [part.slice(0, at), decoded(part.slice(at + 1))];
    if (value === null || !read(state, key, value)) ignored.push(key.slice(0, 20));
  }
  return { state, ignored };
}
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
function read(state, key, value) {
  switch (key) {
    case "v": return value === "1";
    case "t": return readTime(state, value);
    case "sel":
      state.selection = value;
      return /^([a-z]):/.test(value);
    case "q":
      state.query = value.slice(0, 1000);
      return true;
    case "by":
      if (value === "broker" || value === "client") state.by = value;
      return state.by !== undefined;
    case "m":
      state.mark = Number(value);
      if (!value || !Number.isFinite(state.mark)) delete state.mark;
      return state.mark !== undefined;
    case "lanes": return readLanes(state, value);
    default: return false;
  }
}
function readTime(state, value) {
  const parts = value.match(/^(-?\d+(?:\.\d+)?)\+(\d+(?:\.\d+)?)$/);
  if (!parts || Number(parts[2]) <= 0) return false;
  [state.start, state.span] = [Number(parts[1]), Number(parts[2])];
  return true;
}
function readLanes(state, value) {
  state.folded = new Map();
  for (const word of value.split(",")) {
    if (!/^[-.]g\d+$/.test(word)) return false;
    state.folded.set(word.slice(1), word[0] === "-");
  }
  return true;
}
function formatState(state) {
  const parts = ["v=1"];
  if (state.start !== undefined && state.span !== undefined) parts.push("t=" + state.start.toFixed(9) + "+" + state.span.toFixed(9));
  if (state.selection) parts.push("sel=" + encodeURIComponent(state.selection));
  if (state.folded?.size) parts.push("lanes=" + [...state.folded].map(([id, folded]) => (folded ? "-" : ".") + id).join(","));
  if (state.by && state.by !== "broker") parts.push("by=" + state.by);
  if (state.mark !== undefined) parts.push("m=" + state.mark.toFixed(9));
  if (state.query) parts.push("q=" + encodeURIComponent(state.query));
  return parts.join("&");
}
function dataOf(id) {
  return document.getElementById(id)?.textContent ?? "";
}
const themes = ["", "dark", "light"];
function themeButton(changed) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = el("button", { type: "button", on: { click: () => turn() } });
  let at = 0;
  const show = () => {
    const theme = themes[at];
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    const isDark = theme === "dark" || (!theme && dark.matches);
    document.documentElement.toggleAttribute("data-dark", isDark);
    button.textContent = "theme: " + (theme || "system");
    changed("theme");
  };
  const turn = () => {
    at = (at + 1) % themes.length;
    show();
  };
  dark.addEventListener("change", show);
  show();
  window.addEventListener("beforeprint", () => {
    document.documentElement.dataset.theme = "light";
    document.documentElement.removeAttribute("data-dark");
    changed("paper");
  });
  window.addEventListener("afterprint", show);
  return button;
}
function wireSections(shown) {
  for (const button of document.querySelectorAll("button.copy")) {
    const what = button.getAttribute("data-what") ?? "Filter";
    button.addEventListener("click", () => copyText(button.parentElement?.querySelector("code")?.textContent ?? "", what));
  }
  tableMenu();
  window.addEventListener("beforeprint", () => document.querySelectorAll("details.finding").forEach((node) => node.setAttribute("open", "")));
  const open = (/** @type {import("./tables.js").TableRow} */ row) => {
    const app = shown();
    if (!app || !row.query) return;
    app.setFilter(row.query);
    goToTimeline();
  };
  for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("section.table"))) {
    if (section.id !== "t-connections") new Table(section, rowsOf(section), open);
  }
}
function tableMenu() {
  const link = document.querySelector("#sections a[href='#tables']");
  const items = [...document.querySelectorAll("section.table")].map((section) =>
    el("li", {}, el("a", { href: "#" + section.id }, section.querySelector("h3, h4")?.textContent ?? "")));
  if (!link || !items.length) return;
  const menu = el("details", { class: "menu" }, el("summary", {}, "Tables (" + items.length + ")"), el("ul", {}, ...items));
  menu.addEventListener("click", (/** @type {Event} */ event) => {
    if (/** @type {Element} */ (event.target).closest("a")) menu.open = false;
  });
  menu.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  link.replaceWith(menu);
}
function goToTimeline() {
  const timeline = document.getElementById("timeline");
  timeline?.scrollIntoView({ block: "start" });
  /** @type {HTMLElement | null} */ (timeline?.querySelector(".tl-stage"))?.focus({ preventScroll: true });
}
function filterBox(app, input) {
  const info = el("span", { class: "count", role: "status" });
  const show = () => {
    const shown = app.index.everything.length;
    info.textContent = app.query ? counted(shown, "event") + " of " + app.model.itemCount + (app.filter.problems.length ? "; " + app.filter.problems.join(", ") : "")
      : counted(app.model.itemCount, "event");
  };
  let timer = 0;
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => app.setFilter(input.value), 80);
  });
  app.listeners.add((what) => {
    if (what === "data") show();
  });
  show();
  return info;
}
function address(app) {
  let timer = 0;
  let own = "";
  const text = () => formatState({
    start: app.viewport.isAll ? undefined : app.viewport.start, span: app.viewport.isAll ? undefined : app.viewport.span,
    selection: app.selectionText(), query: app.query, by: app.by, mark: app.mark,
    folded: new Map(app.lanes.all.filter((lane) => lane.isGroup && lane.folded !== lane.foldedAtFirst).map((lane) => [lane.id, lane.folded])),
  });
  app.listeners.add(() => {
    if (timer) return;
    timer = window.setTimeout(() => {
      timer = 0;
      const now = "#" + text();
      if (now === own || (now === "#v=1" && !location.hash)) return;
      own = now;
      history.replaceState(null, "", now);
    }, 250);
  });
  return { text, isOwn: () => location.hash === own };
}
function restore(app, fragment) {
  if (!/(^#|&)v=/.test(fragment)) return;
  const { state, ignored } = parseState(fragment);
  if (state.by) app.setGrouping(state.by);
  for (const [id, folded] of state.folded ?? []) {
    const lane = app.lanes.find(id);
    if (lane >= 0) app.fold(lane, folded);
    else ignored.push("lanes");
  }
  if (state.query !== undefined) app.setFilter(state.query);
  const selection = state.selection ? app.selectionFrom(state.selection) : null;
  if (state.selection && !selection) ignored.push("sel");
  if (selection) app.select(selection);
  if (state.start !== undefined && state.span !== undefined) app.viewport.set(state.start, state.span);
  app.mark = state.mark;
  app.changed("view");
  if (ignored.length) toast("This link is partly not understood: " + [...new Set(ignored)].join(", "));
}
function lookAtView(app) {
  const { model } = app;
  const [from, to] = [model.seconds(model.head.view?.first), model.seconds(model.head.view?.last)];
  if (!(to >= from) || to - from > model.length * 0.8) return;
  app.viewport.fit(from, to);
  app.changed("view");
}
function assemble(app, section, controls) {
  const input = el("input", { type: "search", placeholder: "filter, as api:Produce client:name* broker:2 status:lost", "aria-label": "Filter events" });
  const by = el("button", { type: "button", on: { click: () => app.setGrouping(app.by === "broker" ? "client" : "broker") } });
  const clockButton = el("button", { type: "button", on: { click: () => (app.clock.turn(), app.changed("clock")) } });
  const everything = el("button", { type: "button", on: { click: () => (app.viewport.all(), app.changed("view")) } }, "see all");
  const bar = el("div", { class: "tl-bar" }, input, filterBox(app, input), by, everything);
  section.replaceChildren(el("h2", { class: "unseen" }, "Timeline"), bar);
  new Overview(app, section);
  const timeline = new Timeline(app, section);
  section.append(legend(app.model));
  const link = address(app);
  const copyLink = () => copyText(location.href.replace(/#.*$/, "") + "#" + link.text(), "Link");
  const panels = new Panels(app, section, copyLink);
  new Gestures(app, timeline);
  const keys = new Keys(app, timeline, { filter: input, details: panels.details, copyLink });
  controls.prepend(clockButton, el("button", { type: "button", on: { click: copyLink } }, "copy link"));
  controls.append(el("button", { type: "button", on: { click: () => keys.help.showModal() } }, "? keys"));
  const name = () => {
    by.textContent = "lanes by " + app.by;
    clockButton.textContent = "times: " + app.clock.name;
  };
  name();
  app.listeners.add(name);
  app.listeners.add(() => {
    if (document.activeElement !== input) input.value = app.query;
  });
  if (app.findingAt >= 0 && app.model.findings[0].severity !== "info") timeline.scrollToGroup(app.laneOf({ kind: "finding", at: 0 }));
  lookAtView(app);
  restore(app, location.hash);
  window.addEventListener("hashchange", () => {
    if (!link.isOwn()) restore(app, location.hash);
  });
  panels.showStatus();
}
function wireLinks(app) {
  for (const button of document.querySelectorAll("button.goto")) {
    button.addEventListener("click", () => {
      app.showFinding(Number(button.closest("[data-finding]")?.getAttribute("data-finding")));
      goToTimeline();
    });
  }
  pointers("data-frame", "show on the timeline", (value) => app.showItem(app.itemOfFrame(...frameOfText(value))));
  pointers("data-connection", "show on the timeline", (value) => app.showConnection(app.model.connections.findIndex((row) => row.id === value)));
  const connections = document.getElementById("t-connections");
  if (!connections) return;
  connections.querySelector(":scope > .note")?.remove();
  const table = new Table(connections, connectionRows(app), (row) => {
    app.showConnection(row.key);
    goToTimeline();
  });
  app.openTable = (id) => table.look(id);
}
function frameOfText(text) {
  const [frame, source] = text.split("/").map(Number);
  return [frame, source];
}
function pointers(attribute, title, run) {
  for (const node of document.querySelectorAll("span[" + attribute + "]")) {
    node.replaceChildren(el("button", { type: "button", class: "link", title, on: {
      click: () => {
        run(node.getAttribute(attribute) ?? "");
        goToTimeline();
      },
    } }, node.textContent));
  }
}
function openNamedFinding() {
  if (!/^#f-/.test(location.hash)) return;
  const at = document.getElementById(location.hash.slice(1))?.getAttribute("data-finding");
  if (at) openFinding(Number(at));
}
async function start() {
  document.documentElement.classList.add("js");
  const controls = /** @type {HTMLElement} */ (document.getElementById("controls"));
  const section = /** @type {HTMLElement} */ (document.getElementById("timeline"));
  let app = null;
  controls.append(themeButton((what) => app?.changed(what)));
  wireSections(() => app);
  openNamedFinding();
  window.addEventListener("hashchange", openNamedFinding);
  if (typeof DecompressionStream === "undefined") {
    section.replaceChildren(el("p", { class: "note" }, "This browser cannot unpack the timeline's data (it has no DecompressionStream). "
      + "Everything else on this page works; a browser of 2023 or later shows the timeline too."));
    return;
  }
  section.replaceChildren(el("p", { class: "note" }, "Unpacking the timeline ..."));
  await pause();
  const model = await load(JSON.parse(dataOf("head")), dataOf("cols"));
  app = new App(model, new Clock(model.start, JSON.parse(dataOf("zone")).offsetSeconds));
  assemble(app, section, controls);
  await pause();
  wireLinks(app);
  document.documentElement.dataset.ready = "yes";
}
start().catch((error) => {
  const section = document.getElementById("timeline");
  section?.replaceChildren(el("p", { class: "note" }, "The timeline could not be drawn: " + error));
  document.documentElement.dataset.ready = "failed";
});
})();

"""###

    static let style = ###"""
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f6f7f9; --text: #1a1d21; --soft: #56606b; --line: #dde1e7; --link: #1558a8;
  --error: #b3261e; --error-ground: #fdf1f0; --warning: #7d4b00; --warning-ground: #fdf6e7; --good: #17652f; --good-ground: #eff8f2;
  --mark-error: #d1242f; --mark-warning: #b86e00; --lane: #f8f9fb; --lane-group: #edf0f4; --conn: #c0c8d2; --conn-setup: #8294ab;
  --conn-tls: #5f9aa3; --gap: #e7c9c7; --on-solid: #ffffff;
  --api-produce: #3f76b0; --api-fetch: #4f9683; --api-group: #8169ac; --api-metadata: #ab6d98; --api-setup: #76a5c8; --api-other: #87909b;
}
@media screen and (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) {
    --ground: #14171c; --panel: #1c2027; --text: #e6e9ee; --soft: #a9b3be; --line: #333b46; --link: #8ec5ff;
    --error: #ff9c94; --error-ground: #2d1a1b; --warning: #ffc670; --warning-ground: #2b2416; --good: #86dba0; --good-ground: #16271d;
    --mark-error: #ff5d5d; --mark-warning: #e59a1f; --lane: #181c22; --lane-group: #232932; --conn: #4b5663; --conn-setup: #7d8ea4;
    --conn-tls: #4f8d92; --gap: #54302f; --on-solid: #14171c;
    --api-produce: #5f9fd8; --api-fetch: #57b39c; --api-group: #a48fd0; --api-metadata: #cf92bd; --api-setup: #8dbfdf; --api-other: #929ca8;
  }
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] {
  color-scheme: dark;
  --ground: #14171c; --panel: #1c2027; --text: #e6e9ee; --soft: #a9b3be; --line: #333b46; --link: #8ec5ff;
  --error: #ff9c94; --error-ground: #2d1a1b; --warning: #ffc670; --warning-ground: #2b2416; --good: #86dba0; --good-ground: #16271d;
  --mark-error: #ff5d5d; --mark-warning: #e59a1f; --lane: #181c22; --lane-group: #232932; --conn: #4b5663; --conn-setup: #7d8ea4;
  --conn-tls: #4f8d92; --gap: #54302f; --on-solid: #14171c;
  --api-produce: #5f9fd8; --api-fetch: #57b39c; --api-group: #a48fd0; --api-metadata: #cf92bd; --api-setup: #8dbfdf; --api-other: #929ca8;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
a { color: var(--link); }
code, pre { font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 6px 10px; margin: 4px 0; white-space: pre-wrap; max-width: 110ch; }
h1 { font-size: 20px; line-height: 1.3; font-weight: 650; margin: 0; text-wrap: pretty; overflow-wrap: anywhere; max-width: 90ch; }
h2 { font-size: 17px; margin: 32px 0 8px; }
h3 { font-size: 15px; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
h4 { font-size: 13px; margin: 14px 0 4px; color: var(--soft); }
p { margin: 4px 0; overflow-wrap: anywhere; max-width: 110ch; }
.note, .facts { color: var(--soft); font-size: 13px; }
.skip { position: absolute; left: -9999px; }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
.skip:focus { left: 8px; top: 8px; background: var(--ground); padding: 4px 8px; z-index: 20; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.only-js { display: none; }
.js .only-js { display: revert; }
.js .tools.only-js { display: flex; }
button.link { border: 0; background: none; padding: 0; text-align: left; color: var(--link); text-decoration: underline; }
button, input, select { font: inherit; font-size: 13px; color: var(--text); background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 1px 8px; }
button { cursor: pointer; }
button:hover { border-color: var(--soft); }
button[aria-pressed="true"] { border-color: var(--link); color: var(--link); }
button:disabled { opacity: .5; cursor: default; }
::placeholder { color: var(--soft); opacity: 1; }
#bar { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; padding: 6px 20px; border-bottom: 1px solid var(--line); }
#bar b { color: var(--soft); font-weight: 600; }
#bar .file { font-weight: 600; overflow-wrap: anywhere; }
#bar .span { color: var(--soft); font-size: 13px; }
#controls { margin-left: auto; display: flex; flex-wrap: wrap; gap: 6px; }
main { padding: 0 20px 48px; }
#verdict { border: 1px solid var(--line); border-left: 5px solid var(--soft); border-radius: 4px; padding: 10px 16px; margin: 12px 0 8px; background: var(--panel); }
.status-fault #verdict { border-color: var(--mark-error); background: var(--error-ground); }
.status-degraded #verdict, .status-cannot-judge #verdict { border-color: var(--mark-warning); background: var(--warning-ground); }
.status-healthy #verdict { border-color: var(--good); background: var(--good-ground); }
.status { float: right; margin: 3px 0 0 16px; padding: 0 10px; border-radius: 10px; font-size: 12px; line-height: 20px; font-weight: 700; background: var(--soft); color: var(--on-solid); }
.status-fault .status { background: var(--error); }
.status-degraded .status, .status-cannot-judge .status { background: var(--warning); }
.status-healthy .status { background: var(--good); }
.story, .do { margin-top: 6px; overflow-wrap: anywhere; max-width: 110ch; }
.do .command { margin-top: 6px; }
.numbers { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 8px 0 4px; padding: 0; }
.numbers a { color: inherit; text-decoration: none; }
.numbers a:hover { text-decoration: underline; }
.numbers .error { color: var(--error); font-weight: 600; }
.numbers .warning { color: var(--warning); font-weight: 600; }
#doubts { color: var(--soft); font-size: 13px; }
#doubts p { display: inline; }
#doubts details { display: inline-block; vertical-align: top; margin-left: 6px; }
#sections { display: flex; flex-wrap: wrap; gap: 2px 18px; align-items: baseline; margin: 10px 0 8px; padding: 6px 0; border-top: 1px solid var(--line); font-size: 13px; }
.menu { position: relative; }
.menu summary { cursor: pointer; color: var(--link); }
.menu ul { position: absolute; z-index: 10; left: 0; margin: 4px 0; padding: 6px 0; list-style: none; min-width: 220px; max-height: 60vh; overflow-y: auto; background: var(--ground); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 4px 16px rgba(0, 0, 0, .18); }
.menu li a { display: block; padding: 3px 14px; text-decoration: none; }
.menu li a:hover, .menu li a:focus { background: var(--panel); }
.finding, .incident { border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 4px; padding: 8px 14px; margin: 8px 0; }
.finding.error, .incident { border-left-color: var(--mark-error); }
.finding.warning { border-left-color: var(--mark-warning); }
.finding summary { cursor: pointer; }
.finding h3 { display: inline; }
.finding summary code { color: var(--soft); font-weight: 400; }
.finding.current { outline: 2px solid var(--link); }
.incident ul { margin: 4px 0; padding-left: 20px; }
.level { display: inline-block; font-size: 12px; font-weight: 700; margin-right: 4px; color: var(--soft); }
.level::first-letter { text-transform: uppercase; }
.error .level, .incident .level { color: var(--error); }
.warning .level { color: var(--warning); }
ol { margin: 4px 0; padding-left: 22px; max-width: 110ch; }
li { overflow-wrap: anywhere; }
.command { display: flex; align-items: flex-start; gap: 8px; margin: 4px 0; max-width: 110ch; }
.command pre { flex: 1 1 auto; min-width: 0; margin: 0; }
.command button { flex: none; margin-top: 4px; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: 13px; }
th, td { text-align: left; padding: 3px 14px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; max-width: 46ch; overflow-wrap: break-word; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
th button { border: 0; background: none; padding: 0; font-weight: 600; color: inherit; }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.long { min-width: 28ch; }
td.none { color: var(--soft); font-style: italic; }
td.whole { white-space: nowrap; }
td.bad { color: var(--error); font-weight: 600; }
td.error { color: var(--error); }
td.warning { color: var(--warning); }
td.bars svg { display: block; fill: var(--api-produce); }
section.table { margin: 20px 0; }
@media screen {
  section.table, .finding, #map, section.gateway { content-visibility: auto; contain-intrinsic-size: auto 400px; }
  .finding:not([open]) { contain-intrinsic-size: auto 42px; }
}
.tools { display: flex; flex-wrap: wrap; gap: 6px; margin: 6px 0; align-items: center; }
.map { display: block; font-size: 13px; }
.map text { fill: var(--text); }
.map .head { fill: var(--soft); font-size: 12px; }
.map rect { fill: var(--panel); stroke: var(--line); }
.map .bad rect { stroke: var(--mark-error); stroke-width: 2; fill: var(--error-ground); }
.map a:hover text { text-decoration: underline; }
.map line { stroke: var(--soft); stroke-width: 1; }
.map .l-used { stroke: var(--soft); }
.map .l-untried { stroke-dasharray: 2 4; }
.map .l-bad { stroke: var(--mark-error); stroke-width: 2.5; stroke-dasharray: 7 4; }
.map .sign { fill: none; stroke: var(--soft); stroke-width: 2; }
.map .sign.o-used { stroke: var(--good); }
.map .sign.o-bad { stroke: var(--mark-error); stroke-width: 3; }
.map .outcome.o-bad { fill: var(--error); font-weight: 700; }
.map .outcome.o-untried { fill: var(--soft); }
.map .small { fill: var(--soft); font-size: 12px; }
.map .gate { fill: var(--lane-group); stroke: var(--soft); }
.map .unseen rect { stroke-dasharray: 4 3; }
.behind { border-left: 4px solid var(--mark-warning); padding: 4px 14px; margin: 8px 0; background: var(--panel); }
.behind ul { margin: 4px 0; padding-left: 18px; }
section.gateway { margin: 18px 0; }
section.gateway section.table { margin: 6px 0 18px; }
#timeline { --labels: 264px; margin: 8px 0; }
.tl-bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-bottom: 6px; }
.tl-bar input { flex: 1 1 220px; min-width: 160px; }
.tl-bar .count { color: var(--soft); font-size: 13px; }
.tl-whole, .tl-body { display: grid; grid-template-columns: var(--labels) minmax(0, 1fr); border: 1px solid var(--line); }
.tl-whole { border-radius: 4px 4px 0 0; }
.tl-body { border-top: 0; border-radius: 0 0 4px 4px; }
.tl-caption { padding: 3px 8px; font-size: 12px; line-height: 16px; color: var(--soft); border-right: 1px solid var(--line); background: var(--panel); }
.tl-caption span { display: block; }
.tl-overview { position: relative; height: 40px; background: var(--lane); touch-action: none; cursor: crosshair; }
.tl-overview canvas { position: absolute; left: 0; top: 1px; width: 100%; height: 38px; }
.tl-brush { position: absolute; top: 0; bottom: 0; border: 1px solid var(--link); background: color-mix(in srgb, var(--link) 12%, transparent); cursor: grab; min-width: 3px; }
.tl-handle { position: absolute; top: 0; bottom: 0; width: 12px; margin-left: -6px; cursor: ew-resize; border-radius: 3px; }
.tl-handle::after { content: ""; position: absolute; left: 4px; top: 10px; bottom: 10px; width: 4px; border-radius: 2px; background: var(--link); }
.tl-labels { overflow-y: auto; overflow-x: hidden; position: relative; border-right: 1px solid var(--line); background: var(--panel); scrollbar-width: thin; padding: 0; margin: 0; }
.tl-spacer { position: relative; }
.tl-lane { position: absolute; left: 0; right: 0; display: flex; align-items: center; gap: 0 4px; text-align: left; border: 0; border-radius: 0; background: none; padding: 0 8px; font-size: 12px; line-height: 14px; white-space: nowrap; overflow: hidden; }
.tl-lane.group { font-weight: 600; background: var(--lane-group); }
.tl-lane.child { padding-left: 24px; }
.tl-lane.current { box-shadow: inset 3px 0 0 var(--link); }
.tl-fold { flex: none; width: 12px; }
.tl-fold::before { content: "\25BE"; }
.tl-lane[aria-expanded="false"] .tl-fold::before { content: "\25B8"; }
.tl-who, .tl-host { overflow: hidden; text-overflow: ellipsis; white-space: pre; min-width: 0; flex: 0 1 auto; }
.tl-at { display: flex; min-width: 30%; }
.tl-lane.child .tl-who + .tl-at { color: var(--soft); }
.tl-badge { flex: none; min-width: 16px; padding: 0 4px; border-radius: 8px; text-align: center; font-size: 12px; line-height: 16px; font-weight: 700; color: var(--on-solid); background: var(--error); }
.tl-badge.warning { background: var(--warning); }
.tl-stage { position: relative; overflow: hidden; touch-action: none; cursor: grab; outline-offset: -2px; }
.tl-stage canvas { position: absolute; left: 0; top: 0; width: 100%; height: 100%; }
.tl-pins { position: absolute; left: 0; right: 0; top: 20px; height: 22px; pointer-events: none; contain: layout style; }
.tl-pin { position: absolute; left: 0; top: 0; width: auto; min-width: 20px; height: 20px; transform: translateX(-50%); padding: 0 4px; border-radius: 10px; font-size: 12px; line-height: 17px; font-weight: 700; pointer-events: auto; background: var(--ground); border: 1px solid var(--soft); color: var(--soft); }
.tl-pin.error { background: var(--error); border-color: var(--error); color: var(--on-solid); border-radius: 3px; }
.tl-pin.warning { background: var(--warning-ground); border-color: var(--mark-warning); color: var(--warning); border-radius: 3px 10px; }
.tl-pin.current { outline: 2px solid var(--link); outline-offset: 1px; }
.tl-tip { position: absolute; z-index: 5; pointer-events: none; max-width: 340px; background: var(--ground); color: var(--text); border: 1px solid var(--line); border-radius: 4px; box-shadow: 0 2px 8px rgba(0, 0, 0, .25); padding: 3px 7px; font-size: 12px; white-space: pre-line; overflow-wrap: anywhere; }
.tl-status { color: var(--soft); font-size: 13px; min-height: 1.5em; margin: 4px 0; max-width: none; }
.tl-legend { display: flex; flex-wrap: wrap; gap: 2px 16px; align-items: flex-end; font-size: 12px; color: var(--soft); margin: 6px 0; padding: 0; list-style: none; }
.tl-legend b { margin-right: 4px; color: var(--error); } .tl-legend .attempt { color: var(--soft); }
.tl-legend i { display: inline-block; width: 10px; height: 10px; margin-right: 4px; vertical-align: -1px; border-radius: 1px; }
.tl-scale { display: flex; flex-wrap: wrap; gap: 0 10px; align-items: flex-end; }
.tl-scale i { width: 5px; border-radius: 0; vertical-align: baseline; }
.k-produce { background: var(--api-produce); } .k-fetch { background: var(--api-fetch); } .k-group { background: var(--api-group); }
.k-metadata { background: var(--api-metadata); } .k-setup { background: var(--api-setup); } .k-other { background: var(--api-other); }
.k-error { background: var(--mark-error); } .k-warning { background: var(--mark-warning); } .k-conn { background: var(--conn); }
.tl-legend .k-conn, .tl-legend .k-setup-bar, .tl-legend .k-tls-bar { width: 16px; height: 5px; vertical-align: 2px; }
.k-setup-bar { background: var(--conn-setup); } .k-tls-bar { background: var(--conn-tls); }
.tl-legend .k-end { width: 2px; background: var(--text); } .tl-legend .k-cap { height: 4px; vertical-align: 4px; background: var(--text); }
.tl-legend .k-gap { background: repeating-linear-gradient(45deg, var(--gap) 0 2px, transparent 2px 4px); }
.tl-panels { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin-top: 6px; }
.tl-panel { border: 1px solid var(--line); border-radius: 4px; padding: 8px 14px; min-height: 5em; max-height: 18em; overflow-y: auto; }
.unselected { grid-template-columns: minmax(0, 1fr); gap: 0; }
.unselected .tl-panel:first-child { border: 0; padding: 0; min-height: 0; }
.unselected .tl-panel:first-child p { max-width: none; }
.unselected .tl-panel:first-child:focus-visible { outline-offset: 2px; }
.tl-panel h3 { display: block; }
.tl-panel dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 12px; margin: 4px 0; font-size: 13px; }
.tl-panel dt { color: var(--soft); }
.tl-panel dd { margin: 0; overflow-wrap: anywhere; }
.where { margin: 4px 0; } .waterfall { display: block; width: 100%; height: 22px; }
.where table { border: 0; width: auto; font-size: 13px; } .where figcaption { font-size: 13px; color: var(--soft); }
.where th { font-weight: 400; text-align: left; } .where th, .where td { border: 0; padding: 0 12px 0 0; background: none; } .where td { text-align: right; white-space: nowrap; }
.where i { display: inline-block; width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; border-radius: 2px; }
.w-wire { background: var(--api-produce); fill: var(--api-produce); } .w-way { background: var(--api-setup); fill: var(--api-setup); }
.w-resent { background: var(--mark-error); fill: var(--mark-error); } .w-queued { background: var(--api-other); fill: var(--api-other); }
.w-throttled { background: var(--api-group); fill: var(--api-group); } .w-purpose { background: var(--api-fetch); fill: var(--api-fetch); }
.w-broker { background: var(--mark-warning); fill: var(--mark-warning); } .w-dns { background: var(--api-metadata); fill: var(--api-metadata); }
.w-tcp { background: var(--conn-setup); fill: var(--conn-setup); } .w-tls { background: var(--conn-tls); fill: var(--conn-tls); }
.w-sign { background: var(--conn); fill: var(--conn); }
.tl-list { max-height: 320px; overflow: auto; border: 1px solid var(--line); margin-top: 4px; padding: 0 8px; }
dialog { color: var(--text); background: var(--ground); border: 1px solid var(--line); border-radius: 6px; max-width: 560px; }
dialog td, dialog th { border: 0; }
.toast { position: fixed; right: 12px; bottom: 12px; background: var(--text); color: var(--ground); padding: 4px 10px; border-radius: 4px; z-index: 30; }
.live table { width: 100%; }
.live h2 { font-size: 15px; margin: 24px 0 4px; }
.live #controls { align-items: baseline; gap: 14px; font-size: 13px; }
#state { font-weight: 600; }
.warning-text { color: var(--warning); }
.error-text { color: var(--error); }
.good-text { color: var(--good); }
@media (max-width: 700px) {
  main { padding: 0 10px 40px; }
  #bar { padding: 6px 10px; }
  h1 { font-size: 17px; }
  #verdict { padding: 8px 12px; }
  .status { float: none; display: inline-block; margin: 0 0 6px; }
  #controls { margin-left: 0; gap: 4px; }
  #controls button { padding: 1px 5px; font-size: 12px; white-space: nowrap; }
  #sections { position: relative; }
  .menu { position: static; }
  .menu ul { left: 0; right: 0; }
  #timeline { --labels: 120px; }
  .tl-lane { flex-wrap: wrap; align-content: center; padding: 0 4px; gap: 0 3px; line-height: 13px; }
  .tl-lane.child { padding-left: 10px; }
  .tl-who { flex: 1 1 0; }
  .tl-who + .tl-at { flex: 1 0 100%; }
  .tl-caption { padding: 4px; line-height: 15px; white-space: nowrap; }
  .tl-panels { grid-template-columns: minmax(0, 1fr); }
  .tl-panel { max-height: 80vh; }
  .scroll td:not(.n) { min-width: 13ch; }
  .scroll td.long { min-width: 36ch; }
  .live .scroll td:not(.n) { min-width: 0; }
  .live td { overflow-wrap: anywhere; }
}
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto; transition: none; animation: none; } }
@media print {
  .only-js, .js .only-js, .js .tools.only-js, #controls, #sections, .command button, .tl-bar, .tl-panels, .tools, .skip, .tl-list { display: none; }
  .tl-overview { display: none; }
  .incident, #verdict, #timeline, h2, h3, h4, tr { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  .tl-legend i, .tl-pin, .tl-badge, .numbers li, .map * { print-color-adjust: exact; }
  body, .note, .facts, h4, .tl-status { font-size: 11px; }
  table, .map { font-size: 9.5px; }
  .map { width: 100%; height: auto; }
  h3 { font-size: 13px; }
  th, td { overflow-wrap: anywhere; padding-right: 6px; }
  #t-connections td:first-child { white-space: nowrap; }
  button.link { color: inherit; text-decoration: none; }
}

"""###

    static let liveScript = ###"""
(() => {
  "use strict";
  const every = 2000;
  const pause = document.getElementById("pause");
  const state = document.getElementById("state");
  let answered = new Date();
  let isPaused = false;
  function show() {
    pause.textContent = isPaused ? "go on" : "pause";
    pause.setAttribute("aria-pressed", String(isPaused));
  }
  function take(page) {
    document.title = page.title;
    document.querySelector("main").className = page.querySelector("main").className;
    for (const part of page.querySelectorAll("[data-part]")) {
      const old = document.querySelector('[data-part="' + part.dataset.part + '"]');
      if (old && old.innerHTML !== part.innerHTML) old.replaceChildren(...document.importNode(part, true).childNodes);
    }
  }
  async function refresh() {
    if (!isPaused && !document.hidden) {
      try {
        const answer = await fetch("/", { cache: "no-store" });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (!isPaused) take(page);
        answered = new Date();
        state.textContent = "";
      } catch {
        state.textContent = "no answer since " + answered.toLocaleTimeString() + ": this page is old";
      }
    }
    setTimeout(refresh, every);
  }
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    state.textContent = isPaused ? "paused at " + answered.toLocaleTimeString() : "";
    show();
  });
  show();
  setTimeout(refresh, every);
})();

"""###
}
