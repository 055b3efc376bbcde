// @ts-check
/**
 * "I'm done", skip, and typed text: said once all sound is on its way, and said again after a reconnect until the server
 * has closed the answer. Each names its answer, so that a late one cannot end the next question.
 */

/** @typedef {import("./audio-sender.js").AudioSender} AudioSender */
/** @typedef {import("./socket.js").InterviewSocket} InterviewSocket */
/** @typedef {{type: string, answer: number, text?: string}} Ending */

export class ClosingAnswers {
  /** @type {Ending|null} */ #ending = null;
  #isWaiting = false; // for the sound to be on its way

  /** @param {AudioSender} sender @param {InterviewSocket} socket */
  constructor(sender, socket) {
    this.sender = sender;
    this.socket = socket;
  }

  /** Whether the candidate has ended the open answer, and the server has not said so yet. */
  get isPending() {
    return this.#ending !== null;
  }

  /** @param {Ending} ending @param {boolean} [isUrgent] the clock ends this answer: sound that is still queued must not hold it up */
  async end(ending, isUrgent = false) {
    if (this.#ending) return;
    this.#ending = ending;
    if (isUrgent) this.socket.send(ending);
    else await this.#say(ending);
  }

  /** The server's state on a connection: is what we ended still open there? @param {number|null} openAnswer */
  async rejoin(openAnswer) {
    const ending = this.#ending;
    if (!ending) return;
    if (openAnswer !== ending.answer) {
      this.#ending = null;
      return;
    }
    await this.#say(ending);
  }

  /** The answer is closed, or what was said was refused. */
  forget() {
    this.#ending = null;
  }

  /** @param {Ending} ending */
  async #say(ending) {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    await this.sender.end();
    this.#isWaiting = false;
    if (this.#ending === ending) this.socket.send(ending);
  }
}
