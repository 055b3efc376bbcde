// @ts-check
/**
 * Puts the kept pieces of a video on the server, one after the other, in the background, until none is left: what a
 * reload, a crash or a dead network left behind too. Used by video.js while it records, and by leftover.js alone.
 */

import { openVideoStore } from "./video-store.js";

/** @typedef {import("./video-store.js").VideoStore} VideoStore */
/** @typedef {import("./video-store.js").VideoChunk} VideoChunk */

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const REQUEST_MS = 60_000;
// Trying again cannot help: the interview is over, holds no video, or does not take this one.
const REFUSALS = [400, 403, 404, 410, 413, 415, 422, 507];

/**
 * Events: "stored" (detail {video, next}) when the server has a chunk; "waiting" when it could not be asked, which is
 * tried again; "refused" (detail {status, code}) when it takes no more of a recording, whose pieces are then forgotten;
 * "idle" when nothing is left to upload.
 */
export class VideoUploader extends EventTarget {
  /** @param {string} address `links.video` of the page's data, ending in "/" @param {VideoStore} store */
  constructor(address, store) {
    super();
    this.address = address;
    this.store = store;
    this.isHeld = false;
    this.isBusy = false;
    this.isWoken = false;
    this.isClosed = false;
    /** @type {number | null} what is to be added to this browser's clock for the server's, in milliseconds */
    this.clockAhead = null;
    /** @type {() => void} */
    this.stopWaiting = () => {};
    window.addEventListener("online", () => this.stopWaiting());
  }

  /** Let the voice go first on a slow network. @param {boolean} isHeld */
  hold(isHeld) {
    this.isHeld = isHeld;
    if (!isHeld) this.wake();
  }

  /** No more uploads from this page: another one has taken over. What is kept stays kept. */
  async close() {
    this.isClosed = true;
    this.stopWaiting();
  }

  /** Upload what there is. */
  async wake() {
    this.isWoken = true;
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.isWoken) {
      this.isWoken = false;
      await this.uploadAll();
    }
    this.isBusy = false;
    if (!this.isHeld && !this.isClosed) this.dispatchEvent(new Event("idle"));
  }

  async uploadAll() {
    let wait = FIRST_WAIT_MS;
    for (;;) {
      const chunk = this.isHeld || this.isClosed ? null : await this.store.findFirst();
      if (!chunk) return;
      if (await this.upload(chunk)) {
        wait = FIRST_WAIT_MS;
      } else {
        this.dispatchEvent(new Event("waiting"));
        await this.waitFor(wait * (0.5 + Math.random() / 2));
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
  }

  /** @param {VideoChunk} chunk @returns {Promise<boolean>} false: to be tried again later */
  async upload(chunk) {
    if (chunk.number === 0 && !(await this.askClock())) return false;
    const response = await this.send(chunk);
    if (response?.ok || response?.status === 409) {
      const { next } = await response.json().catch(() => ({ next: 0 }));
      // Where the server lacks what came before, and this browser has it no more, the rest cannot be played.
      await this.store.forget(chunk.video, next > chunk.number ? next : Infinity);
      this.tell("stored", { video: chunk.video, next });
      return true;
    }
    if (response && REFUSALS.includes(response.status)) {
      const { code } = await response.json().catch(() => ({ code: "" }));
      this.giveUp(chunk.video);
      await this.store.forget(chunk.video);
      this.tell("refused", { status: response.status, code: code ?? "" });
      return true;
    }
    return false;
  }

  /** The server takes no more of this recording. @param {string} _video */
  giveUp(_video) {}

  /**
   * How far the server's clock is ahead: asked for in a small request, for a chunk may be on its way for long.
   * @returns {Promise<boolean>} false where nobody answered
   */
  async askClock() {
    if (this.clockAhead !== null) return true;
    const before = Date.now();
    const response = await this.fetch("", {});
    if (!response) return false;
    const { now } = await response.json().catch(() => ({ now: null }));
    // One that tells no time refuses the chunk too, which is then told.
    if (typeof now === "number") this.clockAhead = now - (before + Date.now()) / 2;
    return true;
  }

  /** @param {VideoChunk} chunk @returns {Promise<Response | null>} null where nobody answered */
  send(chunk) {
    const began = Math.round(chunk.startedAt + (this.clockAhead ?? 0));
    return this.fetch(`${chunk.video}/${chunk.number}?began=${began}`, {
      method: "PUT",
      body: chunk.body,
      headers: { "Content-Type": chunk.type },
    });
  }

  /** @param {string} path @param {RequestInit} options @returns {Promise<Response | null>} null where nobody answered */
  async fetch(path, options) {
    const signal = AbortSignal.timeout(REQUEST_MS);
    try {
      return await fetch(`${this.address}${path}`, { ...options, credentials: "omit", cache: "no-store", signal });
    } catch {
      return null;
    }
  }

  /** @param {number} milliseconds @returns {Promise<void>} after so long, or when the network is back */
  waitFor(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @param {string} type @param {object} detail */
  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * Opens what is kept of earlier recordings of this interview and begins to upload it.
 *
 * @param {string} address @param {string} name one for each interview, as for the frame store
 * @returns {Promise<VideoUploader>}
 */
export async function openVideoUploader(address, name) {
  return new VideoUploader(address, await openVideoStore(nameVideoStore(name)));
}

/** @param {string} name @returns {string} */
export function nameVideoStore(name) {
  return `${name}-video`;
}
