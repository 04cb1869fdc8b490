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

export const laneHeight = 26;
/** Marks stand in the upper part of a lane, connections in the lower. */
const marksTop = 2;
const marksHeight = 16;
const connTop = 19;

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
      raster.hatch(Math.round((gap.t - start) * scale) - 4, y, 8, laneHeight - 1, palette.gap);
    }
  }

  /**
   * @param {Raster} raster @param {number[]} connections @param {number} y @param {number} start @param {number} scale
   * @param {Palette} palette @param {Uint8Array | null} pass
   */
  connections(raster, connections, y, start, scale, palette, pass) {
    const { model } = this;
    const end = start + raster.width / scale;
    for (const c of connections) {
      if (pass && !pass[c]) continue;
      const [opened, ended] = [model.connOpened[c], model.connEnded[c]];
      if (ended < start || opened > end) continue;
      const row = model.connections[c];
      const x = Math.max(-4, Math.round((opened - start) * scale));
      const right = Math.min(raster.width + 4, Math.max(x + 2, Math.round((ended - start) * scale)));
      const isFailed = row.tcp.end === "refused" || row.tcp.end === "rejected" || row.tcp.end === "no-answer";
      if (isFailed) {
        raster.cross(x, y + connTop + 2, 2, palette.warning);
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
    const until = Math.min(right, Math.max(x + 1, Math.round((work - start) * scale)));
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
    if (to - from <= scanLimit && !isFine) this.strip.addItems(this.model, items, from, to, window.start, scale);
    else this.strip.addPyramid(index.pyramid(row), window.start, scale);
    this.columns(raster, this.strip, y + marksTop, marksHeight, palette);
  }

  /**
   * One mark an item: as long as the wait, as high as its logarithm. Severe ones come last, so that nothing hides them.
   * @param {Raster} raster @param {Uint32Array} items @param {number} from @param {number} to @param {number} y
   * @param {number} start @param {number} scale @param {Palette} palette
   */
  exact(raster, items, from, to, y, start, scale, palette) {
    const { t, took, severity } = this.model;
    const began = this.reachBack(items, from, start);
    // Long ones first: a poll that waits for seconds must not cover what came meanwhile.
    for (const turn of ["long", "short", "severe"]) {
      let last = -9;
      for (let k = began; k < to; k += 1) {
        const i = items[k];
        const severe = severity[i] >= Severity.warning;
        if (severe !== (turn === "severe")) continue;
        const x = Math.round((t[i] - start) * scale);
        const width = Math.max(severe ? 3 : 2, Math.round(took[i] * scale));
        if (!severe && (turn === "long") !== width > 24) continue;
        if (x === last && width <= 2) continue;
        last = x;
        this.mark(raster, i, x, width, y, palette);
      }
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
    const severity = this.model.severity[i];
    const height = severity >= Severity.warning ? marksHeight : heightOf(this.model.took[i]);
    const top = y + marksTop + marksHeight - height;
    raster.fill(x, top, width, height, markColor(severity, this.model.color[i], palette));
    if (severity === Severity.error) raster.fill(x - 1, y + marksTop, Math.min(width, 5) + 2, 3, palette.error);
    if (severity === Severity.notable) raster.fill(x, top, Math.min(width, 3), 3, palette.text);
    if (width >= 40 && x < raster.width && this.labels.length < 300) this.labels.push({ x, y: y + marksTop, width, item: i });
  }

  /**
   * Columns of pixels that stand for many items: as high as the logarithm of their number, coloured by the worst.
   * @param {Raster} raster @param {Strip} strip @param {number} y @param {number} height @param {Palette} palette
   */
  columns(raster, strip, y, height, palette) {
    const { count, worst, color } = strip.data;
    let most = 1;
    for (let x = 0; x < strip.width; x += 1) most = Math.max(most, count[x]);
    const unit = height / Math.log2(1 + most);
    for (let x = 0; x < strip.width; x += 1) {
      if (!count[x] || worst[x] >= Severity.warning) continue;
      const size = Math.max(2, Math.round(Math.log2(1 + count[x]) * unit));
      raster.fill(x, y + height - size, 1, size, palette.apis[color[x]]);
      if (worst[x] === Severity.notable) raster.fill(x, y + height - size, 1, 2, palette.text);
    }
    for (const severe of [Severity.warning, Severity.error]) {
      for (let x = 0; x < strip.width; x += 1) {
        if (worst[x] === severe) raster.fill(x, y, severe === Severity.error ? 2 : 1, height, markColor(severe, 0, palette));
      }
    }
  }
}

/** @param {number} seconds @returns {number} from 10 us to 10 s over the lane's height */
export function heightOf(seconds) {
  const share = (Math.log10(Math.max(1e-5, seconds)) + 5) / 6;
  return Math.max(4, Math.min(marksHeight, Math.round(4 + share * (marksHeight - 4))));
}

/** @param {number} severity @param {number} color @param {Palette} palette @returns {number} */
export function markColor(severity, color, palette) {
  if (severity >= Severity.error) return palette.error;
  if (severity >= Severity.warning) return palette.warning;
  return palette.apis[color];
}
