// @ts-check
/** The one microphone of the page: opened once, handed from the device check to the practice and the interview. */

import { openMicrophone } from "./microphone.js";

/** @typedef {import("./microphone.js").Microphone} Microphone */

/** @type {Microphone|null} */
let microphone = null;

/** @returns {Microphone|null} */
export function getMicrophone() {
  return microphone;
}

/** @returns {Promise<Microphone>} @throws {import("./microphone.js").MicrophoneError} */
export async function turnOn() {
  microphone ??= await openMicrophone();
  return microphone;
}

export function turnOff() {
  microphone?.stop();
  microphone = null;
}

/**
 * Who hears from now on; the one before hears nothing more.
 * @param {(pcm: ArrayBuffer, level: number) => void} onFrame
 * @param {() => void} [onLost]
 */
export function listen(onFrame, onLost = () => {}) {
  if (!microphone) return;
  microphone.onFrame = onFrame;
  microphone.onLost = () => {
    microphone = null;
    onLost();
  };
}

export function stopListening() {
  if (microphone) microphone.onFrame = () => {};
}
