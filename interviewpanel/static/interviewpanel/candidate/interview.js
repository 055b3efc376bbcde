// @ts-check
/**
 * The interview: its connection, its clock, its pauses and its end. The server's word is the truth; everything here can be
 * drawn again from one `session_state`, so that a reload, another device and a restarted server are one and the same case.
 */

import { announce } from "./announcer.js";
import { Answering } from "./answering.js";
import { AudioSender } from "./audio-sender.js";
import { hideBanner, showNews, showRelief, showTrouble } from "./banner.js";
import { followSound, pauseRecording, resumeRecording } from "./camera.js";
import { Controls } from "./controls.js";
import { Conversation } from "./conversation.js";
import { openFrameStore } from "./frame-store.js";
import { getEar, getMicrophone, stopListening, turnOff, wakeUp } from "./microphones.js";
import { find, page, say } from "./page.js";
import { explainCode, explainRefusal } from "./reasons.js";
import { QueueScreen } from "./queue.js";
import { InterviewSocket } from "./socket.js";
import { TimeLeft } from "./time-left.js";

/**
 * @typedef {object} Listeners each called once; the last three when the interview has left this page
 * @property {() => void} onBegun the candidate has agreed, and the interview runs
 * @property {(closing: string, audio?: import("./server-voice.js").Sound) => void} onEnded
 * @property {() => void} onReplaced
 * @property {(why: string) => void} onRefused
 */

/** Said too late, or twice: what happened meanwhile is on the screen already. */
const HARMLESS = ["answer.closed", "answer.none_open", "audio.paused", "audio.unknown_answer", "interview.not_live", "state.conflict"];

const LINK_GONE = 4401;

export class InterviewRoom {
  #isDrawn = false; // from a session_state
  #isBegun = false;
  #isOver = false;
  #hasConsented = false;
  /** What the server said before it closed the line. @type {any} */ #refusal = null;

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
    this.queue = new QueueScreen({
      start: () => this.#agree(),
      leave: () => this.#send({ type: "leave_queue" }),
      tell: (channel) => this.#send({ type: "tell_me", channel }),
    });
    this.socket.addEventListener("state", (event) => this.#followLine(/** @type {CustomEvent} */ (event).detail));
    this.socket.addEventListener("message", (event) => this.#take(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("visibilitychange", () => {
      this.answering.tellEvent(document.hidden ? "tab_hidden" : "tab_visible");
    });
  }

  /** @param {{hasConsented: boolean, isTyping: boolean, hasSpoken: boolean}} entry hasSpoken: in this tab, before a reload */
  enter({ hasConsented, isTyping, hasSpoken }) {
    this.#hasConsented = hasConsented;
    this.answering.isTyping = isTyping;
    this.answering.signs.connecting();
    this.socket.open();
    this.answering.enter(hasSpoken);
  }

  /** @returns {import("./controls.js").Actions} */
  #makeActions() {
    const { answering } = this;
    return {
      done: () => answering.finish(),
      skip: () => answering.end("skip_question"),
      think: () => this.#send({ type: "need_time", answer: answering.question?.answer }),
      askForTime: () => this.#send({ type: "more_time", answer: answering.question?.answer }),
      pause: () => this.#send({ type: "pause" }),
      resume: () => this.#send({ type: "resume" }),
      repeat: () => answering.repeat(),
      rephrase: () => answering.rephrase(),
      beginNow: () => answering.beginNow(),
      endInterview: () => void this.#end(),
      type: (isWanted) => void answering.setTyping(isWanted),
      openMicrophone: wakeUp,
      waitForDone: (isWanted) => answering.setWaiting(isWanted),
    };
  }

  /** @param {{type: string, [field: string]: unknown}} message */
  #send(message) {
    if (!this.socket.send(message)) this.#tellOffline();
  }

  #tellOffline() {
    showTrouble(this.store.isDurable ? "reconnecting" : "reconnectingUndurable");
  }

  /** Once all that was said and written is on the line; said again after a reconnect. */
  async #end() {
    const isUnsaid = this.answering.isPaused && this.sender.unsentSeconds > 0; // in a pause the server takes no sound
    await (isUnsaid ? this.#send({ type: "resume" }) : this.answering.leave());
    this.answering.isLeaving = true;
    if (!isUnsaid) this.#send({ type: "end_interview" });
  }

  // --- What the server says -------------------------------------------------------------------------------------------

  /** @param {any} message */
  #take(message) {
    const { answering } = this;
    const isNew = !message.isPast; // what is past is in the session_state, which came before it
    this.sender.handle(message);
    const handlers = {
      session_state: () => this.#draw(message),
      queue: () => this.queue.draw(message),
      greeting: () => isNew && this.#greet(message.message, message.audio),
      next_question: () => isNew && this.#open(message),
      question_rephrased: () => isNew && this.#rephrase(message),
      turn_update: () => this.#follow(message),
      transcription_update: () => this.#caption(message, isNew),
      clock: () => this.time.set(message.remaining_seconds, true, message.wrap_up, message.warning),
      paused: () => isNew && this.#pause(message.reason, message.seconds_left),
      resumed: () => isNew && this.#resume(message.reason),
      time_added: () => isNew && showNews("timeAdded", { minutes: message.minutes }),
      notice: () => this.#notice(message.code),
      interview_completed: () => this.#complete(message.message, message.audio),
      error: () => this.#explain(message),
    };
    handlers[/** @type {keyof typeof handlers} */ (message.type)]?.();
    this.#update();
  }

  /** @param {any} state session_state */
  #draw(state) {
    this.time.set(state.clock.remaining_seconds, state.clock.is_running, state.clock.wrap_up);
    this.conversation.fill(state.transcript);
    if (state.status === "pending") this.#start(state.queue);
    else this.#begin();
    this.answering.rejoin(state, !this.#isDrawn);
    this.#isDrawn = true;
    const pause = state.pause ?? { reason: "candidate", seconds_left: null };
    if (state.status === "paused") this.#pause(pause.reason, pause.seconds_left);
    if (state.status === "in_progress" && this.answering.isPaused) this.#resume("candidate");
    if (this.answering.isLeaving) void this.#end();
  }

  /** On every connection that finds the interview not begun: the one before may have broken first. Who is called, or has
   * left the line, says it by a button; who is to be told by e-mail or SMS may not be here at all.
   * @param {import("./queue.js").Queue|null} queue */
  #start(queue) {
    if (queue && (queue.state !== "waiting" || queue.tell_by)) this.queue.draw(queue);
    else this.#agree();
  }

  #agree() {
    const shown = { document_version: page.consentVersion, language: page.consentLanguage, hash: page.consentHash };
    const consent = { ...shown, accepted: true };
    if (this.#hasConsented) this.#send({ type: "start", consent, confirms_turn: true });
    else this.#leave(() => this.listeners.onRefused(say("consentChanged")));
  }

  #begin() {
    this.queue.close();
    if (!this.#isBegun) this.listeners.onBegun();
    this.#isBegun = true;
  }

  /** @param {string} code */
  #notice(code) {
    if (code === "cannot_hear_you") this.answering.missSound();
    if (code === "server_restarting") showNews("restarting", {});
  }

  /** @param {string} text @param {import("./server-voice.js").Sound} [audio] */
  #greet(text, audio) {
    this.#begin();
    this.conversation.add({ speaker: "interviewer", kind: "greeting", text });
    this.answering.view.greet(text, audio);
  }

  /** @param {import("./question-view.js").Question} question */
  #open(question) {
    this.conversation.add({ speaker: "interviewer", kind: question.kind, text: question.message });
    this.answering.open(question, -1, true);
  }

  /** @param {{answer: number, message: string, is_slow: boolean}} again */
  #rephrase(again) {
    if (!again.is_slow) this.conversation.add({ speaker: "interviewer", kind: "rephrasing", text: again.message });
    void this.answering.askAgain(again);
  }

  /** @param {any} update turn_update */
  #follow(update) {
    if (update.state === "closed") this.controls.forgetSkip();
    this.answering.follow(update);
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
    if (this.answering.isLeaving) void this.#end();
  }

  /** @param {any} error */
  #explain(error) {
    const { answering } = this;
    if (error.code.startsWith("link.")) this.#refusal = error;
    else if (error.code.startsWith("consent.")) this.#leave(() => this.listeners.onRefused(say("consentChanged")));
    else if (error.code === "queue.no_channel") this.queue.refuse();
    else if (HARMLESS.includes(error.code)) return;
    else if (answering.endings.isPending) answering.refuse(explainCode(error.code));
    else if (["pause.budget_spent", "turn.no_more_time"].includes(error.code)) answering.watch.say(explainCode(error.code));
  }

  // --- The connection, and the end ------------------------------------------------------------------------------------

  /** @param {import("./socket.js").StateDetail} detail */
  #followLine({ state, code }) {
    if (state === "open") showRelief("reconnected");
    if (state === "reconnecting") {
      this.#tellOffline();
      this.time.run(false);
      this.answering.signs.disconnect(this.answering.isTyping);
    }
    if (state === "replaced") this.#leave(this.listeners.onReplaced);
    if (code === LINK_GONE) void this.store.clear();
    if (state === "refused") this.#leave(() => this.listeners.onRefused(explainRefusal(this.#refusal, code)));
    if (state === "over") this.#complete("");
    this.#update();
  }

  /** @param {string} closing @param {import("./server-voice.js").Sound} [audio] */
  #complete(closing, audio) {
    void this.store.clear();
    this.#leave(() => this.listeners.onEnded(closing || say("closingDefault"), audio));
  }

  /** @param {() => void} act */
  #leave(act) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.answering.stop();
    this.time.stop();
    this.queue.close();
    this.socket.leave();
    stopListening();
    turnOff();
    hideBanner();
    act();
  }

  #update() {
    if (this.#isOver) return;
    followSound(getMicrophone()?.stream ?? null, !this.answering.isTyping && !this.answering.isPaused);
    this.controls.update({
      canAct: this.answering.canAct,
      isTyping: this.answering.isTyping,
      isPaused: this.answering.isPaused,
      isConnected: this.socket.isOpen,
      isEarOff: getEar() !== "on",
      hasDraft: this.answering.typed.text !== "",
    });
  }
}

/** @param {Listeners} listeners @returns {Promise<InterviewRoom>} */
export async function openRoom(listeners) {
  return new InterviewRoom(await openFrameStore(page.storeName), listeners);
}
