/**
 * How fast a report is in the browser: `node Web/browser/measure.js REPORT.html ...`. Prints, asserts nothing.
 *
 * Frames are timed in the page while the wheel zooms and the mouse drags; long tasks are those that the browser reports.
 * Both take the clock. Processor time is that of the page's main thread, which other work on the machine changes less.
 */
import { statSync } from "node:fs";
import { Chromium } from "./chromium.js";
import { ReportPage } from "./page.js";

const watch = `(() => {
  globalThis.tasks = [];
  new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map((entry) => [Math.round(entry.startTime), Math.round(entry.duration)])))
    .observe({ type: "longtask", buffered: true });
  globalThis.paints = {};
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (globalThis.paints[entry.name] = Math.round(entry.startTime)))).observe({ type: "paint", buffered: true });
  addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    if (document.documentElement.dataset.ready && !globalThis.readyAt) globalThis.readyAt = Math.round(performance.now());
  }).observe(document.documentElement, { attributes: true }));
})()`;

/** Times of frames, in milliseconds, while something is done. */
async function frames(page, action) {
  await page.value(`(() => {
    globalThis.times = [];
    globalThis.work = [];
    globalThis.stopped = false;
    let last = performance.now();
    const step = (now) => {
      globalThis.times.push(now - last);
      last = now;
      if (!globalThis.stopped) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })()`);
  await action();
  const times = await page.value("(globalThis.stopped = true, globalThis.times.slice(2))");
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(1);
  return `${times.length} frames, p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} greatest ${at(1)} ms`;
}

/** Milliseconds of the main thread since the last call, for scripts and for all. */
function processor(page) {
  const last = { ScriptDuration: 0, TaskDuration: 0 };
  return async () => {
    const { metrics } = await page.send("Performance.getMetrics");
    const since = (name) => {
      const value = metrics.find((one) => one.name === name).value * 1000;
      const spent = value - last[name];
      last[name] = value;
      return spent.toFixed(0);
    };
    return `processor ${since("TaskDuration")} ms, ${since("ScriptDuration")} of them scripts`;
  };
}

/** What the page itself needs to draw one frame, without waiting for the screen. */
const drawing = `(async () => {
  const out = [];
  const stage = document.querySelector(".tl-stage");
  const { x, y, width, height } = stage.getBoundingClientRect();
  for (let i = 0; i < 60; i += 1) {
    stage.dispatchEvent(new WheelEvent("wheel", { deltaY: i < 30 ? -60 : 60, clientX: x + width * 0.4, clientY: y + height / 2, bubbles: true, cancelable: true }));
    await new Promise((done) => requestAnimationFrame(() => { const began = performance.now(); setTimeout(() => { out.push(performance.now() - began); done(); }); }));
  }
  return out.sort((a, b) => a - b);
})()`;

const browser = await Chromium.launch();
for (const file of process.argv.slice(2)) {
  const page = await ReportPage.make(browser);
  await page.send("Page.addScriptToEvaluateOnNewDocument", { source: watch });
  await page.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = processor(page);
  await page.open(file);
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB`);
  console.log("  painted", JSON.stringify(await page.value("globalThis.paints")), "ready", await page.value("globalThis.readyAt"), "ms");
  console.log("  tasks while opening", JSON.stringify(await page.value("globalThis.tasks")), await spent());
  await page.value("document.querySelector('.tl-stage').scrollIntoView({ block: 'center' })");
  await page.settle();
  await page.value("globalThis.tasks.length = 0");
  const box = await page.box(".tl-stage");
  await spent();
  const [x, y] = [box.x + box.width * 0.4, box.y + box.height * 0.6];
  console.log("  wheel", await frames(page, async () => {
    for (let i = 0; i < 120; i += 1) {
      await page.wheel(x, y, i % 60 < 30 ? -60 : 60);
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
  }), await spent());
  console.log("  drag ", await frames(page, async () => {
    for (let i = 0; i < 20; i += 1) await page.wheel(x, y, -60);
    await page.mouse("mousePressed", x, y);
    for (let i = 0; i < 120; i += 1) {
      await page.mouse("mouseMoved", x + (i % 60 < 30 ? i % 30 : 30 - (i % 30)) * 8, y, { buttons: 1 });
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
    await page.mouse("mouseReleased", x, y);
  }), await spent());
  const draw = await page.value(drawing);
  console.log("  drawing alone: p50", draw[30].toFixed(1), "p95", draw[56].toFixed(1), "ms");
  await page.press(".tl-bar input");
  await spent();
  for (const letter of "api:Produce") {
    await page.type(letter);
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  await page.settle();
  console.log("  tasks over 50 ms afterwards", JSON.stringify((await page.value("globalThis.tasks")).map((task) => task[1])), "filter:", await spent());
  await page.close();
}
await browser.close();
