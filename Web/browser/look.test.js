import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cutControls, smallTexts, violations } from "./audit.js";
import { Chromium } from "./chromium.js";
import { ReportPage } from "./page.js";
import { pixels } from "./stage.js";

/** How reports look: one axis, one root, all of a finding in its colour, nothing cut, nothing too small. */

const folder = process.env.REPORTS ?? ".";
const file = (name, kind = "html") => join(folder, name + "." + kind);
const facts = (name) => JSON.parse(readFileSync(file(name, "json"), "utf8"));
const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith("anonymous")).map((name) => name.slice(0, -5));
/** @type {Chromium} */
let browser;

before(async () => {
  browser = await Chromium.launch();
});
after(() => browser.close());

async function opened(name, look = {}) {
  const page = await ReportPage.make(browser, look);
  await page.open(file(name));
  await page.settle();
  return page;
}

test("badge, banner, first incident and first finding tell the same, in every report", () => {
  const text = (html, pattern) => html.match(pattern)?.[1].replace(/<[^>]*>/g, "").trim() ?? "";
  const words = { fault: "Fault", degraded: "Degraded", healthy: "Healthy", "cannot-judge": "Cannot judge" };
  for (const name of names) {
    const { summary, incidents, findings } = facts(name);
    const html = readFileSync(file(name), "utf8");
    const [badge, standing] = text(html, /<p class="status">([^<]*)</).split(", ");
    assert.equal(badge, words[summary.status], name);
    // A fault is over, goes on, or was last seen at some time; what is none has no such words.
    const stands = /^(over|still going on when the capture ended|seen until the capture ended|last seen .+ before the capture ended)$/;
    if (["fault", "degraded"].includes(summary.status)) assert.match(standing ?? "", stands, name);
    else assert.equal(standing, undefined, name);
    assert.match(html, new RegExp('<main id="top" class="status-' + summary.status + '">'), name);
    const root = incidents.find((one) => one.id === summary.rootIncident);
    const banner = text(html, /<h1>([^<]*)</).replace(/\.$/, "");
    if (root) {
      assert.ok(root.findings.includes(findings[0].id), name + ": the first finding is of the root");
      if (root.rootFinding) assert.equal(findings[0].id, root.rootFinding, name);
      // The first screen tells the root; below, its findings are listed.
      const article = html.split('id="i-' + root.id + '"')[1] ?? "";
      assert.equal(text(article, /<h3><span class="level">incident<\/span>([^<]*)</), "What belongs to the incident at the top of this page", name);
      assert.ok(incidents.every((one) => one === root || one.title !== banner), name);
    } else if (["fault", "degraded"].includes(summary.status)) {
      assert.equal(text(html, /data-finding="0"[^>]*><summary><h3><span[^>]*>[^<]*<\/span>(.*?)<code>/), banner, name);
    }
    const open = [...html.matchAll(/<details class="finding (\w+)"[^>]* open=""/g)].map((one) => one[1]);
    assert.ok(open.every((level) => level === "error"), name + ": only errors are open");
    assert.equal(open.length, Math.min(5, summary.findings.error), name);
  }
});

test("overview and lanes share one axis, at every width", async () => {
  for (const width of [1400, 800, 400]) {
    const page = await opened("crash-kill9", { width, height: 900 });
    const [overview, stage] = [await page.box(".tl-overview canvas"), await page.box(".tl-stage canvas")];
    assert.deepEqual([overview.x, overview.width], [stage.x, stage.width]);
    const columns = async (canvas) => new Set((await pixels(page, "mark-error", canvas)).map((place) => place.x));
    const [above, below] = [await columns(".tl-overview canvas"), await columns(".tl-stage canvas")];
    assert.ok(above.size > 10);
    for (const x of above) assert.ok([x - 1, x, x + 1].some((near) => below.has(near)), width + ": nothing below " + x);
    await page.close();
  }
});

test("every attempt, sign-in and handshake of a finding has its colour, not only those among its frames", async () => {
  const wanted = {
    "crash-kill9": 4 + 54, "adv-wrong-port": 49, "adv-rejected": 49, "tls-expired": 6, "auth-java-plain-wrong": 1, "one-broker-wrong-port": 31,
  };
  for (const [name, least] of Object.entries(wanted)) {
    const page = await opened(name);
    const told = await page.text(".tl-status");
    const found = Number(told.match(/([\d,]+) part of an error/)?.[1].replace(/,/g, "") ?? 0);
    assert.ok(found >= least, name + ": " + told);
    assert.doesNotMatch(told, /failed to connect/, name);
    await page.close();
  }
});

test("ten seconds of failed attempts do not paint half of a narrow screen", async () => {
  for (const dark of [false, true]) {
    const page = await opened("crash-kill9", { width: 400, height: 860, dark });
    const { width } = await page.box(".tl-stage");
    const rows = new Map();
    for (const { x, y } of await pixels(page, "mark-error")) rows.set(y, (rows.get(y) ?? new Set()).add(x));
    for (const [y, columns] of rows) assert.ok(columns.size < width * 0.4, columns.size + " of " + width + " are red at " + y);
    await page.close();
  }
});

test("a wait of seconds has a colour of its own, and the legend says which", async () => {
  const page = await opened("crash-kill9");
  assert.ok((await pixels(page, "mark-warning")).length > 200);
  const legend = await page.text(".tl-legend");
  assert.match(legend, /height: time to the answer1 ms10 ms100 ms1 s10 s/);
  assert.match(legend, /slow: over 1 s/);
  await page.close();
});

test("nothing is cut, covered or too small to read, hosts keep their port", async () => {
  for (const name of ["crash-kill9", "adv-wrong-port", "rolling-restart", "gateway-both-legs", "hostile", "healthy-ipv6"].filter((name) => names.includes(name))) {
    for (const width of [1400, 800, 400]) {
      const page = await opened(name, { width, height: 900 });
      const where = name + " at " + width;
      assert.deepEqual(await smallTexts(page), [], where);
      assert.deepEqual(await cutControls(page), [], where);
      const ports = await page.value(`[...document.querySelectorAll(".tl-lane.group")].filter((lane) => /:\\d+$/.test(lane.textContent)).map((lane) => {
        const at = lane.querySelector(".tl-at");
        return at.scrollWidth <= at.clientWidth + 1 && at.getBoundingClientRect().right <= lane.getBoundingClientRect().right + 1;
      })`);
      if (name !== "hostile") assert.ok(ports.length > 0 && ports.every(Boolean), where + ": ports of lanes");
      await page.close();
    }
  }
});

test("commands can be copied, and advice that stands once is pointed to", async () => {
  const page = await opened("crash-kill9");
  await page.browser.send("Browser.grantPermissions", { permissions: ["clipboardReadWrite", "clipboardSanitizedWrite"] });
  const command = await page.text("#first-step .command code");
  assert.match(command, /^dmesg -T \| grep [^.,;]*'$/);
  await page.press("#first-step .command button");
  await page.until("document.querySelector('.toast')?.textContent === 'Command copied'");
  const commands = await page.value("[...document.querySelectorAll('.command code')].map((node) => node.textContent)");
  assert.ok(commands.length > 2 && commands.every((text) => !/[.,;]$|\n/.test(text)), commands.join("\n"));
  const steps = await page.value("[...document.querySelectorAll('.finding ol > li')].map((node) => node.textContent).filter((text) => !/^(Do the same as|Begin with)/.test(text))");
  assert.equal(new Set(steps).size, steps.length, "a step stands twice");
  // What the first screen says stands there alone: the finding goes on from it, and so does the panel below the lanes.
  assert.match(await page.text("[data-finding='0'] h4"), /^What to do next/);
  const story = await page.text("#verdict .story");
  assert.ok(!(await page.text(".tl-panel.error p")).includes(story.slice(0, 40)), "the panel repeats the first screen");
  await page.close();
});

test("tables are reached from the top by keys, and incidents list titles", async () => {
  const page = await opened("crash-kill9");
  await page.value("document.querySelector('#sections summary').focus()");
  await page.key("Enter");
  assert.equal(await page.value("document.querySelector('#sections details').open"), true);
  const tables = await page.value("[...document.querySelectorAll('#sections li a')].map((link) => link.getAttribute('href').slice(1))");
  assert.deepEqual(tables, await page.value("[...document.querySelectorAll('section.table')].map((section) => section.id)"));
  await page.look({ width: 400, height: 860 });
  const list = await page.box("#sections ul");
  assert.ok(list.x >= 0 && list.x + list.width <= 400 && list.height > 100, "the list is inside a narrow window");
  await page.key("Escape");
  assert.equal(await page.value("document.querySelector('#sections details').open"), false);
  const { incidents, findings } = facts("crash-kill9");
  const listed = await page.value("[...document.querySelectorAll('.incident li a')].map((link) => link.textContent)");
  assert.deepEqual(listed, incidents[0].findings.map((id) => findings.find((one) => one.id === id).title));
  await page.close();
});

test("axe-core finds nothing", { skip: !process.env.AXE, timeout: 3600000 }, async () => {
  const axe = readFileSync(process.env.AXE, "utf8");
  const all = process.env.AXE_PAGES === "all";
  const pages = all ? names : ["crash-kill9", "adv-localhost", "gateway-both-legs"].filter((name) => names.includes(name));
  const widths = all ? [1400, 800, 400] : [400];
  for (const name of pages) {
    for (const look of widths.flatMap((width) => [false, true].map((dark) => ({ width, height: 900, dark })))) {
      const page = await opened(name, look);
      assert.deepEqual(await violations(page, axe, all && look.width === 1400), [], name + " at " + look.width + (look.dark ? ", dark" : ""));
      await page.close();
    }
  }
});
