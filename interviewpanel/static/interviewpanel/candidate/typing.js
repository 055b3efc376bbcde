// @ts-check
/** Answers that are typed. A draft is kept in this tab until it is sent, so that a reload does not lose it. */

import { enable, find, onPress, page, say, show } from "./page.js";

const SAVE_MS = 300;

export class TypedAnswer {
  /** @type {number|null} */ #answer = null;
  #timer = 0;

  /** @param {{onSend: (text: string) => void, onSpeak: () => void, onPaste: () => void}} listeners */
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
    onPress(find("speak-instead"), onSpeak);
  }

  get text() {
    return this.field.value.trim();
  }

  /** @param {{answer: number, suggestions: string[]}} question */
  open(question) {
    if (question.answer === this.#answer) return;
    this.#answer = question.answer;
    this.field.value = read(this.#name);
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

  /** Also where the turn ends by the clock: nothing that was written may be lost. @returns {boolean} whether there was a text */
  send() {
    if (this.form.getAttribute("aria-busy") === "true") return false;
    if (!this.text) {
      this.say(say("answerEmpty"));
      this.field.focus();
      return false;
    }
    this.#save();
    this.enable(false);
    this.onSend(this.text);
    return true;
  }

  /** The answer is over: its draft is needed no more. */
  forget() {
    window.clearTimeout(this.#timer);
    if (this.#answer !== null) write(this.#name, "");
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

  get #name() {
    return `${page.storeName}-draft-${this.#answer}`;
  }

  #save() {
    write(this.#name, this.field.value);
  }
}

/** @param {string} name @returns {string} */
function read(name) {
  try {
    return window.sessionStorage.getItem(name) ?? "";
  } catch {
    return ""; // storage is switched off: the draft lives in the field only
  }
}

/** @param {string} name @param {string} text */
function write(name, text) {
  try {
    if (text) window.sessionStorage.setItem(name, text);
    else window.sessionStorage.removeItem(name);
  } catch {
    // as above
  }
}
