// @ts-check
/** The question: shown, and read aloud where there is a voice. */

import { announce, holdAnnouncements } from "./announcer.js";
import { find, focusAnswer, page, say, show } from "./page.js";
import { isMuted, knowsVoice, SLOW, speak, stop } from "./speech.js";

/** @typedef {{sequence: number, answer: number, answer_uuid: string, message: string, number: number, of: number, kind: string, suggestions: string[], rephrased?: string, audio?: import("./server-voice.js").Sound}} Question */

export class QuestionView {
  /** What is being read, one after the other. @type {Promise<unknown>} */ #reading = Promise.resolve();
  #turn = 0;
  #overdueAt = Infinity;
  #reads = 0;
  /** A voice is speaking. Its sound is no part of an answer, and no browser takes all of it out again. */
  isReading = false;

  /** Its sound's length, or words ÷ 2.5, and a second after the reading began, it should be over. */
  get isOverdue() {
    return performance.now() > this.#overdueAt;
  }

  /** The question as screen readers are told it. */
  get told() {
    const other = find("question-rephrased").hidden ? "" : ` ${find("rephrased-text").textContent}`;
    return `${find("question-number").textContent}. ${find("question-text").textContent}${other}`;
  }

  /** @param {string} text read before the first question @param {Question["audio"]} audio */
  greet(text, audio) {
    find("greeting").textContent = text;
    show(find("greeting"), true);
    this.#reading = this.#read(text, text, 1, audio).then((outcome) => {
      if (outcome === "spoken") show(find("greeting"), false); // it was heard, and stands in the conversation
    });
  }

  /** @param {Question} question */
  show(question) {
    const { number, of, kind, message } = question;
    const position = of >= number ? say("questionOf", { number, of }) : say("question", { number });
    find("question-number").textContent = position;
    find("question-kind").textContent = say("followUp");
    show(find("question-kind"), kind === "follow_up");
    find("question-text").textContent = message;
    this.showOtherWords(question.rephrased ?? "");
    const progress = find("question-progress");
    progress.max = Math.max(of, number);
    progress.value = number - 1;
    if (number > 1) show(find("greeting"), false);
    find("question-text").scrollIntoView({ block: "nearest" });
  }

  /** @param {string} text the question in other words; empty where there are none */
  showOtherWords(text) {
    find("rephrased-text").textContent = text;
    show(find("question-rephrased"), Boolean(text));
  }

  /**
   * After what is being read already. Where there is no voice, screen readers are given the text.
   * @param {Question} question @param {boolean} [isAgain] as the candidate has wished @param {number} [rate] of the voice
   * @returns {Promise<boolean>} whether it was heard, or shown, as far as it goes; false: something else was asked meanwhile
   */
  async ask(question, isAgain = false, rate = 1) {
    this.#turn += 1;
    const turn = this.#turn;
    await this.#reading;
    if (turn !== this.#turn) return false;
    const reading = this.#read(question.message, this.told, rate, question.audio);
    this.#reading = reading;
    const outcome = await reading;
    if (turn !== this.#turn) return false;
    if (outcome === "silent" && isAgain) find("question-text").focus();
    return true;
  }

  /** @param {{message: string, is_slow: boolean, audio?: Question["audio"]}} again @param {Question} question @returns {Promise<boolean>} as `ask` */
  askAgain({ message, is_slow, audio }, question) {
    this.showOtherWords(is_slow ? "" : message);
    return this.ask({ ...question, message, audio }, true, is_slow ? SLOW : 1);
  }

  /** Fall silent: the candidate speaks, or something else is asked. */
  hush() {
    this.#turn += 1;
    this.#reads += 1;
    this.#reading = Promise.resolve();
    stop();
    this.#hold(false);
  }

  /**
   * @param {string} text @param {string} told to screen readers instead @param {number} rate @param {Question["audio"]} audio
   * @returns {Promise<"spoken"|"silent">}
   */
  async #read(text, told, rate, audio) {
    this.#reads += 1;
    const mine = this.#reads;
    const canSpeak = !isMuted && (audio !== undefined || (await knowsVoice(page.language)));
    if (mine !== this.#reads) return "silent";
    const seconds = audio?.seconds ?? text.split(/\s+/).length / 2.5;
    this.#overdueAt = performance.now() + (seconds / rate + 1) * 1000;
    if (canSpeak) this.#hold(true);
    const outcome = canSpeak ? await speak(text, page.language, rate, audio) : "silent";
    if (mine !== this.#reads) return outcome;
    this.#hold(false);
    if (outcome === "silent") announce(told);
    return outcome;
  }

  /** @param {boolean} isReading */
  #hold(isReading) {
    this.isReading = isReading;
    const hadFocus = !isReading && document.activeElement === find("begin-now");
    show(find("begin-now"), isReading);
    if (hadFocus) focusAnswer();
    holdAnnouncements(isReading);
  }
}
