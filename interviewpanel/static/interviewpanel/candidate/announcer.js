// @ts-check
/** Sentences for screen readers. While a question is read aloud they wait, so that two voices never talk at once. */

import { find } from "./page.js";

const TOGETHER_MS = 1000;

/** @type {string[]} */
let waiting = [];
let isHeld = false;
let said = "";
let toldAt = -Infinity;

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

/** What is said within a second is said together: the later must not swallow the earlier. @param {string} text */
function tell(text) {
  const now = performance.now();
  said = now - toldAt < TOGETHER_MS ? `${said} ${text}` : text;
  toldAt = now;
  find("announcer").textContent = "";
  window.setTimeout(() => {
    find("announcer").textContent = said; // in a task of its own: the same sentence twice is a change only then
  }, 50);
}
