// @ts-check
/**
 * The interview itself: one socket, one question at a time. The server's word is the truth; everything here can be drawn
 * again from one `session_state`, so that a reload, another device and a restarted server are one and the same case.
 */

import { announce } from "./announcer.js";
import { AudioSender } from "./audio-sender.js";
import { hideBanner, showRelief, showTrouble } from "./banner.js";
import { ClosingAnswers } from "./closing-answers.js";
import { Captions, Conversation } from "./conversation.js";
import { Controls } from "./controls.js";
import { openFrameStore } from "./frame-store.js";
import { HearingWatch } from "./hearing-watch.js";
import { getMicrophone, listen, stopListening, turnOff, turnOn } from "./microphones.js";
import { find, page, say } from "./page.js";
import { QuestionView } from "./question-view.js";
import { InterviewSocket } from "./socket.js";
import { TimeLeft } from "./time-left.js";
import { TurnSigns } from "./turn-signs.js";
import { TypedAnswer } from "./typing.js";

/** @typedef {import("./question-view.js").Question} Question */
/** @typedef {{onEnded: (closing: string) => void, onReplaced: () => void, onRefused: (why: string) => void}} Listeners */

const HARMLESS = ["answer.closed", "answer.none_open", "audio.paused", "audio.unknown_answer", "state.conflict"];

export class InterviewRoom {
  /** @type {Question|null} */ #question = null;
  #isOpen = false; // the question waits for an answer
  #isPaused = false;
  #isTyping = false;
  #waitsForDone = false; // the candidate's own wish; typing waits in any case
  #isDrawn = false; // from a session_state
  #isOver = false;
  #closing = "";
  #refusal = "";

  /** @param {import("./frame-store.js").FrameStore} store @param {Listeners} listeners */
  constructor(store, listeners) {
    this.store = store;
    this.listeners = listeners;
    this.socket = new InterviewSocket(page.socketPath);
    this.sender = new AudioSender(store, this.socket);
    this.endings = new ClosingAnswers(this.sender, this.socket);
    this.view = new QuestionView();
    this.captions = new Captions();
    this.conversation = new Conversation();
    this.time = new TimeLeft(find("time-left"));
    this.typed = new TypedAnswer({
      onSend: (text) => this.#end("answer_text", { text }),
      onSpeak: () => void this.#setTyping(false),
      onPaste: () => this.#tellEvent("paste"),
    });
    this.signs = new TurnSigns(find("turn"), { onLastMoment: () => this.#isTyping && this.typed.send() });
    this.watch = new HearingWatch({
      isWaiting: () => this.#isHearing && this.signs.isUnheard,
      countUnsent: () => (this.socket.isOpen ? this.sender.unsentSeconds : 0),
    });
    this.controls = new Controls(this.#makeActions());
    this.socket.addEventListener("state", (event) => this.#follow(/** @type {CustomEvent} */ (event).detail));
    this.socket.addEventListener("message", (event) => this.#take(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("visibilitychange", () => this.#tellEvent(document.hidden ? "tab_hidden" : "tab_visible"));
  }

  /** @param {{hasConsented: boolean, isTyping: boolean}} entry */
  enter({ hasConsented, isTyping }) {
    this.hasConsented = hasConsented;
    this.#isTyping = isTyping;
    this.signs.connecting();
    this.#listen();
    this.#update();
    this.socket.open();
  }

  get #isHearing() {
    return this.#isOpen && !this.#isPaused && !this.#isTyping && !this.endings.isPending;
  }

  /** @returns {import("./controls.js").Actions} */
  #makeActions() {
    return {
      done: () => this.#end("end_turn"),
      skip: () => this.#end("skip_question"),
      think: () => this.#send({ type: "need_time", answer: this.#question?.answer }),
      pause: () => this.#send({ type: "pause" }),
      resume: () => this.#send({ type: "resume" }),
      repeat: () => this.#repeat(),
      endInterview: () => this.#send({ type: "end_interview" }),
      type: (isWanted) => void this.#setTyping(isWanted),
      waitForDone: (isWanted) => {
        this.#waitsForDone = isWanted;
        this.#tellWaiting();
      },
      openMicrophone: () => void this.#setTyping(false),
    };
  }

  // --- The microphone -------------------------------------------------------------------------------------------------

  #listen() {
    const microphone = getMicrophone();
    find("microphone-name").textContent = microphone ? say("microphoneIs", { name: microphone.label }) : say("microphoneOff");
    listen((pcm, level) => this.#hear(pcm, level), () => this.#loseMicrophone());
  }

  /** @param {ArrayBuffer} pcm @param {number} level */
  #hear(pcm, level) {
    if (this.#isTyping) {
      // The server counts time by sound: it is given silence, of which nobody is heard.
      this.sender.take(new ArrayBuffer(pcm.byteLength));
      this.signs.setLevel(0);
      return;
    }
    this.signs.setLevel(this.#isOpen && !this.#isPaused ? level : 0);
    this.watch.hear(level);
    this.sender.take(pcm);
  }

  #loseMicrophone() {
    this.watch.tell("microphoneLost");
    this.#tellEvent("microphone_lost");
    this.#listen();
    this.#update();
  }

  /** @param {boolean} isWanted */
  async #setTyping(isWanted) {
    if (!isWanted && !(await this.#haveMicrophone())) return;
    this.#isTyping = isWanted;
    this.watch.clear();
    this.#tellWaiting();
    this.#update();
    if (isWanted) {
      if (this.#isOpen) this.signs.typing();
      find("typed").focus();
    } else {
      if (this.#isOpen) this.signs.rest();
      find("done").focus();
    }
  }

  /** @returns {Promise<boolean>} */
  async #haveMicrophone() {
    try {
      await turnOn();
      this.#listen();
      return true;
    } catch (error) {
      const code = String(/** @type {any} */ (error).code ?? "failed");
      this.watch.tell(`problem${code[0].toUpperCase()}${code.slice(1)}`);
      return false;
    }
  }

  // --- What the candidate does ----------------------------------------------------------------------------------------

  /** @param {string} type @param {{text?: string}} [fields] */
  #end(type, fields = {}) {
    if (!this.#question || !this.#isOpen) return;
    this.view.hush();
    this.signs.saving();
    void this.endings.end({ type, answer: this.#question.answer, ...fields });
    this.#update();
  }

  #repeat() {
    if (!this.#question) return;
    this.view.hush();
    this.#send({ type: "repeat_question" });
    void this.#ask(this.#question);
  }

  #tellWaiting() {
    find("waits-for-done").checked = this.#waitsForDone;
    this.#send({ type: "set_waiting", until_done: this.#waitsForDone || this.#isTyping });
  }

  /** @param {string} kind */
  #tellEvent(kind) {
    if (this.#isOpen) this.socket.send({ type: "client_event", kind, at: new Date().toISOString() });
  }

  /** @param {{type: string, [field: string]: unknown}} message */
  #send(message) {
    if (!this.socket.send(message)) showTrouble("reconnecting");
  }

  // --- What the server says -------------------------------------------------------------------------------------------

  /** @param {any} message */
  #take(message) {
    this.sender.handle(message);
    const handlers = {
      session_state: () => this.#draw(message),
      greeting: () => message.isPast || this.#greet(message.message),
      next_question: () => message.isPast || this.#openQuestion(message, -1, true),
      turn_update: () => this.#followTurn(message),
      transcription_update: () => this.#caption(message),
      clock: () => this.time.set(message.remaining_seconds, true, message.wrap_up),
      paused: () => message.isPast || this.#pause(message.reason, message.seconds_left),
      resumed: () => message.isPast || this.#resume(message.reason),
      notice: () => message.code === "cannot_hear_you" && this.#isHearing && this.watch.tell("cannotHearYou"),
      interview_completed: () => this.#complete(message.message),
      error: () => this.#explain(message),
    };
    handlers[/** @type {keyof typeof handlers} */ (message.type)]?.();
    this.#update();
  }

  /** @param {any} state session_state */
  #draw(state) {
    this.time.set(state.clock.remaining_seconds, state.clock.is_running);
    this.conversation.fill(state.transcript);
    if (!this.#isDrawn) this.#enterState(state);
    const question = /** @type {Question|null} */ (state.question);
    const isStoredOpen = state.acknowledged?.answer === question?.answer && state.acknowledged?.is_open;
    const through = isStoredOpen ? state.acknowledged.through : -1;
    void this.endings.rejoin(isStoredOpen ? (question?.answer ?? null) : null);
    if (question && isStoredOpen && question.answer !== this.#question?.answer) {
      this.#openQuestion(question, through, this.#isDrawn);
    } else if (question && isStoredOpen && this.#isOpen && !this.endings.isPending) {
      void this.sender.begin(question.answer, through);
    }
    this.#isDrawn = true;
    if (state.status === "paused" && !this.#isPaused) this.#pause("candidate", null);
    if (state.status === "in_progress" && this.#isPaused) this.#resume("candidate");
  }

  /** The first state of this page. @param {any} state */
  #enterState(state) {
    const { waits_for_done: waits, prefers_typing: prefersTyping } = state.settings;
    if (prefersTyping && !getMicrophone()) this.#isTyping = true;
    this.#waitsForDone = waits && !this.#isTyping;
    find("waits-for-done").checked = this.#waitsForDone;
    if (state.status !== "pending") return;
    const consent = { document_version: page.consentVersion, language: page.consentLanguage, accepted: true };
    if (this.hasConsented) this.#send({ type: "start", consent });
    else this.listeners.onRefused(say("consentChanged"));
  }

  /** @param {string} text */
  #greet(text) {
    this.conversation.add({ speaker: "interviewer", kind: "greeting", text });
    this.view.greet(text);
  }

  /** @param {Question} question @param {number} through of session_state @param {boolean} isAsked aloud; not after a reload */
  #openQuestion(question, through, isAsked) {
    this.#question = question;
    this.#isOpen = true;
    this.endings.forget();
    this.captions.clear();
    this.watch.clear();
    this.typed.open(question);
    this.view.show(question);
    void this.sender.begin(question.answer, through);
    if (this.#isTyping) this.#tellWaiting();
    if (isAsked) {
      this.conversation.add({ speaker: "interviewer", kind: question.kind, text: question.message });
      void this.#ask(question);
    } else {
      this.#begin(question);
    }
  }

  /** @param {Question} question */
  async #ask(question) {
    this.signs.asking(this.#isTyping);
    if (await this.view.ask(question)) this.#begin(question);
  }

  /** The question was heard, or read. @param {Question} question */
  #begin(question) {
    if (question !== this.#question || !this.#isOpen || this.endings.isPending) return;
    this.socket.send({ type: "playback_finished", sequence: question.sequence });
    this.signs.asked(this.#isTyping, this.#waitsForDone);
  }

  /** @param {any} update turn_update */
  #followTurn(update) {
    if (this.#isPaused) return;
    if (update.state === "closed") {
      this.#isOpen = false;
      this.endings.forget();
      this.typed.forget();
      this.view.hush();
      this.watch.clear();
    } else if (update.state === "speaking") {
      this.view.hush();
    }
    this.signs.follow(update, { isTyping: this.#isTyping, isEnding: this.endings.isPending });
  }

  /** @param {any} update transcription_update */
  #caption(update) {
    if (update.answer_uuid === this.#question?.answer_uuid) this.captions.take(update);
    if (update.is_partial || update.isPast) return;
    this.conversation.add({ speaker: "candidate", kind: "answer", text: update.message });
  }

  /** @param {string} reason @param {number|null} secondsLeft */
  #pause(reason, secondsLeft) {
    this.#isPaused = true;
    this.view.hush();
    this.signs.stop();
    this.time.run(false);
    this.watch.clear();
    this.controls.showPause(reason, secondsLeft);
  }

  /** @param {string} reason */
  #resume(reason) {
    this.#isPaused = false;
    this.time.run(true);
    this.controls.hidePause();
    if (reason === "pause_budget_spent") announce(say("pauseSpent"));
    if (this.#isOpen && this.#isTyping) this.signs.typing();
    else if (this.#isOpen) this.signs.rest();
  }

  /** @param {any} error */
  #explain(error) {
    if (HARMLESS.includes(error.code)) return;
    if (error.code.startsWith("answer.")) {
      this.endings.forget();
      this.typed.enable(true);
      this.typed.say(error.message);
      if (this.#question) void this.sender.begin(this.#question.answer, -1);
    } else if (error.code === "consent.version") {
      this.#isOver = true;
      this.socket.leave();
      this.listeners.onRefused(say("consentChanged"));
    } else if (error.code === "pause.budget_spent") {
      this.watch.tell("pausesUsedUp");
    } else if (error.code.startsWith("link.")) {
      this.#refusal = error.message;
    }
  }

  // --- The connection, and the end ------------------------------------------------------------------------------------

  /** @param {import("./socket.js").StateDetail} detail */
  #follow({ state }) {
    if (state === "open") showRelief("reconnected");
    if (state === "reconnecting") {
      showTrouble("reconnecting");
      this.time.run(false);
    }
    if (state === "replaced") this.#leave(this.listeners.onReplaced);
    if (state === "refused") this.#leave(() => this.listeners.onRefused(this.#refusal || say("refused")));
    if (state === "over") this.#complete(this.#closing);
    this.#update();
  }

  /** @param {string} closing */
  #complete(closing) {
    if (this.#isOver) return;
    this.#closing = closing;
    void this.store.clear();
    this.#leave(() => this.listeners.onEnded(closing || say("closingDefault")));
  }

  /** @param {() => void} act */
  #leave(act) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isOpen = false;
    this.view.hush();
    this.signs.stop();
    this.watch.stop();
    this.time.stop();
    stopListening();
    turnOff();
    hideBanner();
    act();
  }

  #update() {
    if (this.#isOver) return;
    this.controls.update({
      isOpen: this.#isOpen && !this.endings.isPending,
      isTyping: this.#isTyping,
      isPaused: this.#isPaused,
      isConnected: this.socket.isOpen,
      hasMicrophone: getMicrophone() !== null,
    });
  }
}

/** @param {Listeners} listeners @returns {Promise<InterviewRoom>} */
export async function openRoom(listeners) {
  return new InterviewRoom(await openFrameStore(page.storeName), listeners);
}
