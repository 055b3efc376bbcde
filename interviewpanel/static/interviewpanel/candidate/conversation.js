// @ts-check
/** What was heard of the open answer, and everything that was said before it. */

import { find, say, show } from "./page.js";

/** @typedef {{speaker: "interviewer"|"candidate", kind: string, text: string}} Line */

/** Live captions of the open answer. Not read out: nobody wants their own words back while they speak. */
export class Captions {
  constructor() {
    this.clear();
  }

  clear() {
    this.draw("", "nothingHeardYet");
    show(find("rough"), false);
  }

  /** @param {any} update transcription_update */
  take(update) {
    this.draw(update.message, "nothingHeardYet");
    show(
      find("rough"),
      update.segments.some((/** @type {any} */ one) => one.is_rough),
    );
  }

  /** @param {string} text @param {string} otherwise a key of the strings */
  draw(text, otherwise) {
    const line = find("heard");
    line.toggleAttribute("data-empty", !text);
    line.textContent = text || say(otherwise);
    line.lang = text ? find("question-text").lang : document.documentElement.lang;
    line.scrollTop = line.scrollHeight;
  }
}

/** The conversation so far, in order. */
export class Conversation {
  constructor() {
    this.list = find("conversation");
  }

  /** @param {Line[]} lines of session_state, which has them all */
  fill(lines) {
    this.list.replaceChildren();
    for (const line of lines) this.add(line);
  }

  /** @param {Line} line */
  add({ speaker, text }) {
    const item = document.createElement("div");
    const who = document.createElement("b");
    item.dataset.speaker = speaker;
    who.textContent = say(speaker === "candidate" ? "you" : "interviewer");
    who.lang = document.documentElement.lang;
    item.append(who, text || say("skippedAnswer"));
    this.list.append(item);
    this.list.scrollTop = this.list.scrollHeight;
  }
}
