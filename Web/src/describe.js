import { bytes, count, counted, duration, visible } from "./text.js";
import { frameNumber, Marks } from "./model.js";

/**
 * Items and connections in words, for tooltips, panels and lists.
 * @typedef {import("./app.js").App} App
 * @typedef {[string, string]} Entry
 */

/** @param {App} app @param {number} number @param {number} source @returns {string} */
export function frameText(app, number, source) {
  const several = app.model.head.capture.sources.length > 1;
  return number ? (several ? "file " + (source + 1) + " " : "") + "#" + number : "none";
}

/**
 * Log lines and events of the user's own have no frame.
 * @param {App} app
 * @param {number} event
 * @returns {string}
 */
function frameBehind(app, event) {
  const { frame, source } = app.model.events;
  return frame[event] ? ", " + frameText(app, frame[event], source[event]) : "";
}

/**
 * What became of a request.
 * @param {App} app
 * @param {number} request
 * @returns {string}
 */
export function fate(app, request) {
  const { requests, errors } = app.model;
  const marks = requests.marks[request];
  const took = duration(requests.took[request] / 1000);
  if (marks & Marks.wantsNoAnswer) return "no answer wanted (acks=0)";
  if (!(marks & Marks.answered)) return (marks & Marks.lost ? "no answer, lost after " : "no answer yet after ") + took;
  if (marks & Marks.lost) return "answered after " + took + ", when the client took nothing any more";
  const error = marks & Marks.failed ? " with " + errors[requests.error[request]] : "";
  return "answered after " + took + error + (marks & Marks.longPoll ? " (nothing to read)" : "") + (marks & Marks.slow ? " (slow)" : "");
}

/** @param {App} app @param {number} item @returns {string} */
export function itemName(app, item) {
  const { model } = app;
  const ref = model.ref[item];
  if (ref >= 0) return model.apis[model.requests.api[ref]] + " v" + model.requests.version[ref];
  return model.kinds[model.events.kind[-1 - ref]];
}

/** @param {App} app @param {number} item @returns {string} */
export function itemSummary(app, item) {
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

/** @param {App} app @param {number} c @returns {string} */
export function connectionEnd(app, c) {
  const { model, clock } = app;
  const row = model.connections[c];
  const who = row.tcp.closedBy ? " by " + row.tcp.closedBy : "";
  const words = { fin: "closed", reset: "reset", open: "open at the end", "no-answer": "no answer", evicted: "no longer followed" };
  const end = words[/** @type {keyof typeof words} */ (row.tcp.end)] ?? row.tcp.end;
  return visible(row.client) + " -> " + visible(row.serverName ? row.serverName + ", " + row.server : row.server) + "\n"
    + clock.text(model.connOpened[c], 3) + ", " + duration((model.connEnded[c] - model.connOpened[c]) * 1000) + ", " + end + who + "\n"
    + counted(row.kafka.requests, "request") + (row.kafka.unanswered ? ", " + count(row.kafka.unanswered) + " unanswered" : "");
}

/** @param {App} app @param {number} request @returns {Entry[]} */
export function requestEntries(app, request) {
  const { model, clock } = app;
  const r = model.requests;
  /** @type {Entry[]} */
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

/** @param {App} app @param {number} event @returns {Entry[]} */
export function eventEntries(app, event) {
  const { model, clock } = app;
  const e = model.events;
  /** @type {Entry[]} */
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

/** @param {App} app @param {number} c @returns {Entry[]} */
export function partyEntries(app, c) {
  const row = app.model.connections[c];
  const client = [row.kafka.clientId, row.clientName, row.client, row.kafka.software].filter(Boolean).map(visible).join(", ");
  const server = app.lanes.brokerNames.get(row.server) ?? visible(row.server);
  return [["client", client], ["broker", server], ["connection", row.id]];
}

/** @param {App} app @param {number} c @returns {Entry[]} */
export function connectionEntries(app, c) {
  const row = app.model.connections[c];
  const frames = [row.firstFrame, row.lastFrame].map((frame) => (frame ? frameText(app, frameNumber(frame), frame.source ?? 0) : "?"));
  /** @type {Entry[]} */
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
