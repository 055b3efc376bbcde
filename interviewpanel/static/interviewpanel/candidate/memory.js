// @ts-check
/**
 * What this browser remembers for the candidate: choices for as long as the tab lives, drafts until they are sent. Where
 * storage is switched off nothing is remembered, and nothing breaks.
 */

import { page } from "./page.js";

/** @typedef {"sessionStorage"|"localStorage"} Place the tab alone, or the browser: a crash closes the tab */

/** @param {string} name @param {Place} [place] @returns {string} "" for nothing */
export function recall(name, place = "sessionStorage") {
  try {
    return window[place].getItem(`${page.storeName}-${name}`) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name @param {string} text "" to forget it @param {Place} [place] */
export function remember(name, text, place = "sessionStorage") {
  try {
    if (text) window[place].setItem(`${page.storeName}-${name}`, text);
    else window[place].removeItem(`${page.storeName}-${name}`);
  } catch {
    // as above
  }
}

/** @param {number} answer @returns {string} what was written to it and not sent */
export function recallDraft(answer) {
  return recall(`draft-${answer}`, "localStorage");
}

/** @param {number} answer @param {string} text */
export function rememberDraft(answer, text) {
  remember(`draft-${answer}`, text, "localStorage");
}

/** @returns {number[]} the answers that have a draft, in order */
export function listDrafts() {
  const start = `${page.storeName}-draft-`;
  try {
    const names = Object.keys(window.localStorage).filter((name) => name.startsWith(start));
    return names.map((name) => Number(name.slice(start.length))).sort((a, b) => a - b);
  } catch {
    return [];
  }
}
