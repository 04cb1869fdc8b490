import { el, saveFile } from "./dom.js";
import { count, duration, visible } from "./text.js";

/**
 * Tables: sorted by a click, searched, saved as CSV. Those of the markup keep their rows; the one of connections has its rows
 * from the data, a page at a time.
 * @typedef {import("./app.js").App} App
 * @typedef {{text: string, sort: number | string, bad?: boolean, node?: Node}} Cell
 * @typedef {{cells: Cell[], key: number, query?: string | null}} TableRow
 */

const pageLength = 100;
/** Made once: a collator costs more than what it compares. */
const tableOrder = new Intl.Collator("en", { numeric: true });

/**
 * One field of CSV; what a spreadsheet would take for a formula is quoted as text.
 * @param {string} text
 * @returns {string}
 */
export function csvField(text) {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d[\d.,]*$/.test(text) ? "'" + text : text;
  return /[",\r\n]/.test(safe) || safe !== text ? '"' + safe.replace(/"/g, '""') + '"' : safe;
}

/** @param {string[]} columns @param {string[][]} rows @returns {string} */
export function csv(columns, rows) {
  return [columns, ...rows].map((row) => row.map(csvField).join(",")).join("\r\n") + "\r\n";
}

/** @param {number | string} a @param {number | string} b @returns {number} */
export function compareCells(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return tableOrder.compare(String(a), String(b));
}

export class Table {
  /**
   * @param {HTMLElement} section @param {TableRow[]} rows
   * @param {((row: TableRow) => void) | null} open what a click on a row's first cell does
   */
  constructor(section, rows, open) {
    this.section = section;
    this.rows = rows;
    this.open = rows.some((row) => row.query !== null) ? open : null;
    this.heads = [...section.querySelectorAll("th")];
    this.columns = this.heads.map((head) => head.textContent ?? "");
    this.body = /** @type {HTMLElement} */ (section.querySelector("tbody"));
    this.sortBy = -1;
    this.falling = false;
    this.page = 0;
    this.shown = rows;
    this.tools();
    this.heads.forEach((head, i) => head.replaceChildren(el("button", { type: "button", on: { click: () => this.sort(i) } }, this.columns[i])));
    this.show();
  }

  tools() {
    const name = this.section.querySelector("h3")?.textContent ?? "table";
    this.search = el("input", { type: "search", placeholder: "search", "aria-label": "Search in " + name, on: { input: () => this.find() } });
    this.info = el("span", { class: "note", role: "status" });
    const save = el("button", { type: "button", on: { click: () => this.save(name) } }, "save as CSV");
    this.before = el("button", { type: "button", on: { click: () => this.turn(-1) } }, "earlier rows");
    this.after = el("button", { type: "button", on: { click: () => this.turn(1) } }, "later rows");
    this.section.querySelector(".scroll")?.before(el("div", { class: "tools only-js" }, this.search, save, this.before, this.after, this.info));
  }

  /** @param {number} step */
  turn(step) {
    this.page = Math.max(0, Math.min(Math.ceil(this.shown.length / pageLength) - 1, this.page + step));
    this.show();
  }

  /** @param {number} column */
  sort(column) {
    this.falling = this.sortBy === column ? !this.falling : typeof this.rows[0]?.cells[column]?.sort === "number";
    this.sortBy = column;
    this.heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", this.falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.find();
  }

  find() {
    const wanted = this.search.value.toLowerCase();
    this.shown = wanted ? this.rows.filter((row) => row.cells.some((cell) => cell.text.toLowerCase().includes(wanted))) : [...this.rows];
    if (this.sortBy >= 0) {
      const sign = this.falling ? -1 : 1;
      this.shown.sort((a, b) => sign * compareCells(a.cells[this.sortBy].sort, b.cells[this.sortBy].sort));
    }
    this.page = 0;
    this.show();
  }

  show() {
    const first = this.page * pageLength;
    const rows = this.shown.slice(first, first + pageLength);
    this.body.replaceChildren(...rows.map((row) => el("tr", {}, ...row.cells.map((cell, i) => this.cell(row, cell, i)))));
    const isLong = this.shown.length > pageLength;
    this.before.hidden = this.after.hidden = !isLong;
    this.before.disabled = this.page === 0;
    this.after.disabled = first + pageLength >= this.shown.length;
    const of = this.shown.length === this.rows.length ? "" : " of " + count(this.rows.length);
    this.info.textContent = (isLong ? count(first + 1) + " to " + count(first + rows.length) + " of " : "") + count(this.shown.length) + of + (this.rows.length === 1 ? " row" : " rows");
  }

  /** @param {TableRow} row @param {Cell} cell @param {number} i @returns {HTMLElement} */
  cell(row, cell, i) {
    const open = this.open;
    if (i > 0 || !open) {
      if (cell.node) return /** @type {HTMLElement} */ (cell.node);
      return el("td", { class: cell.bad ? "bad" : typeof cell.sort === "number" ? "n" : null }, cell.text);
    }
    return el("td", {}, el("button", { type: "button", class: "link", title: "show on the timeline", on: { click: () => open(row) } }, cell.text));
  }

  /**
   * Narrows to what holds the text and goes there.
   * @param {string} text
   */
  look(text) {
    this.search.value = text;
    this.find();
    this.section.scrollIntoView({ block: "start" });
    this.search.focus({ preventScroll: true });
  }

  /** @param {string} name */
  save(name) {
    saveFile(name.toLowerCase().replace(/[^a-z]+/g, "-") + ".csv", csv(this.columns, this.shown.map((row) => row.cells.map((cell) => cell.text))));
  }
}

/**
 * The rows that the markup has.
 * @param {HTMLElement} section
 * @returns {TableRow[]}
 */
export function rowsOf(section) {
  return [...section.querySelectorAll("tbody tr")].map((tr, key) => ({
    key,
    query: tr.getAttribute("data-query"),
    cells: [...tr.children].map((td) => {
      const sort = td.getAttribute("data-sort");
      return { text: td.textContent ?? "", sort: sort === null ? td.textContent ?? "" : Number(sort), node: td };
    }),
  }));
}

/** @param {App} app @returns {TableRow[]} */
export function connectionRows(app) {
  const { model, clock } = app;
  const findings = findingsByConnection(model);
  /** @param {Record<string, any>} row @param {number} key @returns {Cell[]} */
  const cellsOf = (row, key) => {
    const ms = (model.seconds(row.ended ?? row.last) - model.connOpened[key]) * 1000;
    const number = (/** @type {number} */ n) => ({ text: count(n), sort: n });
    const text = (/** @type {unknown} */ value) => ({ text: visible(value ?? ""), sort: visible(value ?? "") });
    const end = row.tcp.end + (row.tcp.closedBy ? " by " + row.tcp.closedBy : "");
    const isBad = ["refused", "rejected", "no-answer"].includes(row.tcp.end);
    return [
      { text: row.id, sort: key }, text(row.client), text(row.kafka.clientId), text(row.serverName ? row.serverName + ", " + row.server : row.server),
      { text: clock.text(model.connOpened[key], 3), sort: model.connOpened[key] }, { text: duration(ms), sort: ms }, number(row.kafka.requests),
      number(row.kafka.unanswered), number(row.kafka.errors), text([row.securityProtocol, row.mechanism].filter(Boolean).join(" ")),
      { text: end, sort: end, bad: isBad }, findingCell(findings.get(row.id) ?? []),
    ];
  };
  // Made when they are shown, sorted or searched: there may be twenty thousand.
  return model.connections.map((row, key) => {
    /** @type {Cell[] | undefined} */
    let cells;
    return {
      key,
      get cells() {
        return (cells ??= cellsOf(row, key));
      },
    };
  });
}

/** @param {import("./model.js").Model} model @returns {Map<string, any[]>} findings by the connections that they name */
function findingsByConnection(model) {
  /** @type {Map<string, any[]>} */
  const out = new Map();
  for (const finding of model.findings) {
    for (const id of finding.evidence.connections) {
      const known = out.get(id);
      if (known) known.push(finding);
      else out.set(id, [finding]);
    }
  }
  return out;
}

/** @param {any[]} findings @returns {Cell} links to them */
function findingCell(findings) {
  const links = findings.slice(0, 3).flatMap((finding, i) => [i ? ", " : "", el("a", { href: "#f-" + identifier(finding.id) }, finding.id)]);
  const text = findings.map((finding) => finding.id).join(" ");
  return { text, sort: text, node: el("td", {}, ...links) };
}

/** @param {string} text @returns {string} as the markup's ids have it */
export function identifier(text) {
  return [...new TextEncoder().encode(text)].map((byte) => {
    const c = String.fromCharCode(byte);
    return /[0-9A-Za-z.-]/.test(c) ? c : "_" + byte.toString(16);
  }).join("");
}
