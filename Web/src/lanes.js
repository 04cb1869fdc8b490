import { Severity } from "./model.js";
import { hostOf, shortened, visible } from "./text.js";

/**
 * Rows of the timeline: brokers with their clients, or clients with their brokers.
 * @typedef {import("./model.js").Model} Model
 * @typedef {{id: string, label: string, parent: number, isGroup: boolean, folded: boolean, children: number[],
 *   foldedAtFirst: boolean, connections: number[], errors: number, warnings: number}} Lane
 */

/** Made once: a collator costs more than what it compares. */
const collator = new Intl.Collator("en", { numeric: true });

export class Lanes {
  /** @param {Model} model @param {"broker" | "client"} by */
  constructor(model, by) {
    this.model = model;
    this.by = by;
    /** @type {Lane[]} */
    this.all = [];
    this.ofEvent = new Int32Array(0);
    this.ofConnection = new Int32Array(model.connections.length).fill(-1);
    this.ofItem = new Int32Array(model.itemCount).fill(-1);
    this.brokerNames = brokerNames(model);
    /** @type {Map<string, Map<string, {connections: number[], label: string}>>} */
    this.tree = new Map();
    this.plant();
    this.grow();
    this.place();
    this.foldQuietOnes();
    /** Lanes in which a filter leaves nothing. */
    this.empty = new Uint8Array(this.all.length);
  }

  /** Where there are many lanes, those of groups without an error begin folded; all, where there are very many. */
  foldQuietOnes() {
    const many = this.all.length > 12 && this.all.some((lane) => lane.errors > 0);
    const veryMany = this.all.length > 60;
    for (const lane of this.all) {
      if (lane.isGroup) lane.folded = lane.foldedAtFirst = veryMany || (many && lane.errors === 0);
    }
  }

  /** @param {number} c @returns {[string, string]} keys of server and client */
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

  /** @param {number} e @returns {[string, string]} */
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

  /** @param {string} server @param {string} client */
  leaf(server, client) {
    const [first, second] = this.by === "broker" || server === "other" ? [server, client] : [client, server];
    let branch = this.tree.get(first);
    if (!branch) this.tree.set(first, (branch = new Map()));
    let leaf = branch.get(second);
    if (!leaf) branch.set(second, (leaf = { connections: [], label: second }));
    return leaf;
  }

  /** @param {string} key @returns {string} */
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

  /** @type {Map<string, number>} */
  laneByKey = new Map();

  groupCount() {
    return this.all.reduce((n, lane) => n + (lane.isGroup ? 1 : 0), 0);
  }

  /** @param {string} id @param {string} label @param {number} parent @returns {number} */
  add(id, label, parent) {
    const isGroup = parent < 0;
    this.all.push({ id, label: shortened(label, 120), parent, isGroup, folded: false, foldedAtFirst: false, children: [], connections: [], errors: 0, warnings: 0 });
    return this.all.length - 1;
  }

  /** The lane of each item. */
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

  /** @param {number} lane @param {number} severity */
  note(lane, severity) {
    for (let at = lane; at >= 0; at = this.all[at].parent) {
      if (severity >= Severity.error) this.all[at].errors += 1;
      else this.all[at].warnings += 1;
    }
  }

  /**
   * Lanes that are not inside a folded one, from top to bottom.
   * @returns {number[]}
   */
  visible() {
    const out = [];
    for (let i = 0; i < this.all.length; i += 1) {
      const lane = this.all[i];
      if (!this.empty[i] && (lane.isGroup || !this.all[lane.parent].folded)) out.push(i);
    }
    return out;
  }

  /**
   * Hides the lanes in which a filter leaves nothing; null: shows all.
   * @param {Uint32Array[] | null} items of each lane
   * @param {Uint8Array | null} pass which connections pass
   */
  keep(items, pass) {
    this.empty.fill(0);
    if (!items) return;
    for (let i = 0; i < this.all.length; i += 1) {
      const hasConnection = pass !== null && this.all[i].connections.some((c) => pass[c]);
      this.empty[i] = items[i].length || hasConnection ? 0 : 1;
    }
    if (this.empty.every((one) => one)) this.empty.fill(0);
  }

  /** @param {string} id @returns {number} */
  find(id) {
    return this.all.findIndex((lane) => lane.id === id);
  }
}

/**
 * `broker 2 kafka-2.lab:9092` by address.
 * @param {Model} model
 * @returns {Map<string, string>}
 */
function brokerNames(model) {
  /** @type {Map<string, string>} */
  const hosts = new Map();
  for (const row of model.connections) if (row.serverName && !hosts.has(row.server)) hosts.set(row.server, row.serverName);
  /** @type {Map<string, string>} */
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
