import { hostOf } from "./text.js";

/**
 * Which finding an event belongs to. A finding lists some forty of its frames; the attempts, sign-ins and alerts beyond those are
 * told by who took part, when, and what became of it.
 * @typedef {{kind: string, text: string, client: string, server: string, connection: string, t: number, until: number, isUseless: boolean}} Happening
 *   `isUseless`: nothing was answered on its connection
 */

/**
 * What findings of these kinds say of an event.
 * @type {Record<string, Set<string>>}
 */
const apt = {
  "connect-failed": new Set(["connect-failure", "advertised-address-mismatch", "broker-unavailable", "network-path", "tls-failure", "protocol-mismatch"]),
  "sign-in": new Set(["auth-terminated", "session-expired"]),
  "tls": new Set(["tls-failure", "protocol-mismatch"]),
  "dns": new Set(["advertised-address-mismatch"]),
  "connection-ended": new Set(["tls-failure", "protocol-mismatch", "auth-terminated"]),
};
/** Incidents whose failed attempts are in no finding of their own. */
const outages = new Set(["broker-outage", "rolling-restart", "host-unreachable", "path-trouble"]);
const severities = ["info", "warning", "error"];
/** Clocks of hosts and of captures differ by less. */
const slack = 1e-3;
const mostOfOne = 64;

export class Belonging {
  /** @param {Record<string, any>} head @param {(iso: string | null) => number} seconds */
  constructor(head, seconds) {
    /** @type {Map<string, {at: number, kinds: Set<string> | null, from: number, to: number}[]>} */
    this.spans = new Map();
    /** @type {Map<string, number[]>} */
    this.byConnection = new Map();
    this.findings = head.findings;
    /** Connections that a client left on purpose. */
    this.left = new Set(head.findings.filter((/** @type {any} */ one) => one.kind === "abandoned-by-client").flatMap((/** @type {any} */ one) => one.evidence.connections));
    /** Findings that count lost requests which they do not list. */
    this.counts = head.findings.some((/** @type {any} */ one) => one.severity !== "info" && one.requestsLeftOut > 0);
    for (const [at, finding] of head.findings.entries()) {
      if (finding.severity === "info") continue;
      for (const id of finding.evidence.connections) this.add(this.byConnection, id, at);
      const span = { at, kinds: new Set([finding.kind]), from: seconds(finding.first), to: seconds(finding.last) };
      // Of an address that was given out, `server` is that address: where its name led, or the name that led nowhere.
      const isName = finding.kind === "advertised-address-mismatch" && finding.detail === "unresolvable";
      const server = isName ? "name " + hostOf(finding.server ?? "") : finding.server;
      this.add(this.spans, (finding.client ?? "*") + " " + server, span);
    }
    for (const incident of head.incidents ?? []) this.outage(incident, seconds);
  }

  /** @template T @param {Map<string, T[]>} map @param {string} key @param {T} value */
  add(map, key, value) {
    const known = map.get(key);
    if (!known) map.set(key, [value]);
    else if (known.length < mostOfOne) known.push(value);
  }

  /** @param {any} incident @param {(iso: string | null) => number} seconds */
  outage(incident, seconds) {
    if (!outages.has(incident.kind) || !incident.rootServer) return;
    const ids = new Set(incident.findings);
    const mine = this.findings.map((/** @type {any} */ finding, /** @type {number} */ at) => ({ finding, at })).filter((/** @type {any} */ { finding }) => ids.has(finding.id));
    // The findings stand worst first.
    const worst = mine.find((/** @type {any} */ { finding }) => finding.id === incident.rootFinding) ?? mine[0];
    if (worst && worst.finding.severity !== "info") {
      this.add(this.spans, "* " + incident.rootServer, { at: worst.at, kinds: null, from: seconds(incident.from), to: seconds(incident.to) });
    }
  }

  /**
   * A lost request that no finding lists.
   * @param {string} client @param {string} server @param {string} connection @param {number} t @param {number} until
   * @returns {number} the place of the worst finding that counts it; -1: none
   */
  ofLost(client, server, connection, t, until) {
    if (!this.counts || this.left.has(connection)) return -1;
    for (const span of [hostOf(client), "*"].flatMap((who) => this.spans.get(who + " " + server) ?? [])) {
      if (this.findings[span.at].requestsLeftOut > 0 && until >= span.from - slack && t <= span.to + slack) return span.at;
    }
    return -1;
  }

  /** @param {Happening} event @returns {number} the worst finding's place; -1: none */
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
