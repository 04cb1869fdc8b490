import { el } from "./dom.js";
import { groups, Severity } from "./model.js";
import { heightOf } from "./paint.js";

/**
 * What the signs of the timeline mean: those that occur in this capture, and no others.
 * @typedef {import("./model.js").Model} Model
 */

const colorWords = ["Produce", "Fetch", "groups and offsets", "Metadata", "versions and sign-in", "other"];
const failedEnds = ["refused", "rejected", "no-answer"];

/** @param {Model} model @returns {HTMLElement} */
export function legend(model) {
  return el("ul", { class: "tl-legend", "aria-label": "Signs of the timeline" }, scale(),
    ...[...colorSigns(model), ...severitySigns(model), ...connectionSigns(model), ...otherSigns(model)].map(([sign, words]) => el("li", {}, drawn(sign), words)));
}

/** What heights mean: a bar for each power of ten, as high as a mark of that time. @returns {HTMLElement} */
function scale() {
  const bars = [0.001, 0.01, 0.1, 1, 10].map((seconds) => {
    const bar = el("i", { class: seconds >= 1 ? "k-warning" : "k-other" });
    bar.style.height = heightOf(seconds) + "px";
    return el("span", {}, bar, (seconds < 1 ? seconds * 1000 + " ms" : seconds + " s"));
  });
  return el("li", { class: "tl-scale" }, "height: time to the answer", ...bars);
}

/** @param {string} sign a letter as it is, or the class of a patch of colour; nothing where the words suffice @returns {HTMLElement | null} */
function drawn(sign) {
  if (!sign) return null;
  return sign.length === 1 ? el("b", { class: sign === "x" ? "attempt" : null }, sign) : el("i", { class: sign });
}

/** @param {Model} model @returns {[string, string][]} */
function colorSigns(model) {
  return groups.map((name, i) => /** @type {[string, string]} */ (["k-" + name, colorWords[i]])).filter((_, i) => model.color.includes(i));
}

/** @param {Model} model @returns {[string, string][]} */
function severitySigns(model) {
  /** @type {[number, string, string][]} */
  const all = [
    [Severity.error, "k-error", "part of an error"], [Severity.slow, "k-warning", "slow: over 1 s"], [Severity.warning, "k-warning", "part of a warning"],
    [Severity.notable, "k-cap", "dark cap: failed or unanswered, part of no finding"],
  ];
  const found = all.filter(([severity]) => model.severity.includes(severity));
  const amber = found.filter(([, sign]) => sign === "k-warning").map(([, , words]) => words).join(", or ");
  return found.filter(([severity, sign]) => sign !== "k-warning" || severity === found.find((one) => one[1] === sign)?.[0])
    .map(([, sign, words]) => [sign, sign === "k-warning" ? amber : words]);
}

/** @param {Model} model @returns {[string, string][]} */
function connectionSigns(model) {
  const live = model.connections.filter((row) => !failedEnds.includes(row.tcp.end));
  const begun = live.filter((row) => row.tcp.handshake !== "before-capture");
  /** @type {[boolean, string, string][]} */
  const all = [
    [live.length > 0, "k-conn", "connection"], [begun.some((row) => !row.tls), "k-setup-bar", "being set up"],
    [begun.some((row) => row.tls), "k-tls-bar", "setting up TLS"], [live.some((row) => row.tcp.end === "fin"), "k-end", "closed"],
    [live.some((row) => row.tcp.end === "reset"), "\u00d7", "reset"], [live.length < model.connections.length, "x", "failed attempt to connect"],
  ];
  return all.filter(([is]) => is).map(([, sign, words]) => [sign, words]);
}

/** @param {Model} model @returns {[string, string][]} */
function otherSigns(model) {
  /** @type {[string, string][]} */
  const out = [];
  if (model.events.kind.some((/** @type {number} */ kind) => ["gap", "drop"].includes(model.kinds[kind]))) out.push(["k-gap", "bytes are missing"]);
  if (model.findings.length) out.push(["", "! w i above: findings (errors, warnings, notes), +2: two more there"]);
  return out;
}
