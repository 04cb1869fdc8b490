import { el } from "./dom.js";
import { palette } from "./timeline.js";
import { nudge, Painter } from "./paint.js";
import { Strip } from "./pyramid.js";
import { Raster } from "./raster.js";

/**
 * The whole capture in one strip, with a brush over what is in view.
 * @typedef {import("./app.js").App} App
 */
export class Overview {
  /** @param {App} app @param {HTMLElement} parent */
  constructor(app, parent) {
    this.app = app;
    this.canvas = el("canvas", { role: "img", "aria-label": "Requests over the whole capture" });
    this.brush = el("div", { class: "tl-brush" });
    this.left = this.handle("Start of the view");
    this.right = this.handle("End of the view");
    this.node = el("div", { class: "tl-overview" }, this.canvas, this.brush, this.left, this.right);
    // In the lanes' own columns: what stands above a mark is of its time.
    parent.append(el("div", { class: "tl-whole" }, el("div", { class: "tl-caption" }, "whole capture", el("span", {}, "height: how many")), this.node));
    /** @type {{what: string, x: number, start: number, span: number} | null} */
    this.drag = null;
    this.dirty = true;
    this.node.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.down(event));
    this.node.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.node.addEventListener(end, () => (this.drag = null));
    app.listeners.add((what) => this.changed(what));
    /** Kept, because asking for it makes the browser lay the page out. */
    this.width = Math.max(1, this.node.clientWidth);
    new ResizeObserver(() => this.resize()).observe(this.node);
  }

  /** @param {string} name @returns {HTMLElement} a slider of its own, for keys */
  handle(name) {
    const node = el("div", { class: "tl-handle", role: "slider", tabindex: "0", "aria-label": name });
    node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event, node));
    return node;
  }

  /** @param {string} what */
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

  /** @param {number} t @returns {number} */
  xOf(t) {
    const { margin, length } = this.app.viewport;
    return ((t + margin) / (length + 2 * margin)) * this.width;
  }

  /** @param {number} x @returns {number} */
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

  /** @param {PointerEvent} event */
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

  /** @param {PointerEvent} event */
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

  /** @param {number} a @param {number} b */
  between(a, b) {
    this.app.viewport.set(Math.min(a, b), Math.abs(b - a));
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} node */
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
