/** The part of the capture that is looked at, in seconds from its start. */
export class Viewport {
  /** @param {number} length of the capture */
  constructor(length) {
    this.length = length;
    this.margin = length * 0.01;
    this.start = 0;
    this.span = 0;
    this.all();
  }

  /** Everything. */
  all() {
    this.start = -this.margin;
    this.span = this.length + 2 * this.margin;
  }

  get end() {
    return this.start + this.span;
  }

  get isAll() {
    return this.span >= this.length + 2 * this.margin - 1e-12;
  }

  /** @param {number} start @param {number} span */
  set(start, span) {
    if (!Number.isFinite(start) || !Number.isFinite(span)) return;
    this.span = Math.min(this.length + 2 * this.margin, Math.max(1e-6, span));
    this.start = Math.min(this.length + this.margin - this.span, Math.max(-this.margin, start));
  }

  /** @param {number} factor below 1 to see less @param {number} [at] the time that stays where it is */
  zoom(factor, at) {
    const fixed = at ?? this.start + this.span / 2;
    const span = Math.min(this.length + 2 * this.margin, Math.max(1e-6, this.span * factor));
    this.set(fixed - ((fixed - this.start) * span) / this.span, span);
  }

  /** @param {number} share of what is seen */
  pan(share) {
    this.set(this.start + this.span * share, this.span);
  }

  /**
   * So that both times are seen with room around them.
   * @param {number} from
   * @param {number} to
   */
  fit(from, to) {
    const span = Math.max(to - from, this.length * 1e-6, 2e-5);
    this.set((from + to) / 2 - span * 0.7, span * 1.4);
  }
}

/**
 * Round steps for a time axis: seconds between ticks, and digits behind the point.
 * @param {number} span
 * @param {number} ticks
 * @returns {{step: number, digits: number}}
 */
export function axisStep(span, ticks) {
  const raw = span / Math.max(1, ticks);
  const large = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
  if (raw > 0.5) return { step: large.find((step) => step >= raw) ?? 86400 * Math.ceil(raw / 86400), digits: 0 };
  const power = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999) ?? power * 10;
  return { step, digits: Math.min(9, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))) };
}
