/**
 * Makes the pictures of the documentation again: `node Web/browser/gallery.js PROGRAM` writes docs/images. Look at each of them.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Chromium } from "./chromium.js";
import { ReportPage } from "./page.js";

/** @type {{name: string, capture: string, width: number, height?: number, part?: string, upTo?: string}[]} what a picture shows: a part, or what is above something in it; without one, the first screen */
const pictures = [
  { name: "report", capture: "crash-kill9", width: 1280, height: 800 },
  { name: "finding", capture: "crash-kill9", width: 1000, part: "[data-finding='0']" },
  { name: "map", capture: "adv-localhost", width: 1240, part: "#map", upTo: "#t-addresses" },
  { name: "rebalances", capture: "crash-kill9", width: 1000, part: "#d-rebalances" },
];
const margin = 6;

const [program] = process.argv.slice(2);
if (!program) {
  console.error("usage: gallery.js PROGRAM");
  process.exit(2);
}
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "gallery-"));
const browser = await Chromium.launch();
try {
  for (const { name, capture, width, height, part, upTo } of pictures) {
    const report = join(folder, capture + ".html");
    execFileSync(program, ["analyze", join(root, "captures", capture + ".pcap"), "--html", report, "--tables", "--quiet"]);
    // A window that has room for the whole page: what is pictured beyond one is laid out anew.
    const page = await ReportPage.make(browser, { width, height: part ? 9000 : height });
    await page.open(report);
    await page.settle();
    if (part) await page.value(`(() => {
      for (let node = document.querySelector(${JSON.stringify(part)}); node; node = node.parentElement) if (node instanceof HTMLDetailsElement) node.open = true;
      // What is out of sight is not laid out before it is seen, and places would change.
      for (const node of document.querySelectorAll("*")) if (getComputedStyle(node).contentVisibility === "auto") node.style.contentVisibility = "visible";
      document.querySelector(${JSON.stringify(part)}).scrollIntoView();
    })()`);
    await page.settle();
    const box = part && await page.value(`(() => {
      const { left, top, right, bottom } = document.querySelector(${JSON.stringify(part)}).getBoundingClientRect();
      const end = ${upTo ? `document.querySelector(${JSON.stringify(upTo)}).getBoundingClientRect().top - ${2 * margin}` : "bottom"};
      return { x: Math.max(0, left + scrollX - ${margin}), y: top + scrollY - ${margin}, width: right - left + 2 * ${margin}, height: end - top + 2 * ${margin}, scale: 1 };
    })()`);
    await page.shot(join(root, "docs/images", name + ".png"), box || false);
    await page.close();
    console.log(name);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
