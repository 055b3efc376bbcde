// @ts-check
/** Answers that are typed. A draft is kept in this browser until it has arrived, so that neither reload nor crash loses it. */

import { recallDraft, rememberDraft } from "./memory.js";
import { enable, find, onPress, page, say, show } from "./page.js";

const SAVE_MS = 300;

export class TypedAnswer {
  /** @type {number|null} */ #answer = null;
  #timer = 0;

  /** @param {{onSend: (text: string, isUrgent: boolean) => void, onSpeak: () => void, onPaste: () => void}} listeners */
  constructor({ onSend, onSpeak, onPaste }) {
    this.form = find("typing");
    this.field = find("typed");
    this.onSend = onSend;
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("input", () => {
      this.say("");
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#save(), SAVE_MS);
    });
    this.field.addEventListener("paste", onPaste);
    window.addEventListener("pagehide", () => this.#save());
    onPress(find("speak-instead"), onSpeak);
  }

  get text() {
    return this.field.value.trim();
  }

  /** @param {{answer: number, suggestions: string[]}} question */
  open(question) {
    if (question.answer === this.#answer) return;
    this.#answer = question.answer;
    this.field.value = recallDraft(question.answer);
    this.say("");
    this.enable(true);
    const chips = question.suggestions.map((text) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "button small";
      chip.lang = page.language;
      chip.textContent = text;
      chip.addEventListener("click", () => {
        this.field.value = `${this.field.value}${this.field.value ? " " : ""}${text}`;
        this.field.focus();
      });
      return chip;
    });
    find("suggestions").replaceChildren(...chips);
    show(find("suggestions"), chips.length > 0);
  }

  /** Also where the turn ends by the clock: nothing that was written may be lost. @param {boolean} [isUrgent] by the clock */
  send(isUrgent = false) {
    if (this.form.getAttribute("aria-busy") === "true") return;
    if (!this.text) {
      if (isUrgent) return;
      this.say(say("answerEmpty"));
      this.field.focus();
      return;
    }
    this.#save();
    this.enable(false);
    this.onSend(this.text, isUrgent);
  }

  /** The answer is over. @param {boolean} isSettled its draft has arrived, or is not wanted: it is needed no more */
  close(isSettled) {
    if (isSettled) this.field.value = "";
    this.#save();
    this.#answer = null;
    this.field.value = "";
    this.enable(false);
  }

  /** @param {boolean} isEnabled */
  enable(isEnabled) {
    this.form.setAttribute("aria-busy", String(!isEnabled));
    this.field.readOnly = !isEnabled;
    enable(this.form.querySelector("button[type=submit]"), isEnabled);
  }

  /** @param {string} text */
  say(text) {
    find("typed-error").textContent = text;
  }

  #save() {
    window.clearTimeout(this.#timer);
    if (this.#answer !== null) rememberDraft(this.#answer, this.field.value);
  }
}
