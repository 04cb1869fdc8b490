import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Chromium } from "./chromium.js";
import { ReportPage } from "./page.js";
import { details, pixels, title, window } from "./stage.js";

/** What a reader does with the timeline of `crash-kill9`, by mouse, finger and keys. */

const folder = process.env.REPORTS ?? ".";
const report = join(folder, "crash-kill9.html");
const facts = JSON.parse(readFileSync(join(folder, "crash-kill9.json"), "utf8"));
const lost = facts.findings[0].requests;
/** @type {Chromium} */
let browser;
/** @type {ReportPage} */
let page;

before(async () => {
  browser = await Chromium.launch();
  page = await ReportPage.make(browser);
});
after(() => browser.close());

/** A place on the stage: shares of its width and height. */
async function at(across, down) {
  const box = await page.box(".tl-stage");
  return { x: box.x + box.width * across, y: box.y + box.height * down };
}

async function fresh(fragment = "") {
  await page.open(report, fragment);
  await page.settle();
}

test("the wheel zooms at the pointer, dragging pans, and 'see all' goes back", async () => {
  await fresh();
  assert.equal(await window(page), null);
  const middle = await at(0.5, 0.6);
  const scrolled = await page.value("scrollY");
  for (let i = 0; i < 5; i += 1) await page.wheel(middle.x, middle.y, -240);
  await page.settle();
  const near = await window(page);
  assert.ok(near.span < 5 && near.span > 0.1, "zoomed to " + near.span);
  assert.ok(Math.abs(near.start + near.span / 2 - 8.2) < 0.6, "around the pointer: " + near.start);
  assert.equal(await page.value("scrollY"), scrolled, "the page stays where it is");
  await page.drag(await at(0.5, 0.6), await at(0.25, 0.6));
  await page.settle();
  const later = await window(page);
  assert.ok(Math.abs(later.start - near.start - near.span * 0.25) < near.span * 0.02, "panned by a quarter");
  assert.ok(Math.abs(later.span - near.span) < 1e-6);
  await page.button("see all", ".tl-bar");
  await page.settle();
  assert.equal(await window(page), null);
});

test("Shift and dragging selects a range and measures it", async () => {
  await fresh();
  await page.drag(await at(0.2, 0.6), await at(0.4, 0.6), { modifiers: 8 });
  await page.settle();
  assert.equal(await title(page), "Range");
  const entries = await details(page);
  assert.match(entries["response time"], /p50 .*, p90 .*, p99 .*, greatest/);
  assert.match(entries.events, /^\d+$/);
});

test("the overview's brush and its handles move the view", async () => {
  await fresh();
  const box = await page.box(".tl-overview");
  const y = box.y + box.height / 2;
  await page.drag({ x: box.x + box.width * 0.3, y }, { x: box.x + box.width * 0.5, y });
  await page.settle();
  const first = await window(page);
  assert.ok(Math.abs(first.span - 3.35) < 0.3, "a fifth of the capture: " + first.span);
  await page.value("document.querySelector('.tl-handle').focus()");
  await page.key("ArrowRight");
  await page.settle();
  const second = await window(page);
  assert.ok(second.start > first.start && Math.abs(second.start + second.span - first.start - first.span) < 1e-3);
  const handle = await page.value("(({ role, ariaLabel, ariaValueText }) => [role, ariaLabel, ariaValueText])(document.querySelector('.tl-handle'))");
  assert.deepEqual(handle.slice(0, 2), ["slider", "Start of the view"]);
  assert.match(handle[2], /^03:18:/);
});

test("a click on a mark tells its correlation id and frame as the JSON report has them", async () => {
  await fresh();
  const red = (await pixels(page, "mark-error")).filter(({ y }, _, all) => y > all[0].y);
  assert.ok(red.length > 20, "lost requests are red");
  const seen = new Set();
  for (const place of red.filter((_, i) => i % Math.ceil(red.length / 40) === 0)) {
    await page.click(place.x + 1, place.y);
    const { "correlation id": id, sent } = await details(page);
    if (!id) continue;
    const request = lost.find((one) => String(one.correlationId) === id && sent.endsWith("#" + one.frame));
    if (request) seen.add(request.frame);
  }
  assert.ok(seen.size >= 2, "found " + [...seen]);
});

test("resting on a mark shows a tooltip, moving on hides it", async () => {
  await fresh();
  const red = await pixels(page, "mark-error");
  const place = red[Math.floor(red.length / 2)];
  await page.mouse("mouseMoved", place.x, place.y);
  await page.until("!document.querySelector('.tl-tip').hidden");
  assert.match(await page.text(".tl-tip"), /correlation id \d+|connection c\d+|connect-failed: refused/);
  await page.mouse("mouseMoved", place.x, place.y + 400);
  assert.equal(await page.value("document.querySelector('.tl-tip').hidden"), true);
});

test("finding, marks, connection, table and finding again", async () => {
  await fresh();
  await page.button("Show on the timeline", "[data-finding='0']");
  await page.settle();
  const shown = await window(page);
  assert.ok(shown && shown.span < 5, "fits to the finding");
  assert.match(await title(page), /Evidence/);
  await page.press(".tl-panel li button");
  await page.settle();
  const { "correlation id": id, connection } = await details(page);
  assert.ok(lost.some((one) => String(one.correlationId) === id));
  await page.button("its connection", ".tl-panel");
  assert.equal(await title(page), "Connection " + connection);
  await page.button("in the table", ".tl-panel");
  await page.settle();
  const rows = await page.value("[...document.querySelectorAll('#t-connections tbody tr')].map((row) => row.cells[0].textContent)");
  assert.ok(rows.includes(connection));
  const row = rows.indexOf(connection) + 1;
  await page.press(`#t-connections tbody tr:nth-child(${row}) td:last-child a`);
  await page.settle();
  assert.equal(await page.value("document.querySelector('.finding.current')?.dataset.finding"), "0");
  await page.press(`#t-connections tbody tr:nth-child(${row}) button`);
  await page.settle();
  assert.equal(await title(page), "Connection " + connection);
  await page.button("finding: disconnect-before-response", ".tl-panel");
  await page.settle();
  assert.match(await title(page), /Evidence/);
});

test("pins, frames and table rows lead to the timeline", async () => {
  await fresh();
  await page.press(".tl-pin.error");
  assert.match(await title(page), /Evidence/);
  await page.press("[data-finding='0'] [data-frame] button");
  await page.settle();
  assert.match((await details(page)).sent ?? "", /#\d+$/);
  await page.press("#t-brokers tbody tr:nth-child(2) button");
  await page.settle();
  assert.match(await page.value("document.querySelector('.tl-bar input').value"), /^broker:"=10\.10\.0\.12:9092"$/);
  const lanes = await page.value("[...document.querySelectorAll('.tl-lane.group')].map((lane) => lane.textContent)");
  assert.match(lanes[0], /broker 2/);
  assert.ok(!lanes.some((lane) => /broker [13]/.test(lane)), "other brokers' lanes are hidden");
});

test("filters narrow what is shown and counted", async () => {
  await fresh();
  await page.press(".tl-bar input");
  await page.type("status:lost");
  await page.until("document.querySelector('.tl-bar .count').textContent.includes(' of ')");
  assert.match(await page.text(".tl-bar .count"), /^[4-9] events of/);
  await page.settle();
  assert.match(await page.value("location.hash"), /q=status%3Alost/);
  await page.key("Escape");
  await page.key("Escape");
  await page.settle();
  assert.doesNotMatch(await page.value("location.hash"), /q=/);
});

test("a link reopens window, selection and filter; a broken one opens what it can", async () => {
  await fresh();
  await page.button("Show on the timeline", "[data-finding='0']");
  await page.press(".tl-bar input");
  await page.type("client:franz");
  await page.until("location.hash.includes('q=client')");
  await page.settle();
  const link = await page.value("location.hash");
  const picture = async () => page.value("(() => { const canvas = document.querySelector('.tl-stage canvas'); return canvas.toDataURL(); })()");
  const before = await picture();
  await fresh(link);
  assert.equal(await page.value("location.hash"), link);
  assert.equal(await page.value("document.querySelector('.tl-bar input').value"), "client:franz");
  assert.equal(await picture(), before, "the same picture");
  await fresh("#v=9&t=x&q=Produce&sel=f:nothing");
  assert.equal(await page.value("document.querySelector('.tl-bar input').value"), "Produce");
  assert.match(await page.text(".toast"), /v, t, sel/);
});

test("every key that the help lists does what it says, without a mouse", async () => {
  await fresh();
  await page.key("?", { shift: true });
  const listed = await page.value("[...document.querySelectorAll('dialog[open] th')].map((th) => th.textContent)");
  assert.deepEqual(listed, ["a", "d", "Left", "Right", "w +", "s -", "0", "f", "n", "p", "j", "k", "o", "]", "[", "Enter", "/", "m", "t", "c", "?", "Esc"]);
  await page.key("Escape");
  assert.equal(await page.value("document.querySelector('dialog').open"), false);
  await page.value("document.querySelector('.tl-stage').focus()");
  const span = async () => {
    await page.settle();
    return window(page);
  };
  await page.key("w");
  const one = await span();
  await page.key("w", { shift: true });
  const two = await span();
  assert.ok(two.span < one.span * 0.5);
  await page.key("d");
  const three = await span();
  assert.ok(three.start > two.start);
  await page.key("a");
  await page.key("ArrowLeft");
  assert.ok((await span()).start < three.start);
  await page.key("ArrowRight");
  await page.key("s");
  await page.key("-");
  await page.key("+");
  assert.ok((await span()).span > two.span);
  await page.key("0");
  assert.equal(await span(), null);
  await page.key("n");
  assert.match(await page.value("location.hash").then(() => title(page)), /Evidence/);
  const first = await span();
  await page.key("n");
  assert.match(await page.text(".tl-panels .tl-panel:nth-child(2) h3"), /2 of/);
  await page.key("p");
  assert.match(await page.text(".tl-panels .tl-panel:nth-child(2) h3"), /1 of/);
  assert.deepEqual(await span(), first);
  await page.key("0");
  await page.key("f");
  assert.ok((await span()).span < first.span * 1.01);
  await page.key("m");
  await page.settle();
  assert.match(await page.text(".tl-status"), /mark at 03:18:16/);
  await page.key("m");
  await page.key("]");
  const there = await title(page);
  await page.key("]");
  assert.ok((await details(page))["correlation id"], "an event of the lane: " + there);
  await page.key("[");
  await page.key("Enter");
  assert.equal(await page.value("document.activeElement.className"), "tl-panel");
  const lane = () => page.value("document.querySelector('.tl-lane.current')?.dataset.lane");
  const from = await lane();
  await page.key("k");
  await page.settle();
  const above = await lane();
  assert.notEqual(above, from);
  await page.key("j");
  await page.settle();
  assert.equal(await lane(), from);
  const lanes = await page.value("document.querySelectorAll('.tl-lane').length");
  await page.key("o");
  await page.settle();
  assert.notEqual(await page.value("document.querySelectorAll('.tl-lane').length"), lanes);
  await page.key("t");
  await page.key("t");
  await page.settle();
  assert.match(await page.text(".tl-status"), /\+\d+\.\d+ s \(since start\)/);
  await page.key("c");
  await page.until("document.querySelector('.toast') !== null");
  await page.key("/");
  assert.equal(await page.value("document.activeElement.tagName"), "INPUT");
  await page.type("t0 w");
  await page.key("w");
  assert.equal(await page.value("document.activeElement.value.startsWith('t0 w')"), true, "typing is no command");
  await page.key("Escape");
  for (let i = 0; i < 3; i += 1) await page.key("Escape");
  assert.equal(await span(), null);
});

test("focus moves through everything and is never kept", async () => {
  await fresh();
  await page.value("document.querySelectorAll('details.finding').forEach((node, i) => { node.open = i === 0; })");
  const seen = new Set();
  let last = "";
  let same = 0;
  for (let i = 0; i < 130; i += 1) {
    await page.key("Tab");
    const place = await page.value("(() => { const node = document.activeElement; return [node.tagName, node.className, node.textContent.slice(0, 30), node.getBoundingClientRect().x | 0, (node.getBoundingClientRect().y + scrollY) | 0].join('|'); })()");
    same = place === last ? same + 1 : 0;
    assert.ok(same < 3, "kept at " + place);
    last = place;
    seen.add(await page.value("document.activeElement.closest('section, header')?.id ?? ''"));
  }
  for (const section of ["bar", "timeline", "findings"]) assert.ok(seen.has(section), section + " in " + [...seen]);
});

test("two fingers zoom, one pans", async () => {
  const touch = await ReportPage.make(browser, { width: 400, height: 800, touch: true });
  await touch.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
  await touch.open(report);
  await touch.value("document.querySelector('.tl-stage').scrollIntoView({ block: 'center' })");
  const box = await touch.box(".tl-stage");
  const points = (...xs) => xs.map((x, id) => ({ x: box.x + box.width * x, y: box.y + 100, id }));
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: points(0.4, 0.6) });
  for (const spread of [0.15, 0.2, 0.3]) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: points(0.5 - spread, 0.5 + spread) });
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await touch.settle();
  const near = await window(touch);
  assert.ok(near && near.span < 10, "zoomed: " + JSON.stringify(near));
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: points(0.7) });
  for (const x of [0.6, 0.4]) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: points(x) });
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await touch.settle();
  assert.ok((await window(touch)).start > near.start);
  await touch.close();
});

test("tables sort, search and are saved as CSV", async () => {
  await fresh();
  await page.send("Page.setDownloadBehavior", { behavior: "deny" });
  const cells = () => page.value("[...document.querySelectorAll('#t-latency tbody tr')].map((row) => Number(row.cells[3].dataset.sort))");
  await page.press("#t-latency th:nth-child(4) button");
  const falling = await cells();
  assert.deepEqual(falling, [...falling].sort((a, b) => b - a));
  assert.equal(await page.value("document.querySelector('#t-latency th:nth-child(4)').getAttribute('aria-sort')"), "descending");
  await page.press("#t-latency th:nth-child(4) button");
  assert.deepEqual(await cells(), [...falling].reverse());
  await page.press("#t-latency input");
  await page.type("heartbeat");
  assert.ok((await cells()).length < falling.length);
  // What is saved is the text of a blob: read it before it is let go.
  await page.value("(() => { const make = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.text().then((text) => (globalThis.savedText = text)); return make(blob); }; })()");
  await page.button("save as CSV", "#t-latency");
  const text = await page.until("globalThis.savedText");
  assert.match(text, /^API,broker,client,answers,p50,/);
  assert.ok(text.split("\r\n").slice(1, -1).every((line) => line.startsWith("Heartbeat")));
});

test("an idle page asks for no frame", async () => {
  await fresh();
  await page.value("(() => { globalThis.frames = 0; const ask = requestAnimationFrame; globalThis.requestAnimationFrame = (run) => { globalThis.frames += 1; return ask(run); }; })()");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(await page.value("globalThis.frames"), 0);
});
