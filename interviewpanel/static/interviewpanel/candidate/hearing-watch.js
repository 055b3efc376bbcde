// @ts-check
/** Looks once a second whether somebody can be heard and whether sound gets through, and says so kindly. */

import { announce } from "./announcer.js";
import { showRelief, showTrouble } from "./banner.js";
import { holdRecording } from "./camera.js";
import { QUIET_LEVEL } from "./levels.js";
import { find, say, show } from "./page.js";

const UNHEARD_MS = 20_000;
const HEARD_FRAMES = 3; // 0.3 s: a knock on the table is no voice
const SLOW_SECONDS = 5;
const STEADY_SECONDS = 1;

export class HearingWatch {
  #loudFrames = 0;
  #waitingSince = 0;
  #isSlow = false;

  /** @param {{isWaiting: () => boolean, countUnsent: () => number}} room isWaiting: an answer is open and nobody has spoken */
  constructor(room) {
    this.room = room;
    this.timer = window.setInterval(() => this.#look(), 1000);
  }

  /** @param {number} level of one frame */
  hear(level) {
    this.#loudFrames = level >= QUIET_LEVEL ? this.#loudFrames + 1 : 0;
    if (this.#loudFrames >= HEARD_FRAMES) this.clear();
  }

  /** @param {string} key of the strings */
  tell(key) {
    this.say(say(key));
  }

  /** @param {string} text */
  say(text) {
    if (find("hearing-notice").hidden || find("hearing-notice").textContent !== text) announce(text);
    find("hearing-notice").textContent = text;
    show(find("hearing-notice"), true);
  }

  clear() {
    this.#waitingSince = performance.now();
    show(find("hearing-notice"), false);
  }

  stop() {
    window.clearInterval(this.timer);
    this.clear();
  }

  #look() {
    const now = performance.now();
    if (!this.room.isWaiting()) this.#waitingSince = now;
    else if (now - this.#waitingSince > UNHEARD_MS && find("hearing-notice").hidden) this.tell("cannotHearYou");
    this.#lookAtNetwork(this.room.countUnsent());
  }

  /** @param {number} seconds of sound that wait to be sent on an open connection */
  #lookAtNetwork(seconds) {
    if (seconds > SLOW_SECONDS || (this.#isSlow && seconds > STEADY_SECONDS)) {
      if (!this.#isSlow) holdRecording(true);
      this.#isSlow = true;
      showTrouble("slowNetwork", { seconds: Math.round(seconds) });
    } else if (this.#isSlow) {
      this.#isSlow = false;
      holdRecording(false);
      showRelief("reconnected");
    }
  }
}
