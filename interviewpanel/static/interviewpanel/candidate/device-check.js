// @ts-check
/** Can we hear you, can you hear us: before anything counts. Nothing of it leaves the browser. */

import { drawLevel, LevelJudge, QUIET_LEVEL } from "./levels.js";
import { getEar, getMicrophone, listen, stopListening, turnOff, turnOn } from "./microphones.js";
import { enable, find, onPress, page, say, show } from "./page.js";
import { onEnter } from "./screens.js";
import { hasVoice, onVoices, speak } from "./speech.js";
import { VoiceClip } from "./voice-clip.js";

const CLIP_SECONDS = 4;
const VERDICTS = { waiting: "meterWaiting", silent: "meterSilent", quiet: "meterQuiet", good: "meterGood", loud: "meterLoud" };
const TONES = { waiting: "", silent: "warn", quiet: "warn", good: "good", loud: "warn" };

export class DeviceCheck {
  /** @type {VoiceClip|null} */ #recording = null;
  /** @type {VoiceClip|null} */ #clip = null;
  #judge = new LevelJudge();
  /** @type {string} */ #verdict = "";

  /** @param {{onReady: () => void, onTyping: () => void}} listeners */
  constructor({ onReady, onTyping }) {
    onPress(find("check-open"), () => this.open());
    onPress(find("check-again"), () => this.open());
    onPress(find("check-record"), () => this.#record());
    onPress(find("check-play"), () => this.#play());
    onPress(find("check-speak"), () => void speak(say("testSentence"), page.pageLanguage));
    onPress(find("check-next"), onReady);
    onVoices(() => show(find("check-voice"), hasVoice(page.pageLanguage)));
    for (const button of document.querySelectorAll("#screen-check [data-typing]")) {
      button.addEventListener("click", () => {
        turnOff();
        onTyping();
      });
    }
    onEnter("check", () => (getMicrophone() ? this.#showLive() : this.#followEar(getEar())));
  }

  async open() {
    enable(find("check-open"), false);
    show(find("check-problem"), false);
    this.#listen();
    try {
      await turnOn();
      this.#showLive();
    } catch {
      this.#followEar(getEar());
    }
    enable(find("check-open"), true);
  }

  #showLive() {
    const wasAsking = !find("check-ask").hidden;
    show(find("check-ask"), false);
    show(find("check-problem"), false);
    show(find("check-live"), true);
    show(find("check-next-row"), true);
    show(find("check-voice"), hasVoice(page.pageLanguage));
    find("check-device").textContent = say("microphoneIs", { name: getMicrophone()?.label || "?" });
    this.#judge = new LevelJudge();
    this.#tell("waiting");
    this.#listen();
    if (wasAsking) find("check-title").focus({ preventScroll: true });
  }

  #listen() {
    listen(
      (pcm, level) => this.#hear(pcm, level),
      (state) => this.#followEar(state),
    );
  }

  /** A headset that is plugged in again is noticed; one that was muted says so. @param {import("./microphones.js").EarState} state */
  #followEar(state) {
    if (state === "on") this.#showLive();
    else if (state !== "opening" && state !== "none") this.#showProblem(state === "lost" ? "missing" : state);
  }

  /** @param {string} code */
  #showProblem(code) {
    const name = code[0].toUpperCase() + code.slice(1);
    show(find("check-live"), false);
    show(find("check-next-row"), false);
    show(find("check-ask"), false);
    find("check-problem-title").textContent = say(`problem${name}Title`);
    find("check-problem-text").textContent = say(`problem${name}`);
    show(find("check-problem"), true);
  }

  /** @param {ArrayBuffer} pcm @param {number} level */
  #hear(pcm, level) {
    drawLevel(find("check-meter"), level);
    this.#tell(this.#judge.judge(level));
    if (!this.#recording) return;
    this.#recording.add(pcm, level);
    if (this.#recording.seconds >= CLIP_SECONDS) this.#endRecording(this.#recording);
  }

  /** @param {import("./levels.js").Verdict} verdict */
  #tell(verdict) {
    if (verdict === this.#verdict) return;
    if (verdict === "waiting" && this.#verdict === "good") return; // they were heard once: that is enough
    this.#verdict = verdict;
    const line = find("check-verdict");
    line.textContent = say(VERDICTS[verdict]);
    line.dataset.tone = TONES[verdict];
  }

  #record() {
    this.#clip?.stop();
    this.#recording = new VoiceClip();
    enable(find("check-record"), false);
    show(find("check-play"), false);
    find("check-recorded").textContent = say("recording");
  }

  /** @param {VoiceClip} clip */
  #endRecording(clip) {
    this.#recording = null;
    this.#clip = clip;
    const isGood = clip.peak >= QUIET_LEVEL;
    find("check-recorded").textContent = say(isGood ? "recordedReady" : "recordedSilent");
    find("check-recorded").dataset.tone = isGood ? "good" : "warn";
    find("check-record").textContent = say("recordAgain");
    enable(find("check-record"), true);
    show(find("check-play"), true);
  }

  async #play() {
    enable(find("check-play"), false);
    await this.#clip?.play();
    enable(find("check-play"), true);
  }

  /** The screen is left; the microphone stays on. */
  close() {
    stopListening();
    this.#clip?.stop();
    this.#recording = null;
  }
}
