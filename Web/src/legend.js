import { el } from "./dom.js";
import { groups, Severity } from "./model.js";

/**
 * What the signs of the timeline mean: those that occur in this capture, and no others.
 * @typedef {import("./model.js").Model} Model
 */

const colorWords = ["Produce", "Fetch", "groups and offsets", "Metadata", "versions and sign-in", "other"];
const failedEnds = ["refused", "rejected", "no-answer"];

/** @param {Model} model @returns {HTMLElement} */
export function legend(model) {
  return el("ul", { class: "tl-legend", "aria-label": "Signs of the timeline" },
    ...[...colorSigns(model), ...severitySigns(model), ...connectionSigns(model), ...otherSigns(model)].map(([sign, words]) => el("li", {}, drawn(sign), words)));
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
    [Severity.error, "k-error", "part of an error"], [Severity.warning, "k-warning", "part of a warning"],
    [Severity.notable, "k-cap", "dark cap: slow, failed or unanswered"],
  ];
  return all.filter(([severity]) => model.severity.includes(severity)).map(([, sign, words]) => [sign, words]);
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
  const out = [["", "height: time taken; of crowded marks, how many"]];
  if (model.events.kind.some((/** @type {number} */ kind) => ["gap", "drop"].includes(model.kinds[kind]))) out.push(["k-gap", "bytes are missing"]);
  if (model.findings.length) out.push(["", "! w i above: findings (errors, warnings, notes), +2: two more there"]);
  return out;
}
