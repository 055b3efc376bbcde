// @ts-check
/**
 * The way of a frame from the microphone to the server's storage. Each is numbered, kept, and sent until the server says
 * that it is stored; after a reconnect all that is not goes out again, in order, before what is recorded meanwhile.
 *
 * The page calls `begin` for every question that opens (and may at every session_state), `take` with every frame, and
 * `handle` with every message. Before it ends an answer ("I'm done", skip, typed text) it waits for `end`, so that no sound
 * is still on its way; if that message cannot be sent, or the question is still open after a reconnect, it waits for
 * `whenSent` and says it again.
 *
 * Sound that comes late was recorded while nobody could be shown a countdown, so no pause in it may end the answer:
 * `catch_up` tells the server through which frame that is, before any of them.
 */

/** @typedef {import("./frame-store.js").FrameStore} FrameStore */
/** @typedef {import("./socket.js").InterviewSocket} InterviewSocket */

const BYTES_PER_SECOND = 32_000;
const BURST_SECONDS = 38; // the server takes 40 s in advance, and then four times real time
const RESEND_SPEED = 3.5;
const RETRY_MS = 50;
const BEHIND_SECONDS = 2;
const CATCH_UP_MS = 1000;

/** Seconds of audio that may go out now. */
class Allowance {
  constructor() {
    this.seconds = BURST_SECONDS;
    this.at = performance.now();
  }

  /** @param {number} seconds @returns {boolean} whether that much may be sent */
  has(seconds) {
    const now = performance.now();
    this.seconds = Math.min(BURST_SECONDS, this.seconds + ((now - this.at) / 1000) * RESEND_SPEED);
    this.at = now;
    return this.seconds >= seconds;
  }
}

export class AudioSender {
  /** @type {number|null} */ #answer = null;
  /** Everything of the answer that is not acknowledged. @type {Map<number, ArrayBuffer>} */ #frames = new Map();
  #bytes = 0; // of #frames
  #next = 0; // the next frame's number
  #cursor = 0; // the next frame to send
  #acknowledged = -1;
  /** Taken while the store is still read; then null. @type {ArrayBuffer[]|null} */ #early = null;
  /** Asked for by audio_nack. @type {Set<number>} */ #again = new Set();
  #loading = Promise.resolve();
  #isTaking = false;
  #isPaused = false;
  #isReady = false; // the server has said on this connection what it has
  #hasBacklog = false; // of before this connection, or before this page; the server has not been told
  #toldBehindAt = -Infinity;
  #allowance = new Allowance();
  #timer = 0;
  /** @type {{through: number, resolve: () => void}[]} */ #waiting = [];

  /** @param {FrameStore} store @param {InterviewSocket} socket */
  constructor(store, socket) {
    this.store = store;
    this.socket = socket;
    socket.addEventListener("state", (event) => {
      const { state } = /** @type {CustomEvent} */ (event).detail;
      if (state !== "open") this.#isReady = false;
      if (["replaced", "over", "refused"].includes(state)) this.#isTaking = false;
      if (state === "replaced") this.#letGo(); // the other tab goes on from the store; coming back, so do we
    });
  }

  /** Recorded and not yet known to be stored; up to 15 s are usual while somebody speaks. */
  get unacknowledgedSeconds() {
    return this.#bytes / BYTES_PER_SECOND;
  }

  /** Recorded and not yet on the line: more than a few seconds of it mean a slow network. */
  get unsentSeconds() {
    let bytes = this.socket.bufferedBytes;
    for (const [sequence, pcm] of this.#frames) if (sequence >= this.#cursor) bytes += pcm.byteLength;
    return bytes / BYTES_PER_SECOND;
  }

  get isTaking() {
    return this.#isTaking;
  }

  /**
   * Record this answer from now on; what the store still has of it, from before a reload, is sent first. Called again for
   * the same answer, it goes on.
   * @param {number} answer @param {number} acknowledgedThrough of session_state; −1 for a new question
   * @returns {Promise<void>} when numbering goes on (frames may be taken before)
   */
  begin(answer, acknowledgedThrough) {
    this.#isTaking = true;
    if (answer === this.#answer) {
      this.#acknowledge(answer, acknowledgedThrough);
      return this.#loading;
    }
    this.#forgetAnswer();
    this.#answer = answer;
    this.#early = [];
    this.#acknowledged = acknowledgedThrough;
    this.#loading = this.#load(answer);
    return this.#loading;
  }

  /** @param {ArrayBuffer} pcm one frame; dropped where nothing is to be recorded (no answer open, or a pause) */
  take(pcm) {
    if (!this.#isTaking || this.#isPaused) return;
    if (this.#early) {
      this.#early.push(pcm);
    } else {
      this.#number(pcm);
      this.#pump();
    }
  }

  /** @param {any} message any message of the server */
  handle(message) {
    if (message.type === "session_state") this.#rejoin(message);
    else if (message.type === "audio_ack") this.#acknowledge(message.answer, message.through);
    else if (message.type === "audio_nack") this.#repeat(message);
    else if (message.type === "paused" && !message.isPast) this.#isPaused = true;
    else if (message.type === "resumed" && !message.isPast) this.#isPaused = false;
    else if (message.type === "turn_update" && message.state === "closed") this.#isTaking = false;
    this.#pump();
  }

  /** Record no more. @returns {Promise<void>} as `whenSent` */
  end() {
    this.#isTaking = false;
    return this.whenSent();
  }

  /** @returns {Promise<void>} when all that was taken so far is on the line, or cannot be sent: a pause, a new answer */
  async whenSent() {
    await this.#loading;
    await new Promise((resolve) => {
      this.#waiting.push({ through: this.#next - 1, resolve: () => resolve(undefined) });
      this.#pump();
    });
  }

  /** @param {number} answer */
  async #load(answer) {
    await this.store.keepOnly(answer);
    const kept = await this.store.list(answer, this.#acknowledged);
    if (this.#answer !== answer) return;
    this.#next = this.#cursor = this.#acknowledged + 1;
    for (const { sequence, pcm } of kept.filter((one) => one.sequence > this.#acknowledged)) {
      this.#keep(sequence, pcm);
      this.#next = sequence + 1;
    }
    if (this.#frames.size > 0) this.#hasBacklog = true;
    void this.store.forget(answer, this.#acknowledged);
    const early = this.#early ?? [];
    this.#early = null;
    for (const pcm of early) this.#number(pcm);
    this.#pump();
  }

  /** @param {ArrayBuffer} pcm */
  #number(pcm) {
    if (this.#answer === null) return;
    const sequence = this.#next;
    this.#next += 1;
    this.#keep(sequence, pcm);
    void this.store.put(this.#answer, sequence, pcm);
  }

  /** @param {number} sequence @param {ArrayBuffer} pcm */
  #keep(sequence, pcm) {
    this.#frames.set(sequence, pcm);
    this.#bytes += pcm.byteLength;
  }

  /** @param {any} state */
  #rejoin(state) {
    const stored = state.acknowledged;
    this.#isPaused = state.status === "paused";
    if (stored && this.#answer !== null) {
      if (stored.answer === this.#answer && stored.is_open) this.#acknowledge(stored.answer, stored.through);
      else if (stored.answer >= this.#answer) this.#forgetAnswer(); // closed for good, by whomever
    }
    if (this.#isReady) return; // the answer to a question of ours, on a connection that goes on
    this.#isReady = this.#hasBacklog = true;
    this.#cursor = this.#acknowledged + 1;
    this.#again.clear();
    this.#allowance = new Allowance();
  }

  /** @param {number} answer @param {number} through */
  #acknowledge(answer, through) {
    if (answer !== this.#answer) {
      const isOver = this.#answer !== null && answer < this.#answer;
      void this.store.forget(answer, isOver ? Infinity : through);
      return;
    }
    if (through <= this.#acknowledged) return;
    this.#acknowledged = through;
    for (const [sequence, pcm] of this.#frames) {
      if (sequence > through) continue;
      this.#frames.delete(sequence);
      this.#bytes -= pcm.byteLength;
    }
    if (this.#early) return; // the store is still read; #load forgets
    this.#next = Math.max(this.#next, through + 1);
    this.#cursor = Math.max(this.#cursor, through + 1);
    void this.store.forget(answer, through);
  }

  /** @param {any} gap */
  #repeat(gap) {
    if (gap.answer !== this.#answer) return;
    for (let sequence = gap.from; sequence <= gap.to; sequence += 1) {
      if (sequence < this.#cursor && this.#frames.has(sequence)) this.#again.add(sequence);
    }
  }

  /** The answer is over: whatever is left of it lies behind its last frame. */
  #forgetAnswer() {
    if (this.#answer !== null) void this.store.forget(this.#answer, Infinity);
    this.#letGo();
  }

  /** Know nothing of the answer any more; the store still does. */
  #letGo() {
    this.#answer = this.#early = null;
    this.#hasBacklog = false;
    this.#frames.clear();
    this.#again.clear();
    this.#bytes = this.#next = this.#cursor = 0;
    this.#acknowledged = -1;
    this.#settle();
  }

  /** Send what may be sent. Called whenever that may have changed. */
  #pump() {
    window.clearTimeout(this.#timer);
    while (this.#isReady && !this.#isPaused && !this.#early) {
      this.#tellBehind();
      const sequence = this.#findUnsent();
      if (sequence === null) break;
      if (!this.#sendOne(sequence)) {
        this.#timer = window.setTimeout(() => this.#pump(), RETRY_MS);
        break;
      }
    }
    this.#settle();
  }

  /** Say, before more sound goes out, that it comes late; once a second for as long as it does. */
  #tellBehind() {
    const now = performance.now();
    if (this.#answer === null || this.#next === 0 || now - this.#toldBehindAt < CATCH_UP_MS) return;
    const isLate = this.unsentSeconds > BEHIND_SECONDS || this.socket.lagSeconds > BEHIND_SECONDS;
    if (!isLate && !(this.#hasBacklog && this.#cursor < this.#next)) return;
    const message = { type: "catch_up", answer: this.#answer, through_sequence: this.#next - 1 };
    if (!this.socket.send(message)) return;
    this.#hasBacklog = false;
    this.#toldBehindAt = now;
  }

  /** @returns {number|null} */
  #findUnsent() {
    for (const sequence of this.#again) return sequence;
    while (this.#cursor < this.#next && !this.#frames.has(this.#cursor)) this.#cursor += 1;
    return this.#cursor < this.#next ? this.#cursor : null;
  }

  /** @param {number} sequence @returns {boolean} */
  #sendOne(sequence) {
    const pcm = this.#frames.get(sequence);
    if (pcm && this.#answer !== null) {
      const seconds = pcm.byteLength / BYTES_PER_SECOND;
      if (!this.#allowance.has(seconds)) return false;
      if (!this.socket.sendFrame(this.#answer, sequence, pcm)) return false;
      this.#allowance.seconds -= seconds;
    }
    if (!this.#again.delete(sequence)) this.#cursor = sequence + 1;
    return true;
  }

  #settle() {
    if (this.#waiting.length === 0) return;
    const isUseless = this.#answer === null || this.#isPaused; // in a pause the server takes no sound
    const isSent = (/** @type {number} */ through) => this.#isReady && this.#again.size === 0 && this.#cursor > through;
    const done = this.#waiting.filter(({ through }) => isUseless || isSent(through));
    this.#waiting = this.#waiting.filter((one) => !done.includes(one));
    for (const { resolve } of done) resolve();
  }
}
