// @ts-check
/** What was written and did not arrive before its answer ended: offered as a note to that answer, and kept until then. */

import { announce } from "./announcer.js";
import { listDrafts, recallDraft, rememberDraft } from "./memory.js";
import { enable, find, onPress, page, say, show } from "./page.js";

export class LeftoverDrafts {
  /** @type {number|null} */ #answer = null; // whose draft is shown
  /** @type {number|null} */ #open = null;

  constructor() {
    onPress(find("leftover-add"), () => void this.#add());
    onPress(find("leftover-drop"), () => this.#drop());
  }

  /** @param {{text: string}[]} transcript of the answers that are closed */
  forgetArrived(transcript) {
    for (const answer of listDrafts()) {
      const text = recallDraft(answer).trim();
      if (transcript.some((line) => line.text.includes(text))) rememberDraft(answer, "");
    }
  }

  /** @param {number|null} openAnswer whose draft is in the field, and no leftover */
  offer(openAnswer) {
    this.#open = openAnswer;
    this.#answer = listDrafts().find((one) => one !== openAnswer && recallDraft(one).trim()) ?? null;
    const isNew = this.#answer !== null && find("leftover").hidden;
    show(find("leftover"), this.#answer !== null);
    if (this.#answer === null) return;
    find("leftover-title").textContent = say("leftoverTitle", { number: this.#answer });
    find("leftover-text").textContent = recallDraft(this.#answer).trim();
    find("leftover-result").textContent = "";
    if (isNew) announce(find("leftover-title").textContent);
  }

  async #add() {
    if (this.#answer === null) return;
    enable(find("leftover-add"), false);
    find("leftover-result").textContent = say("sending");
    const address = new URL(`answers/${this.#answer}/correction/`, document.baseURI);
    address.searchParams.set("language", page.pageLanguage);
    const body = new URLSearchParams({ text: recallDraft(this.#answer).trim() });
    const headers = { Accept: "application/json" };
    const isDone = await fetch(address, { method: "POST", body, headers, credentials: "omit" }).then(
      (response) => response.ok,
      () => false,
    );
    enable(find("leftover-add"), true);
    if (isDone) this.#drop();
    else find("leftover-result").textContent = say("formFailed");
    if (isDone) announce(say("leftoverAdded"));
  }

  #drop() {
    if (this.#answer !== null) rememberDraft(this.#answer, "");
    this.offer(this.#open);
  }
}
