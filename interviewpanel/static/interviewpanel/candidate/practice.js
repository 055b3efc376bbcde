// @ts-check
/** A question that does not count, on the same signs and words as the interview. Nothing of it leaves the browser. */

import { holdAnnouncements } from "./announcer.js";
import { QUIET_LEVEL } from "./levels.js";
import { getMicrophone, listen, stopListening } from "./microphones.js";
import { enable, find, onPress, page, say, show } from "./page.js";
import { getScreen, onEnter, showScreen } from "./screens.js";
import { speak, stop } from "./speech.js";
import { TurnView } from "./turn-view.js";
import { VoiceClip } from "./voice-clip.js";

const PAUSING_MS = 1500;
const MOST_SECONDS = 120; // of a clip: enough to hear oneself, little enough to keep

export class Practice {
  /** @type {VoiceClip|null} */ #clip = null;
  #heardAt = 0;
  #isListening = false;

  /** @param {{isTyping: () => boolean, onStart: () => void}} listeners */
  constructor({ isTyping, onStart }) {
    this.isTyping = isTyping;
    this.turn = new TurnView(find("practice-turn"));
    onPress(find("practice-begin"), () => this.#begin());
    onPress(find("practice-done"), () => this.#finish());
    onPress(find("practice-play"), () => this.#play());
    onPress(find("practice-repeat"), () => this.#ask());
    onPress(find("start-interview"), onStart);
    onEnter("practice", () => this.#enter());
  }

  #enter() {
    const canSpeak = !this.isTyping() && getMicrophone() !== null;
    find("practice-question").textContent = say("practiceQuestion");
    show(find("practice-actions"), canSpeak);
    show(find("practice-typing"), !canSpeak);
    show(find("practice-begin"), true);
    show(find("practice-done"), false);
    if (canSpeak) this.turn.show("ready", "practiceReady");
    else this.turn.show("typing", "turnTyping", "practiceTypingHint");
    listen(
      (pcm, level) => this.#hear(pcm, level),
      (state) => state === "lost" && this.#lose(),
    );
  }

  /** @returns {Promise<void>} when the question was read */
  async #ask() {
    holdAnnouncements(true);
    await speak(say("practiceQuestion"), page.pageLanguage);
    holdAnnouncements(false);
  }

  async #begin() {
    show(find("practice-begin"), false);
    show(find("practice-play"), false);
    show(find("practice-done"), true);
    find("practice-done").focus();
    this.#clip?.stop();
    this.#clip = new VoiceClip();
    this.#heardAt = 0;
    this.#isListening = true;
    this.turn.show("asking", "turnAsking");
    await this.#ask();
    if (this.#isListening && getScreen() === "practice") this.turn.show("listening", "turnListening");
  }

  /** @param {ArrayBuffer} pcm @param {number} level */
  #hear(pcm, level) {
    this.turn.setLevel(level);
    if (!this.#isListening || !this.#clip || this.turn.element.dataset.state === "asking") return;
    if (this.#clip.seconds < MOST_SECONDS) this.#clip.add(pcm, level);
    const now = performance.now();
    if (level >= QUIET_LEVEL) this.#heardAt = now;
    if (!this.#heardAt) return;
    if (now - this.#heardAt < PAUSING_MS) this.turn.show("speaking", "turnSpeaking");
    else this.turn.show("pausing", "turnPausing");
  }

  /** Back to the device check, which says what to do, and notices when it is plugged in again. */
  #lose() {
    this.close();
    showScreen("check");
  }

  #finish() {
    stop();
    this.#isListening = false;
    const seconds = Math.round(this.#clip?.seconds ?? 0);
    this.turn.show("saved", "practiceHeard", "practiceHeardHint", { seconds });
    show(find("practice-done"), false);
    show(find("practice-play"), true);
    show(find("practice-begin"), true);
    find("practice-begin").textContent = say("practiseAgain");
    find("practice-play").focus();
  }

  async #play() {
    enable(find("practice-play"), false);
    await this.#clip?.play();
    enable(find("practice-play"), true);
  }

  /** The screen is left; the microphone stays on. */
  close() {
    stop();
    stopListening();
    this.#isListening = false;
    this.#clip?.stop();
    this.#clip = null;
  }
}
