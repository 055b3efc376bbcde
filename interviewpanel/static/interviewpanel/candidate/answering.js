// @ts-check
/** One answer after the other: asked, heard or typed, ended, saved. Knows the open question and nothing of the connection. */

import { ClosingAnswers } from "./closing-answers.js";
import { Captions } from "./conversation.js";
import { HearingWatch } from "./hearing-watch.js";
import { getMicrophone, listen, turnOn } from "./microphones.js";
import { find, say } from "./page.js";
import { QuestionView } from "./question-view.js";
import { TurnSigns } from "./turn-signs.js";
import { TypedAnswer } from "./typing.js";

/** @typedef {import("./question-view.js").Question} Question */

export class Answering {
  /** @type {Question|null} */ question = null;
  isOpen = false; // the question waits for an answer
  isPaused = false;
  isTyping = false;
  waitsForDone = false; // the candidate's own wish; typing waits in any case

  /**
   * @param {import("./audio-sender.js").AudioSender} sender
   * @param {import("./socket.js").InterviewSocket} socket
   * @param {() => void} onChange what can be pressed may have changed
   */
  constructor(sender, socket, onChange) {
    this.sender = sender;
    this.socket = socket;
    this.onChange = onChange;
    this.endings = new ClosingAnswers(sender, socket);
    this.view = new QuestionView();
    this.captions = new Captions();
    this.signs = new TurnSigns(find("turn"), { onLastMoment: () => this.isTyping && this.typed.send() });
    this.typed = new TypedAnswer({
      onSend: (text) => this.end("answer_text", { text }),
      onSpeak: () => void this.setTyping(false),
      onPaste: () => this.tellEvent("paste"),
    });
    this.watch = new HearingWatch({
      isWaiting: () => this.canAct && !this.isTyping && this.signs.isUnheard,
      countUnsent: () => (socket.isOpen ? sender.unsentSeconds : 0),
    });
  }

  /** The candidate has the word. */
  get canAct() {
    return this.isOpen && !this.isPaused && !this.endings.isPending;
  }

  // --- Questions ------------------------------------------------------------------------------------------------------

  /** @param {Question} question @param {number} through which frame the server has it @param {boolean} isAsked aloud; not after a reload */
  open(question, through, isAsked) {
    this.question = question;
    this.isOpen = true;
    this.endings.forget();
    this.captions.clear();
    this.watch.clear();
    this.typed.open(question);
    this.view.show(question);
    void this.sender.begin(question.answer, through);
    if (this.isTyping) this.tellWaiting();
    if (isAsked) void this.#ask(question);
    else this.#begin(question);
  }

  /** The candidate has read the question already. */
  beginNow() {
    if (!this.question) return;
    this.view.hush();
    this.#begin(this.question);
    find("done").focus();
  }

  repeat() {
    if (!this.question) return;
    this.view.hush();
    this.socket.send({ type: "repeat_question" });
    void this.#ask(this.question, true);
  }

  /** @param {Question} question @param {boolean} [isAgain] */
  async #ask(question, isAgain = false) {
    this.signs.asking(this.isTyping);
    if (await this.view.ask(question, isAgain)) this.#begin(question);
  }

  /** The question was heard, or is there to be read. @param {Question} question */
  #begin(question) {
    if (question !== this.question || !this.canAct) return;
    this.socket.send({ type: "playback_finished", sequence: question.sequence });
    this.signs.asked(this.isTyping, this.waitsForDone);
  }

  // --- The answer -----------------------------------------------------------------------------------------------------

  /** @param {string} type of the message @param {{text?: string}} [fields] */
  end(type, fields = {}) {
    if (!this.question || !this.canAct) return;
    this.view.hush();
    this.watch.clear();
    this.signs.saving();
    void this.endings.end({ type, answer: this.question.answer, ...fields });
    this.onChange();
  }

  /** @param {any} update turn_update */
  follow(update) {
    if (update.state === "closed") {
      this.isOpen = false;
      this.endings.forget();
      this.typed.forget();
      this.view.hush();
      this.watch.clear();
    } else if (this.isPaused) {
      return;
    } else if (update.state === "speaking") {
      this.view.hush();
    }
    this.signs.follow(update, { isTyping: this.isTyping, isEnding: this.endings.isPending });
  }

  /** @param {any} update transcription_update */
  caption(update) {
    if (update.answer_uuid === this.question?.answer_uuid) this.captions.take(update);
  }

  /** The server took neither text nor word: the answer goes on. @param {string} why */
  refuse(why) {
    this.endings.forget();
    this.typed.enable(true);
    this.typed.say(why);
    if (this.question) void this.sender.begin(this.question.answer, -1);
    this.signs.asked(this.isTyping, this.waitsForDone);
  }

  /** @param {any} state session_state @param {boolean} isFirst of this page */
  rejoin(state, isFirst) {
    const question = /** @type {Question|null} */ (state.question);
    const stored = state.acknowledged;
    const isOpen = question !== null && stored?.answer === question.answer && stored.is_open;
    void this.endings.rejoin(isOpen ? question.answer : null);
    if (!isOpen) return;
    if (question.answer !== this.question?.answer) this.open(question, stored.through, !isFirst);
    else if (this.canAct) void this.sender.begin(question.answer, stored.through);
  }

  pause() {
    this.isPaused = true;
    this.view.hush();
    this.signs.stop();
    this.watch.clear();
  }

  resume() {
    this.isPaused = false;
    if (this.isOpen) this.signs.asked(this.isTyping, this.waitsForDone);
  }

  stop() {
    this.isOpen = false;
    this.view.hush();
    this.signs.stop();
    this.watch.stop();
  }

  // --- Speaking or typing ---------------------------------------------------------------------------------------------

  listen() {
    const microphone = getMicrophone();
    find("microphone-name").textContent = microphone ? say("microphoneIs", { name: microphone.label }) : say("microphoneOff");
    listen((pcm, level) => this.#hear(pcm, level), () => this.#loseMicrophone());
  }

  /** @param {ArrayBuffer} pcm @param {number} level */
  #hear(pcm, level) {
    this.signs.setLevel(this.canAct && !this.isTyping && !this.view.isReading ? level : 0);
    if (this.view.isReading) return; // the loudspeaker would be taken for the candidate
    if (this.isTyping) {
      this.sender.take(new ArrayBuffer(pcm.byteLength)); // silence: the server counts time by sound
    } else {
      this.watch.hear(level);
      this.sender.take(pcm);
    }
  }

  #loseMicrophone() {
    this.watch.tell("microphoneLost");
    this.tellEvent("microphone_lost");
    this.listen();
    this.onChange();
  }

  /** No sound arrives at the server; where none is sent, that is no news. */
  missSound() {
    if (!this.isTyping && !this.view.isReading) this.watch.tell("cannotHearYou");
  }

  /** @param {boolean} isWanted false: speak, if there is a microphone */
  async setTyping(isWanted) {
    if (!isWanted && !(await this.#openMicrophone())) return;
    this.isTyping = isWanted;
    this.watch.clear();
    this.tellWaiting();
    this.onChange();
    if (this.canAct) this.signs.asked(this.isTyping, this.waitsForDone);
    find(isWanted ? "typed" : "done").focus();
  }

  /** @returns {Promise<boolean>} */
  async #openMicrophone() {
    try {
      await turnOn();
      this.listen();
      return true;
    } catch (error) {
      const code = String(/** @type {any} */ (error).code ?? "failed");
      this.watch.tell(`problem${code[0].toUpperCase()}${code.slice(1)}`);
      return false;
    }
  }

  /** Whether silence ends answers; never while somebody types. */
  tellWaiting() {
    find("waits-for-done").checked = this.waitsForDone;
    this.socket.send({ type: "set_waiting", until_done: this.waitsForDone || this.isTyping });
  }

  /** @param {string} kind for the reviewer, never rated */
  tellEvent(kind) {
    if (this.isOpen) this.socket.send({ type: "client_event", kind, at: new Date().toISOString() });
  }
}
