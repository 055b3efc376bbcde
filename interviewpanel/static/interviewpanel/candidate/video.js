// @ts-check
/**
 * The candidate's video: recorded by the browser's MediaRecorder, kept in pieces, and uploaded piece after piece in the
 * background (video-upload.js). Used by camera.js where the panel asks for video. The interview never waits for it.
 */

import { openVideoStore } from "./video-store.js";
import { nameVideoStore, VideoUploader } from "./video-upload.js";

const SLICE_MS = 2000;
const MOST_CHUNK_BYTES = 4 * 1024 * 1024;
const VIDEO_BITS = 600_000;
const AUDIO_BITS = 32_000;
const KEY_PICTURE_MS = 4000; // so that a player can jump to any four seconds
const SOON_MS = 1000;
const TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];

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
  const keeper = new VideoKeeper(address, await openVideoStore(nameVideoStore(name)));
  keeper.wake();
  return keeper;
}

/** Records and uploads. Events: those of VideoUploader, and "lost" when the camera went away. */
export class VideoKeeper extends VideoUploader {
  /** @type {string} */ recording = "";
  /** @type {MediaRecorder | null} */ recorder = null;
  /** Our own copy of the microphone's track, which can be silent while the page itself listens. @type {MediaStreamTrack | null} */
  sound = null;
  isHeard = true;
  /** Everything that was recorded is in the store. @type {Promise<void>} */ kept = Promise.resolve();
  /** @type {WeakSet<MediaStreamTrack>} */ #watched = new WeakSet();

  /** @returns {boolean} */
  get isRecording() {
    return this.recorder?.state === "recording";
  }

  /**
   * Record the camera's picture and the microphone's sound, until `stop`. Stop it for a pause of the interview too, for
   * then nothing may be recorded, and for another microphone, which a recorder cannot change; what follows is another
   * recording. The tracks stay the caller's: stop them yourself.
   *
   * @param {MediaStream} camera
   * @param {MediaStream | null} [microphone]
   */
  start(camera, microphone) {
    if (this.recorder) return;
    const sound = microphone?.getAudioTracks()[0]?.clone() ?? null;
    if (sound) sound.enabled = this.isHeard;
    const recorder = makeRecorder(new MediaStream([...camera.getVideoTracks(), ...(sound ? [sound] : [])]));
    const made = { video: makeUuid(), type: recorder.mimeType || findType(), startedAt: Date.now(), next: 0 };
    recorder.onstart = () => {
      // The first picture is taken now; a browser that tells it later than the first piece has told us nothing.
      if (Date.now() - made.startedAt < SOON_MS && made.next === 0) made.startedAt = Date.now();
    };
    recorder.ondataavailable = (event) => {
      this.kept = this.kept.then(() => this.keep(made, event.data));
    };
    recorder.addEventListener("stop", () => sound?.stop());
    this.#watch(camera.getVideoTracks()[0]);
    recorder.start(SLICE_MS);
    this.recorder = recorder;
    this.recording = made.video;
    this.sound = sound;
  }

  /** Whether the recording has the microphone's sound, or silence in its place. @param {boolean} isHeard */
  hear(isHeard) {
    this.isHeard = isHeard;
    if (this.sound) this.sound.enabled = isHeard;
  }

  /** @returns {Promise<void>} when the last piece is kept; it may still have to be uploaded ("idle") */
  async stop() {
    const { recorder } = this;
    this.recorder = null;
    this.sound = null;
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
    this.sound = null;
    if (recorder && recorder.state !== "inactive") {
      recorder.ondataavailable = null;
      recorder.stop();
    }
  }

  /** @param {string} video */
  giveUp(video) {
    if (video === this.recording) this.abandon();
  }

  async close() {
    await this.stop();
    await super.close();
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

  /** @param {MediaStreamTrack | undefined} track */
  #watch(track) {
    if (!track || this.#watched.has(track)) return;
    this.#watched.add(track);
    track.addEventListener("ended", () => this.dispatchEvent(new Event("lost")));
  }
}

/** @param {MediaStream} stream @returns {MediaRecorder} */
function makeRecorder(stream) {
  const options = {
    mimeType: findType(),
    videoBitsPerSecond: VIDEO_BITS,
    audioBitsPerSecond: AUDIO_BITS,
    videoKeyFrameIntervalDuration: KEY_PICTURE_MS, // browsers that do not know it ignore it
  };
  return new MediaRecorder(stream, options);
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
