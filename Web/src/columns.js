/**
 * The packed data of the page: base64 of gzip of columns and a directory of them.
 * @typedef {{name: string, count: number, width: number, encoding: string}} ColumnEntry
 * @typedef {{start: string, apis: string[], errors: string[], kinds: string[], requestsSeen: number, ordinaryStride: number,
 *   notableStride: number, hasRequests: boolean, columns: ColumnEntry[]}} Directory
 */

/**
 * Lets the browser paint and take input.
 * @returns {Promise<void>}
 */
export function pause() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** @param {string} text @returns {Promise<Uint8Array>} */
export async function fromBase64(text) {
  const clean = text.trim();
  const native = /** @type {any} */ (Uint8Array).fromBase64;
  if (native) return native(clean);
  const out = new Uint8Array(Math.floor(clean.length / 4) * 3);
  const step = 4 << 18;
  let at = 0;
  for (let i = 0; i < clean.length; i += step) {
    const part = atob(clean.slice(i, i + step));
    for (let j = 0; j < part.length; j += 1) out[at + j] = part.charCodeAt(j);
    at += part.length;
    if (i + step < clean.length) await pause();
  }
  return out.subarray(0, at);
}

/** @param {Uint8Array} packed @returns {Promise<Uint8Array>} */
export async function gunzip(packed) {
  const stream = new Blob([/** @type {BlobPart} */ (packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export class ColumnFile {
  /** @param {Uint8Array} data unpacked */
  constructor(data) {
    this.data = data;
    const end = data.length - 4;
    const length = data[end] + data[end + 1] * 256 + data[end + 2] * 65536 + data[end + 3] * 16777216;
    /** @type {Directory} */
    this.directory = JSON.parse(new TextDecoder().decode(data.subarray(end - length, end)));
    /** @type {Map<string, {entry: ColumnEntry, offset: number}>} */
    this.places = new Map();
    let offset = 0;
    for (const entry of this.directory.columns) {
      this.places.set(entry.name, { entry, offset });
      offset += entry.count * entry.width;
    }
  }

  /** @param {string} name @returns {{entry: ColumnEntry, offset: number}} */
  place(name) {
    const place = this.places.get(name);
    if (!place) throw new Error("the data has no column " + name);
    return place;
  }

  /** @param {string} name @returns {boolean} */
  has(name) {
    return this.places.has(name);
  }

  /** @param {string} name @returns {number} */
  count(name) {
    return this.place(name).entry.count;
  }

  /**
   * A column of numbers, as it is or summed up.
   * @param {string} name
   * @returns {Uint8Array | Uint16Array | Uint32Array | Float64Array}
   */
  numbers(name) {
    const { entry, offset } = this.place(name);
    const { count, width } = entry;
    if (entry.encoding === "plain" && width === 1) return this.data.subarray(offset, offset + count);
    const small = entry.encoding === "plain" && width <= 4;
    const out = small ? (width === 2 ? new Uint16Array(count) : new Uint32Array(count)) : new Float64Array(count);
    const plane = (/** @type {number} */ at) => this.data.subarray(offset + at * count, offset + (at + 1) * count);
    // The first planes at once: nearly all columns have no others.
    const [a, b, c] = [plane(0), width > 1 ? plane(1) : null, width > 2 ? plane(2) : null];
    if (c && b) for (let i = 0; i < count; i += 1) out[i] = a[i] | (b[i] << 8) | (c[i] << 16);
    else if (b) for (let i = 0; i < count; i += 1) out[i] = a[i] | (b[i] << 8);
    else out.set(a);
    for (let at = 3, weight = 16777216; at < width; at += 1, weight *= 256) {
      const bytes = plane(at);
      for (let i = 0; i < count; i += 1) out[i] += bytes[i] * weight;
    }
    if (entry.encoding === "delta") sum(out);
    if (entry.encoding === "zigzag") sumZigzag(out);
    return out;
  }

  /** @param {string} name @returns {string[]} one JSON value each */
  lines(name) {
    const { entry, offset } = this.place(name);
    const text = new TextDecoder().decode(this.data.subarray(offset, offset + entry.count));
    return text.length ? text.replace(/\n$/, "").split("\n") : [];
  }

  /**
   * The values of a column of lines, read in slices so that the page stays alive.
   * @param {string} name
   * @returns {Promise<any[]>}
   */
  async values(name) {
    const lines = this.lines(name);
    const out = [];
    for (let i = 0; i < lines.length; i += 2000) {
      for (const line of lines.slice(i, i + 2000)) out.push(JSON.parse(line));
      if (i + 2000 < lines.length) await pause();
    }
    return out;
  }
}

/** @param {Uint16Array | Uint32Array | Float64Array} out */
function sum(out) {
  let last = 0;
  for (let i = 0; i < out.length; i += 1) {
    last += out[i];
    out[i] = last;
  }
}

/** @param {number} value @returns {number} */
export function unzigzag(value) {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** @param {Uint16Array | Uint32Array | Float64Array} out */
function sumZigzag(out) {
  let last = 0;
  for (let i = 0; i < out.length; i += 1) {
    last += unzigzag(out[i]);
    out[i] = last;
  }
}
