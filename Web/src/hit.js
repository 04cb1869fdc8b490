import { connectionEnd, itemSummary } from "./describe.js";
import { firstAt } from "./pyramid.js";
import { laneHeight } from "./paint.js";

/**
 * What lies under the pointer.
 * @typedef {import("./app.js").App} App
 * @typedef {{lane: number, item: number, connection: number}} Hit
 */

/**
 * @param {App} app @param {number} lane @param {number} y within the lane @param {number} time @param {number} perPixel seconds
 * @returns {Hit}
 */
export function hitTest(app, lane, y, time, perPixel) {
  const hit = { lane, item: -1, connection: -1 };
  if (lane < 0) return hit;
  if (y < 18) hit.item = itemAt(app, lane, time, perPixel);
  if (hit.item < 0) hit.connection = connectionAt(app, lane, time, perPixel);
  if (hit.item < 0 && hit.connection < 0 && y >= 18 && y < laneHeight) hit.item = itemAt(app, lane, time, perPixel);
  return hit;
}

/**
 * The worst near the pointer, and among equals the nearest.
 * @param {App} app
 * @param {number} lane
 * @param {number} time
 * @param {number} perPixel
 * @returns {number}
 */
function itemAt(app, lane, time, perPixel) {
  const { model } = app;
  const items = app.index.items[lane];
  const reach = perPixel * 4;
  let best = -1;
  let bestRank = -1;
  const first = Math.max(0, firstAt(model, items, time - reach) - 300);
  const last = Math.min(items.length, firstAt(model, items, time + reach) + 1);
  for (let k = Math.max(first, last - 200000); k < last; k += 1) {
    const i = items[k];
    const before = model.t[i] - time;
    const behind = time - (model.t[i] + model.took[i]);
    const distance = Math.max(0, before, behind);
    if (distance > reach) continue;
    const rank = model.severity[i] * 10 + 5 * (1 - distance / reach) + 4 / (1 + model.took[i] / perPixel / 50);
    if (rank > bestRank) [best, bestRank] = [i, rank];
  }
  return best;
}

/** @param {App} app @param {number} lane @param {number} time @param {number} perPixel @returns {number} the shortest that is there */
function connectionAt(app, lane, time, perPixel) {
  const { model } = app;
  const reach = perPixel * 4;
  let best = -1;
  for (const c of app.lanes.all[lane].connections) {
    if (app.passConnections && !app.passConnections[c]) continue;
    if (model.connOpened[c] - reach > time || model.connEnded[c] + reach < time) continue;
    const length = model.connEnded[c] - model.connOpened[c];
    if (best < 0 || length < model.connEnded[best] - model.connOpened[best]) best = c;
  }
  return best;
}

/** @param {App} app @param {Hit} hit @returns {string} for a tooltip */
export function tooltip(app, hit) {
  if (hit.item >= 0) return itemSummary(app, hit.item);
  if (hit.connection < 0) return "";
  const row = app.model.connections[hit.connection];
  return "connection " + row.id + "\n" + connectionEnd(app, hit.connection);
}
