/** What a reader with other eyes, or none, needs. */

/**
 * Texts whose contrast with their ground is below 4.5 (3 for large ones), by WCAG's formula.
 * @param {import("./page.js").ReportPage} page
 * @returns {Promise<string[]>}
 */
export function contrasts(page) {
  return page.value("(" + weakTexts.toString() + ")()");
}

/* Runs inside the page, so it may use nothing of this module. */
function weakTexts() {
  const parse = (color) => (color.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const luminance = ([r, g, b]) => {
    const part = (value) => (value <= 0.03928 * 255 ? value / 255 / 12.92 : Math.pow((value / 255 + 0.055) / 1.055, 2.4));
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((value, i) => value * a + below[i] * (1 - a));
  const groundOf = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if ((color[3] ?? 1) > 0) layers.push(color);
      if ((color[3] ?? 1) === 1) break;
    }
    return layers.reduceRight((below, color) => over(color, below), [255, 255, 255]);
  };
  const weak = new Set();
  for (const node of document.querySelectorAll("body *")) {
    if (!node.checkVisibility({ visibilityProperty: true }) || node.closest("script, noscript")) continue;
    const words = [...node.childNodes].filter((child) => child.nodeType === 3 && child.textContent.trim()).map((child) => child.textContent.trim()).join(" ");
    if (!words && !node.placeholder) continue;
    const style = getComputedStyle(node, words ? null : "::placeholder");
    const isDrawing = node.closest("svg") !== null && node.tagName !== "title";
    if (node.tagName === "title" || node.disabled) continue;
    // In a drawing the ground is the box that the words stand in, if they stand in one.
    const box = isDrawing ? node.parentElement.querySelector(":scope > rect") : null;
    const ground = box && !node.classList.contains("outcome") ? parse(getComputedStyle(box).fill) : groundOf(node);
    const ink = over(parse(isDrawing ? style.fill : style.color), ground);
    const [a, b] = [luminance(ink), luminance(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) weak.add(ratio.toFixed(2) + " " + node.tagName + "." + (node.getAttribute("class") ?? "") + ": " + words.slice(0, 30));
  }
  return [...weak];
}

/**
 * Controls, pictures and dialogs that a screen reader could not name.
 * @param {import("./page.js").ReportPage} page
 * @returns {Promise<string[]>}
 */
export async function unnamed(page) {
  const roles = new Set(["button", "link", "textbox", "searchbox", "slider", "img", "dialog", "DisclosureTriangle", "checkbox", "combobox"]);
  const { nodes } = await page.send("Accessibility.getFullAXTree");
  return nodes.filter((node) => !node.ignored && roles.has(node.role?.value) && !node.name?.value).map((node) => node.role.value + " " + node.nodeId);
}

/**
 * What axe-core finds, in a page that has all its parts unfolded.
 * @param {import("./page.js").ReportPage} page @param {string} axe the text of its script
 * @param {boolean} [colors] also contrasts, which take it long and which `contrasts` looks at too
 * @returns {Promise<string[]>} a line for each rule that is broken
 */
export async function violations(page, axe, colors = true) {
  await page.value("document.querySelectorAll('details').forEach((node) => { node.open = true; })");
  await page.send("Runtime.evaluate", { expression: axe });
  const options = { resultTypes: ["violations"], rules: { "color-contrast": { enabled: colors } } };
  return page.value(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ": " + nodes.length + ", as " + nodes[0].target.join(" ") + " " + nodes[0].html.slice(0, 120)))`);
}

/**
 * Texts smaller than 12 pixels as they are shown, drawings scaled included.
 * @param {import("./page.js").ReportPage} page
 * @returns {Promise<string[]>}
 */
export function smallTexts(page) {
  return page.value(`[...document.querySelectorAll("body *")].filter((node) => {
    if (!node.checkVisibility({ visibilityProperty: true }) || node.closest("script, noscript, title")) return false;
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())) return false;
    const drawing = node.closest("svg");
    const scale = drawing?.viewBox.baseVal.width ? drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width : 1;
    return parseFloat(getComputedStyle(node).fontSize) * scale < 11.99;
  }).map((node) => node.tagName + "." + node.getAttribute("class") + ": " + node.textContent.slice(0, 30))`);
}

/**
 * Controls whose words do not fit them, that stand outside the window, or on each other.
 * @param {import("./page.js").ReportPage} page
 * @returns {Promise<string[]>}
 */
export function cutControls(page) {
  return page.value(`(() => {
    const all = [...document.querySelectorAll("button, #sections a, .numbers a")].filter((node) => node.checkVisibility() && !node.closest(".scroll, .tl-list, .tl-panel, .tl-labels"));
    const boxes = all.map((node) => node.getBoundingClientRect());
    const out = [];
    all.forEach((node, i) => {
      const name = node.textContent.slice(0, 30);
      if (node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "inline") out.push("cut: " + name);
      if (boxes[i].width && (boxes[i].left < -0.5 || boxes[i].right > innerWidth + 0.5)) out.push("outside: " + name);
      for (let k = i + 1; k < Math.min(all.length, i + 30); k += 1) {
        const [a, b] = [boxes[i], boxes[k]];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 1 && !node.contains(all[k])) out.push("on each other: " + name + " and " + all[k].textContent.slice(0, 30));
      }
    });
    return out;
  })()`);
}
