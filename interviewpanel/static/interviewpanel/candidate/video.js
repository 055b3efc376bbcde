// @ts-check
/**
 * The candidate's video: recorded by the browser's MediaRecorder, kept in pieces, and uploaded piece after piece in the
 * background. What a reload, a crash or a dead network left behind is uploaded first. Used by main.js where the panel
 * asks for video. The interview never waits for it.
 */

import { openVideoStore } from "./video-store.js";

/** @typedef {import("./video-store.js").VideoStore} VideoStore */
/** @typedef {import("./video-store.js").VideoChunk} VideoChunk */

const SLICE_MS = 2000;
const MOST_CHUNK_BYTES = 4 * 1024 * 1024;
const VIDEO_BITS = 600_000;
const AUDIO_BITS = 32_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const REQUEST_MS = 60_000;
const TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
// Trying again cannot help: the interview is over, holds no video, or does not take this one.
const REFUSALS = [400, 403, 404, 410, 413, 415, 422, 507];

/** The camera cannot be used. `code`: "insecure" | "unsupported" | "blocked" | "missing" | "busy" | "failed". */
export class CameraError extends Error {
  /** @param {string} code @param {string} [message] */
  constructor(code, message = code) {
    super(message);
    this.name = "CameraError";
    this.code = code;
  }
}

/**
 * A small picture is enough for a reviewer, and leaves the network to the voice.
 *
 * @returns {Promise<MediaStream>} without sound
 */
export async function openCamera() {
  if (!window.isSecureContext) throw new CameraError("insecure");
  if (!navigator.mediaDevices?.getUserMedia || !canRecordVideo()) throw new CameraError("unsupported");
  const size = { width: { ideal: 640 }, height: { ideal: 480 } };
  const video = { ...size, frameRate: { ideal: 15, max: 24 }, facingMode: "user" };
  try {
    return await navigator.mediaDevices.getUserMedia({ video });
  } catch (error) {
    throw new CameraError(nameFailure(error), String(error));
  }
}

/** @param {any} error @returns {string} */
function nameFailure(error) {
  /** @type {Record<string, string>} */
  const codes = {
    NotAllowedError: "blocked",
    SecurityError: "blocked",
    NotFoundError: "missing",
    OverconstrainedError: "missing",
    NotReadableError: "busy",
    AbortError: "busy",
  };
  return codes[error?.name] ?? "failed";
}

/** @returns {boolean} */
export function canRecordVideo() {
  return Boolean(findType());
}

/** @returns {string} the first type that this browser records; empty for none */
function findType() {
  if (typeof MediaRecorder === "undefined") return "";
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
}

/**
 * Opens what is kept of earlier recordings of this interview and begins to upload it.
 *
 * @param {string} address `links.video` of the page's data, ending in "/"
 * @param {string} name one for each interview, as for the frame store
 * @returns {Promise<VideoKeeper>}
 */
export async function openVideoKeeper(address, name) {
  const keeper = new VideoKeeper(address, await openVideoStore(`${name}-video`));
  keeper.wake();
  return keeper;
}

/**
 * Records and uploads. Events: "stored" (detail {video, next}) when the server has a chunk; "idle" when nothing is left
 * to upload; "refused" (detail {status, code}) when the server takes no more of a recording, which then stops; "lost"
 * when the camera went away.
 */
export class VideoKeeper extends EventTarget {
  /** @param {string} address @param {VideoStore} store */
  constructor(address, store) {
    super();
    this.address = address;
    this.store = store;
    this.isHeld = false;
    this.isBusy = false;
    this.isWoken = false;
    this.isClosed = false;
    /** @type {string} */
    this.recording = "";
    /** @type {MediaRecorder | null} */
    this.recorder = null;
    /** @type {Promise<void>} everything that was recorded is in the store */
    this.kept = Promise.resolve();
    /** @type {() => void} */
    this.stopWaiting = () => {};
    window.addEventListener("online", () => this.stopWaiting());
  }

  /** @returns {boolean} */
  get isRecording() {
    return this.recorder?.state === "recording";
  }

  /**
   * Record the camera's picture and the microphone's sound, until `stop`. Stop it for a pause of the interview too, for
   * then nothing may be recorded; what follows is another recording. The tracks stay the caller's: stop them yourself.
   *
   * @param {MediaStream} camera
   * @param {MediaStream} [microphone]
   */
  start(camera, microphone) {
    if (this.recorder) return;
    const tracks = [...camera.getVideoTracks(), ...(microphone?.getAudioTracks() ?? [])];
    const options = { mimeType: findType(), videoBitsPerSecond: VIDEO_BITS, audioBitsPerSecond: AUDIO_BITS };
    const recorder = new MediaRecorder(new MediaStream(tracks), options);
    const made = { video: makeUuid(), type: recorder.mimeType || options.mimeType, startedAt: Date.now(), next: 0 };
    recorder.ondataavailable = (event) => {
      this.kept = this.kept.then(() => this.keep(made, event.data));
    };
    camera.getVideoTracks()[0]?.addEventListener("ended", () => this.dispatchEvent(new Event("lost")));
    recorder.start(SLICE_MS);
    this.recorder = recorder;
    this.recording = made.video;
  }

  /** @returns {Promise<void>} when the last piece is kept; it may still have to be uploaded ("idle") */
  async stop() {
    const { recorder } = this;
    this.recorder = null;
    if (recorder && recorder.state !== "inactive") {
      const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
      recorder.stop();
      await stopped;
    }
    await this.kept;
    this.wake();
  }

  /** Record no more; what is recorded is wanted by nobody. */
  abandon() {
    const { recorder } = this;
    this.recorder = null;
    if (recorder && recorder.state !== "inactive") {
      recorder.ondataavailable = null;
      recorder.stop();
    }
  }

  /** Let the voice go first on a slow network. @param {boolean} isHeld */
  hold(isHeld) {
    this.isHeld = isHeld;
    if (!isHeld) this.wake();
  }

  /** No more uploads from this page: another one has taken over. What is kept stays kept. */
  async close() {
    await this.stop();
    this.isClosed = true;
    this.stopWaiting();
  }

  /** @param {{video: string, type: string, startedAt: number, next: number}} made @param {Blob} blob */
  async keep(made, blob) {
    const whole = await blob.arrayBuffer();
    for (let start = 0; start < whole.byteLength; start += MOST_CHUNK_BYTES) {
      const { video, type, startedAt } = made;
      const body = whole.slice(start, start + MOST_CHUNK_BYTES);
      await this.store.put({ video, number: made.next, type, startedAt, body });
      made.next += 1;
    }
    this.wake();
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
        await this.waitFor(wait * (0.5 + Math.random() / 2));
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
  }

  /** @param {VideoChunk} chunk @returns {Promise<boolean>} false: to be tried again later */
  async upload(chunk) {
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
      if (chunk.video === this.recording) this.abandon();
      await this.store.forget(chunk.video);
      this.tell("refused", { status: response.status, code: code ?? "" });
      return true;
    }
    return false;
  }

  /** @param {VideoChunk} chunk @returns {Promise<Response | null>} null where nobody answered */
  async send(chunk) {
    const age = Math.max(0, Date.now() - chunk.startedAt);
    try {
      return await fetch(`${this.address}${chunk.video}/${chunk.number}?age=${age}`, {
        method: "PUT",
        body: chunk.body,
        headers: { "Content-Type": chunk.type },
        credentials: "omit",
        cache: "no-store",
        signal: AbortSignal.timeout(REQUEST_MS),
      });
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

/** @returns {string} `crypto.randomUUID` is newer than the browsers we serve */
function makeUuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
