import { visible } from "./text.js";
import { frameNumber, Marks, Severity } from "./model.js";

/**
 * The filter box: `api:Produce client:orders* -kind:dns words`. Terms of one key add up, keys narrow down, `-` leaves out.
 * @typedef {import("./model.js").Model} Model
 * @typedef {{key: string, value: string, not: boolean}} Term
 */

export const filterKeys = ["api", "client", "broker", "kind", "status", "error", "conn", "frame", "text"];

/** @param {string} query @returns {{terms: Term[], problems: string[]}} */
export function parseFilter(query) {
  /** @type {Term[]} */
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

/**
 * Whether a text holds the value; `*` stands for anything, and then the whole has to match; after `=` all of it has to be equal.
 * @param {string} value
 * @returns {(text: string) => boolean}
 */
export function matcher(value) {
  if (value.startsWith("=")) return (text) => text.toLowerCase() === value.slice(1);
  if (!value.includes("*")) return (text) => text.toLowerCase().includes(value);
  const pattern = value.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  const whole = new RegExp("^" + pattern + "$", "s");
  return (text) => whole.test(text.toLowerCase());
}

/** A filter made ready: tables of yes and no, so that an item costs a few look-ups. */
export class Filter {
  /** @param {Model} model @param {string} query */
  constructor(model, query) {
    this.model = model;
    const { terms, problems } = parseFilter(query);
    this.terms = terms;
    this.problems = problems;
    /** @type {((item: number) => boolean)[]} */
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

  /**
   * Which items pass; null: all.
   * @returns {Uint8Array | null}
   */
  items() {
    if (this.isEmpty) return null;
    const pass = new Uint8Array(this.model.itemCount);
    for (let i = 0; i < pass.length; i += 1) pass[i] = this.tests.every((test) => test(i)) ? 1 : 0;
    return pass;
  }

  /**
   * Which connections pass what is said of connections; null: all.
   * @returns {Uint8Array | null}
   */
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

  /** @param {Term} term @returns {Uint8Array} */
  ofConnections(term) {
    const test = matcher(term.value);
    const out = new Uint8Array(this.model.connections.length);
    this.model.connections.forEach((row, c) => {
      out[c] = connectionTexts(row, term.key).some((text) => text && test(visible(text))) ? 1 : 0;
    });
    return out;
  }

  /** @param {Term} term @returns {(item: number) => boolean} */
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

  /** @param {(text: string) => boolean} matches @returns {(item: number) => boolean} */
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

  /** @param {Term} term @param {(text: string) => boolean} matches @returns {(item: number) => boolean} */
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

  /** @param {Term} term @param {(text: string) => boolean} matches @returns {(item: number) => boolean} */
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

/** @param {Model} model @param {number} item @returns {number} */
export function frameOf(model, item) {
  const ref = model.ref[item];
  return ref >= 0 ? model.requests.frame[ref] : model.events.frame[-1 - ref];
}

/** @param {Model} model @param {number} item @returns {number} */
export function sourceOf(model, item) {
  const ref = model.ref[item];
  return ref >= 0 ? model.requests.source[ref] : model.events.source[-1 - ref];
}

/** @param {Record<string, any>} row @param {string} key @returns {string[]} */
function connectionTexts(row, key) {
  const client = [row.client, row.clientName, row.kafka.clientId, row.kafka.software, row.principal];
  const broker = [row.server, row.serverName, row.tls?.serverName];
  if (row.kafka.nodeId !== null) broker.push(String(row.kafka.nodeId));
  if (key === "client") return client;
  if (key === "broker") return broker;
  if (key === "conn") return [row.id];
  return [...client, ...broker, row.id, row.mechanism, row.tcp.end];
}

/** @param {Model} model @param {string} value @returns {(item: number) => boolean} */
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
