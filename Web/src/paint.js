import { firstAt, Strip } from "./pyramid.js";
import { Raster } from "./raster.js";
import { Severity } from "./model.js";

/**
 * Paints lanes into a raster: connections as bars, requests and events as marks.
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./lanes.js").Lanes} Lanes
 * @typedef {import("./pyramid.js").Index} Index
 * @typedef {{ground: number, lane: number, group: number, line: number, text: number, error: number, warning: number, gap: number,
 *   conn: number, setup: number, tls: number, soft: number, apis: number[]}} Palette
 * @typedef {{start: number, span: number}} Window
 * @typedef {{x: number, y: number, width: number, item: number}} Label
 * @typedef {{row: number, y: number}} Row a lane and where it begins
 */

export const laneHeight = 28;
/** Marks stand in the upper part of a lane, connections in the lower. */
const marksTop = 2;
const marksHeight = 18;
const connTop = 21;

/** A time on a pixel's edge falls on one side of it, however often it was written down and read again. */
export const nudge = 1e-4;

/** Of the bar that a wait is drawn as, where it is slow or part of a finding. */
const waitHeight = 5;

/** Beyond this many items in a lane's window the summary is drawn; from fewer on, where it is as fine as the pixels. */
const scanLimit = 60000;
const fineLimit = 6000;

export class Painter {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.strip = new Strip(1);
    /**
     * Marks wide enough for their name.
     * @type {Label[]}
     */
    this.labels = [];
    /**
     * Gaps by lane: items of the events table.
     * @type {{lane: number, t: number}[]}
     */
    this.gaps = [];
    /** @type {number[]} */
    this.drops = [];
  }

  /** @param {Lanes} lanes */
  findShades(lanes) {
    this.gaps = [];
    this.drops = [];
    const { events, kinds } = this.model;
    for (let e = 0; e < events.t.length; e += 1) {
      const kind = kinds[events.kind[e]];
      if (kind === "gap") this.gaps.push({ lane: lanes.ofEvent[e], t: events.t[e] });
      if (kind === "drop") this.drops.push(events.t[e]);
    }
  }

  /**
   * @param {Raster} raster @param {Lanes} lanes @param {Index} index @param {Row[]} rows @param {Window} window
   * @param {Palette} palette @param {Uint8Array | null} passConnections which connections a filter lets through
   */
  paint(raster, lanes, index, rows, window, palette, passConnections) {
    if (this.strip.width !== raster.width) this.strip = new Strip(raster.width);
    this.labels = [];
    raster.clear(palette.ground);
    const scale = raster.width / window.span;
    for (const { row, y } of rows) {
      const lane = lanes.all[row];
      raster.fill(0, y, raster.width, laneHeight - 1, lane.isGroup ? palette.group : palette.lane);
      this.shade(raster, row, lanes, y, window.start, scale, palette);
      this.connections(raster, lane.connections, y, window.start, scale, palette, passConnections);
      this.marks(raster, index, row, y, window, palette);
    }
    for (const t of this.drops) raster.hatch(((t - window.start) * scale - 3) | 0, 0, 6, raster.height, palette.gap);
  }

  /**
   * @param {Raster} raster @param {number} row @param {Lanes} lanes @param {number} y @param {number} start
   * @param {number} scale @param {Palette} palette
   */
  shade(raster, row, lanes, y, start, scale, palette) {
    for (const gap of this.gaps) {
      if (gap.lane !== row && lanes.all[gap.lane]?.parent !== row) continue;
      raster.hatch(Math.floor((gap.t - start) * scale + nudge) - 4, y, 8, laneHeight - 1, palette.gap);
    }
  }

  /**
   * @param {Raster} raster @param {number[]} connections @param {number} y @param {number} start @param {number} scale
   * @param {Palette} palette @param {Uint8Array | null} pass
   */
  connections(raster, connections, y, start, scale, palette, pass) {
    const { model } = this;
    const end = start + raster.width / scale;
    let lastCross = -Infinity;
    for (const c of connections) {
      if (pass && !pass[c]) continue;
      const [opened, ended] = [model.connOpened[c], model.connEnded[c]];
      if (ended < start || opened > end) continue;
      const row = model.connections[c];
      const x = Math.max(-4, Math.floor((opened - start) * scale + nudge));
      const right = Math.min(raster.width + 4, Math.max(x + 2, Math.floor((ended - start) * scale + nudge)));
      const isFailed = row.tcp.end === "refused" || row.tcp.end === "rejected" || row.tcp.end === "no-answer";
      if (isFailed) {
        const bad = model.connSeverity[c];
        if (Math.abs(x - lastCross) < 6 && bad < Severity.warning) continue;
        if (x - lastCross < 3 && x >= lastCross) continue;
        lastCross = x;
        raster.cross(x, y + connTop + 2, 2, bad >= Severity.warning ? markColor(bad, 0, palette) : palette.soft);
        continue;
      }
      raster.fill(x, y + connTop, right - x, 5, palette.conn);
      this.setup(raster, c, x, right, y, start, scale, palette);
      if (right <= raster.width) this.ending(raster, row.tcp.end, right, y, palette);
    }
  }

  /**
   * Handshake, TLS and sign-in, up to the first request that is work.
   * @param {Raster} raster @param {number} c @param {number} x @param {number} right @param {number} y @param {number} start
   * @param {number} scale @param {Palette} palette
   */
  setup(raster, c, x, right, y, start, scale, palette) {
    const row = this.model.connections[c];
    if (row.tcp.handshake === "before-capture") return;
    const work = Math.min(this.model.connWork[c], this.model.connEnded[c]);
    const until = Math.min(right, Math.max(x + 1, Math.floor((work - start) * scale + nudge)));
    raster.fill(x, y + connTop, until - x, 5, row.tls ? palette.tls : palette.setup);
    raster.fill(x, y + connTop - 1, 1, 7, palette.soft);
  }

  /** @param {Raster} raster @param {string} end @param {number} x @param {number} y @param {Palette} palette */
  ending(raster, end, x, y, palette) {
    if (end === "reset") raster.cross(x, y + connTop + 2, 3, palette.error);
    else if (end === "fin") raster.fill(x - 1, y + connTop - 1, 2, 7, palette.text);
  }

  /**
   * @param {Raster} raster @param {Index} index @param {number} row @param {number} y @param {Window} window
   * @param {Palette} palette
   */
  marks(raster, index, row, y, window, palette) {
    const items = index.items[row];
    const scale = raster.width / window.span;
    const from = firstAt(this.model, items, window.start - window.span * 0.01);
    const to = firstAt(this.model, items, window.start + window.span);
    if (to - from <= raster.width * 2) return this.exact(raster, items, from, to, y, window.start, scale, palette);
    this.strip.clear();
    const isFine = to - from > fineLimit && index.pyramid(row).finest * scale <= 1;
    if (to - from <= scanLimit && !isFine) this.strip.addItems(this.model, items, from, to, window.start - nudge / scale, scale);
    else this.strip.addPyramid(index.pyramid(row), window.start, scale);
    this.columns(raster, this.strip, y + marksTop, marksHeight, palette, (_, took) => heightOf(took));
  }

  /**
   * One mark an item: as long as the wait, as high as its logarithm. Severe ones come last, so that nothing hides them.
   * @param {Raster} raster @param {Uint32Array} items @param {number} from @param {number} to @param {number} y
   * @param {number} start @param {number} scale @param {Palette} palette
   */
  exact(raster, items, from, to, y, start, scale, palette) {
    const { t, took, severity } = this.model;
    const began = this.reachBack(items, from, start);
    /** @type {number[]} */
    const severe = [];
    // Long ones first: a poll that waits for seconds must not cover what came meanwhile.
    for (const turn of ["long", "short"]) {
      let last = -9;
      for (let k = began; k < to; k += 1) {
        const i = items[k];
        const x = Math.floor((t[i] - start) * scale + nudge);
        const width = Math.max(2, Math.round(took[i] * scale));
        if ((turn === "long") !== width > 24) continue;
        if (severity[i] >= Severity.slow) {
          severe.push(i);
          continue;
        }
        if (x === last && width <= 2) continue;
        last = x;
        this.mark(raster, i, x, width, y, palette);
      }
    }
    this.severe(raster, severe, y, start, scale, palette);
  }

  /**
   * What is slow or faulty: a wait is a bar between two posts, so that the posts, and not the wait, stand out; a moment is a post.
   * Posts that would run into each other are thin, so that ten seconds of them do not look like more.
   * @param {Raster} raster @param {number[]} items @param {number} y @param {number} start @param {number} scale @param {Palette} palette
   */
  severe(raster, items, y, start, scale, palette) {
    const { t, took, severity } = this.model;
    const bottom = y + marksTop + marksHeight;
    /** @type {{x: number, item: number, isEnd: boolean}[]} */
    const posts = [];
    for (const i of items) {
      const x = Math.floor((t[i] - start) * scale + nudge);
      const width = Math.round(took[i] * scale);
      posts.push({ x, item: i, isEnd: width <= 4 });
      if (width <= 4) continue;
      raster.fill(x, bottom - waitHeight, width, waitHeight, markColor(severity[i], 0, palette));
      posts.push({ x: x + width - 2, item: i, isEnd: true });
      if (width >= 40 && x < raster.width && this.labels.length < 300) this.labels.push({ x, y: y + marksTop, width, item: i });
    }
    posts.sort((a, b) => severity[a.item] - severity[b.item] || a.x - b.x);
    const taken = new Uint8Array(raster.width + 8);
    for (const { x } of posts) if (x >= 0 && x < raster.width) taken[x + 3] = 1;
    for (const { x, item, isEnd } of posts) {
      const room = Math.max(-3, Math.min(raster.width, x));
      const isCrowded = taken.subarray(Math.max(0, room), room + 3).some(Boolean) || taken.subarray(room + 4, room + 7).some(Boolean);
      const height = severity[item] === Severity.slow ? heightOf(took[item]) : marksHeight;
      const color = markColor(severity[item], 0, palette);
      raster.fill(x, bottom - height, isCrowded ? 1 : isEnd ? 3 : 2, height, color);
      if (severity[item] === Severity.error && isEnd && !isCrowded) raster.fill(x - 1, bottom - height, 5, 3, color);
    }
  }

  /**
   * Marks that began before the window may reach into it.
   * @param {Uint32Array} items
   * @param {number} from
   * @param {number} start
   */
  reachBack(items, from, start) {
    const { t, took } = this.model;
    let began = from;
    for (let k = from - 1; k >= Math.max(0, from - 300); k -= 1) if (t[items[k]] + took[items[k]] > start) began = k;
    return began;
  }

  /** @param {Raster} raster @param {number} i @param {number} x @param {number} width @param {number} y @param {Palette} palette */
  mark(raster, i, x, width, y, palette) {
    const height = heightOf(this.model.took[i]);
    const top = y + marksTop + marksHeight - height;
    raster.fill(x, top, width, height, palette.apis[this.model.color[i]]);
    if (this.model.severity[i] === Severity.notable) raster.fill(x, top, Math.min(width, 3), 3, palette.text);
    if (width >= 40 && x < raster.width && this.labels.length < 300) this.labels.push({ x, y: y + marksTop, width, item: i });
  }

  /**
   * Columns of pixels that stand for many items, coloured by the worst.
   * @param {Raster} raster @param {Strip} strip @param {number} y @param {number} height @param {Palette} palette
   * @param {(count: number, took: number) => number} sizeOf how high the column is of so many items, the slowest of which took so long
   */
  columns(raster, strip, y, height, palette, sizeOf) {
    const { count, worst, color, took } = strip.data;
    for (let x = 0; x < strip.width; x += 1) {
      if (!count[x] || worst[x] >= Severity.slow) continue;
      const size = sizeOf(count[x], took[x]);
      raster.fill(x, y + height - size, 1, size, palette.apis[color[x]]);
      if (worst[x] === Severity.notable) raster.fill(x, y + height - size, 1, 2, palette.text);
    }
    for (const severe of [Severity.slow, Severity.warning, Severity.error]) {
      for (let x = 0; x < strip.width; x += 1) {
        if (!count[x] || worst[x] !== severe) continue;
        const size = severe === Severity.slow ? sizeOf(count[x], took[x]) : height;
        const isAlone = severe === Severity.error && ![x - 2, x - 1, x + 1, x + 2].some((near) => worst[near] === severe && count[near] > 0);
        raster.fill(x, y + height - size, isAlone ? 2 : 1, size, markColor(severe, 0, palette));
      }
    }
  }
}

/** @param {number} seconds @returns {number} from 1 ms, or less, to 10 s, or more, over the lane's height: as much for each power of ten */
export function heightOf(seconds) {
  const share = (Math.log10(Math.max(1e-3, seconds)) + 3) / 4;
  return Math.min(marksHeight, Math.round(4 + share * (marksHeight - 4)));
}

/** @param {number} severity @param {number} color @param {Palette} palette @returns {number} */
export function markColor(severity, color, palette) {
  if (severity >= Severity.error) return palette.error;
  if (severity >= Severity.slow) return palette.warning;
  return palette.apis[color];
}
