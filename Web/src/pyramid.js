/**
 * The items of one lane, and summaries of them by time for drawing many at once. The worst of a bin is never lost.
 * @typedef {import("./model.js").Model} Model
 * @typedef {{count: Uint32Array, worst: Uint8Array, color: Uint8Array, took: Float32Array}} Level
 */

/** Indices by lane: which items each lane (and each group) has, in order of time. */
export class Index {
  /**
   * @param {Model} model
   * @param {Int32Array} ofItem lane of each item
   * @param {Int32Array} parents of each lane; -1: none
   * @param {Uint8Array | null} pass which items a filter lets through; null: all
   */
  constructor(model, ofItem, parents, pass) {
    this.model = model;
    const lanes = parents.length;
    const sizes = new Uint32Array(lanes + 1);
    for (let i = 0; i < ofItem.length; i += 1) {
      if (pass && !pass[i]) continue;
      const lane = ofItem[i];
      if (lane < 0) continue;
      sizes[lane] += 1;
      if (parents[lane] >= 0) sizes[parents[lane]] += 1;
      sizes[lanes] += 1;
    }
    /** @type {Uint32Array[]} */
    this.items = Array.from(sizes, (size) => new Uint32Array(size));
    const filled = new Uint32Array(lanes + 1);
    for (let i = 0; i < ofItem.length; i += 1) {
      if (pass && !pass[i]) continue;
      const lane = ofItem[i];
      if (lane < 0) continue;
      this.items[lane][filled[lane]++] = i;
      const parent = parents[lane];
      if (parent >= 0) this.items[parent][filled[parent]++] = i;
      this.items[lanes][filled[lanes]++] = i;
    }
    /** @type {(Pyramid | undefined)[]} */
    this.pyramids = new Array(lanes + 1);
    this.lanes = lanes;
  }

  /** Every item that passes. */
  get everything() {
    return this.items[this.lanes];
  }

  /** @param {number} lane @returns {Pyramid} made when it is first asked for */
  pyramid(lane) {
    return (this.pyramids[lane] ??= new Pyramid(this.model, this.items[lane]));
  }
}

/**
 * The first place in `items` whose time is not less.
 * @param {Model} model
 * @param {Uint32Array} items
 * @param {number} time
 */
export function firstAt(model, items, time) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (model.t[items[middle]] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {number} size @returns {Level} */
function level(size) {
  return {
    count: new Uint32Array(size), worst: new Uint8Array(size), color: new Uint8Array(size), took: new Float32Array(size),
  };
}

/** Bins of equal time over the whole capture, each level half as many as the one before. */
export class Pyramid {
  /** @param {Model} model @param {Uint32Array} items */
  constructor(model, items) {
    let bins = 256;
    while (bins < 65536 && bins * 8 < items.length) bins *= 2;
    this.length = model.length * (1 + 1e-9);
    const base = level(bins);
    const scale = bins / this.length;
    gather(model, items, 0, items.length, base, 0, scale, true);
    /** @type {Level[]} the finest first */
    this.levels = [base];
    for (let size = bins >> 1; size >= 64; size >>= 1) this.levels.push(halved(this.levels[this.levels.length - 1], size));
  }

  /** @returns {number} seconds of the smallest bins */
  get finest() {
    return this.length / this.levels[0].count.length;
  }

  /**
   * The level whose bins are nearest to `seconds` wide, from below.
   * @param {number} seconds
   * @returns {Level}
   */
  levelFor(seconds) {
    let at = 0;
    while (at + 1 < this.levels.length && this.length / this.levels[at + 1].count.length <= seconds) at += 1;
    return this.levels[at];
  }
}

/**
 * Sums items into bins, as `put` does it. Written out, because a million of them pass through here.
 * @param {Model} model @param {Uint32Array} items @param {number} from @param {number} to
 * @param {Level} level @param {number} start time of the first bin's edge @param {number} scale bins a second
 * @param {boolean} clamps items beyond the ends count with the bins at the ends
 */
function gather(model, items, from, to, level, start, scale, clamps) {
  const { t, severity, color, took } = model;
  const { count, worst } = level;
  const last = count.length - 1;
  for (let k = from; k < to; k += 1) {
    const i = items[k];
    let bin = Math.floor((t[i] - start) * scale);
    if (bin < 0 || bin > last) {
      if (!clamps) continue;
      bin = bin < 0 ? 0 : last;
    }
    const [bad, wait] = [severity[i], took[i]];
    if (count[bin] === 0 || bad > worst[bin] || (bad === worst[bin] && wait > level.took[bin])) level.color[bin] = color[i];
    count[bin] += 1;
    if (bad > worst[bin]) worst[bin] = bad;
    if (wait > level.took[bin]) level.took[bin] = wait;
  }
}

/**
 * @param {Level} to @param {number} bin @param {number} count @param {number} worst @param {number} color @param {number} took
 */
function put(to, bin, count, worst, color, took) {
  // The colour is that of the worst, and among equals of the slowest.
  if (to.count[bin] === 0 || worst > to.worst[bin] || (worst === to.worst[bin] && took > to.took[bin])) to.color[bin] = color;
  to.count[bin] += count;
  if (worst > to.worst[bin]) to.worst[bin] = worst;
  if (took > to.took[bin]) to.took[bin] = took;
}

/** @param {Level} from @param {number} size @returns {Level} */
function halved(from, size) {
  const to = level(size);
  for (let bin = 0; bin < size * 2; bin += 1) {
    if (from.count[bin]) put(to, bin >> 1, from.count[bin], from.worst[bin], from.color[bin], from.took[bin]);
  }
  return to;
}

/** One column of pixels each: how many, how bad, which colour, how slow. */
export class Strip {
  /** @param {number} width */
  constructor(width) {
    this.width = width;
    this.data = level(width);
  }

  clear() {
    this.data.count.fill(0);
    this.data.worst.fill(0);
    this.data.took.fill(0);
  }

  /**
   * Sums the items `from` up to `to` into columns.
   * @param {Model} model @param {Uint32Array} items @param {number} from @param {number} to
   * @param {number} start time of the left edge @param {number} scale pixels a second
   */
  addItems(model, items, from, to, start, scale) {
    gather(model, items, from, to, this.data, start, scale, false);
  }

  /** @param {Pyramid} pyramid @param {number} start @param {number} scale */
  addPyramid(pyramid, start, scale) {
    const from = pyramid.levelFor(1 / scale);
    const bins = from.count.length;
    const binSeconds = pyramid.length / bins;
    const first = Math.max(0, Math.floor(start / binSeconds));
    const last = Math.min(bins - 1, Math.ceil((start + this.width / scale) / binSeconds));
    for (let bin = first; bin <= last; bin += 1) {
      if (!from.count[bin]) continue;
      const x = Math.floor(((bin + 0.5) * binSeconds - start) * scale);
      if (x >= 0 && x < this.width) put(this.data, x, from.count[bin], from.worst[bin], from.color[bin], from.took[bin]);
    }
  }
}
