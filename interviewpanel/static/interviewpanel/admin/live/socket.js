// @ts-check
/**
 * The monitor's socket, through as many connections as it takes. Comes back by itself, notices a line that has gone dead,
 * and says what it wants to watch anew on each connection. The rules are those of docs/protocol/monitor.yaml.
 */

/** @typedef {"connecting"|"open"|"lost"|"signedOut"|"refused"} LineState */

/** Close codes after which coming back is useless. @type {Record<number, LineState>} */
const FINAL_CODES = { 4401: "signedOut", 4403: "refused" };
const RESTARTING = 1012;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const PING_MS = 5000;
const SILENCE_MS = 12_000;

export class MonitorSocket extends EventTarget {
  /** @type {WebSocket|null} */ #connection = null;
  #attempt = 0;
  #heardAt = 0;
  #retryTimer = 0;

  /** @param {string} path @param {() => {type: string, [field: string]: unknown}} ask what to watch, said on every connection */
  constructor(path, ask) {
    super();
    this.url = new URL(path, window.location.href);
    this.url.protocol = this.url.protocol.replace(/^http/, "ws");
    this.ask = ask;
    window.addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.#retryNow());
    window.setInterval(() => this.#tick(), PING_MS);
  }

  open() {
    this.#tell("connecting");
    this.#connect();
  }

  #connect() {
    window.clearTimeout(this.#retryTimer);
    const connection = new WebSocket(this.url);
    this.#connection = connection;
    this.#heardAt = performance.now();
    connection.onopen = () => connection.send(JSON.stringify(this.ask()));
    connection.onmessage = (event) => connection === this.#connection && this.#take(JSON.parse(event.data));
    connection.onclose = (event) => connection === this.#connection && this.#lose(event.code);
  }

  /** @param {any} message */
  #take(message) {
    this.#heardAt = performance.now();
    if (message.type !== "error") {
      this.#attempt = 0;
      this.#tell("open");
    }
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  /** @param {number} code */
  #lose(code) {
    this.#connection = null;
    if (FINAL_CODES[code]) {
      this.#tell(FINAL_CODES[code]);
      return;
    }
    this.#tell("lost");
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt);
    const delay = code === RESTARTING && !this.#attempt ? 0 : longest * (0.5 + Math.random() / 2);
    this.#attempt += 1;
    this.#retryTimer = window.setTimeout(() => this.#connect(), delay);
  }

  #retryNow() {
    if (this.#connection === null && this.state === "lost") this.#connect();
  }

  #tick() {
    const connection = this.#connection;
    if (connection?.readyState === WebSocket.OPEN) connection.send(JSON.stringify({ type: "ping" }));
    if (!connection || performance.now() - this.#heardAt < SILENCE_MS) return;
    this.#connection = null; // a line that is dead without a word: what it still says is not heard
    connection.close();
    this.#lose(1006);
  }

  /** @param {LineState} state */
  #tell(state) {
    if (this.state === state) return;
    /** @type {LineState|undefined} */ this.state = state;
    this.dispatchEvent(new CustomEvent("line", { detail: state }));
  }
}
