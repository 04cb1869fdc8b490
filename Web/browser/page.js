import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** A tab with a report in it, and everything that it asked for or complained about. */
export class ReportPage {
  /**
   * @param {import("./chromium.js").Chromium} browser
   * @param {{width?: number, height?: number, dark?: boolean, reduced?: boolean, scripts?: boolean, touch?: boolean}} [look]
   */
  static async make(browser, look = {}) {
    const page = new ReportPage();
    page.browser = browser;
    const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
    [page.target, page.session] = [targetId, sessionId];
    browser.sessions.set(sessionId, (method, params) => page.heard(method, params));
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page.send(domain + ".enable");
    await page.look(look);
    return page;
  }

  constructor() {
    /** @type {string[]} addresses that were asked for */
    this.requests = [];
    /** @type {string[]} console messages, exceptions, violations of the policy */
    this.complaints = [];
    /** @type {string[]} names of files that were saved */
    this.saved = [];
    /** @type {Map<string, (() => void)[]>} */
    this.waiting = new Map();
  }

  /** @param {string} method @param {object} [params] */
  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  heard(method, params) {
    if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
    if (method === "Network.webSocketCreated") this.requests.push(params.url);
    if (method === "Runtime.consoleAPICalled") this.complaints.push("console: " + params.args.map((arg) => arg.value ?? arg.description).join(" "));
    if (method === "Runtime.exceptionThrown") this.complaints.push("exception: " + (params.exceptionDetails.exception?.description ?? params.exceptionDetails.text));
    if (method === "Log.entryAdded") this.complaints.push("log: " + params.entry.text);
    if (method === "Page.downloadWillBegin") this.saved.push(params.suggestedFilename);
    for (const resolve of this.waiting.get(method) ?? []) resolve();
    this.waiting.delete(method);
  }

  /** @param {string} method @returns {Promise<void>} */
  event(method) {
    return new Promise((resolve) => this.waiting.set(method, [...(this.waiting.get(method) ?? []), resolve]));
  }

  async look({ width = 1280, height = 720, dark = false, reduced = false, scripts = true, touch = false }) {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: touch });
    await this.send("Emulation.setEmulatedMedia", {
      features: [
        { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
        { name: "prefers-reduced-motion", value: reduced ? "reduce" : "no-preference" },
      ],
    });
    await this.send("Emulation.setScriptExecutionDisabled", { value: !scripts });
    this.scripts = scripts;
  }

  /** @param {string} file @param {string} [fragment] with `#` */
  async open(file, fragment = "") {
    // An address that differs in its fragment only would not be loaded anew.
    await this.go("about:blank");
    this.requests.length = this.complaints.length = 0;
    await this.go(pathToFileURL(file).href + fragment);
    if (this.scripts) await this.ready();
  }

  async go(url) {
    const loaded = this.event("Page.loadEventFired");
    await this.send("Page.navigate", { url });
    await loaded;
  }

  async ready() {
    const end = Date.now() + 30000;
    let state = null;
    while (!state && Date.now() < end && !this.complaints.length) {
      state = await this.value("document.documentElement.dataset.ready ?? null");
      if (!state) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (state !== "yes") throw new Error("the timeline did not come: " + [await this.text("#timeline"), ...this.complaints].join("; "));
  }

  /** The value of an expression in the page. */
  async value(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(expression + ": " + (exceptionDetails.exception?.description ?? exceptionDetails.text));
    return result.value;
  }

  /** Waits until the expression holds; what it last was, if it never does. */
  async until(expression, seconds = 30) {
    const end = Date.now() + seconds * 1000;
    let value;
    while (Date.now() < end) {
      value = await this.value(expression);
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("never came true: " + expression + " (was " + JSON.stringify(value) + ")");
  }

  /** Two frames and the pauses of address and status line later. */
  async settle() {
    await this.value("new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 320))");
  }

  text(selector) {
    return this.value("document.querySelector(" + JSON.stringify(selector) + ")?.textContent ?? null");
  }

  /** @returns {Promise<{x: number, y: number, width: number, height: number} | null>} in the window's coordinates */
  box(selector) {
    return this.value("(() => { const node = document.querySelector(" + JSON.stringify(selector) + "); if (!node) return null;"
      + " const { x, y, width, height } = node.getBoundingClientRect(); return { x, y, width, height }; })()");
  }

  async mouse(type, x, y, extra = {}) {
    const buttons = type === "mouseMoved" ? extra.buttons ?? 0 : 1;
    await this.send("Input.dispatchMouseEvent", { type, x, y, button: type === "mouseWheel" || (type === "mouseMoved" && !buttons) ? "none" : "left", buttons, clickCount: 1, ...extra });
  }

  async click(x, y, extra = {}) {
    await this.mouse("mouseMoved", x, y);
    await this.mouse("mousePressed", x, y, extra);
    await this.mouse("mouseReleased", x, y, extra);
  }

  /** Clicks into the middle of an element, once it rests in the window and nothing lies over it. */
  async press(selector) {
    const place = await this.resting(selector);
    await this.click(place.x, place.y);
  }

  /**
   * The middle of an element that has stood still for a while and would get the click: the page may still
   * be scrolling after what was pressed before, and tables that come into view take their true height.
   */
  async resting(selector, seconds = 10) {
    const expression = "(async () => { const node = document.querySelector(" + JSON.stringify(selector) + ");"
      + " const pause = () => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 60));"
      // Words that wrap have several boxes.
      + " const middle = () => { const box = node?.getClientRects()[0];"
      + " return box && box.width ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null; };"
      + " const same = (one, other) => one && other && one.x === other.x && one.y === other.y;"
      + " const first = middle(); node?.scrollIntoView({ block: 'center', behavior: 'instant' });"
      + " const second = middle(); await pause(); const third = middle();"
      + " if (!same(first, second) || !same(second, third)) return null;"
      + " return node.contains(document.elementFromPoint(third.x, third.y)) ? third : null; })()";
    return this.until(expression, seconds);
  }

  /** Presses the first button whose text begins so. */
  async button(text, within = "body") {
    const found = await this.value("(() => { document.querySelectorAll('[data-pressed]').forEach((node) => node.removeAttribute('data-pressed'));"
      + " const node = [...document.querySelectorAll(" + JSON.stringify(within + " button") + ")].find((node) => node.textContent.startsWith(" + JSON.stringify(text) + "));"
      + " node?.setAttribute('data-pressed', ''); return Boolean(node); })()");
    if (!found) throw new Error("no button " + text + " in " + within);
    await this.press("[data-pressed]");
  }

  async drag(from, to, extra = {}) {
    await this.mouse("mouseMoved", from.x, from.y, extra);
    await this.mouse("mousePressed", from.x, from.y, extra);
    for (let i = 1; i <= 4; i += 1) {
      await this.mouse("mouseMoved", from.x + ((to.x - from.x) * i) / 4, from.y + ((to.y - from.y) * i) / 4, { buttons: 1, ...extra });
    }
    await this.mouse("mouseReleased", to.x, to.y, extra);
  }

  async wheel(x, y, deltaY, extra = {}) {
    await this.send("Input.dispatchMouseEvent", { type: "mouseWheel", x, y, deltaX: 0, deltaY, ...extra });
  }

  /** @param {string} key as `KeyboardEvent.key` has it @param {{shift?: boolean}} [extra] */
  async key(key, { shift = false } = {}) {
    const codes = { "[": "BracketLeft", "]": "BracketRight", "/": "Slash", "?": "Slash", "+": "Equal", "-": "Minus" };
    const isLetter = /^[a-z]$/i.test(key);
    const code = isLetter ? "Key" + key.toUpperCase() : /^\d$/.test(key) ? "Digit" + key : codes[key] ?? key;
    const virtual = { Enter: 13, Escape: 27, Tab: 9, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40, " ": 32 }[key]
      ?? (isLetter || /^\d$/.test(key) ? key.toUpperCase().charCodeAt(0) : 0);
    const text = key.length === 1 ? (shift ? key.toUpperCase() : key) : key === "Enter" ? "\r" : undefined;
    const common = { key: shift && key.length === 1 ? key.toUpperCase() : key, code, windowsVirtualKeyCode: virtual, modifiers: shift ? 8 : 0 };
    await this.send("Input.dispatchKeyEvent", { type: text === undefined ? "rawKeyDown" : "keyDown", text, ...common });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...common });
  }

  async type(text) {
    await this.send("Input.insertText", { text });
  }

  /** @param {string} file @param {boolean | {x: number, y: number, width: number, height: number, scale: number}} [part] true: all, beyond the window too */
  async shot(file, part = false) {
    const clip = part === true ? await this.value("({ x: 0, y: 0, width: innerWidth, height: document.documentElement.scrollHeight, scale: 1 })") : part || undefined;
    const { data } = await this.send("Page.captureScreenshot", { format: "png", clip, captureBeyondViewport: part === true });
    writeFileSync(file, Buffer.from(data, "base64"));
  }

  async close() {
    this.browser.sessions.delete(this.session);
    await this.browser.send("Target.closeTarget", { targetId: this.target });
  }
}
