// @ts-check
/** Small things that both pages of live interviews need. */

/** @param {string} id @returns {HTMLElement} */
export function find(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no ${id}.`);
  return element;
}

/** @param {ParentNode} place @param {string} name @returns {HTMLElement|null} null: this page leaves that part out */
export function findPart(place, name) {
  return place.querySelector(`[data-part=${name}]`);
}

/** Write only what has changed. @param {Element|null} element @param {string} text */
export function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** @param {Element|null} element @param {string} text @param {string} [tone] good, warning, bad or info */
export function writeBadge(element, text, tone = "") {
  if (!element) return;
  write(element, text);
  element.className = `desk-badge${tone && ` is-${tone}`}`;
}

/** @param {string} id of a json_script @returns {any} */
export function readData(id) {
  return JSON.parse(find(id).textContent ?? "null");
}

const LINES = {
  connecting: "Connecting",
  open: "Up to date",
  lost: "The connection is lost. What you see may be old; reconnecting by itself.",
  signedOut: "You are signed out. Sign in again to go on watching.",
  refused: "You may not see this any more.",
};

/** @param {import("./socket.js").MonitorSocket} socket whose state is shown at the top of the page */
export function showLine(socket) {
  const line = find("live-line");
  socket.addEventListener("line", (event) => {
    const state = /** @type {CustomEvent<keyof typeof LINES>} */ (event).detail;
    line.dataset.state = state;
    write(line.querySelector("[data-text]"), LINES[state]);
  });
}
