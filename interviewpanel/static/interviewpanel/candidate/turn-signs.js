// @ts-check
/** Which sign and which words a turn_update means. The server's state is shown; only "asking" and "typing" are our own. */

import { TurnView } from "./turn-view.js";

const LAST_MOMENT_MS = 1500; // what is typed must be there before the server closes the answer

export class TurnSigns {
  #view;
  #lastTimer = 0;
  #waitsForDone = false;
  /** The server's last word on the open answer. @type {any} */ #update = null;

  /** @param {HTMLElement} element @param {{onLastMoment: () => void}} listeners onLastMoment: the clock will end this answer now */
  constructor(element, { onLastMoment }) {
    this.#view = new TurnView(element);
    this.onLastMoment = onLastMoment;
  }

  /** An answer is open, nobody has spoken yet, and nobody asked for time. */
  get isUnheard() {
    return this.#view.element.dataset.state === "listening";
  }

  /** @param {number} level */
  setLevel(level) {
    this.#view.setLevel(level);
  }

  connecting() {
    this.#view.show("connecting", "turnConnecting");
  }

  /** @param {boolean} isTyping */
  asking(isTyping) {
    this.#update = null;
    if (isTyping) this.typing();
    else this.#view.show("asking", "turnAsking");
  }

  /** The question was heard. @param {boolean} isTyping @param {boolean} waitsForDone */
  asked(isTyping, waitsForDone) {
    this.#waitsForDone = waitsForDone;
    if (isTyping) this.typing();
    else this.rest();
  }

  typing() {
    this.#view.show("typing", "turnTyping");
  }

  /** What the server said last, again: after a question that was repeated, a pause, or typing. */
  rest() {
    if (this.#update && this.#update.state !== "closed") this.#draw(this.#update);
    else this.#listening();
  }

  saving() {
    this.stop();
    this.#view.show("saved", "turnSaving");
  }

  stop() {
    window.clearTimeout(this.#lastTimer);
    this.#view.stopCounting();
    this.#view.setLevel(0);
  }

  /** @param {any} update turn_update @param {{isTyping: boolean, isEnding: boolean}} now isEnding: the candidate has said so */
  follow(update, { isTyping, isEnding }) {
    const isAsking = this.#view.element.dataset.state === "asking";
    this.#update = update;
    window.clearTimeout(this.#lastTimer);
    if (update.state === "closed") this.#close(update.reason);
    else if (isEnding || (isAsking && update.state !== "speaking")) return;
    else if (isTyping) this.#followTyping(update);
    else this.#draw(update);
  }

  /** @param {any} update */
  #followTyping(update) {
    if (update.ends_in_ms === undefined) {
      this.typing();
      return;
    }
    this.#view.countDown(update.ends_in_ms, "turnTypingEnding");
    this.#lastTimer = window.setTimeout(this.onLastMoment, Math.max(0, update.ends_in_ms - LAST_MOMENT_MS));
  }

  /** @param {any} update */
  #draw(update) {
    if (update.state === "ending" && update.ends_in_ms !== undefined) {
      this.#view.countDown(update.ends_in_ms, update.reason === "max_duration" ? "turnLongest" : "turnEnding");
    } else if (update.state === "speaking" && update.ends_in_ms !== undefined) {
      this.#view.countDown(update.ends_in_ms, "turnLongest");
    } else if (update.reason === "thinking") {
      this.#view.show("thinking", "turnThinking");
    } else if (update.state === "speaking") {
      this.#view.show("speaking", "turnSpeaking");
    } else if (update.state === "pausing") {
      this.#view.show("pausing", "turnPausing");
    } else {
      this.#listening();
    }
  }

  #listening() {
    this.#view.show("listening", "turnListening", this.#waitsForDone ? "turnListeningDoneHint" : "turnListeningHint");
  }

  /** @param {string} reason */
  #close(reason) {
    this.stop();
    if (reason === "skipped") this.#view.show("saved", "turnSkipped");
    else this.#view.show("saved", "turnSaved", reason === "max_duration" ? "turnSavedTimeoutHint" : "turnSavedHint");
  }
}
