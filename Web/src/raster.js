/** Pixels painted by hand: a frame costs what its pixels cost, however many events stand behind them. */
export class Raster {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.pixels = new Uint32Array(this.width * this.height);
  }

  /** @param {number} color */
  clear(color) {
    this.pixels.fill(color);
  }

  /**
   * @param {number} x @param {number} y @param {number} width @param {number} height whole numbers
   * @param {number} color
   */
  fill(x, y, width, height, color) {
    const left = Math.max(0, x);
    const right = Math.min(this.width, x + width);
    const top = Math.max(0, y);
    const bottom = Math.min(this.height, y + height);
    if (right <= left) return;
    for (let row = top; row < bottom; row += 1) {
      const at = row * this.width;
      if (right - left < 8) for (let i = at + left; i < at + right; i += 1) this.pixels[i] = color;
      else this.pixels.fill(color, at + left, at + right);
    }
  }

  /**
   * Slanted lines: shape beside colour.
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {number} color
   */
  hatch(x, y, width, height, color) {
    const right = Math.min(this.width, x + width);
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row += 1) {
      for (let i = Math.max(0, x); i < right; i += 1) if ((i + row) % 4 < 2) this.pixels[row * this.width + i] = color;
    }
  }

  /**
   * A small x.
   * @param {number} x
   * @param {number} y centre
   * @param {number} size
   * @param {number} color
   */
  cross(x, y, size, color) {
    for (let d = -size; d <= size; d += 1) {
      this.fill(x + d, y + d, 2, 1, color);
      this.fill(x + d, y - d, 2, 1, color);
    }
  }
}

/**
 * A pixel of `#rrggbb`.
 * @param {string} text
 * @returns {number}
 */
export function pixel(text) {
  const value = parseInt(text.trim().slice(1), 16);
  return ((255 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

/**
 * Black or white, whichever reads better on a pixel's colour: its contrast is never below 4.5.
 * @param {number} color
 * @returns {string}
 */
export function inkOn(color) {
  const part = (/** @type {number} */ value) => (value <= 10 ? value / 255 / 12.92 : Math.pow((value / 255 + 0.055) / 1.055, 2.4));
  const luminance = 0.2126 * part(color & 255) + 0.7152 * part((color >> 8) & 255) + 0.0722 * part((color >> 16) & 255);
  return luminance > 0.179 ? "#000000" : "#ffffff";
}
