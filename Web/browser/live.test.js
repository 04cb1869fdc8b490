import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { contrasts, smallTexts, unnamed, violations } from "./audit.js";
import { Chromium } from "./chromium.js";
import { ReportPage } from "./page.js";

/** The page that `live` serves: of the report's family, kept at what is, and usable while it changes. */

const capture = readFileSync("captures/crash-kill9.pcap");
/** So much of it comes before anything is wrong. */
const begun = 100000;
/** @type {Chromium} */
let browser;
/** @type {import("node:child_process").ChildProcess} */
let live;
let address = "";

before(async () => {
  browser = await Chromium.launch();
  live = spawn(process.env.PROGRAM ?? "brokertap", ["live", "-", "--serve", "127.0.0.1:0", "--plain", "--tick", "200ms"], { stdio: ["pipe", "ignore", "pipe"] });
  // It begins when there is something to read.
  live.stdin.write(capture.subarray(0, begun));
  let said = "";
  live.stderr.setEncoding("utf8");
  await new Promise((resolve, reject) => {
    live.once("error", reject);
    live.once("exit", () => reject(new Error("live has ended: " + said)));
    live.stderr.on("data", (text) => {
      said += text;
      address = said.match(/http:\/\/127\.0\.0\.1:\d+\//)?.[0] ?? "";
      if (address) resolve(undefined);
    });
  });
});
after(async () => {
  live.kill();
  await browser.close();
});

test("the page of live looks like the report, and follows what happens", { timeout: 120000 }, async () => {
  const page = await ReportPage.make(browser, { width: 1400, height: 900 });
  await page.go(address);
  assert.notEqual(await page.text(".status"), "Fault");
  await page.value("document.getElementById('pause').focus()");
  // The input stays open: nothing ends.
  live.stdin.write(capture.subarray(begun));
  await page.until("document.querySelector('.status').textContent === 'Fault'");
  assert.match(await page.text("h1"), /^Broker 2 .* stopped without notice/);
  assert.match(await page.value("document.title"), /^Fault: /);
  assert.equal(await page.value("document.activeElement.id"), "pause", "the focus stays where it is");
  assert.equal(await page.value("performance.getEntriesByType('navigation').length && document.querySelector('main').className"), "status-fault");
  const colors = await page.value("['--error', '--link', '--ground'].map((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim())");
  const style = readFileSync("Web/report.css", "utf8");
  assert.ok(colors.every((color) => style.includes(color)), "the report's own colours");
  await page.key("Enter");
  await page.until("document.getElementById('pause').getAttribute('aria-pressed') === 'true'");
  assert.match(await page.text("#state"), /^paused at /);
  assert.deepEqual(page.complaints, []);
  assert.ok(page.requests.every((url) => url === address), page.requests.join());
  await page.close();
});

test("the page of live can be read by everybody", { timeout: 300000 }, async () => {
  const axe = process.env.AXE ? readFileSync(process.env.AXE, "utf8") : "";
  for (const width of [1400, 800, 400]) {
    for (const dark of [false, true]) {
      const page = await ReportPage.make(browser, { width, height: 900, dark });
      await page.go(address);
      const where = width + (dark ? ", dark" : "");
      assert.deepEqual(await contrasts(page), [], where);
      assert.deepEqual(await smallTexts(page), [], where);
      assert.deepEqual(await unnamed(page), [], where);
      assert.ok(await page.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), where);
      if (axe) {
        // The policy lets no script in but the page's own; axe is brought in from outside.
        assert.deepEqual(await violations(page, axe), [], where);
      }
      await page.close();
    }
  }
});
