import { el } from "./dom.js";
import { shortened, visible } from "./text.js";
import { matcher } from "./filter.js";

/**
 * Findings as buttons over the lanes; those that would cover each other become one with a count.
 * @typedef {import("./app.js").App} App
 * @typedef {{x: number, findings: number[]}} Cluster
 */

const ranks = ["info", "warning", "error"];
const mostPins = 200;
/** Wide enough for a letter and a count. */
const pinWidth = 36;

/** @param {{x: number, finding: number}[]} places in order of x @param {number} room @returns {Cluster[]} */
export function clusters(places, room) {
  /** @type {Cluster[]} */
  const out = [];
  for (const { x, finding } of places) {
    const last = out[out.length - 1];
    if (last && x - last.x < room) last.findings.push(finding);
    else out.push({ x, findings: [finding] });
  }
  return out;
}

export class Pins {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.node = el("div", { class: "tl-pins" });
    this.times = app.model.findings.map((_, at) => app.spanOf(at)[0]);
    this.order = this.times.map((_, at) => at).sort((a, b) => this.times[a] - this.times[b]);
    this.shown = "";
  }

  /** @param {number} at @returns {boolean} whether the filter's `kind:` lets a finding through */
  passes(at) {
    const kinds = this.app.filter.terms.filter((term) => term.key === "kind");
    const kind = this.app.model.findings[at].kind;
    const wanted = kinds.filter((term) => !term.not);
    const known = wanted.filter((term) => this.app.model.findings.some((finding) => matcher(term.value)(finding.kind)));
    if (known.length && !known.some((term) => matcher(term.value)(kind))) return false;
    return !kinds.some((term) => term.not && matcher(term.value)(kind));
  }

  /** @param {number} width of the stage */
  place(width) {
    const { viewport } = this.app;
    const places = [];
    for (const finding of this.order) {
      const x = Math.round(((this.times[finding] - viewport.start) / viewport.span) * width);
      if (x >= -4 && x <= width + 4 && this.passes(finding)) places.push({ x: Math.max(17, Math.min(width - 17, x)), finding });
    }
    let found = clusters(places, pinWidth);
    for (let room = pinWidth; found.length > mostPins; room *= 2) found = clusters(places, room);
    const key = found.map((cluster) => cluster.findings.join("+")).join(",") + "|" + this.app.findingAt;
    if (key !== this.shown) {
      this.shown = key;
      const focused = this.node.contains(document.activeElement) ? document.activeElement?.getAttribute("data-pin") : null;
      this.node.replaceChildren(...found.map((cluster) => this.pin(cluster)));
      if (focused) this.node.querySelector('[data-pin="' + focused + '"]')?.focus();
    }
    found.forEach((cluster, i) => {
      // A share of the width, so that it holds on paper too.
      this.node.children[i].style.left = (cluster.x / width) * 100 + "%";
    });
  }

  /** @param {Cluster} cluster @returns {HTMLElement} */
  pin(cluster) {
    const all = cluster.findings.map((at) => this.app.model.findings[at]);
    const worst = Math.max(...all.map((finding) => ranks.indexOf(finding.severity)));
    const at = cluster.findings[all.findIndex((finding) => finding.severity === ranks[worst])];
    const finding = this.app.model.findings[at];
    const letter = ["i", "w", "!"][worst];
    const words = ranks[worst] + ": " + shortened(visible(finding.title), 200) + (all.length > 1 ? ", and " + (all.length - 1) + " more here" : "");
    const isCurrent = this.app.selection?.kind === "finding" && cluster.findings.includes(this.app.selection.at);
    return el("button", {
      type: "button", class: "tl-pin " + ranks[worst] + (isCurrent ? " current" : ""), "data-pin": at, title: words, "aria-label": words,
      on: { click: () => this.press(cluster, at), pointerdown: (/** @type {Event} */ event) => event.stopPropagation() },
    }, all.length > 1 ? letter + "+" + (all.length - 1) : letter);
  }

  /**
   * The worst first, then the others in turn.
   * @param {Cluster} cluster
   * @param {number} worst
   */
  press(cluster, worst) {
    const selection = this.app.selection;
    const now = selection?.kind === "finding" ? cluster.findings.indexOf(selection.at) : -1;
    this.app.select({ kind: "finding", at: now < 0 ? worst : cluster.findings[(now + 1) % cluster.findings.length] });
    this.app.reveal(this.app.currentLane);
  }
}
