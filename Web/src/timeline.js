import { el } from "./dom.js";
import { hitTest, tooltip } from "./hit.js";
import { laneHeight, Painter } from "./paint.js";
import { Pins } from "./pins.js";
import { inkOn, pixel, Raster } from "./raster.js";
import { groups, Severity } from "./model.js";
import { axisStep } from "./viewport.js";
import { itemName } from "./describe.js";
import { duration, nameParts } from "./text.js";

/**
 * The lanes: labels as buttons, marks on a canvas, findings as pins over it.
 * @typedef {import("./app.js").App} App
 * @typedef {import("./paint.js").Palette} Palette
 * @typedef {import("./paint.js").Row} Row
 */

/** Axis and pins above the lanes. */
const topHeight = 44;

/** @returns {Palette} the page's colours as pixels */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const color = (/** @type {string} */ name) => pixel(style.getPropertyValue("--" + name));
  return {
    ground: color("ground"), lane: color("lane"), group: color("lane-group"), line: color("line"), text: color("text"),
    error: color("mark-error"), warning: color("mark-warning"), gap: color("gap"), conn: color("conn"), setup: color("conn-setup"),
    tls: color("conn-tls"), soft: color("soft"), apis: groups.map((name) => color("api-" + name)),
  };
}

/** @returns {{ground: string, soft: string, line: string, link: string, text: string}} the same for what is drawn over them */
function colors() {
  const style = getComputedStyle(document.documentElement);
  const [ground, soft, line, link, text] = ["ground", "soft", "line", "link", "text"].map((name) => style.getPropertyValue("--" + name).trim());
  return { ground, soft, line, link, text };
}

export class Timeline {
  /** @param {App} app @param {HTMLElement} parent */
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
    /**
     * A range being drawn.
     * @type {{start: number, span: number} | null}
     */
    this.rubber = null;
    this.labels.addEventListener("scroll", () => {
      this.scroll = this.labels.scrollTop;
      this.invalidate();
    });
    app.listeners.add((what) => this.changed(what));
    /** Kept, because asking for them makes the browser lay the page out. */
    this.width = 1;
    this.scroll = 0;
    this.colors = colors();
    new ResizeObserver(() => this.measure()).observe(this.stage);
    this.resize();
  }

  /** @param {string} what */
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

  /** @param {number} x @returns {number} */
  timeAt(x) {
    return this.app.viewport.start + (x / this.width) * this.app.viewport.span;
  }

  /** @param {number} t @returns {number} */
  xOf(t) {
    return ((t - this.app.viewport.start) / this.app.viewport.span) * this.width;
  }

  /**
   * The lane at a height of the stage, and the height within it.
   * @param {number} y
   * @returns {{lane: number, y: number}}
   */
  laneAt(y) {
    const down = y - topHeight + this.scroll;
    const rows = this.app.lanes.visible();
    const row = Math.floor(down / laneHeight);
    if (y < topHeight || row < 0 || row >= rows.length) return { lane: -1, y: 0 };
    return { lane: rows[row], y: down - row * laneHeight };
  }

  /** @param {number} lane */
  scrollTo(lane) {
    const row = this.app.lanes.visible().indexOf(lane);
    if (row < 0) return;
    const [top, room] = [row * laneHeight, (this.height ?? 0) - topHeight - 4];
    if (top < this.labels.scrollTop) this.labels.scrollTop = top;
    if (top + laneHeight > this.labels.scrollTop + room) this.labels.scrollTop = top + laneHeight - room;
  }

  /**
   * The group of a lane as the first row.
   * @param {number} lane
   */
  scrollToGroup(lane) {
    if (lane < 0) return;
    const parent = this.app.lanes.all[lane].parent;
    const row = this.app.lanes.visible().indexOf(parent < 0 ? lane : parent);
    if (row > 0) requestAnimationFrame(() => (this.labels.scrollTop = (row - 1) * laneHeight));
  }

  // Drawing

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

  /** @param {number} room @returns {Row[]} */
  visibleRows(room) {
    const { scroll } = this;
    return this.app.lanes.visible().map((row, i) => ({ row, y: Math.round(i * laneHeight - scroll) }))
      .filter(({ y }) => y > -laneHeight && y < room);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {Row[]} rows */
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

  /** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {string} soft @param {string} line */
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
      // A little later, so that no rounding makes 12:00:01 of 12:00:02.
      const words = clock.text(t + step * 1e-4, digits);
      if (x + 4 + words.length * 6 < width) context.fillText(words, x + 3, 13);
    }
  }

  /**
   * Names on marks that have room for them.
   * @param {CanvasRenderingContext2D} context
   */
  names(context) {
    const { model } = this.app;
    context.save();
    // Where marks overlap, as pipelined requests do, only the first is named.
    const taken = new Map();
    for (const label of this.painter.labels) {
      if ((taken.get(label.y) ?? -Infinity) > label.x) continue;
      taken.set(label.y, label.x + Math.min(label.width, 110));
      const left = Math.max(0, label.x);
      const room = label.x + label.width - left - 4;
      if (room < 30) continue;
      // Above the bar of a wait is the lane's own colour.
      const isAbove = model.severity[label.item] >= Severity.slow;
      const grounds = isAbove ? [this.palette.lane, this.palette.group] : [this.palette.apis[model.color[label.item]]];
      const api = itemName(this.app, label.item).split(" ")[0];
      // Whole words or none.
      const words = [api + " " + duration(model.took[label.item] * 1000), api].find((text) => context.measureText(text).width <= room - 3);
      if (!words) continue;
      // Another mark may lie there: the name would stand on the wrong colour.
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

  /** @param {CanvasRenderingContext2D} context @param {number} height @param {Row[]} rows @param {string} link */
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

  /** @returns {[number, number] | null} */
  bandOf() {
    const kind = this.app.selection?.kind;
    return kind === "finding" || kind === "range" ? this.app.selectedSpan() : null;
  }

  /** @param {CanvasRenderingContext2D} context @param {number} item @param {Row[]} rows */
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

  /** @param {CanvasRenderingContext2D} context @param {number} c @param {Row[]} rows */
  frameConnection(context, c, rows) {
    const { model, lanes } = this.app;
    for (const { row, y } of rows) {
      if (row !== lanes.ofConnection[c]) continue;
      const x = this.xOf(model.connOpened[c]);
      context.strokeRect(x - 2, topHeight + y + 17, Math.max(6, this.xOf(model.connEnded[c]) - x + 4), 8);
    }
  }

  // Labels

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

  /** @param {number} row @param {number} top @returns {HTMLElement} */
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

  /**
   * Who and where give way one by one where there is little room, and the port never does.
   * @param {string} label
   * @returns {HTMLElement[]}
   */
  name(label) {
    const { who, host, port } = nameParts(label);
    const at = el("span", { class: "tl-at" }, el("span", { class: "tl-host" }, host), port);
    return [...(who ? [el("span", { class: "tl-who" }, host ? who + " " : who)] : []), ...(host ? [at] : [])];
  }

  /** @param {number} row */
  press(row) {
    this.app.currentLane = row;
    if (this.app.lanes.all[row].isGroup) this.app.fold(row);
    else this.app.changed("selection");
  }

  // Tooltip

  /** @param {number} x @param {number} y of the stage */
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
