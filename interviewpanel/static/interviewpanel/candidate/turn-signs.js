// @ts-check
/** Which sign and which words a turn_update means. The server's state is shown; "asking", "typing" and "deaf" are our own. */

import { enable, find, focusAnswer, say, show } from "./page.js";
import { TurnView } from "./turn-view.js";

const LAST_MOMENT_MS = 1500; // what is typed must be there before the server closes the answer
/** Signs of an open answer that the server's word, or the microphone's, may change. */
const RESTING = ["listening", "thinking", "speaking", "pausing", "deaf"];
/** Words for a microphone that hears nothing, other than those of the device check; and what its button says. */
const EARS = { none: "earNone", opening: "earOpening", asleep: "earAsleep", muted: "earMuted", lost: "earLost" };
const BUTTONS = { none: "goOnSpeaking", asleep: "goOnSpeaking", opening: "", insecure: "", unsupported: "" };

export class TurnSigns {
  #view;
  #lastTimer = 0;
  #waitsForDone = false;
  /** @type {import("./microphones.js").EarState} */ #ear = "none";
  /** The server's last word on the open answer, and when its countdown ends. @type {any} */ #update = null;

  /** @param {HTMLElement} element @param {{onLastMoment: () => void}} listeners onLastMoment: the clock will end this answer now */
  constructor(element, { onLastMoment }) {
    this.#view = new TurnView(element, () => this.#drawRow());
    this.onLastMoment = onLastMoment;
  }

  /** An answer is open, nobody has spoken yet, and nobody asked for time. */
  get isUnheard() {
    return this.#sign === "listening";
  }

  get #sign() {
    return this.#view.element.dataset.state ?? "";
  }

  /** @param {number} level */
  setLevel(level) {
    this.#view.setLevel(level);
  }

  /** @param {import("./microphones.js").EarState} state */
  setEar(state) {
    this.#ear = state;
    if (RESTING.includes(this.#sign)) this.rest();
  }

  connecting() {
    this.#view.show("connecting", "turnConnecting");
  }

  /** @param {boolean} isTyping */
  asking(isTyping) {
    if (isTyping) this.#followTyping();
    else this.#view.show("asking", "turnAsking");
  }

  /** The question was heard. @param {boolean} isTyping @param {boolean} waitsForDone */
  asked(isTyping, waitsForDone) {
    this.#waitsForDone = waitsForDone;
    if (isTyping) this.#followTyping();
    else this.rest();
  }

  /** What the server said last, again: after a question that was repeated, a pause, or typing. */
  rest() {
    if (this.#update) this.#draw(this.#update);
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

  /** Another answer. */
  forget() {
    window.clearTimeout(this.#lastTimer);
    this.#update = null;
  }

  /** No clock runs while the line is dead: the server says anew what it counts. @param {boolean} isTyping */
  disconnect(isTyping) {
    this.forget();
    if (this.#sign === "ending") this.asked(isTyping, this.#waitsForDone);
  }

  /** For later: what is open is paused. @param {any} update turn_update */
  keep(update) {
    this.#update = { ...update, endsAt: performance.now() + (update.ends_in_ms ?? 0) };
  }

  /** @param {any} update turn_update @param {{isTyping: boolean, isEnding: boolean}} now isEnding: the candidate has said so */
  follow(update, { isTyping, isEnding }) {
    this.forget();
    if (update.state === "closed") {
      this.#close(update.reason);
      return;
    }
    this.keep(update);
    const isAsking = this.#sign === "asking" && update.state !== "speaking" && update.ends_in_ms === undefined;
    if (isEnding || isAsking) return;
    if (isTyping) this.#followTyping();
    else this.#draw(this.#update);
  }

  #followTyping() {
    window.clearTimeout(this.#lastTimer);
    const update = this.#update;
    if (update?.ends_in_ms === undefined) {
      this.#view.show("typing", "turnTyping");
      return;
    }
    this.#view.countDown(update.endsAt, update.ends_in_ms, "turnTypingEnding");
    const left = update.endsAt - performance.now() - LAST_MOMENT_MS;
    this.#lastTimer = window.setTimeout(this.onLastMoment, Math.max(0, left));
  }

  /** @param {any} update */
  #draw(update) {
    if (update.ends_in_ms !== undefined && ["ending", "speaking"].includes(update.state)) {
      const isLongest = update.state === "speaking" || update.reason === "max_duration";
      this.#view.countDown(update.endsAt, update.ends_in_ms, isLongest ? "turnLongest" : "turnEnding");
    } else if (this.#ear !== "on") {
      this.#showDeaf();
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
    if (this.#ear !== "on") this.#showDeaf();
    else this.#view.show("listening", "turnListening", this.#waitsForDone ? "turnListeningDoneHint" : "turnListeningHint");
  }

  #showDeaf() {
    const key = EARS[/** @type {keyof typeof EARS} */ (this.#ear)];
    if (key) {
      this.#view.show("deaf", key);
      return;
    }
    const problem = `problem${this.#ear[0].toUpperCase()}${this.#ear.slice(1)}`;
    this.#view.show("deaf", `${problem}Title`, problem);
  }

  /** The buttons beside the sign: the one that lets us hear again, and the one that gives more time. */
  #drawRow() {
    const isDeaf = this.#sign === "deaf";
    const label = isDeaf ? (BUTTONS[/** @type {keyof typeof BUTTONS} */ (this.#ear)] ?? "tryAgain") : "";
    const left = this.#sign === "ending" ? this.#update?.more_time_left : undefined;
    const isWanted = label !== "" || left !== undefined;
    const isNew = isWanted && find("turn-row").hidden;
    const hadFocus = find("turn-row").contains(document.activeElement);
    if (label) find("ear-act").textContent = say(label);
    show(find("ear-act"), label !== "");
    enable(find("more-time"), left !== 0);
    show(find("more-time"), left !== undefined);
    show(find("turn-row"), isWanted);
    if (isNew && isDeaf) this.#view.element.scrollIntoView({ block: "center" });
    if (hadFocus && !isWanted) focusAnswer();
  }

  /** @param {string} reason */
  #close(reason) {
    this.stop();
    if (reason === "skipped") this.#view.show("saved", "turnSkipped");
    else this.#view.show("saved", "turnSaved", reason === "max_duration" ? "turnSavedTimeoutHint" : "turnSavedHint");
  }
}
