// @ts-check
/** The state of an answer, in a sign and in words; and the countdown before a silence ends it. */

import { announce } from "./announcer.js";
import { drawLevel } from "./levels.js";
import { say } from "./page.js";

/** @typedef {"connecting"|"ready"|"asking"|"listening"|"thinking"|"speaking"|"pausing"|"ending"|"typing"|"deaf"|"saved"} TurnSign */

const TICK_MS = 200;
/** Told to screen readers too. The rest changes with every breath. */
const TOLD = ["thinking", "ending", "saved", "deaf"];

export class TurnView {
  #timer = 0;

  /** @param {HTMLElement} element with parts/turn.html in it @param {() => void} [onDrawn] another sign, or another title */
  constructor(element, onDrawn = () => {}) {
    this.element = element;
    this.onDrawn = onDrawn;
    this.title = /** @type {HTMLElement} */ (element.querySelector(".turn-title"));
    this.hint = /** @type {HTMLElement} */ (element.querySelector(".turn-hint"));
    this.count = /** @type {HTMLElement} */ (element.querySelector(".orb-count"));
  }

  /**
   * @param {TurnSign} sign
   * @param {string} title a key of the strings; its hint is `${title}Hint` unless another is given
   * @param {string} [hint] a key, too
   * @param {Record<string, string|number>} [values]
   */
  show(sign, title, hint = `${title}Hint`, values = {}) {
    this.stopCounting();
    this.#draw(sign, say(title), say(hint, values));
  }

  /** @param {number} endsAt when the answer is saved, as performance.now() @param {number} ms of the whole countdown
   *  @param {string} title a key of the strings; its hint tells the {seconds} */
  countDown(endsAt, ms, title) {
    this.stopCounting();
    const draw = () => {
      const left = Math.max(0, endsAt - performance.now());
      const seconds = Math.ceil(left / 1000);
      this.element.style.setProperty("--left", (left / ms).toFixed(3));
      this.count.textContent = String(seconds);
      this.#draw("ending", say(title), say(`${title}Hint`, { seconds }));
      if (left <= 0) this.stopCounting();
    };
    draw();
    this.#timer = window.setInterval(draw, TICK_MS);
  }

  stopCounting() {
    window.clearInterval(this.#timer);
    this.count.textContent = "";
  }

  /** @param {number} level 0 … 1 */
  setLevel(level) {
    drawLevel(this.element, level);
  }

  /** @param {TurnSign} sign @param {string} title @param {string} hint */
  #draw(sign, title, hint) {
    const isNew = this.element.dataset.state !== sign || (sign === "deaf" && this.title.textContent !== title);
    this.element.dataset.state = sign;
    if (this.title.textContent !== title) this.title.textContent = title;
    if (this.hint.textContent !== hint) this.hint.textContent = hint;
    this.onDrawn();
    if (isNew && TOLD.includes(sign)) announce(`${title} ${hint}`);
  }
}
