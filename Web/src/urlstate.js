/**
 * What is looked at, in the address's fragment: `#v=1&t=6.041386+0.250&sel=f:ID&lanes=-g1&q=api:Produce`. Each key is read on
 * its own; what cannot be read is left out and told.
 * @typedef {{start?: number, span?: number, selection?: string, folded?: Map<string, boolean>, query?: string,
 *   by?: "broker" | "client", mark?: number}} State
 */

/** @param {string} fragment @returns {{state: State, ignored: string[]}} */
export function parseState(fragment) {
  /** @type {State} */
  const state = {};
  const ignored = [];
  for (const part of fragment.replace(/^#/, "").split("&")) {
    if (!part) continue;
    const at = part.indexOf("=");
    if (at < 0) continue;
    const [key, value] = [part.slice(0, at), decoded(part.slice(at + 1))];
    if (value === null || !read(state, key, value)) ignored.push(key.slice(0, 20));
  }
  return { state, ignored };
}

/** @param {string} text @returns {string | null} */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** @param {State} state @param {string} key @param {string} value @returns {boolean} */
function read(state, key, value) {
  switch (key) {
    case "v": return value === "1";
    case "t": return readTime(state, value);
    case "sel":
      state.selection = value;
      return /^([a-z]):/.test(value);
    case "q":
      state.query = value.slice(0, 1000);
      return true;
    case "by":
      if (value === "broker" || value === "client") state.by = value;
      return state.by !== undefined;
    case "m":
      state.mark = Number(value);
      if (!value || !Number.isFinite(state.mark)) delete state.mark;
      return state.mark !== undefined;
    case "lanes": return readLanes(state, value);
    default: return false;
  }
}

/** @param {State} state @param {string} value @returns {boolean} */
function readTime(state, value) {
  const parts = value.match(/^(-?\d+(?:\.\d+)?)\+(\d+(?:\.\d+)?)$/);
  if (!parts || Number(parts[2]) <= 0) return false;
  [state.start, state.span] = [Number(parts[1]), Number(parts[2])];
  return true;
}

/** @param {State} state @param {string} value @returns {boolean} */
function readLanes(state, value) {
  state.folded = new Map();
  for (const word of value.split(",")) {
    if (!/^[-.]g\d+$/.test(word)) return false;
    state.folded.set(word.slice(1), word[0] === "-");
  }
  return true;
}

/** @param {State} state @returns {string} without `#` */
export function formatState(state) {
  const parts = ["v=1"];
  if (state.start !== undefined && state.span !== undefined) parts.push("t=" + state.start.toFixed(9) + "+" + state.span.toFixed(9));
  if (state.selection) parts.push("sel=" + encodeURIComponent(state.selection));
  if (state.folded?.size) parts.push("lanes=" + [...state.folded].map(([id, folded]) => (folded ? "-" : ".") + id).join(","));
  if (state.by && state.by !== "broker") parts.push("by=" + state.by);
  if (state.mark !== undefined) parts.push("m=" + state.mark.toFixed(9));
  if (state.query) parts.push("q=" + encodeURIComponent(state.query));
  return parts.join("&");
}
