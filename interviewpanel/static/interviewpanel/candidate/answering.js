// @ts-check
/** One answer after the other: asked, heard or typed, ended, saved. Knows the open question and nothing of the connection. */

import { announce } from "./announcer.js";
import { ClosingAnswers } from "./closing-answers.js";
import { Captions } from "./conversation.js";
import { FirstWords } from "./first-words.js";
import { HearingWatch } from "./hearing-watch.js";
import { LeftoverDrafts } from "./leftovers.js";
import { getEar, getMicrophone, holdMicrophone, listen, tryTurnOn, turnOn } from "./microphones.js";
import { remember } from "./memory.js";
import { find, focusAnswer, say } from "./page.js";
import { QuestionView } from "./question-view.js";
import { TurnSigns } from "./turn-signs.js";
import { TypedAnswer } from "./typing.js";
import { WaitingWish } from "./waiting.js";

/** @typedef {import("./question-view.js").Question} Question */

export class Answering {
  /** @type {Question|null} */ question = null;
  isOpen = false; // the question waits for an answer
  isPaused = false;
  isLeaving = false; // the candidate ends the interview
  isTyping = false;

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
    this.waiting = new WaitingWish(socket);
    this.view = new QuestionView();
    this.captions = new Captions();
    this.leftovers = new LeftoverDrafts();
    this.first = new FirstWords(() => this.beginNow());
    this.signs = new TurnSigns(find("turn"), { onLastMoment: () => this.isTyping && this.typed.send(true) });
    this.typed = new TypedAnswer({
      onSend: (text, isUrgent) => this.end("answer_text", { text }, isUrgent),
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
    return this.isOpen && !this.isPaused && !this.isLeaving && !this.endings.isPending;
  }

  // --- Questions ------------------------------------------------------------------------------------------------------

  /** @param {Question} question @param {number} through which frame the server has it @param {boolean} isAsked aloud; not after a reload */
  open(question, through, isAsked) {
    this.question = question;
    this.isOpen = true;
    this.endings.forget();
    this.captions.clear();
    this.watch.clear();
    this.signs.forget();
    this.first.clear();
    this.typed.open(question);
    this.view.show(question);
    void this.sender.begin(question.answer, through);
    if (this.isTyping && isAsked) this.waiting.tell(true);
    if (isAsked) {
      void this.#ask(question);
    } else {
      announce(this.view.told);
      this.#begin(question);
    }
  }

  /** The candidate has read the question already, or speaks over its end. */
  beginNow() {
    if (!this.question) return;
    this.view.hush();
    this.#begin(this.question);
    focusAnswer();
  }

  repeat() {
    if (!this.question) return;
    this.view.hush();
    this.socket.send({ type: "repeat_question" });
    void this.#ask(this.question, true);
  }

  /** The candidate has not understood it: the server has other words, or says to read it slowly. */
  rephrase() {
    if (!this.question) return;
    this.view.hush();
    this.socket.send({ type: "rephrase_question", answer: this.question.answer });
  }

  /** @param {{answer: number, message: string, is_slow: boolean}} again question_rephrased */
  async askAgain(again) {
    const { question } = this;
    if (question?.answer !== again.answer || !this.isOpen) return;
    this.view.hush();
    this.signs.asking(this.isTyping);
    if (await this.view.askAgain(again, question)) this.#begin(question);
  }

  /** @param {Question} question @param {boolean} [isAgain] */
  async #ask(question, isAgain = false) {
    this.signs.asking(this.isTyping);
    if (await this.view.ask(question, isAgain)) this.#begin(question);
  }

  /** The question was heard, or is there to be read. @param {Question} question */
  #begin(question) {
    if (question !== this.question || !this.canAct) return;
    for (const pcm of this.first.take()) this.sender.take(pcm);
    this.socket.send({ type: "playback_finished", sequence: question.sequence });
    this.showTurn();
  }

  // --- The answer -----------------------------------------------------------------------------------------------------

  /** The candidate is done: with what was said, and with what was written beside it. */
  finish() {
    if (this.typed.text) this.typed.send();
    else this.end("end_turn");
  }

  /** @param {string} type of the message @param {{text?: string}} [fields] @param {boolean} [isUrgent] the clock ends this answer now */
  end(type, fields = {}, isUrgent = false) {
    if (!this.question || !this.canAct) return;
    this.view.hush();
    this.watch.clear();
    this.signs.saving();
    void this.endings.end({ type, answer: this.question.answer, ...fields }, isUrgent);
    this.onChange();
  }

  /** The candidate ends the interview: first all that was said or written. @returns {Promise<void>} when it is on the line */
  async leave() {
    const text = this.canAct ? this.typed.text : "";
    this.isLeaving = true;
    this.view.hush();
    this.watch.clear();
    if (this.isOpen) this.signs.saving();
    this.onChange();
    if (text && this.question) await this.endings.end({ type: "answer_text", answer: this.question.answer, text });
    else await this.sender.end();
  }

  /** @param {any} update turn_update */
  follow(update) {
    if (update.state === "closed") this.#close(update.reason);
    else if (this.isPaused) return this.signs.keep(update);
    else if (update.state === "speaking") this.view.hush();
    this.signs.follow(update, { isTyping: this.isTyping, isEnding: this.endings.isPending || this.isLeaving });
    this.onChange();
  }

  /** What was written and has not arrived is offered again. @param {string} reason */
  #close(reason) {
    this.isOpen = false;
    this.endings.forget();
    this.typed.close(["typed", "skipped"].includes(reason));
    this.leftovers.offer(null);
    this.view.hush();
    this.watch.clear();
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
    if (!this.isTyping) this.watch.say(why);
    if (this.question) void this.sender.begin(this.question.answer, -1);
    this.showTurn();
    this.onChange();
  }

  /** @param {any} state session_state @param {boolean} isFirst of this page */
  rejoin(state, isFirst) {
    const question = /** @type {Question|null} */ (state.question);
    const stored = state.acknowledged;
    const isOpen = question !== null && stored?.answer === question.answer && stored.is_open;
    void this.endings.rejoin(isOpen ? question.answer : null);
    this.leftovers.forgetArrived(state.transcript);
    this.leftovers.offer(isOpen ? question.answer : null);
    if (isFirst) this.waiting.recall(state.settings.waits_for_done, this.isTyping);
    this.waiting.rejoin(state.settings.waits_for_done, this.isTyping);
    if (!isOpen) return;
    if (question.answer !== this.question?.answer) this.open(question, stored.through, !isFirst);
    else if (this.canAct) void this.sender.begin(question.answer, stored.through);
    if (state.heard) this.caption(state.heard);
  }

  pause() {
    this.isPaused = true;
    this.view.hush();
    this.signs.stop();
    this.watch.clear();
  }

  resume() {
    this.isPaused = false;
    this.showTurn();
  }

  stop() {
    this.isOpen = false;
    this.view.hush();
    this.signs.stop();
    this.watch.stop();
  }

  showTurn() {
    if (this.canAct) this.signs.asked(this.isTyping, this.waiting.isWanted);
  }

  // --- Speaking or typing ---------------------------------------------------------------------------------------------

  /** @param {boolean} hasSpoken in this tab: then the microphone may be opened without asking again */
  enter(hasSpoken) {
    listen(
      (pcm, level) => this.#hear(pcm, level),
      (state) => this.#followEar(state),
    );
    if (!this.isTyping && hasSpoken) turnOn().catch(() => {});
    holdMicrophone(this.isTyping);
    this.#followEar(getEar());
  }

  /** @param {ArrayBuffer} pcm @param {number} level */
  #hear(pcm, level) {
    this.signs.setLevel(this.canAct && !this.isTyping && !this.view.isReading ? level : 0);
    if (this.isTyping) {
      this.sender.take(new ArrayBuffer(pcm.byteLength)); // silence: the server counts time by sound
    } else if (this.view.isReading) {
      this.first.hear(pcm, level, this.view.isOverdue); // the loudspeaker would be taken for the candidate
    } else {
      this.watch.hear(level);
      this.sender.take(pcm);
    }
  }

  /** @param {import("./microphones.js").EarState} state */
  #followEar(state) {
    const microphone = getMicrophone();
    find("microphone-name").textContent = microphone ? say("microphoneIs", { name: microphone.label }) : say("microphoneOff");
    if (state === "lost") this.tellEvent("microphone_lost");
    if (state !== "on" && !this.isTyping) this.watch.clear();
    holdMicrophone(this.isTyping);
    this.signs.setEar(state);
    this.onChange();
  }

  /** No sound arrives at the server; where none can be, the sign says so already. */
  missSound() {
    if (!this.isTyping && !this.view.isReading && getEar() === "on") this.watch.tell("cannotHearYou");
  }

  /** @param {boolean} isWanted false: speak, if there is a microphone */
  async setTyping(isWanted) {
    if (!isWanted && !(await tryTurnOn((problem) => this.watch.tell(problem)))) return;
    this.isTyping = isWanted;
    remember("typing", isWanted ? "yes" : "no");
    holdMicrophone(isWanted);
    this.watch.clear();
    this.waiting.tell(isWanted);
    this.showTurn();
    this.onChange();
    focusAnswer();
    if (!isWanted) find("turn").scrollIntoView({ block: "center" });
  }

  /** @param {boolean} isWanted only the candidate ends answers */
  setWaiting(isWanted) {
    this.waiting.set(isWanted, this.isTyping);
    this.showTurn();
  }

  /** @param {string} kind for the reviewer, never rated */
  tellEvent(kind) {
    if (this.isOpen) this.socket.send({ type: "client_event", kind, at: new Date().toISOString() });
  }
}
