// @ts-check
/** The one microphone of the page: opened once, handed from the device check to the practice and the interview. */

import { remember } from "./memory.js";
import { MicrophoneError, openMicrophone } from "./microphone.js";

/** @typedef {import("./microphone.js").Microphone} Microphone */
/**
 * Whether anything can be heard: not opened yet; the browser asks the person; yes; only once the page is touched; muted
 * by a switch or the system; it went away; or why it did not open.
 * @typedef {"none"|"opening"|"on"|"asleep"|"muted"|"lost"|import("./microphone.js").MicrophoneFault} EarState
 */

/** Faults that a device which is plugged in may mend. */
const MENDABLE = ["lost", "missing", "busy", "failed"];

/** @type {Microphone|null} */
let microphone = null;
/** @type {Promise<Microphone>|null} */
let opening = null;
/** @type {EarState} */
let state = "none";
/** @type {(state: EarState) => void} */
let onState = () => {};
let onFrame = (/** @type {ArrayBuffer} */ _pcm, /** @type {number} */ _level) => {};
let isWatching = false;

/** @returns {Microphone|null} */
export function getMicrophone() {
  return microphone;
}

/** @returns {EarState} */
export function getEar() {
  return state;
}

/** @param {boolean} [isQuiet] keep saying what was wrong, until it is mended
 *  @returns {Promise<Microphone>} @throws {MicrophoneError} */
export async function turnOn(isQuiet = false) {
  if (microphone) {
    microphone.resume();
    return microphone;
  }
  if (!isQuiet) setState("opening");
  opening ??= openMicrophone();
  const mine = opening;
  try {
    const opened = await mine;
    if (opening !== mine) return letGo(opened);
    microphone = opened;
    follow(opened);
  } catch (error) {
    const code = error instanceof MicrophoneError ? error.code : "failed";
    if (opening === mine && !isQuiet) setState(code);
    throw error;
  } finally {
    if (opening === mine) opening = null;
  }
  return microphone;
}

/** @param {(problem: string) => void} tell what kept it from opening, as page texts are named @returns {Promise<boolean>} */
export async function tryTurnOn(tell) {
  try {
    await turnOn();
    return true;
  } catch {
    tell(`problem${state[0].toUpperCase()}${state.slice(1)}`);
    return false;
  }
}

/** The person asks to be heard: opens the microphone, or wakes it. */
export function wakeUp() {
  remember("typing", "no");
  turnOn().catch(() => {}); // the sign says why
}

/** It came after it was turned off again. @param {Microphone} opened @returns {Microphone} the one that came before it */
function letGo(opened) {
  if (microphone !== opened) opened.stop();
  if (!microphone) throw new MicrophoneError("failed");
  return microphone;
}

/** @param {Microphone} opened */
function follow(opened) {
  opened.onFrame = (pcm, level) => opened.condition === "on" && onFrame(pcm, level);
  opened.onCondition = () => microphone === opened && setState(opened.condition);
  opened.onLost = () => {
    microphone = null;
    setState("lost");
  };
  setState(opened.condition);
  if (isWatching) return;
  isWatching = true;
  navigator.mediaDevices.addEventListener("devicechange", () => {
    if (!microphone && MENDABLE.includes(state)) turnOn(true).catch(() => {});
  });
}

/** @param {EarState} now */
function setState(now) {
  if (state === now) return;
  state = now;
  onState(state);
}

/** @returns {Promise<Microphone|null>} the microphone, once the person has answered the browser */
export function settleMicrophone() {
  return opening?.catch(() => null).then(() => microphone) ?? Promise.resolve(microphone);
}

export function turnOff() {
  opening = null;
  microphone?.stop();
  microphone = null;
  setState("none");
}

/** Hear nothing for now: the sign of the browser may stay, and every frame is silence. @param {boolean} isHeld */
export function holdMicrophone(isHeld) {
  if (microphone) microphone.track.enabled = !isHeld;
}

/**
 * Who hears from now on, this microphone or the next; the one before hears nothing more.
 * @param {(pcm: ArrayBuffer, level: number) => void} hear
 * @param {(state: EarState) => void} [onChange]
 */
export function listen(hear, onChange = () => {}) {
  onFrame = hear;
  onState = onChange;
}

export function stopListening() {
  onFrame = () => {};
  onState = () => {};
}
