// @ts-check
/**
 * The interview's socket, through as many connections as it takes: comes back after a fault, notices a line that has gone
 * dead, and gives each numbered event once and in order. The rules are those of docs/protocol.
 */

/** @typedef {"connecting"|"open"|"reconnecting"|"replaced"|"over"|"refused"} ConnectionState */
/** @typedef {{state: ConnectionState, code: number|null, attempt: number}} StateDetail */

/** Close codes after which coming back is useless. @type {Record<number, ConnectionState>} */
const FINAL_CODES = { 1000: "over", 4401: "refused", 4403: "refused", 4409: "replaced", 4410: "over", 4413: "refused" };
const RESTARTING = 1012;
const FLOOD = 4429;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const FLOOD_DELAY_MS = 5000;
const STEADY_MS = 10_000; // a connection that held this long was a success; being accepted is none
const PING_MS = 2000;
const SILENCE_MS = 12_000;
const PROBE_MS = 3000;
const SLOWEST_BYTES_PER_MS = 8; // a quarter of what a voice needs: slower than this is as good as dead
const TICK_MS = 1000;
const MOST_BUFFERED_BYTES = 64_000; // two seconds of sound: what is said after it ("I'm done") must not wait long

export class InterviewSocket extends EventTarget {
  /** @type {WebSocket|null} */ #connection = null;
  /** @type {ConnectionState|null} */ #state = null;
  #lastSequence = -1; // of the newest event heard; −1: no state was heard yet
  #pastThrough = 0; // events up to here were known to the server when this connection began
  #isSyncing = false;
  #attempt = 0;
  #connectedAt = 0;
  #heardAt = 0;
  #pingedAt = 0;
  #pings = 0;
  /** The oldest ping without an answer. @type {{id: number, at: number}|null} */ #unanswered = null;
  #roundTripMs = 0; // of the newest answer
  #giveUpAt = 0;
  #retryTimer = 0;
  #tickTimer = 0;

  /** @param {string} url a path of this site, or a whole ws(s) address */
  constructor(url) {
    super();
    this.url = new URL(url, window.location.href);
    this.url.protocol = this.url.protocol.replace(/^http/, "ws");
    this.listeners = [
      { target: window, type: "online", act: () => this.#comeBack() },
      { target: window, type: "offline", act: () => this.#probe() },
      { target: window, type: "pageshow", act: () => this.#probe() },
      { target: document, type: "visibilitychange", act: () => document.hidden || this.#probe() },
    ];
  }

  /** @returns {ConnectionState|null} null before `open` and after `leave` */
  get state() {
    return this.#state;
  }

  get isOpen() {
    return this.#state === "open";
  }

  /** Bytes that the browser holds and has not sent. */
  get bufferedBytes() {
    return this.#connection?.bufferedAmount ?? 0;
  }

  /** How late the server hears what is sent: a ping stands in line behind all that was sent before it. 0: not known yet. */
  get lagSeconds() {
    const waited = this.#unanswered ? performance.now() - this.#unanswered.at : 0;
    return Math.max(waited, this.#roundTripMs) / 1000;
  }

  /** Connect, and stay connected. Also after "replaced", if the person wants the interview here. */
  open() {
    if (this.#tickTimer) return;
    for (const { target, type, act } of this.listeners) target.addEventListener(type, act);
    this.#tickTimer = window.setInterval(() => this.#tick(), TICK_MS);
    this.#attempt = 0;
    this.#setState("connecting", null);
    this.#connect();
  }

  /** Close for good; nothing is told after this. */
  leave() {
    this.#rest();
    this.#drop(1000);
    this.#state = null;
  }

  /**
   * Send now, or not at all: whoever sends must know what to repeat after a reconnect.
   * @param {{type: string, [field: string]: unknown}} message
   * @returns {boolean} whether it was handed over
   */
  send(message) {
    if (!this.isOpen || this.#connection?.readyState !== WebSocket.OPEN) return false;
    this.#connection.send(JSON.stringify(message));
    return true;
  }

  /**
   * @param {number} answer @param {number} sequence @param {ArrayBuffer} pcm
   * @returns {boolean} false: not connected, or the line is slow; try again later
   */
  sendFrame(answer, sequence, pcm) {
    const connection = this.#connection;
    if (!this.isOpen || connection?.readyState !== WebSocket.OPEN) return false;
    if (connection.bufferedAmount > MOST_BUFFERED_BYTES) return false;
    const frame = new Uint8Array(8 + pcm.byteLength);
    const header = new DataView(frame.buffer);
    header.setUint32(0, answer);
    header.setUint32(4, sequence);
    frame.set(new Uint8Array(pcm), 8);
    connection.send(frame);
    return true;
  }

  #connect() {
    window.clearTimeout(this.#retryTimer);
    this.#retryTimer = 0;
    const connection = new WebSocket(this.url);
    connection.binaryType = "arraybuffer";
    this.#connection = connection;
    this.#connectedAt = this.#pingedAt = this.#heardAt = performance.now();
    this.#giveUpAt = this.#heardAt + SILENCE_MS;
    this.#isSyncing = false;
    this.#unanswered = null;
    this.#roundTripMs = 0;
    connection.onopen = () => {
      if (this.#lastSequence >= 0) this.#sync();
    };
    connection.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    connection.onclose = ({ code }) => this.#lose(code);
  }

  #sync() {
    this.#isSyncing = true;
    this.#connection?.send(JSON.stringify({ type: "sync", last_sequence: this.#lastSequence }));
  }

  /** @param {any} message */
  #hear(message) {
    this.#heardAt = performance.now();
    this.#giveUpAt = this.#heardAt + SILENCE_MS;
    if (message.type === "session_state") this.#hearState(message);
    if (message.type === "pong") this.#hearPong(message.re);
    else if (this.#isNews(message)) this.#tell(message);
  }

  /** @param {unknown} id of the ping */
  #hearPong(id) {
    if (this.#unanswered?.id !== id) return;
    this.#roundTripMs = performance.now() - this.#unanswered.at;
    this.#unanswered = null;
  }

  /** @param {any} message */
  #tell(message) {
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  /** @param {any} state */
  #hearState(state) {
    if (this.#lastSequence < 0) this.#lastSequence = state.last_sequence; // drawn from the state, with all before it
    if (this.isOpen) return;
    this.#pastThrough = state.last_sequence;
    this.#setState("open", null);
  }

  /**
   * Keep the books of numbered events; those from before the connection's state are marked `isPast`.
   * @param {any} message @returns {boolean} false: seen before, or too early and asked for again
   */
  #isNews(message) {
    const sequence = message.type === "session_state" ? undefined : message.sequence;
    if (sequence === undefined) return true;
    if (sequence === this.#lastSequence + 1) {
      this.#lastSequence = sequence;
      this.#isSyncing = false;
      message.isPast = sequence <= this.#pastThrough;
      return true;
    }
    if (sequence > this.#lastSequence && !this.#isSyncing) this.#sync();
    return false;
  }

  /** @param {number} code */
  #lose(code) {
    this.#drop(null);
    if (code in FINAL_CODES) {
      this.#rest();
      this.#setState(FINAL_CODES[code], code);
      return;
    }
    const delay = this.#chooseDelay(code);
    this.#attempt += 1;
    this.#retryTimer = window.setTimeout(() => this.#connect(), delay);
    this.#setState("reconnecting", code);
  }

  /** At once after a restart, otherwise twice as long each time, with jitter against crowds. @param {number} code */
  #chooseDelay(code) {
    if (code === RESTARTING && this.#attempt === 0) return 0;
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(this.#attempt, 10));
    return (code === FLOOD ? FLOOD_DELAY_MS : 0) + longest * (0.5 + Math.random() / 2);
  }

  #tick() {
    const now = performance.now();
    if (!this.#connection) return;
    if (now > this.#giveUpAt) {
      this.#comeBack();
    } else if (now - this.#pingedAt >= PING_MS) {
      this.#ping();
    }
  }

  #ping() {
    this.#pingedAt = performance.now();
    this.#pings += 1;
    const isSent = this.send({ type: "ping", id: this.#pings });
    if (isSent && !this.#unanswered) this.#unanswered = { id: this.#pings, at: this.#pingedAt };
  }

  /** The line may be dead: if nothing is heard soon, come back. */
  #probe() {
    if (this.#retryTimer) {
      this.#connect();
    } else if (this.isOpen) {
      this.#ping();
      const behindMs = 1000 * this.lagSeconds + this.bufferedBytes / SLOWEST_BYTES_PER_MS;
      this.#giveUpAt = Math.min(this.#giveUpAt, this.#pingedAt + PROBE_MS + behindMs);
    }
  }

  /** Let go of what may be dead, and connect at once. */
  #comeBack() {
    this.#drop(null);
    this.#attempt += 1;
    if (this.#state !== "connecting") this.#setState("reconnecting", null);
    this.#connect();
  }

  /** Forget the connection without being told of its end. @param {number|null} code */
  #drop(code) {
    window.clearTimeout(this.#retryTimer);
    this.#retryTimer = 0;
    const connection = this.#connection;
    this.#connection = null;
    if (!connection) return;
    if (this.isOpen && performance.now() - this.#connectedAt > STEADY_MS) this.#attempt = 0;
    connection.onopen = connection.onmessage = connection.onclose = null;
    connection.close(code ?? undefined);
  }

  /** No more pings, and no coming back by itself. */
  #rest() {
    window.clearInterval(this.#tickTimer);
    this.#tickTimer = 0;
    for (const { target, type, act } of this.listeners) target.removeEventListener(type, act);
  }

  /** @param {ConnectionState} state @param {number|null} code */
  #setState(state, code) {
    this.#state = state;
    /** @type {StateDetail} */
    const detail = { state, code, attempt: this.#attempt };
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }
}
