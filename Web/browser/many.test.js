import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Chromium } from "./chromium.js";
import { firstLost, million } from "./million.js";
import { ReportPage } from "./page.js";
import { details, pixels, title } from "./stage.js";

/** A page with a million requests, of which one failed: it is seen from afar, and found. */

const folder = process.env.REPORTS ?? ".";
const count = 1000000;
const report = JSON.parse(readFileSync(join(folder, "crash-kill9.json"), "utf8"));
const bad = firstLost(report);
const many = join(folder, "million.html");
/** @type {Chromium} */
let browser;

before(async () => {
  writeFileSync(many, million(readFileSync(join(folder, "crash-kill9.html"), "utf8"), count, bad));
  browser = await Chromium.launch();
});
after(() => browser.close());

test("one failed request among a million is seen fully zoomed out, and its pin leads to it", { timeout: 120000 }, async () => {
  assert.ok(statSync(many).size < 20e6);
  for (const look of [{ width: 1280, height: 800 }, { width: 400, height: 800, dark: true }]) {
    const page = await ReportPage.make(browser, look);
    await page.open(many);
    await page.settle();
    assert.match(await page.text(".tl-bar .count"), /^1,00\d,\d{3} events$/);
    const box = await page.box(".tl-stage");
    const length = await page.value("Number(document.querySelector('.tl-handle').getAttribute('aria-valuemax'))");
    const x = box.x + ((bad.seconds + length * 0.01) / (length * 1.02)) * box.width;
    const pin = await page.box(".tl-pin.error");
    assert.ok(Math.abs(pin.x + pin.width / 2 - x) < 20, "the pin stands at " + pin.x + ", the request at " + x);
    const red = (await pixels(page, "mark-error")).filter((place) => place.y > box.y + 44);
    const near = red.filter((place) => Math.abs(place.x - x) <= 3);
    assert.ok(near.length >= 16, near.length + " red pixels at its time");
    assert.ok(near.length * 2 > red.length, "and hardly any elsewhere: " + red.length);
    await page.press(".tl-pin.error");
    await page.settle();
    assert.match(await title(page), /Evidence/);
    await page.press(".tl-panel li button");
    await page.settle();
    assert.match((await details(page)).sent, new RegExp("#" + bad.frame + "$"));
    assert.deepEqual(page.complaints, []);
    await page.close();
  }
});
