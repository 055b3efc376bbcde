// @ts-check
/**
 * The interview: its connection, its clock, its pauses and its end. The server's word is the truth; everything here can be
 * drawn again from one `session_state`, so that a reload, another device and a restarted server are one and the same case.
 */

import { announce } from "./announcer.js";
import { Answering } from "./answering.js";
import { AudioSender } from "./audio-sender.js";
import { hideBanner, showRelief, showTrouble } from "./banner.js";
import { pauseRecording, resumeRecording } from "./camera.js";
import { Controls } from "./controls.js";
import { Conversation } from "./conversation.js";
import { openFrameStore } from "./frame-store.js";
import { getMicrophone, stopListening, turnOff } from "./microphones.js";
import { find, page, say } from "./page.js";
import { InterviewSocket } from "./socket.js";
import { TimeLeft } from "./time-left.js";

/**
 * @typedef {object} Listeners each called once; the last three when the interview has left this page
 * @property {() => void} onBegun the candidate has agreed, and the interview runs
 * @property {(closing: string) => void} onEnded
 * @property {() => void} onReplaced
 * @property {(why: string) => void} onRefused
 */

/** Said too late, or twice: what happened meanwhile is on the screen already. */
const HARMLESS = ["answer.closed", "answer.none_open", "audio.paused", "audio.unknown_answer", "state.conflict"];

export class InterviewRoom {
  #isDrawn = false; // from a session_state
  #isBegun = false;
  #isOver = false;
  #hasConsented = false;
  #refusal = "";

  /** @param {import("./frame-store.js").FrameStore} store @param {Listeners} listeners */
  constructor(store, listeners) {
    this.store = store;
    this.listeners = listeners;
    this.socket = new InterviewSocket(page.socketPath);
    this.sender = new AudioSender(store, this.socket);
    this.answering = new Answering(this.sender, this.socket, () => this.#update());
    this.conversation = new Conversation();
    this.time = new TimeLeft(find("time-left"));
    this.controls = new Controls(this.#makeActions());
    this.socket.addEventListener("state", (event) => this.#follow(/** @type {CustomEvent} */ (event).detail));
    this.socket.addEventListener("message", (event) => this.#take(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("visibilitychange", () => {
      this.answering.tellEvent(document.hidden ? "tab_hidden" : "tab_visible");
    });
  }

  /** @param {{hasConsented: boolean, isTyping: boolean}} entry */
  enter({ hasConsented, isTyping }) {
    this.#hasConsented = hasConsented;
    this.answering.isTyping = isTyping;
    this.answering.signs.connecting();
    this.answering.listen();
    this.#update();
    this.socket.open();
  }

  /** @returns {import("./controls.js").Actions} */
  #makeActions() {
    const { answering } = this;
    return {
      done: () => answering.end("end_turn"),
      skip: () => answering.end("skip_question"),
      think: () => this.#send({ type: "need_time", answer: answering.question?.answer }),
      pause: () => this.#send({ type: "pause" }),
      resume: () => this.#send({ type: "resume" }),
      repeat: () => answering.repeat(),
      beginNow: () => answering.beginNow(),
      endInterview: () => this.#send({ type: "end_interview" }),
      type: (isWanted) => void answering.setTyping(isWanted),
      openMicrophone: () => void answering.setTyping(false),
      waitForDone: (isWanted) => {
        answering.waitsForDone = isWanted;
        answering.tellWaiting();
        if (answering.canAct) answering.signs.asked(answering.isTyping, isWanted);
      },
    };
  }

  /** @param {{type: string, [field: string]: unknown}} message */
  #send(message) {
    if (!this.socket.send(message)) showTrouble("reconnecting");
  }

  // --- What the server says -------------------------------------------------------------------------------------------

  /** @param {any} message */
  #take(message) {
    const { answering } = this;
    const isNew = !message.isPast; // what is past is in the session_state, which came before it
    this.sender.handle(message);
    const handlers = {
      session_state: () => this.#draw(message),
      greeting: () => isNew && this.#greet(message.message),
      next_question: () => isNew && this.#open(message),
      turn_update: () => answering.follow(message),
      transcription_update: () => this.#caption(message, isNew),
      clock: () => this.time.set(message.remaining_seconds, true, message.wrap_up),
      paused: () => isNew && this.#pause(message.reason, message.seconds_left),
      resumed: () => isNew && this.#resume(message.reason),
      notice: () => message.code === "cannot_hear_you" && answering.missSound(),
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
    this.answering.rejoin(state, !this.#isDrawn);
    this.#isDrawn = true;
    if (state.status === "paused" && !this.answering.isPaused) this.#pause("candidate", null);
    if (state.status === "in_progress" && this.answering.isPaused) this.#resume("candidate");
  }

  /** The first state of this page. @param {any} state */
  #enterState(state) {
    const { answering } = this;
    if (state.settings.prefers_typing && !getMicrophone()) answering.isTyping = true;
    answering.waitsForDone = state.settings.waits_for_done && !answering.isTyping;
    find("waits-for-done").checked = answering.waitsForDone;
    if (state.status !== "pending") {
      this.#begin();
      return;
    }
    const shown = { document_version: page.consentVersion, language: page.consentLanguage, hash: page.consentHash };
    const consent = { ...shown, accepted: true };
    if (this.#hasConsented) this.#send({ type: "start", consent });
    else this.#leave(() => this.listeners.onRefused(say("consentChanged")));
  }

  #begin() {
    if (!this.#isBegun) this.listeners.onBegun();
    this.#isBegun = true;
  }

  /** @param {string} text */
  #greet(text) {
    this.#begin();
    this.conversation.add({ speaker: "interviewer", kind: "greeting", text });
    this.answering.view.greet(text);
  }

  /** @param {import("./question-view.js").Question} question */
  #open(question) {
    this.conversation.add({ speaker: "interviewer", kind: question.kind, text: question.message });
    this.answering.open(question, -1, true);
  }

  /** @param {any} update transcription_update @param {boolean} isNew */
  #caption(update, isNew) {
    this.answering.caption(update);
    if (isNew && !update.is_partial) {
      this.conversation.add({ speaker: "candidate", kind: "answer", text: update.message });
    }
  }

  /** @param {string} reason @param {number|null} secondsLeft */
  #pause(reason, secondsLeft) {
    this.answering.pause();
    pauseRecording();
    this.time.run(false);
    this.controls.showPause(reason, secondsLeft);
  }

  /** @param {string} reason */
  #resume(reason) {
    this.answering.resume();
    resumeRecording();
    this.time.run(true);
    this.controls.hidePause();
    if (reason === "pause_budget_spent") announce(say("pauseSpent"));
  }

  /** @param {any} error */
  #explain(error) {
    if (HARMLESS.includes(error.code)) return;
    if (error.code.startsWith("answer.")) this.answering.refuse(error.message);
    else if (error.code === "pause.budget_spent") this.answering.watch.tell("pausesUsedUp");
    else if (error.code === "consent.version") this.#leave(() => this.listeners.onRefused(say("consentChanged")));
    else if (error.code.startsWith("link.")) this.#refusal = error.message;
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
    if (state === "over") this.#complete("");
    this.#update();
  }

  /** @param {string} closing */
  #complete(closing) {
    void this.store.clear();
    this.#leave(() => this.listeners.onEnded(closing || say("closingDefault")));
  }

  /** @param {() => void} act */
  #leave(act) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.answering.stop();
    this.time.stop();
    this.socket.leave();
    stopListening();
    turnOff();
    hideBanner();
    act();
  }

  #update() {
    if (this.#isOver) return;
    this.controls.update({
      canAct: this.answering.canAct,
      isTyping: this.answering.isTyping,
      isPaused: this.answering.isPaused,
      isConnected: this.socket.isOpen,
      hasMicrophone: getMicrophone() !== null,
    });
  }
}

/** @param {Listeners} listeners @returns {Promise<InterviewRoom>} */
export async function openRoom(listeners) {
  return new InterviewRoom(await openFrameStore(page.storeName), listeners);
}
