import { App } from "./app.js";
import { pause } from "./columns.js";
import { copyText, el, toast } from "./dom.js";
import { Gestures } from "./gestures.js";
import { Keys } from "./keys.js";
import { legend } from "./legend.js";
import { load } from "./model.js";
import { Overview } from "./overview.js";
import { openFinding, Panels } from "./panels.js";
import { connectionRows, rowsOf, Table } from "./tables.js";
import { Clock, counted } from "./text.js";
import { Timeline } from "./timeline.js";
import { formatState, parseState } from "./urlstate.js";

/** The page's program: controls first, then the timeline once the data is unpacked. */

/** @param {string} id @returns {string} */
function dataOf(id) {
  return document.getElementById(id)?.textContent ?? "";
}

const themes = ["", "dark", "light"];

/** @param {(what: string) => void} changed */
function themeButton(changed) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = el("button", { type: "button", on: { click: () => turn() } });
  let at = 0;
  const show = () => {
    const theme = themes[at];
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    const isDark = theme === "dark" || (!theme && dark.matches);
    document.documentElement.toggleAttribute("data-dark", isDark);
    button.textContent = "theme: " + (theme || "system");
    changed("theme");
  };
  const turn = () => {
    at = (at + 1) % themes.length;
    show();
  };
  dark.addEventListener("change", show);
  show();
  // Paper is light; what is drawn has to be drawn for it, and at once.
  window.addEventListener("beforeprint", () => {
    document.documentElement.dataset.theme = "light";
    document.documentElement.removeAttribute("data-dark");
    changed("paper");
  });
  window.addEventListener("afterprint", show);
  return button;
}

/**
 * Tables and buttons that stand in the markup.
 * @param {() => App | null} shown the timeline's application, once it is there
 */
function wireSections(shown) {
  for (const button of document.querySelectorAll("button.copy")) {
    const what = button.getAttribute("data-what") ?? "Filter";
    button.addEventListener("click", () => copyText(button.parentElement?.querySelector("code")?.textContent ?? "", what));
  }
  tableMenu();
  window.addEventListener("beforeprint", () => document.querySelectorAll("details.finding").forEach((node) => node.setAttribute("open", "")));
  const open = (/** @type {import("./tables.js").TableRow} */ row) => {
    const app = shown();
    if (!app || !row.query) return;
    app.setFilter(row.query);
    goToTimeline();
  };
  for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("section.table"))) {
    if (section.id !== "t-connections") new Table(section, rowsOf(section), open);
  }
}

/** The one link to the tables becomes a list of all of them. */
function tableMenu() {
  const link = document.querySelector("#sections a[href='#tables']");
  const items = [...document.querySelectorAll("section.table")].map((section) =>
    el("li", {}, el("a", { href: "#" + section.id }, section.querySelector("h3, h4")?.textContent ?? "")));
  if (!link || !items.length) return;
  const menu = el("details", { class: "menu" }, el("summary", {}, "Tables (" + items.length + ")"), el("ul", {}, ...items));
  menu.addEventListener("click", (/** @type {Event} */ event) => {
    if (/** @type {Element} */ (event.target).closest("a")) menu.open = false;
  });
  menu.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  link.replaceWith(menu);
}

function goToTimeline() {
  const timeline = document.getElementById("timeline");
  timeline?.scrollIntoView({ block: "start" });
  /** @type {HTMLElement | null} */ (timeline?.querySelector(".tl-stage"))?.focus({ preventScroll: true });
}

/** @param {App} app @param {HTMLInputElement} input */
function filterBox(app, input) {
  const info = el("span", { class: "count", role: "status" });
  const show = () => {
    const shown = app.index.everything.length;
    info.textContent = app.query ? counted(shown, "event") + " of " + app.model.itemCount + (app.filter.problems.length ? "; " + app.filter.problems.join(", ") : "")
      : counted(app.model.itemCount, "event");
  };
  let timer = 0;
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => app.setFilter(input.value), 80);
  });
  app.listeners.add((what) => {
    if (what === "data") show();
  });
  show();
  return info;
}

/**
 * Keeps the address's fragment in step with what is shown, at most four times a second.
 * @param {App} app
 */
function address(app) {
  let timer = 0;
  let own = "";
  const text = () => formatState({
    start: app.viewport.isAll ? undefined : app.viewport.start, span: app.viewport.isAll ? undefined : app.viewport.span,
    selection: app.selectionText(), query: app.query, by: app.by, mark: app.mark,
    folded: new Map(app.lanes.all.filter((lane) => lane.isGroup && lane.folded !== lane.foldedAtFirst).map((lane) => [lane.id, lane.folded])),
  });
  app.listeners.add(() => {
    if (timer) return;
    timer = window.setTimeout(() => {
      timer = 0;
      const now = "#" + text();
      if (now === own || (now === "#v=1" && !location.hash)) return;
      own = now;
      history.replaceState(null, "", now);
    }, 250);
  });
  return { text, isOwn: () => location.hash === own };
}

/** @param {App} app @param {string} fragment */
function restore(app, fragment) {
  if (!/(^#|&)v=/.test(fragment)) return;
  const { state, ignored } = parseState(fragment);
  if (state.by) app.setGrouping(state.by);
  for (const [id, folded] of state.folded ?? []) {
    const lane = app.lanes.find(id);
    if (lane >= 0) app.fold(lane, folded);
    else ignored.push("lanes");
  }
  if (state.query !== undefined) app.setFilter(state.query);
  const selection = state.selection ? app.selectionFrom(state.selection) : null;
  if (state.selection && !selection) ignored.push("sel");
  if (selection) app.select(selection);
  if (state.start !== undefined && state.span !== undefined) app.viewport.set(state.start, state.span);
  app.mark = state.mark;
  app.changed("view");
  if (ignored.length) toast("This link is partly not understood: " + [...new Set(ignored)].join(", "));
}

/**
 * A report that was narrowed shows its part of the capture first; the rest is a click away.
 * @param {App} app
 */
function lookAtView(app) {
  const { model } = app;
  const [from, to] = [model.seconds(model.head.view?.first), model.seconds(model.head.view?.last)];
  if (!(to >= from) || to - from > model.length * 0.8) return;
  app.viewport.fit(from, to);
  app.changed("view");
}

/** @param {App} app @param {HTMLElement} section @param {HTMLElement} controls */
function assemble(app, section, controls) {
  const input = el("input", { type: "search", placeholder: "filter, as api:Produce client:name* broker:2 status:lost", "aria-label": "Filter events" });
  const by = el("button", { type: "button", on: { click: () => app.setGrouping(app.by === "broker" ? "client" : "broker") } });
  const clockButton = el("button", { type: "button", on: { click: () => (app.clock.turn(), app.changed("clock")) } });
  const everything = el("button", { type: "button", on: { click: () => (app.viewport.all(), app.changed("view")) } }, "see all");
  const bar = el("div", { class: "tl-bar" }, input, filterBox(app, input), by, everything);
  section.replaceChildren(el("h2", { class: "unseen" }, "Timeline"), bar);
  new Overview(app, section);
  const timeline = new Timeline(app, section);
  section.append(legend(app.model));
  const link = address(app);
  const copyLink = () => copyText(location.href.replace(/#.*$/, "") + "#" + link.text(), "Link");
  const panels = new Panels(app, section, copyLink);
  new Gestures(app, timeline);
  const keys = new Keys(app, timeline, { filter: input, details: panels.details, copyLink });
  controls.prepend(clockButton, el("button", { type: "button", on: { click: copyLink } }, "copy link"));
  controls.append(el("button", { type: "button", on: { click: () => keys.help.showModal() } }, "? keys"));
  const name = () => {
    by.textContent = "lanes by " + app.by;
    clockButton.textContent = "times: " + app.clock.name;
  };
  name();
  app.listeners.add(name);
  app.listeners.add(() => {
    if (document.activeElement !== input) input.value = app.query;
  });
  if (app.findingAt >= 0 && app.model.findings[0].severity !== "info") timeline.scrollToGroup(app.laneOf({ kind: "finding", at: 0 }));
  lookAtView(app);
  restore(app, location.hash);
  window.addEventListener("hashchange", () => {
    if (!link.isOwn()) restore(app, location.hash);
  });
  panels.showStatus();
}

/**
 * Links from tables and findings to the timeline.
 * @param {App} app
 */
function wireLinks(app) {
  for (const button of document.querySelectorAll("button.goto")) {
    button.addEventListener("click", () => {
      app.showFinding(Number(button.closest("[data-finding]")?.getAttribute("data-finding")));
      goToTimeline();
    });
  }
  pointers("data-frame", "show on the timeline", (value) => app.showItem(app.itemOfFrame(...frameOfText(value))));
  pointers("data-connection", "show on the timeline", (value) => app.showConnection(app.model.connections.findIndex((row) => row.id === value)));
  const connections = document.getElementById("t-connections");
  if (!connections) return;
  connections.querySelector(":scope > .note")?.remove();
  const table = new Table(connections, connectionRows(app), (row) => {
    app.showConnection(row.key);
    goToTimeline();
  });
  app.openTable = (id) => table.look(id);
}

/** @param {string} text `3100/0` @returns {[number, number]} frame and source */
function frameOfText(text) {
  const [frame, source] = text.split("/").map(Number);
  return [frame, source];
}

/**
 * Makes buttons of what the markup has as text.
 * @param {string} attribute @param {string} title @param {(value: string) => void} run
 */
function pointers(attribute, title, run) {
  for (const node of document.querySelectorAll("span[" + attribute + "]")) {
    node.replaceChildren(el("button", { type: "button", class: "link", title, on: {
      click: () => {
        run(node.getAttribute(attribute) ?? "");
        goToTimeline();
      },
    } }, node.textContent));
  }
}

/** Opens the finding that the address names, if it names one. */
function openNamedFinding() {
  if (!/^#f-/.test(location.hash)) return;
  const at = document.getElementById(location.hash.slice(1))?.getAttribute("data-finding");
  if (at) openFinding(Number(at));
}

async function start() {
  document.documentElement.classList.add("js");
  const controls = /** @type {HTMLElement} */ (document.getElementById("controls"));
  const section = /** @type {HTMLElement} */ (document.getElementById("timeline"));
  /** @type {App | null} */
  let app = null;
  controls.append(themeButton((what) => app?.changed(what)));
  wireSections(() => app);
  openNamedFinding();
  window.addEventListener("hashchange", openNamedFinding);
  if (typeof DecompressionStream === "undefined") {
    section.replaceChildren(el("p", { class: "note" }, "This browser cannot unpack the timeline's data (it has no DecompressionStream). "
      + "Everything else on this page works; a browser of 2023 or later shows the timeline too."));
    return;
  }
  section.replaceChildren(el("p", { class: "note" }, "Unpacking the timeline ..."));
  await pause();
  const model = await load(JSON.parse(dataOf("head")), dataOf("cols"));
  app = new App(model, new Clock(model.start, JSON.parse(dataOf("zone")).offsetSeconds));
  assemble(app, section, controls);
  await pause();
  wireLinks(app);
  document.documentElement.dataset.ready = "yes";
}

start().catch((error) => {
  const section = document.getElementById("timeline");
  section?.replaceChildren(el("p", { class: "note" }, "The timeline could not be drawn: " + error));
  document.documentElement.dataset.ready = "failed";
});
