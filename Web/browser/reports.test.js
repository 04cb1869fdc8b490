import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { contrasts, unnamed } from "./audit.js";
import { Chromium } from "./chromium.js";
import { ReportPage } from "./page.js";

/** Reports of many captures: their first screen, both themes and widths, and that nothing leaves the page. */

const folder = process.env.REPORTS ?? ".";
const opened = [
  "crash-kill9", "adv-localhost", "adv-wrong-port", "auth-java-plain-wrong", "auth-legacy-v0-wrong", "tls-unknown-ca", "sasl-tls-nokeys",
  "healthy-java", "hang-now", "lb-idle-timeout", "not-enough-replicas", "response-lost-retry", "idle-close", "bootstrap-wrong",
];
const looks = [{ width: 1280, height: 720 }, { width: 400, height: 800 }].flatMap((size) => [{ ...size, dark: false }, { ...size, dark: true }]);
const file = (name, kind = "html") => join(folder, name + "." + kind);
const facts = (name) => JSON.parse(readFileSync(file(name, "json"), "utf8"));
/** @type {Chromium} */
let browser;

before(async () => {
  browser = await Chromium.launch();
});
after(() => browser.close());

for (const name of opened) {
  test(name + ": the first screen tells what happened, and no request leaves", async () => {
    const report = facts(name);
    for (const look of looks) {
      const page = await ReportPage.make(browser, look);
      await page.open(file(name));
      await page.settle();
      const verdict = await page.text("h1");
      assert.ok(report.summary.verdict.startsWith(verdict), verdict);
      for (const part of ["h1", ".do"]) {
        const box = await page.box(part);
        if (part === ".do" && !box) continue;
        assert.ok(box.y >= 0 && box.y + box.height <= look.height, part + " ends at " + (box.y + box.height) + " of " + look.height);
      }
      assert.ok(await page.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "wider than the window");
      assert.deepEqual(await contrasts(page), [], "contrast");
      assert.deepEqual(await unnamed(page), [], "controls without a name");
      assert.ok(page.requests.every((url) => url.startsWith("file://")) && page.requests.length === 1, page.requests.join());
      assert.deepEqual(page.complaints, []);
      await page.close();
    }
  });
}

test("terminal, JSON and HTML name the same findings for every capture", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith("anonymous")).map((name) => name.slice(0, -5));
  assert.ok(names.length > 50);
  for (const name of names) {
    const { findings, summary } = facts(name);
    const html = readFileSync(file(name), "utf8");
    const shown = [...html.matchAll(/<(?:details|li)[^>]* id="f-([^"]*)" data-finding="(\d+)"/g)];
    assert.deepEqual(shown.map((one) => one[1]), findings.map((one) => one.id), name);
    assert.deepEqual(shown.map((one) => Number(one[2])), findings.map((_, i) => i), name);
    const kinds = [...html.matchAll(/<code>([a-z-]+)<\/code><\/h3><\/summary>/g)].map((one) => one[1]);
    assert.deepEqual(kinds, findings.map((one) => one.kind), name);
    const count = (/** @type {string} */ severity) => findings.filter((one) => one.severity === severity).length;
    assert.deepEqual(summary.findings, { error: count("error"), warning: count("warning"), info: count("info") }, name);
    const text = readFileSync(file(name, "txt"), "utf8").replace(/\s+/g, " ");
    const told = text.match(/findings: ([\d,]+) errors?, ([\d,]+) warnings?, ([\d,]+) info/);
    const zero = /findings: 0\b/.test(text);
    assert.deepEqual(told ? told.slice(1).map(Number) : zero ? [0, 0, 0] : null, [count("error"), count("warning"), count("info")], name);
  }
});

test("the depth tables have the rows of the JSON report", async () => {
  const tables = {
    topics: "topics", topicClients: "flows", groups: "groups", lag: "lag", shareGroups: "share", producers: "producers", ledger: "ledger",
    readiness: "versions", setup: "setup", gateways: "gateways",
  };
  for (const name of ["crash-kill9", "healthy-java", "healthy-java-kip848", "gateway-both-legs"].filter((name) => existsSync(file(name)))) {
    const report = facts(name);
    const page = await ReportPage.make(browser, { width: 400, height: 800 });
    await page.open(file(name));
    await page.settle();
    for (const [key, id] of Object.entries(tables)) {
      const rows = await page.value(`document.querySelectorAll("#d-${id} tbody tr").length`);
      assert.equal(rows, Math.min(100, report[key]?.length ?? 0), name + ": " + key);
    }
    const drawn = await page.value("document.querySelectorAll('section.gateway svg').length");
    assert.equal(drawn, report.gateways.length, name + ": gateways drawn");
    assert.ok(await page.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name + ": wider than the window");
    await page.close();
  }
});

test("the numbers of the page are those of the JSON report", async () => {
  const number = (/** @type {string} */ text) => Number(text.replace(/,/g, "").match(/^\d+/)?.[0] ?? NaN);
  for (const name of [...opened, "client-killed", "stall-recovers", "healthy-librdkafka"].filter((name) => existsSync(file(name)))) {
    const report = facts(name);
    const { summary, findings } = report;
    const page = await ReportPage.make(browser);
    await page.open(file(name));
    await page.settle();
    const chips = await page.value("[...document.querySelectorAll('.numbers li')].map((li) => li.textContent)");
    const chip = (/** @type {RegExp} */ words) => number(chips.find((text) => words.test(text)) ?? "0");
    assert.equal(chip(/ errors?$/), summary.findings.error, name);
    assert.equal(chip(/ warnings?$/), summary.findings.warning, name);
    assert.equal(chip(/ notes?$/), summary.findings.info, name);
    assert.equal(chip(/ connections?$/), summary.connections, name);
    assert.equal(chip(/ failed attempts?$/), summary.connectionsRefused, name);
    assert.equal(chip(/ requests?$/), summary.requests, name);
    assert.equal(chip(/ lost$/), summary.lost, name);
    assert.equal(chip(/ still waiting/), summary.stillWaiting, name);
    const givenUp = findings.filter((one) => one.kind === "abandoned-by-client").reduce((sum, one) => sum + one.requests.length + (one.requestsLeftOut ?? 0), 0);
    assert.equal(chip(/ given up /), givenUp, name);
    const rows = (/** @type {string} */ id) => page.value(`[...document.querySelectorAll("#${id} tbody tr")].map((row) => [...row.cells].map((cell) => cell.dataset.sort ?? cell.textContent))`);
    const sorted = (/** @type {any[]} */ lists) => lists.map(String).sort();
    assert.deepEqual(sorted((await rows("t-brokers")).map((cells) => cells.slice(-3))), sorted(report.brokers.map((row) => [row.connections, row.requests, row.errors])), name);
    assert.deepEqual(sorted((await rows("t-clients")).map((cells) => cells.slice(-2))), sorted(report.clients.map((row) => [row.connections, row.requests])), name);
    const latency = (await rows("t-latency")).map((cells) => cells.slice(3, 9).map(Number));
    assert.deepEqual(sorted(latency), sorted(report.latency.map((row) => [row.count, row.p50Ms, row.p90Ms, row.p99Ms, row.p999Ms, row.maxMs])), name);
    await page.press(".tl-bar input");
    await page.type("status:lost");
    await page.settle();
    assert.equal(number(await page.text(".tl-bar .count")), summary.unanswered, name + ": lost requests on the timeline");
    await page.close();
  }
});

test("no page gives away what clients signed in with, nor anonymised names", () => {
  const packed = (html) => gunzipSync(Buffer.from(html.match(/id="cols">([^<]*)</)[1], "base64")).toString("latin1");
  let looked = 0;
  for (const name of readdirSync("captures").filter((name) => /^(auth|sasl|reauth|gssapi).*\.pcap$/.test(name))) {
    const bytes = readFileSync(join("captures", name)).toString("latin1");
    const proofs = [...bytes.matchAll(/,p=([A-Za-z0-9+/]{20,}=*)/g)].map((one) => one[1]);
    const secrets = ["alice-secret", "wrong-pass", "bob-secret", "eyJhbGciOiJub25lIn0"].filter((one) => bytes.includes(one)).concat(proofs);
    const html = readFileSync(file(name.slice(0, -5)), "utf8");
    for (const secret of secrets) {
      looked += 1;
      assert.ok(!html.includes(secret) && !packed(html).includes(secret), name + " gives " + secret.slice(0, 4) + "... away");
    }
  }
  assert.ok(looked > 10);
  const hidden = readFileSync(file("anonymous"), "utf8");
  for (const text of [hidden, packed(hidden)]) assert.doesNotMatch(text, /10\.10\.0\.|kafka-\d\.lab|java-produce|librdkafka-produce/);
});

test("without scripts the verdict, the findings and the tables can be read", async () => {
  const page = await ReportPage.make(browser, { scripts: false });
  await page.open(file("crash-kill9"));
  const { root } = await page.send("DOM.getDocument", { depth: 0 });
  const visible = async (selector) => {
    const { nodeId } = await page.send("DOM.querySelector", { nodeId: root.nodeId, selector });
    const { model } = await page.send("DOM.getBoxModel", { nodeId });
    return model.width > 100 && model.height > 10;
  };
  for (const selector of ["h1", ".do", "noscript", "[data-finding='0'] ol", "#t-brokers table", "#t-connections table", "#map svg"]) {
    assert.ok(await visible(selector), selector);
  }
  for (const selector of [".copy", ".goto"]) await assert.rejects(visible(selector), undefined, selector + " would do nothing");
  await page.close();
});

test("the page prints, in either theme, with verdict, findings and timeline", async () => {
  const page = await ReportPage.make(browser, { dark: true });
  await page.open(file("crash-kill9"));
  await page.settle();
  const { data } = await page.send("Page.printToPDF", { printBackground: false });
  const pdf = Buffer.from(data, "base64");
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 30000);
  await page.value("dispatchEvent(new Event('beforeprint'))");
  await page.send("Emulation.setEmulatedMedia", { media: "print", features: [{ name: "prefers-color-scheme", value: "dark" }] });
  assert.equal(await page.value("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
  for (const [selector, shows] of [["h1", true], [".tl-stage canvas", true], ["[data-finding='1'] p", true], [".tl-bar", false], [".tools", false], ["#t-connections .tools", false], ["#t-connections tbody tr:last-child", true]]) {
    const box = await page.box(selector);
    assert.equal(Boolean(box && box.width > 50), shows, selector);
  }
  await page.close();
});

test("nothing moves for those who ask for stillness", async () => {
  const page = await ReportPage.make(browser, { reduced: true });
  await page.open(file("crash-kill9"));
  await page.button("Show on the timeline", "[data-finding='0']");
  assert.equal(await page.value("document.getAnimations().length"), 0);
  assert.equal(await page.value("getComputedStyle(document.documentElement).scrollBehavior"), "auto");
  await page.close();
});

test("hostile names stay text", async () => {
  for (const look of [{}, { width: 400, height: 800 }]) {
    const page = await ReportPage.make(browser, look);
    await page.open(file("hostile"));
    await page.settle();
    // Everything that shows names: lists, panels, tooltips, filters, sorted tables, groups by client.
    await page.value("document.querySelectorAll('details').forEach((node) => { node.open = true; })");
    await page.button("list what is in view");
    await page.button("lanes by", ".tl-bar");
    await page.value("document.querySelectorAll('#timeline .tl-list button')[7].click()");
    await page.value("document.querySelectorAll('th button').forEach((button) => button.click())");
    await page.press(".tl-bar input");
    await page.type('client:"</script><img src=x onerror=" -"__proto__" text:"${x}"');
    await page.settle();
    await page.value("[...document.querySelectorAll('#t-clients button, #t-errors button')].slice(0, 20).forEach((button) => button.click())");
    await page.settle();
    assert.equal(await page.value("typeof globalThis.__pwned"), "undefined");
    assert.equal(await page.value("document.querySelectorAll('img, iframe, object, embed, link, base, form').length"), 0);
    assert.equal(await page.value("document.querySelectorAll('script').length"), 4);
    assert.ok((await page.value("document.body.innerText")).includes("</script><img src=x onerror="));
    assert.equal(await page.value("/[\\u2028\\u2029\\u202e\\u0000]/.test(document.body.innerText)"), false);
    assert.deepEqual(page.complaints, []);
    assert.equal(page.requests.length, 1);
    assert.ok(await page.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
    await page.close();
  }
});
