// @ts-check
/** Why the server refused something, in the candidate's words: made of its codes, for its own sentences are English. */

import { page, say } from "./page.js";

/** @type {Record<string, string>} */
const SENTENCES = {
  "answer.empty": "answerEmpty",
  "answer.too_long": "answerTooLong",
  "pause.budget_spent": "pausesUsedUp",
  "turn.no_more_time": "noMoreTime",
  "queue.no_channel": "queueNoChannel",
  "link.unknown": "linkUnknown",
  "link.withdrawn": "linkWithdrawn",
  "link.withdrawn_by_candidate": "linkWithdrawnByYou",
  "link.expired": "linkExpired",
  "link.closed": "linkClosed",
  "link.erased": "linkErased",
};

/** @param {string} code of an error @returns {string} */
export function explainCode(code) {
  return say(SENTENCES[code] ?? "notTaken");
}

/** @param {{code: string, opens_at?: string}|null} error what was said before the line was closed @param {number|null} closeCode */
export function explainRefusal(error, closeCode) {
  if (error?.opens_at) {
    const at = new Date(error.opens_at).toLocaleString(page.pageLanguage, { dateStyle: "medium", timeStyle: "short" });
    return say("linkOpens", { at });
  }
  if (error && error.code in SENTENCES) return explainCode(error.code);
  return say(closeCode === 4401 ? "linkWithdrawn" : "refused");
}
