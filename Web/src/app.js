import { Filter, frameOf, sourceOf } from "./filter.js";
import { Lanes } from "./lanes.js";
import { frameNumber, lowerBound } from "./model.js";
import { Index } from "./pyramid.js";
import { Viewport } from "./viewport.js";

/**
 * What is shown, and everyone who shows it. A change goes through here and is told to all.
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./text.js").Clock} Clock
 * @typedef {{kind: "request", at: number} | {kind: "event", at: number} | {kind: "connection", at: number}
 *   | {kind: "finding", at: number} | {kind: "range", start: number, span: number}} Selection
 */

export class App {
  /** @param {Model} model @param {Clock} clock */
  constructor(model, clock) {
    this.model = model;
    this.clock = clock;
    this.viewport = new Viewport(model.length);
    /** @type {"broker" | "client"} */
    this.by = "broker";
    this.lanes = new Lanes(model, this.by);
    this.query = "";
    this.filter = new Filter(model, "");
    /** @type {Uint8Array | null} */
    this.passConnections = null;
    this.index = this.makeIndex();
    /** @type {Selection | null} */
    this.selection = null;
    /**
     * The items that the selected finding names.
     * @type {number[]}
     */
    this.evidence = [];
    this.currentLane = -1;
    this.findingAt = model.findings.length ? 0 : -1;
    /** @type {number | undefined} */
    this.mark = undefined;
    /**
     * Shows a connection's row in its table.
     * @type {((id: string) => void) | null}
     */
    this.openTable = null;
    /** @type {Set<(what: string) => void>} */
    this.listeners = new Set();
  }

  makeIndex() {
    const parents = Int32Array.from(this.lanes.all, (lane) => lane.parent);
    return new Index(this.model, this.lanes.ofItem, parents, this.filter.items());
  }

  /** @param {string} what `view`, `lanes`, `data`, `selection` or `clock` */
  changed(what) {
    for (const listener of this.listeners) listener(what);
  }

  /** @param {string} query */
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

  /** @param {"broker" | "client"} by */
  setGrouping(by) {
    if (by === this.by) return;
    this.by = by;
    this.lanes = new Lanes(this.model, by);
    this.currentLane = -1;
    this.index = this.makeIndex();
    this.hideEmptyLanes();
    this.changed("data");
  }

  /** @param {number} lane @param {boolean} [folded] */
  fold(lane, folded) {
    const group = this.lanes.all[lane].isGroup ? lane : this.lanes.all[lane].parent;
    this.lanes.all[group].folded = folded ?? !this.lanes.all[group].folded;
    this.changed("lanes");
  }

  /** @param {Selection | null} selection */
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

  /** @param {Selection | null} selection @returns {number} */
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

  /**
   * Requests and events in a finding's frames, and events that belong to it beyond those.
   * @param {number} at
   * @returns {number[]}
   */
  evidenceOf(at) {
    const finding = this.model.findings[at];
    // Numbers, not texts: a long finding asks this of a million items.
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

  /**
   * The request that was sent or answered in a frame, or the event of it; else the last one before it.
   * @param {number} number
   * @param {number} source
   * @returns {number} an item; -1: none
   */
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

  /**
   * Selects an item and brings it into view, with so much around it that its neighbours are seen.
   * @param {number} item
   */
  showItem(item) {
    if (item < 0) return;
    this.selectItem(item);
    const { t, took, length } = this.model;
    const span = Math.max(took[item] * 2, Math.min(this.viewport.span, length * 0.05));
    this.viewport.set(t[item] + took[item] / 2 - span / 2, span);
    this.reveal(this.currentLane);
    this.changed("view");
  }

  /** @param {number} c */
  showConnection(c) {
    if (c < 0) return;
    this.select({ kind: "connection", at: c });
    this.fitSelection();
    this.reveal(this.currentLane);
  }

  /** @param {number} at @returns {[number, number]} */
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

  /** @param {number} at */
  showFinding(at) {
    if (at < 0 || at >= this.model.findings.length) return;
    this.select({ kind: "finding", at });
    const [from, to] = this.spanOf(at);
    this.viewport.fit(from, Math.max(to, from + Math.min(this.model.length * 0.02, 2)));
    this.reveal(this.currentLane);
    this.changed("view");
  }

  /**
   * Unfolds the group of a lane.
   * @param {number} lane
   */
  reveal(lane) {
    if (lane < 0) return;
    const parent = this.lanes.all[lane].parent;
    if (parent >= 0 && this.lanes.all[parent].folded) this.fold(parent, false);
    this.changed("reveal");
  }

  /**
   * The time span of what is selected.
   * @returns {[number, number] | null}
   */
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

  /** @param {number} item */
  selectItem(item) {
    const ref = this.model.ref[item];
    this.select(ref >= 0 ? { kind: "request", at: ref } : { kind: "event", at: -1 - ref });
  }

  /**
   * The selected item; -1: none.
   * @returns {number}
   */
  selectedItem() {
    const { selection, model } = this;
    if (selection?.kind === "request") return model.itemOfRequest(selection.at);
    if (selection?.kind === "event") return model.itemOf(-1 - selection.at, model.events.t[selection.at]);
    return -1;
  }

  /** @returns {string | undefined} the selection as the address has it */
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

  /** @param {string} text @returns {Selection | null} */
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
