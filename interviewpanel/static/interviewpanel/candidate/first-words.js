// @ts-check
/** What is said while the question is still read out: the last second of it belongs to the answer that follows. */

import { QUIET_LEVEL } from "./levels.js";

const KEPT_FRAMES = 11; // one second, and so more than the half second before a first syllable
const SPOKEN_FRAMES = 10; // as long as it takes to be no cough and no chair

export class FirstWords {
  /** @type {ArrayBuffer[]} */ #frames = [];
  #loud = 0;

  /** @param {() => void} onSpoken somebody answers already, and the reading should have been over */
  constructor(onSpoken) {
    this.onSpoken = onSpoken;
  }

  /** @param {ArrayBuffer} pcm @param {number} level @param {boolean} isOverdue the voice may hang, or tell us of its end too late */
  hear(pcm, level, isOverdue) {
    this.#frames.push(pcm);
    if (this.#frames.length > KEPT_FRAMES) this.#frames.shift();
    this.#loud = isOverdue && level >= QUIET_LEVEL ? this.#loud + 1 : 0;
    if (this.#loud >= SPOKEN_FRAMES) this.onSpoken();
  }

  /** @returns {ArrayBuffer[]} in order, once */
  take() {
    const frames = this.#frames;
    this.clear();
    return frames;
  }

  clear() {
    this.#frames = [];
    this.#loud = 0;
  }
}
