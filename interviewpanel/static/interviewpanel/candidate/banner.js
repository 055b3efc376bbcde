// @ts-check
/** One line above everything: the connection. */

import { find, say, show } from "./page.js";

const GOOD_NEWS_MS = 5000;
let timer = 0;

/** @param {string} key of the strings @param {Record<string, string|number>} [values] */
export function showTrouble(key, values) {
  draw(say(key, values), "trouble");
}

/** Said only where trouble was shown before; goes by itself. @param {string} key */
export function showRelief(key) {
  if (find("banner").hidden) return;
  draw(say(key), "good");
  timer = window.setTimeout(hideBanner, GOOD_NEWS_MS);
}

export function hideBanner() {
  window.clearTimeout(timer);
  show(find("banner"), false);
}

/** @param {string} text @param {string} tone */
function draw(text, tone) {
  window.clearTimeout(timer);
  const banner = find("banner");
  banner.dataset.tone = tone;
  show(banner, true);
  if (banner.textContent !== text) banner.textContent = text;
}
