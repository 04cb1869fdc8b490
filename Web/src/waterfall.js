import { el } from "./dom.js";
import { Marks } from "./model.js";
import { duration } from "./text.js";

/**
 * Where the time of one request went, as a bar with a legend. What came before the first request of a connection stands before it.
 * @typedef {import("./model.js").Model} Model
 * @typedef {{name: string, sign: string, us: number, before?: boolean}} Step
 */

/** In the order in which they come; a round trip is half there, half back. */
const partNames = /** @type {[string, string, string][]} */ ([
  ["sending", "sending the request", "w-wire"], ["resending", "until lost segments were sent again", "w-resent"], ["queued", "behind an earlier request", "w-queued"],
  ["throttled", "throttled by a quota", "w-throttled"], ["onPurpose", "waiting on purpose", "w-purpose"], ["inBroker", "in the broker", "w-broker"],
  ["answering", "first to last byte of the response", "w-wire"],
]);
const setupNames = /** @type {[string, string, string][]} */ ([
  ["dns", "DNS look-up", "w-dns"], ["tcp", "TCP handshake", "w-tcp"], ["tls", "TLS handshake", "w-tls"], ["signIn", "sign-in", "w-sign"],
]);

/** @param {Model} model @param {number} request @returns {Step[]} what is known of it; nothing where that is not known */
export function steps(model, request) {
  const { requests } = model;
  if (!requests.parts || !(requests.marks[request] & Marks.answered)) return [];
  const way = requests.parts.way[request];
  /** @type {Step[]} */
  const found = [];
  for (const [key, name, sign] of partNames) {
    found.push({ name, sign, us: requests.parts[key][request] });
    if (key === "resending") found.push({ name: "on the way to the broker", sign: "w-way", us: way - Math.floor(way / 2) });
    if (key === "inBroker") found.push({ name: "on the way back", sign: "w-way", us: Math.floor(way / 2) });
  }
  const known = found.filter((step) => step.us > 0);
  return known.length ? [...setup(model, request), ...known] : [];
}

/** @param {Model} model @param {number} request @returns {Step[]} how its connection was made, where it was the first on it */
function setup(model, request) {
  const c = model.requests.conn[request] - 1;
  if (c < 0 || model.requests.conn.indexOf(c + 1) !== request || model.directory.ordinaryStride > 1) return [];
  if (model.connections[c].tcp.handshake === "before-capture") return [];
  // A sign-in is requests itself: it comes before the first only where that came after it.
  const opened = model.connOpened[c];
  return setupNames.map(([key, name, sign]) => ({ name, sign, us: model.setup[key][c], before: true }))
    .filter((step) => step.us > 0 && (step.sign !== "w-sign" || opened + step.us / 1e6 <= model.requests.t[request]));
}

const svg = "http://www.w3.org/2000/svg";
const [width, height, least] = [1000, 22, 4];

/** @param {Step[]} all @returns {SVGElement} */
function bar(all) {
  const sum = all.reduce((total, step) => total + step.us, 0);
  const shares = all.map((step) => Math.max(least, step.us / sum * width));
  const scale = width / shares.reduce((total, share) => total + share, 0);
  const node = document.createElementNS(svg, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 " + width + " " + height, preserveAspectRatio: "none", class: "waterfall", "aria-hidden": "true" })) {
    node.setAttribute(name, value);
  }
  let at = 0;
  all.forEach((step, i) => {
    const rect = document.createElementNS(svg, "rect");
    const long = shares[i] * scale;
    for (const [name, value] of Object.entries({ x: at, y: step.before ? 5 : 0, width: Math.max(1, long - 1), height: step.before ? height - 10 : height, class: step.sign })) {
      rect.setAttribute(name, String(value));
    }
    const title = document.createElementNS(svg, "title");
    title.textContent = step.name + ": " + duration(step.us / 1000);
    rect.append(title);
    node.append(rect);
    at += long;
  });
  return node;
}

/** @param {Model} model @param {number} request @returns {HTMLElement | null} */
export function waterfall(model, request) {
  const all = steps(model, request);
  if (!all.length) return null;
  const sum = all.reduce((total, step) => total + (step.before ? 0 : step.us), 0);
  const rows = all.map((step) => el("tr", {}, el("th", { scope: "row" }, el("i", { class: step.sign }), step.name), el("td", {}, (step.us / 1000).toFixed(step.us < 10000 ? 2 : 1) + " ms"),
    el("td", {}, step.before ? "before it" : Math.round(step.us / sum * 100) + " %")));
  return el("figure", { class: "where", tabindex: "0", role: "group", "aria-label": "Where the time of this request went" }, bar(all),
    el("figcaption", {}, "Where its time went: " + duration(sum / 1000) + " from its first byte to the response's last"), el("table", {}, el("tbody", {}, ...rows)));
}
