// @ts-check
/** Questions read aloud: by the server's voice where it has said them ahead, else by the browser's own, where it has one. Nothing here is needed: every question is shown too. */

import { play } from "./server-voice.js";

const STARTS_WITHIN_MS = 4000; // a voice that has not begun by then stays silent (iOS before the first touch)
const VOICES_WITHIN_MS = 700;
const WORDS_PER_SECOND = 2;
const SPARE_SECONDS = 3;
export const SLOW = 0.75;

/** Whether questions are shown only. Change it with `setMuted`. */
export let isMuted = false;

let hasWaited = false; // for voices; one that comes later still is found by the next question

/** Ends what is being spoken. @type {(() => void)|null} */
let endSpeech = null;

/** @param {boolean} isWanted */
export function setMuted(isWanted) {
  isMuted = isWanted;
  if (isMuted) stop();
}

/** @param {string} [language] as "en" or "de-AT" @returns {boolean} whether this browser can read that aloud, as far as is known */
export function hasVoice(language) {
  return listVoices().some((voice) => !language || isOf(voice, language));
}

/** As `hasVoice`, once the browser has told its voices. @param {string} language @returns {Promise<boolean>} */
export async function knowsVoice(language) {
  await waitForVoices();
  return hasVoice(language);
}

/** @param {() => void} act whenever the browser has come to know other voices */
export function onVoices(act) {
  window.speechSynthesis?.addEventListener("voiceschanged", act);
}

/** Fall silent; a `speak` that is waited for ends with "silent". */
export function stop() {
  endSpeech?.();
}

/**
 * Read a text aloud; what was being read before falls silent. Never hangs: at most words ÷ 2 + 3 s.
 * @param {string} text @param {string} language @param {number} [rate] 1 is the voice's own
 * @param {import("./server-voice.js").Sound} [sound] the same text, said ahead
 * @returns {Promise<"spoken"|"silent">} "spoken" when it was heard to its end; "silent", at once where nothing can be
 *   heard: the server then gives the time to read it
 */
export async function speak(text, language, rate = 1, sound) {
  stop();
  if (isMuted || !text.trim()) return "silent";
  if (sound) {
    const outcome = await play(sound, rate, (stopPlaying) => (endSpeech = stopPlaying));
    if (outcome !== "failed") return outcome;
  }
  let isStopped = false;
  const stopWaiting = () => {
    isStopped = true;
  };
  endSpeech = stopWaiting;
  await waitForVoices();
  if (isStopped) return "silent";
  const voice = chooseVoice(language);
  return voice ? utter(text, voice, rate) : "silent";
}

/** @param {string} text @param {SpeechSynthesisVoice} voice @param {number} rate @returns {Promise<"spoken"|"silent">} */
function utter(text, voice, rate) {
  return new Promise((resolve) => {
    const seconds = text.trim().split(/\s+/).length / WORDS_PER_SECOND / rate + SPARE_SECONDS;
    /** Sentence by sentence: Chromium's network voices break off after about 15 s. */
    const utterances = (text.match(/[^.!?…]+[.!?…]*\s*/gu) ?? [text]).map((part) => new SpeechSynthesisUtterance(part));
    const end = (/** @type {"spoken"|"silent"} */ outcome) => {
      window.clearTimeout(startTimer);
      window.clearTimeout(endTimer);
      if (endSpeech === stopThis) endSpeech = null;
      for (const one of utterances) one.onstart = one.onend = one.onerror = null; // and, until here, keeps them alive
      if (outcome === "silent") window.speechSynthesis.cancel();
      resolve(outcome);
    };
    const stopThis = () => end("silent");
    const startTimer = window.setTimeout(stopThis, Math.min(STARTS_WITHIN_MS, seconds * 1000));
    const endTimer = window.setTimeout(stopThis, seconds * 1000);
    endSpeech = stopThis;
    for (const one of utterances) {
      one.voice = voice;
      one.lang = voice.lang;
      one.rate = rate;
      one.onstart = () => window.clearTimeout(startTimer);
      one.onerror = stopThis;
      window.speechSynthesis.speak(one);
    }
    utterances[utterances.length - 1].onend = () => end("spoken");
  });
}

/** @returns {SpeechSynthesisVoice[]} */
function listVoices() {
  return window.speechSynthesis?.getVoices() ?? [];
}

/** @param {SpeechSynthesisVoice} voice @param {string} language */
function isOf(voice, language) {
  return voice.lang.slice(0, 2).toLowerCase() === language.slice(0, 2).toLowerCase();
}

/** One of the machine itself before one of the network. @param {string} language @returns {SpeechSynthesisVoice|undefined} */
function chooseVoice(language) {
  const voices = listVoices().filter((voice) => isOf(voice, language));
  const exact = voices.filter((voice) => voice.lang.toLowerCase().replace("_", "-") === language.toLowerCase());
  return [...exact, ...voices].find((voice) => voice.localService) ?? voices[0];
}

/** Some browsers know their voices only a moment after the page is there. @returns {Promise<void>} */
function waitForVoices() {
  if (!window.speechSynthesis || hasWaited || listVoices().length > 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      hasWaited = true;
      window.clearTimeout(timer);
      window.speechSynthesis.removeEventListener("voiceschanged", done);
      resolve();
    };
    const timer = window.setTimeout(done, VOICES_WITHIN_MS);
    window.speechSynthesis.addEventListener("voiceschanged", done);
  });
}
