// @ts-check
/** Sentences for screen readers. While a question is read aloud they wait, so that two voices never talk at once. */

import { find } from "./page.js";

/** @type {string[]} */
let waiting = [];
let isHeld = false;

/** @param {string} text */
export function announce(text) {
  if (!text) return;
  if (isHeld) waiting.push(text);
  else tell(text);
}

/** @param {boolean} isWanted the question is being read aloud */
export function holdAnnouncements(isWanted) {
  isHeld = isWanted;
  if (isHeld || waiting.length === 0) return;
  tell(waiting[waiting.length - 1]); // what was said before it is no longer so
  waiting = [];
}

/** @param {string} text */
function tell(text) {
  const line = find("announcer");
  line.textContent = "";
  window.setTimeout(() => {
    line.textContent = text; // in a task of its own: the same sentence twice is a change only then
  }, 50);
}
