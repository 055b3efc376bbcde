// @ts-check
/** One line above everything: the connection, and good news. */

import { announce } from "./announcer.js";
import { find, say, show } from "./page.js";

const GOOD_NEWS_MS = 5000;
const NEWS_MS = 15_000;
let timer = 0;
let told = ""; // the key of what stands there

/** Said once to screen readers, as long as it stands. @param {string} key of the strings
 *  @param {Record<string, string|number>} [values] of what changes every second, and is only seen: the string `${key}More` */
export function showTrouble(key, values) {
  draw(key, say(key), values ? ` ${say(`${key}More`, values)}` : "", "trouble");
}

/** Said only where trouble was shown before; goes by itself. @param {string} key */
export function showRelief(key) {
  if (find("banner").hidden) return;
  draw(key, say(key), "", "good");
  timer = window.setTimeout(hideBanner, GOOD_NEWS_MS);
}

/** Good news of its own, unless trouble stands there; goes by itself. @param {string} key @param {Record<string, string|number>} values */
export function showNews(key, values) {
  if (!find("banner").hidden && find("banner").dataset.tone === "trouble") return announce(say(key, values));
  draw(key, say(key, values), "", "good");
  timer = window.setTimeout(hideBanner, NEWS_MS);
}

export function hideBanner() {
  window.clearTimeout(timer);
  told = "";
  show(find("banner"), false);
}

/** @param {string} key @param {string} text @param {string} more @param {string} tone */
function draw(key, text, more, tone) {
  window.clearTimeout(timer);
  const banner = find("banner");
  banner.dataset.tone = tone;
  show(banner, true);
  if (banner.textContent !== text + more) banner.textContent = text + more;
  if (told !== key) announce(text);
  told = key;
}
