/**
 * Takes a picture of a report: `node Web/browser/shot.js REPORT.html PICTURE.png [width=1280] [height=720] [dark] [whole] [#fragment]`.
 */
import { Chromium } from "./chromium.js";
import { ReportPage } from "./page.js";

const [report, picture, ...words] = process.argv.slice(2);
if (!picture) {
  console.error("usage: shot.js REPORT.html PICTURE.png [width=N] [height=N] [dark] [whole] [#fragment]");
  process.exit(2);
}
const number = (name, otherwise) => Number(words.find((word) => word.startsWith(name + "="))?.slice(name.length + 1) ?? otherwise);
const browser = await Chromium.launch();
try {
  const page = await ReportPage.make(browser, { width: number("width", 1280), height: number("height", 720), dark: words.includes("dark") });
  await page.open(report, words.find((word) => word.startsWith("#")) ?? "");
  await page.settle();
  await page.shot(picture, words.includes("whole"));
  for (const complaint of page.complaints) console.error(complaint);
} finally {
  await browser.close();
}
