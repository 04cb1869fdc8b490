import { copyText, el } from "./dom.js";
import { connectionEntries, eventEntries, itemName, itemSummary, requestEntries } from "./describe.js";
import { Marks, Severity } from "./model.js";
import { firstAt } from "./pyramid.js";
import { count, counted, duration, visible } from "./text.js";
import { waterfall } from "./waterfall.js";

/**
 * Below the lanes: what is in view in words, what is selected, and the findings one by one.
 * @typedef {import("./app.js").App} App
 */

const listLength = 500;

export class Panels {
  /** @param {App} app @param {HTMLElement} parent @param {() => void} copyLink */
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

  /** @param {string} what */
  changed(what) {
    if (what === "selection" || what === "clock" || what === "data") {
      this.showSelection();
      this.showFinding();
    }
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.showStatus(), 250);
  }

  // What is in view

  /** @returns {{items: Uint32Array, from: number, to: number}} */
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

  /**
   * Those that are worth a look but part of no finding that warns, each sort by itself.
   * @param {Uint32Array} items @param {number} from @param {number} to
   * @returns {string[]}
   */
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

  /** @returns {string} */
  fromMark() {
    const span = this.app.selectedSpan();
    if (!span || this.app.mark === undefined) return "";
    return ", selection is " + duration((span[0] - this.app.mark) * 1000) + " from it";
  }

  /** @param {number} item @returns {string} of an event; of a request nothing */
  kindOf(item) {
    const { model } = this.app;
    return model.isRequest(item) ? "" : model.kinds[model.events.kind[-1 - model.ref[item]]];
  }

  /** @returns {string} what the log left out */
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

  /** @param {number} item */
  pick(item) {
    this.app.selectItem(item);
    this.app.reveal(this.app.currentLane);
  }

  // What is selected

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

  /** @param {string} title @param {[string, string][]} entries @param {number} connection @param {HTMLElement | null} figure */
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

  /** @param {number} connection @returns {Node[]} */
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

  /** @param {number} c */
  copyStream(c) {
    const { client, server } = this.app.model.connections[c];
    const side = (/** @type {string} */ endpoint) => {
      const bare = endpoint.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
      return (bare.includes(":") ? "ipv6" : "ip") + ".addr == " + bare + " && tcp.port == " + endpoint.replace(/^.*:/, "");
    };
    copyText(side(client) + " && " + side(server), "Filter");
  }

  /** @param {number} start @param {number} span */
  range(start, span) {
    const { app } = this;
    const { model } = app;
    const items = app.index.everything;
    const [from, to] = [firstAt(model, items, start), firstAt(model, items, start + span)];
    /** @type {number[]} */
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

  // Findings one by one

  showFinding() {
    const { app } = this;
    const total = app.model.findings.length;
    if (app.findingAt < 0) return this.finding.replaceChildren(el("h3", {}, "No findings"));
    const finding = app.model.findings[app.findingAt];
    const go = (/** @type {number} */ step) => () => app.showFinding((app.findingAt + step + total) % total);
    const button = (/** @type {string} */ name, /** @type {() => void} */ run) => el("button", { type: "button", on: { click: run } }, name);
    // The first screen tells the first one already, until it is asked for.
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

/**
 * Opens a finding's section and goes there.
 * @param {number} at
 */
export function openFinding(at) {
  const node = document.querySelector('[data-finding="' + at + '"]');
  if (!node) return;
  if (node instanceof HTMLDetailsElement) node.open = true;
  document.querySelectorAll(".finding.current").forEach((old) => old.classList.remove("current"));
  node.classList.add("current");
  node.scrollIntoView({ block: "start" });
}
