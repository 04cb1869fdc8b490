/** Words and numbers for readers, as the other reports have them. */

const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\uFFFD]/gu;

/**
 * Text from the wire made safe to read: nothing in it hides or turns the reading direction.
 * @param {unknown} value
 * @returns {string}
 */
export function visible(value) {
  const text = String(value ?? "");
  return text.replace(hidden, (c) => "\\u{" + (c.codePointAt(0) ?? 0).toString(16) + "}");
}

/** @param {number} n @returns {string} `1,455` */
export function count(n) {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @param {number} n @param {string} noun @param {string} [plural] @returns {string} `1 request`, `2 requests` */
export function counted(n, noun, plural) {
  return count(n) + " " + (n === 1 ? noun : plural ?? noun + "s");
}

/** @param {number} ms @returns {string} `0.42 ms`, `18 ms`, `9.98 s`, `5 min 50 s` */
export function duration(ms) {
  const size = Math.abs(ms);
  if (size < 0.01 && size > 0) return (ms * 1000).toFixed(size < 0.001 ? 3 : 1) + " us";
  if (size < 1) return ms.toFixed(2) + " ms";
  if (size < 10) return ms.toFixed(1) + " ms";
  if (size < 1000) return ms.toFixed(0) + " ms";
  if (size < 10000) return (ms / 1000).toFixed(2) + " s";
  if (size < 120000) return (ms / 1000).toFixed(1) + " s";
  const [big, small, bigSeconds, smallSeconds] = size < 7200000 ? ["min", "s", 60, 1] : ["h", "min", 3600, 60];
  const seconds = Math.floor(size / 1000);
  const rest = Math.floor((seconds % bigSeconds) / smallSeconds);
  return (ms < 0 ? "-" : "") + Math.floor(seconds / bigSeconds) + " " + big + (rest ? " " + rest + " " + small : "");
}

/** @param {number} n @returns {string} `12 B`, `3.4 kB` */
export function bytes(n) {
  if (n < 1000) return n + " B";
  let amount = n;
  for (const unit of ["kB", "MB", "GB"]) {
    amount /= 1000;
    if (amount < 1000 || unit === "GB") return amount.toFixed(amount < 10 ? 1 : 0) + " " + unit;
  }
  return n + " B";
}

/** @param {string} text @param {number} limit @returns {string} both ends of it, if it is longer */
export function shortened(text, limit) {
  if (text.length <= limit) return text;
  const half = Math.max(1, (limit - 3) >> 1);
  return text.slice(0, half) + "..." + text.slice(text.length - half);
}

/** @param {string} endpoint @returns {string} without the port */
export function hostOf(endpoint) {
  const bracket = endpoint.match(/^\[(.*)\]:\d+$/);
  if (bracket) return bracket[1];
  return endpoint.replace(/:\d+$/, "");
}

/**
 * A lane's name taken apart, so that each part can be shortened by itself: `broker 2 kafka-2.lab:9092`, `orders 10.0.0.9`.
 * @param {string} label
 * @returns {{who: string, host: string, port: string}}
 */
export function nameParts(label) {
  const found = label.match(/^(?:(.*) )?(\S+?)(:\d+)?$/s);
  if (!found || (found[1] && !found[3] && !/[.:]/.test(found[2]))) return { who: label, host: "", port: "" };
  return { who: found[1] ?? "", host: found[2], port: found[3] ?? "" };
}

/** How times are shown. Seconds count from the capture's start. */
export class Clock {
  /** @param {bigint} start nanoseconds since 1970 @param {number} offsetSeconds of the report's zone */
  constructor(start, offsetSeconds) {
    this.start = start;
    this.offsetSeconds = offsetSeconds;
    /** @type {"report" | "local" | "relative"} */
    this.mode = "report";
  }

  /** The next of the three ways. */
  turn() {
    this.mode = this.mode === "report" ? "local" : this.mode === "local" ? "relative" : "report";
  }

  /** @returns {string} */
  get name() {
    if (this.mode === "relative") return "since start";
    if (this.mode === "local") return "local time";
    return this.offsetSeconds === 0 ? "UTC" : "report's zone";
  }

  /** @param {number} t seconds @param {number} digits of the fraction @returns {string} */
  text(t, digits) {
    if (this.mode === "relative") return (t < 0 ? "" : "+") + t.toFixed(digits) + " s";
    const rest = this.ofDay(t);
    const whole = Number(rest / 1000000000n);
    const fraction = (rest % 1000000000n).toString().padStart(9, "0").slice(0, digits);
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    const clock = two(Math.floor(whole / 3600)) + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
    return digits > 0 ? clock + "." + fraction : clock;
  }

  /** @param {number} t @returns {bigint} nanoseconds since midnight, as shown */
  ofDay(t) {
    const nanos = this.start + BigInt(Math.round(t * 1e9));
    const shift = this.mode === "local" ? this.localOffset(nanos) : this.offsetSeconds;
    const day = 86400000000000n;
    const rest = (nanos + BigInt(shift) * 1000000000n) % day;
    return rest < 0n ? rest + day : rest;
  }

  /**
   * Where the clock's round times lie: seconds from one of them to the capture's start.
   * @returns {number}
   */
  get phase() {
    return this.mode === "relative" ? 0 : Number(this.ofDay(0)) / 1e9;
  }

  /** @param {bigint} nanos @returns {number} */
  localOffset(nanos) {
    return -60 * new Date(Number(nanos / 1000000n)).getTimezoneOffset();
  }
}
