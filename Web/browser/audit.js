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
    const style = getComputedStyle(node);
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
