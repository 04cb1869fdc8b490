import { Belonging } from "./belongs.js";
import { ColumnFile, fromBase64, gunzip, pause, unzigzag } from "./columns.js";

/**
 * Everything that is drawn, as columns in the order of time. An item is a request or an event.
 * @typedef {Record<string, any>} Connection an entry of the report's `connections`
 * @typedef {Record<string, any>} Finding an entry of the report's `findings`
 * @typedef {{us: Float64Array, [name: string]: any}} Table
 */

export const Marks = { answered: 1, lost: 2, failed: 4, slow: 8, wantsNoAnswer: 16, longPoll: 32, byError: 64, byWarning: 128 };
/** How bad an item is: the worst survives when items share a pixel. */
export const Severity = { normal: 0, notable: 1, slow: 2, warning: 3, error: 4 };
/** Colour groups of APIs. */
export const groups = ["produce", "fetch", "group", "metadata", "setup", "other"];
const groupNames = new Set([
  "JoinGroup", "SyncGroup", "LeaveGroup", "Heartbeat", "OffsetCommit", "OffsetFetch", "FindCoordinator", "ConsumerGroupHeartbeat",
  "ConsumerGroupDescribe", "DescribeGroups", "ListGroups", "ShareGroupHeartbeat", "TxnOffsetCommit", "AddOffsetsToTxn",
]);

/** These wait for records or for other members: that takes as long as it takes. What is too long for them is marked by the analysis. */
const waitsByDesign = new Set(["Fetch", "ShareFetch", "JoinGroup", "SyncGroup"]);
/** Microseconds from which on any other answer is slow, whatever timeout its request named. */
const slowFrom = 1e6;

/** @param {string} api @returns {number} its place in `groups` */
export function groupOf(api) {
  if (api === "Produce") return 0;
  if (api === "Fetch" || api === "ShareFetch") return 1;
  if (groupNames.has(api)) return 2;
  if (api === "Metadata" || api === "DescribeCluster" || api === "DescribeTopicPartitions") return 3;
  if (api === "ApiVersions" || api === "SaslHandshake" || api === "SaslAuthenticate") return 4;
  return 5;
}

/** @param {number} marks @returns {number} */
export function severityOf(marks) {
  if (marks & Marks.byError) return Severity.error;
  if (marks & Marks.byWarning) return Severity.warning;
  if (marks & Marks.slow) return Severity.slow;
  if (marks & (Marks.lost | Marks.failed)) return Severity.notable;
  return Severity.normal;
}

/**
 * Nanoseconds since 1970 of the report's times.
 * @param {string} iso
 * @returns {bigint}
 */
export function nanoseconds(iso) {
  const dot = iso.indexOf(".");
  const fraction = dot < 0 ? "0" : iso.slice(dot + 1).replace(/Z$/, "");
  const whole = dot < 0 ? iso.replace(/Z$/, "") : iso.slice(0, dot);
  return BigInt(Date.parse(whole + "Z")) * 1000000n + BigInt(fraction.padEnd(9, "0"));
}

/**
 * Frames are numbers, or number and source where there are several.
 * @param {any} frame
 * @returns {number}
 */
export function frameNumber(frame) {
  return typeof frame === "number" ? frame : frame?.number ?? 0;
}

export class Model {
  /** @param {Record<string, any>} head @param {ColumnFile} file */
  constructor(head, file) {
    this.head = head;
    this.directory = file.directory;
    this.start = BigInt(file.directory.start);
    /** @type {Finding[]} */
    this.findings = head.findings;
    /** @type {Connection[]} */
    this.connections = [];
    /** @type {string[]} */
    this.strings = [];
    this.apis = file.directory.apis;
    this.apiGroups = this.apis.map(groupOf);
    this.errors = file.directory.errors;
    this.kinds = file.directory.kinds;
    this.length = 1e-3;
    /** @type {Table} */
    this.requests = { us: new Float64Array(0) };
    /** @type {Table} */
    this.events = { us: new Float64Array(0) };
    this.requestCount = 0;
    /** Times, lengths in seconds, severities, colours, and what each item is: a request, or an event if negative. */
    this.t = new Float64Array(0);
    this.took = new Float32Array(0);
    this.severity = new Uint8Array(0);
    this.color = new Uint8Array(0);
    this.ref = new Int32Array(0);
    /** @type {Record<string, any>} how long each connection took to be set up, by step; microseconds */
    this.setup = {};
    this.connOpened = new Float64Array(0);
    this.connEnded = new Float64Array(0);
    this.connWork = new Float64Array(0);
    this.connSeverity = new Uint8Array(0);
  }

  /** @param {string | null} iso @returns {number} seconds since the capture's start */
  seconds(iso) {
    return iso ? Number(nanoseconds(iso) - this.start) / 1e9 : NaN;
  }

  get itemCount() {
    return this.t.length;
  }

  /** @param {number} item @returns {boolean} */
  isRequest(item) {
    return this.ref[item] >= 0;
  }

  /** @param {number} item @returns {number} place in `connections`; -1: none */
  connectionOf(item) {
    const ref = this.ref[item];
    return (ref >= 0 ? this.requests.conn[ref] : this.events.conn[-1 - ref]) - 1;
  }

  /**
   * The item of a request.
   * @param {number} request
   * @returns {number}
   */
  itemOfRequest(request) {
    return this.itemOf(request, this.requests.t[request]);
  }

  /** @param {number} ref @param {number} time @returns {number} */
  itemOf(ref, time) {
    for (let i = lowerBound(this.t, time); i < this.t.length && this.t[i] <= time; i += 1) if (this.ref[i] === ref) return i;
    return -1;
  }
}

/**
 * The first place whose value is not less.
 * @param {Float64Array} values
 * @param {number} wanted
 * @returns {number}
 */
export function lowerBound(values, wanted) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @param {Record<string, any>} head
 * @param {string} packed
 * @returns {Promise<Model>}
 */
export async function load(head, packed) {
  const data = await gunzip(await fromBase64(packed));
  await pause();
  return build(head, new ColumnFile(data));
}

/**
 * @param {Record<string, any>} head
 * @param {ColumnFile} file
 * @returns {Promise<Model>}
 */
export async function build(head, file) {
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

/** @param {ColumnFile} file @param {string} prefix @returns {Float64Array} seconds */
function times(file, prefix) {
  const us = file.numbers(prefix + ".us");
  const ns = file.numbers(prefix + ".ns");
  const out = new Float64Array(us.length);
  for (let i = 0; i < out.length; i += 1) out[i] = us[i] / 1e6;
  if (ns.some((one) => one > 0)) for (let i = 0; i < out.length; i += 1) out[i] += ns[i] / 1e9;
  return out;
}

/** @param {Model} model */
function markSlow(model) {
  const { api, marks, took } = model.requests;
  const waits = model.apis.map((/** @type {string} */ name) => waitsByDesign.has(name));
  const found = Uint8Array.from(marks);
  for (let i = 0; i < found.length; i += 1) if (took[i] >= slowFrom && found[i] & Marks.answered && !waits[api[i]]) found[i] |= Marks.slow;
  model.requests.marks = found;
}

/**
 * Correlation ids are stored as differences on each connection.
 * @param {Model} model
 */
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

/** @param {Model} model */
function measure(model) {
  let end = 0;
  for (const source of model.head.capture.sources) if (source.last) end = Math.max(end, model.seconds(source.last));
  for (const times of [model.requests.t, model.events.t]) if (times.length) end = Math.max(end, times[times.length - 1]);
  model.length = Math.max(1e-3, end);
}

/**
 * Events that are drawn otherwise: connections as bars, gaps as shades; requests are in the log.
 * @param {Model} model
 */
function drawnEvents(model) {
  const left = new Set(["connection-opened", "connection-ended", "gap", "drop"]);
  if (model.directory.hasRequests) ["error", "lost-request"].forEach((kind) => left.add(kind));
  const { events, kinds } = model;
  const isDrawn = kinds.map((/** @type {string} */ kind) => !left.has(kind));
  // Where a handshake failed, the end of its connection is all that there is to see of it.
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

/**
 * Each event's worst finding, listed among its frames or not; and how bad what befell each connection is.
 * @param {Model} model
 */
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

/** @param {Model} model @param {Belonging} belonging */
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

/** @param {Model} model @param {number} event @returns {number} */
function eventSeverity(model, event) {
  const kind = model.kinds[model.events.kind[event]];
  const finding = model.events.finding[event];
  if (finding && model.findings[finding - 1].severity === "error") return Severity.error;
  if (kind === "lost-request") return Severity.error;
  if (kind === "error" || (finding && model.findings[finding - 1].severity === "warning")) return Severity.warning;
  if (kind === "connect-failed" || kind === "tls") return Severity.notable;
  return Severity.normal;
}

/**
 * Both tables in one order of time.
 * @param {Model} model
 */
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

/**
 * When each connection began, began to work, and ended.
 * @param {Model} model
 */
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
