/** What a test sees of the timeline's picture. */

/**
 * Pixels of one of the page's colours.
 * @param {import("./page.js").ReportPage} page @param {string} color name of a variable of the style @param {string} [canvas]
 * @returns {Promise<{x: number, y: number}[]>} places in the window, from left to right
 */
export async function pixels(page, color, canvas = ".tl-stage canvas") {
  return page.value(`(() => {
    const canvas = document.querySelector(${JSON.stringify(canvas)});
    const wanted = getComputedStyle(document.documentElement).getPropertyValue("--${color}").trim();
    const rgb = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
    const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const box = canvas.getBoundingClientRect();
    const out = [];
    for (let x = 0; x < width; x += 1) for (let y = 0; y < height; y += 1) {
      const at = (y * width + x) * 4;
      if (data[at] === rgb[0] && data[at + 1] === rgb[1] && data[at + 2] === rgb[2]) out.push({ x: box.x + (x * box.width) / width, y: box.y + (y * box.height) / height });
    }
    return out;
  })()`);
}

/** The window of time as the address has it; null: everything. */
export async function window(page) {
  const found = (await page.value("location.hash")).match(/[#&]t=(-?[\d.]+)\+([\d.]+)/);
  return found ? { start: Number(found[1]), span: Number(found[2]) } : null;
}

/** Entries of the panel with what is selected. */
export async function details(page) {
  return page.value(`Object.fromEntries([...document.querySelectorAll(".tl-panel dt")].map((dt) => [dt.textContent, dt.nextElementSibling.textContent]))`);
}

export const title = (page) => page.text(".tl-panel h3");
