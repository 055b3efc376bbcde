// @ts-check
/**
 * After the interview: how many pieces of the video are stored, what to do where they cannot be, and a question from the
 * browser before the page is closed with pieces on it. Used by camera.js and leftover.js.
 */

import { find, say } from "./page.js";

/** @typedef {import("./video-upload.js").VideoUploader} VideoUploader */

export class Sending {
  #isRefused = false;
  #isWaiting = false;
  #most = 0; // pieces that were left at once
  #left = 0;
  #said = "";

  /** @param {VideoUploader} uploader */
  constructor(uploader) {
    this.uploader = uploader;
    uploader.addEventListener("stored", () => void this.#look(false));
    uploader.addEventListener("waiting", () => void this.#look(true));
    uploader.addEventListener("idle", () => void this.#look(false));
    uploader.addEventListener("refused", () => {
      this.#isRefused = true;
      void this.#look(false);
    });
    window.addEventListener("beforeunload", (event) => this.#ask(event));
  }

  /** Begin to tell. @param {boolean} hasVideo something was recorded, though all of it may be stored already */
  async show(hasVideo) {
    if (hasVideo) this.#most = Math.max(this.#most, 1);
    await this.#look(false);
  }

  /** @param {boolean} isWaiting nobody answers at the moment */
  async #look(isWaiting) {
    this.#isWaiting = isWaiting;
    this.#left = await this.uploader.store.count();
    this.#most = Math.max(this.#most, this.#left);
    if (this.#most === 0) return;
    const values = { stored: this.#most - this.#left, all: this.#most };
    find("sending").textContent = say(this.#findWords(), values);
    this.#announce();
  }

  /** @returns {string} */
  #findWords() {
    if (this.#left > 0) return this.#isWaiting ? "videoWaiting" : "videoSending";
    return this.#isRefused ? "videoRefused" : "videoStored";
  }

  /** What has changed, not each piece. */
  #announce() {
    const words = this.#findWords();
    if (words === this.#said) return;
    this.#said = words;
    find("sending-said").textContent = find("sending").textContent;
  }

  /** @param {BeforeUnloadEvent} event */
  #ask(event) {
    if (this.#left === 0) return;
    event.preventDefault();
    event.returnValue = true; // older browsers
  }
}
