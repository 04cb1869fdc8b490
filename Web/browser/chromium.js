import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A headless Chromium, spoken to by the DevTools protocol over two pipes: no port, no library.
 */
export class Chromium {
  /** @param {string[]} flags @returns {Promise<Chromium>} */
  static async launch(flags = []) {
    const browser = new Chromium();
    browser.profile = mkdtempSync(join(tmpdir(), "report-browser-"));
    const all = [
      "--headless", "--remote-debugging-pipe", "--user-data-dir=" + browser.profile, "--no-first-run", "--disable-gpu",
      "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
      "--mute-audio", "--force-color-profile=srgb", "--font-render-hinting=none", ...flags,
    ];
    // The browser's own sandbox refuses to run for root.
    if (process.getuid?.() === 0) all.push("--no-sandbox");
    browser.process = spawn(process.env.CHROMIUM ?? "chromium", all, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    browser.process.once("error", (error) => browser.fail(error));
    browser.process.once("exit", () => browser.fail(new Error("the browser has ended")));
    browser.read(browser.process.stdio[4]);
    await browser.send("Browser.getVersion");
    return browser;
  }

  constructor() {
    this.last = 0;
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void, method: string}>} */
    this.waiting = new Map();
    /** @type {Map<string, (method: string, params: any) => void>} */
    this.sessions = new Map();
  }

  /** @param {Error} error */
  fail(error) {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  /** Messages end with a zero byte. */
  read(stream) {
    let parts = [];
    stream.on("data", (/** @type {Buffer} */ data) => {
      let from = 0;
      for (let at = data.indexOf(0); at >= 0; at = data.indexOf(0, from)) {
        parts.push(data.subarray(from, at));
        this.take(JSON.parse(Buffer.concat(parts).toString("utf8")));
        parts = [];
        from = at + 1;
      }
      parts.push(data.subarray(from));
    });
  }

  take(message) {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return this.sessions.get(message.sessionId)?.(message.method, message.params);
    this.waiting.delete(message.id);
    if (message.error) waiting.reject(new Error(waiting.method + ": " + message.error.message));
    else waiting.resolve(message.result);
  }

  /** @param {string} method @param {object} [params] @param {string} [sessionId] @returns {Promise<any>} */
  send(method, params = {}, sessionId = undefined) {
    this.last += 1;
    const id = this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, method });
      this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    });
  }

  async close() {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    await this.send("Browser.close").catch(() => this.process.kill());
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
