import { hitTest } from "./hit.js";

/**
 * Mouse, pen and fingers on the lanes.
 * @typedef {import("./app.js").App} App
 * @typedef {import("./timeline.js").Timeline} Timeline
 */

const hoverDelay = 120;

export class Gestures {
  /** @param {App} app @param {Timeline} timeline */
  constructor(app, timeline) {
    this.app = app;
    this.timeline = timeline;
    /** @type {Map<number, {x: number, y: number}>} */
    this.pointers = new Map();
    /** @type {{x: number, y: number, start: number, scroll: number, range: boolean, moved: boolean} | null} */
    this.drag = null;
    this.pinch = 0;
    this.hover = 0;
    const stage = timeline.stage;
    stage.addEventListener("wheel", (/** @type {WheelEvent} */ event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.down(event));
    stage.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.move(event));
    stage.addEventListener("pointerup", (/** @type {PointerEvent} */ event) => this.up(event));
    stage.addEventListener("pointercancel", (/** @type {PointerEvent} */ event) => this.leave(event));
    stage.addEventListener("pointerleave", () => this.unhover());
    stage.addEventListener("dblclick", (/** @type {MouseEvent} */ event) => this.double(event));
  }

  /** @param {MouseEvent} event @returns {{x: number, y: number}} */
  at(event) {
    const box = this.timeline.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    this.unhover();
    const unit = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 400 : 1;
    const { viewport } = this.app;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      viewport.pan((((event.deltaX || event.deltaY) * unit) / this.timeline.width) * 0.8);
    } else {
      viewport.zoom(Math.exp(Math.max(-300, Math.min(300, event.deltaY * unit)) * 0.0022), this.timeline.timeAt(this.at(event).x));
    }
    this.app.changed("view");
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button !== 0) return;
    const { x, y } = this.at(event);
    this.pointers.set(event.pointerId, { x, y });
    this.unhover();
    if (this.pointers.size === 2) {
      this.drag = null;
      this.pinch = this.spread();
      return;
    }
    this.timeline.stage.setPointerCapture(event.pointerId);
    this.drag = { x, y, start: this.app.viewport.start, scroll: this.timeline.labels.scrollTop, range: event.shiftKey, moved: false };
  }

  /** @returns {number} */
  spread() {
    const [a, b] = [...this.pointers.values()];
    return Math.max(10, Math.hypot(a.x - b.x, a.y - b.y));
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { x, y } = this.at(event);
    if (!this.pointers.has(event.pointerId)) return this.hoverAt(x, y);
    this.pointers.set(event.pointerId, { x, y });
    if (this.pointers.size === 2) return this.pinched();
    if (!this.drag) return;
    if (Math.abs(x - this.drag.x) + Math.abs(y - this.drag.y) > 4) this.drag.moved = true;
    if (!this.drag.moved) return;
    if (this.drag.range) this.draw(x);
    else {
      const { viewport } = this.app;
      viewport.set(this.drag.start - ((x - this.drag.x) / this.timeline.width) * viewport.span, viewport.span);
      this.timeline.labels.scrollTop = this.drag.scroll - (y - this.drag.y);
      this.app.changed("view");
    }
  }

  pinched() {
    const [a, b] = [...this.pointers.values()];
    const spread = this.spread();
    this.app.viewport.zoom(this.pinch / spread, this.timeline.timeAt((a.x + b.x) / 2));
    this.pinch = spread;
    this.app.changed("view");
  }

  /** @param {number} x */
  draw(x) {
    if (!this.drag) return;
    const [from, to] = [this.timeline.timeAt(Math.min(x, this.drag.x)), this.timeline.timeAt(Math.max(x, this.drag.x))];
    this.timeline.rubber = { start: from, span: to - from };
    this.timeline.invalidate();
  }

  /** @param {PointerEvent} event */
  up(event) {
    const drag = this.drag;
    this.leave(event);
    if (!drag) return;
    const rubber = this.timeline.rubber;
    this.timeline.rubber = null;
    if (rubber) this.app.select({ kind: "range", ...rubber });
    else if (!drag.moved) this.click(event);
  }

  /** @param {PointerEvent} event */
  leave(event) {
    this.pointers.delete(event.pointerId);
    this.drag = null;
  }

  /** @param {MouseEvent} event */
  hit(event) {
    const { x, y } = this.at(event);
    const { lane, y: inside } = this.timeline.laneAt(y);
    return hitTest(this.app, lane, inside, this.timeline.timeAt(x), this.app.viewport.span / this.timeline.width);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const hit = this.hit(event);
    if (hit.item >= 0) this.app.selectItem(hit.item);
    else if (hit.connection >= 0) this.app.select({ kind: "connection", at: hit.connection });
    else this.app.select(null);
    this.app.currentLane = hit.lane;
    this.timeline.invalidate();
  }

  /** @param {MouseEvent} event */
  double(event) {
    const hit = this.hit(event);
    const c = hit.connection >= 0 ? hit.connection : hit.item >= 0 ? this.app.model.connectionOf(hit.item) : -1;
    if (c < 0) return this.app.viewport.zoom(0.25, this.timeline.timeAt(this.at(event).x)), this.app.changed("view");
    this.app.select({ kind: "connection", at: c });
    this.app.fitSelection();
  }

  /** @param {number} x @param {number} y */
  hoverAt(x, y) {
    this.unhover();
    this.hover = window.setTimeout(() => this.timeline.showTip(x, y), hoverDelay);
  }

  unhover() {
    window.clearTimeout(this.hover);
    this.timeline.hideTip();
  }
}
