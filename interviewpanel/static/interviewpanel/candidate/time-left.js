// @ts-check
/** The talking time that is left. The server's clock counts; between its messages this one goes on by itself. */

import { announce } from "./announcer.js";
import { say } from "./page.js";

export class TimeLeft {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.seconds = 0;
    this.at = 0;
    this.isRunning = false;
    this.isWrappingUp = false;
    this.timer = window.setInterval(() => this.draw(), 1000);
  }

  /**
   * @param {number} seconds @param {boolean} isRunning @param {boolean} [isWrappingUp]
   * @param {number|null} [warning] this many seconds are left: said to screen readers too
   */
  set(seconds, isRunning, isWrappingUp = this.isWrappingUp, warning = null) {
    const isNews = warning !== null || (isWrappingUp && !this.isWrappingUp);
    this.seconds = seconds;
    this.at = performance.now();
    this.isRunning = isRunning;
    this.isWrappingUp = isWrappingUp;
    this.draw();
    if (isNews) announce(this.element.textContent ?? "");
  }

  /** @param {boolean} isRunning */
  run(isRunning) {
    this.set(this.count(), isRunning);
  }

  /** @returns {number} */
  count() {
    const passed = this.isRunning ? (performance.now() - this.at) / 1000 : 0;
    return Math.max(0, this.seconds - passed);
  }

  draw() {
    if (!this.at) return;
    const minutes = Math.round(this.count() / 60);
    const time = this.count() < 59 ? say("minuteLeft") : say("minutesLeft", { minutes });
    const text = this.isWrappingUp ? say("nearlyOver", { time }) : time;
    if (this.element.textContent !== text) this.element.textContent = text;
  }

  stop() {
    window.clearInterval(this.timer);
  }
}
