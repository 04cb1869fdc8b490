import { el } from "./dom.js";
import { firstAt } from "./pyramid.js";

/**
 * One table of keys: it makes both what keys do and the help that `?` shows.
 * @typedef {import("./app.js").App} App
 * @typedef {import("./timeline.js").Timeline} Timeline
 * @typedef {{keys: string[], shown: string, does: string, run: (event: KeyboardEvent) => void, inside?: boolean}} Key
 */

export class Keys {
  /** @param {App} app @param {Timeline} timeline @param {{filter: HTMLInputElement, details: HTMLElement, copyLink: () => void}} places */
  constructor(app, timeline, places) {
    this.app = app;
    this.timeline = timeline;
    this.places = places;
    this.table = this.makeTable();
    this.help = this.makeHelp();
    document.addEventListener("keydown", (event) => this.press(event));
  }

  /** @returns {Key[]} */
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

  /** @param {KeyboardEvent} event */
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

  /** @param {() => void} change */
  view(change) {
    change();
    this.app.changed("view");
  }

  /**
   * What zooming by keys keeps in place: the selection where it is in view.
   * @returns {number | undefined}
   */
  focusTime() {
    const span = this.app.selectedSpan();
    if (!span) return undefined;
    const middle = Math.max(span[0], Math.min(span[1], (span[0] + span[1]) / 2));
    return middle > this.app.viewport.start && middle < this.app.viewport.end ? middle : undefined;
  }

  /** @param {number} step */
  finding(step) {
    const count = this.app.model.findings.length;
    if (!count) return;
    const isOn = this.app.selection?.kind === "finding";
    this.app.showFinding(isOn ? (this.app.findingAt + step + count) % count : step > 0 ? 0 : count - 1);
  }

  /** @param {number} step */
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

  /** @param {number} step */
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
