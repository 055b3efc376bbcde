// @ts-check
/** The screen of who waits for a place: where they stand, how long it takes, and that it is their turn. */

import { announce } from "./announcer.js";
import { find, onPress, page, say, sayDuration, show } from "./page.js";
import { getScreen, showScreen } from "./screens.js";

/**
 * @typedef {object} Queue `queue` of the protocol
 * @property {"waiting"|"called"|"left"} state
 * @property {number} [position] @property {boolean} [is_drained] @property {string} [tell_by] @property {string[]} [channels]
 * @property {number|null} [shortest_seconds] @property {number|null} [longest_seconds] @property {number|null} [held_seconds]
 */

/** @typedef {{start: () => void, leave: () => void, tell: (channel: string) => void}} QueueActions */

const COUNTDOWN_SECONDS = 10;
const QUIET_MS = 60_000; // a screen reader is not told more often where one stands
const TONE_SECONDS = 0.6;

export class QueueScreen {
  #timer = 0;
  #heldUntil = 0;
  #beginsAt = Infinity;
  #toldAt = -Infinity;
  #toldPosition = 0;
  #state = "";

  /** @param {QueueActions} actions */
  constructor(actions) {
    this.actions = actions;
    onPress(find("queue-email"), () => actions.tell("email"));
    onPress(find("queue-sms"), () => actions.tell("sms"));
    onPress(find("queue-leave"), actions.leave);
    onPress(find("queue-again"), actions.start);
    onPress(find("queue-begin"), actions.start);
    onPress(find("queue-moment"), () => this.#waitForPress());
    document.addEventListener("visibilitychange", () => this.#countIn());
  }

  /** @param {Queue} queue */
  draw(queue) {
    const before = this.#state;
    this.#state = queue.state;
    window.clearInterval(this.#timer);
    for (const state of ["waiting", "called", "left"]) show(find(`queue-${state}`), state === queue.state);
    show(find("queue-facts"), queue.state === "waiting");
    show(find("queue-notice"), false);
    if (queue.state === "waiting") this.#wait(queue);
    else if (queue.state === "called") this.#call(queue, before === "waiting");
    else this.#entitle("queueLeftTitle", say("queueLeftLead"));
    if (getScreen() !== "queue") showScreen("queue");
    else if (before !== queue.state) find("queue-title").focus({ preventScroll: true });
  }

  /** The interview begins, or has left this page. */
  close() {
    window.clearInterval(this.#timer);
    this.#state = "";
    this.#beginsAt = Infinity;
  }

  /** The line to the server was refused. */
  refuse() {
    this.#notify(say("queueNoChannel"));
    announce(say("queueNoChannel"));
  }

  /** @param {Queue} queue */
  #wait(queue) {
    const position = queue.position ?? 0;
    const time = sayWait(queue.shortest_seconds ?? null, queue.longest_seconds ?? null);
    this.#beginsAt = Infinity;
    this.#entitle("queueTitle", say("queueLead"));
    find("queue-position").textContent = say("queuePosition", { position });
    find("queue-time").textContent = time;
    const channels = queue.tell_by || queue.is_drained ? [] : (queue.channels ?? []);
    show(find("queue-tell"), channels.length > 0);
    for (const channel of ["email", "sms"]) show(find(`queue-${channel}`), channels.includes(channel));
    if (queue.tell_by) this.#notify(say(queue.tell_by === "sms" ? "queueToldBySms" : "queueToldByEmail"));
    else if (queue.is_drained) this.#notify(say("queueDrained"));
    this.#tell(position, say("queueMoved", { position, time }));
  }

  /** @param {string} text */
  #notify(text) {
    const notice = find("queue-notice");
    show(notice, true);
    if (notice.textContent !== text) announce(text);
    notice.textContent = text;
  }

  /** Where somebody stands is said when it has changed, and once a minute at most. @param {number} position @param {string} text */
  #tell(position, text) {
    if (position === this.#toldPosition || performance.now() - this.#toldAt < QUIET_MS) return;
    this.#toldPosition = position;
    this.#toldAt = performance.now();
    announce(text);
  }

  /** @param {Queue} queue @param {boolean} isExpected on this page, since it was opened: then it begins by itself */
  #call(queue, isExpected) {
    this.#heldUntil = performance.now() + 1000 * (queue.held_seconds ?? 0);
    this.#entitle("queueCalledTitle", "");
    show(find("queue-moment"), isExpected);
    if (isExpected) {
      playTone();
      announce(say("queueCalledTitle"));
      this.#beginsAt = 0;
      this.#countIn();
    }
    this.#timer = window.setInterval(() => this.#tick(), 500);
    this.#tick();
  }

  /** Nobody is greeted in a tab that they do not see: the countdown begins when they look. */
  #countIn() {
    if (this.#state !== "called" || this.#beginsAt === Infinity) return;
    this.#beginsAt = document.hidden ? 0 : performance.now() + 1000 * COUNTDOWN_SECONDS;
  }

  #waitForPress() {
    this.#beginsAt = Infinity;
    show(find("queue-moment"), false);
    find("queue-begin").focus();
    this.#tick();
  }

  #tick() {
    const now = performance.now();
    const left = Math.max(0, Math.round((this.#heldUntil - now) / 1000));
    find("queue-lead").textContent = say("queueCalledLead", { left: sayDuration(left) });
    const isCounting = this.#beginsAt > 0 && this.#beginsAt !== Infinity;
    const seconds = Math.max(0, Math.ceil((this.#beginsAt - now) / 1000));
    find("queue-countdown").textContent = isCounting ? say("queueCountdown", { seconds }) : "";
    if (isCounting && seconds === 0) {
      this.#beginsAt = Infinity;
      this.actions.start();
    }
  }

  /** @param {string} title @param {string} lead */
  #entitle(title, lead) {
    find("queue-title").textContent = say(title);
    find("queue-lead").textContent = lead;
    document.title = `${say(title)} · ${page.title}`;
  }
}

/** In whole minutes, with how little is known of them. @param {number|null} shortest @param {number|null} longest seconds */
function sayWait(shortest, longest) {
  if (shortest === null || longest === null) return say("queueUnknown");
  if (longest < 120) return say("queueSoon");
  const from = Math.max(1, Math.floor(shortest / 60));
  return say("queueBetween", { from, to: Math.max(from + 1, Math.ceil(longest / 60)) });
}

/** A soft tone, where the browser allows one. */
function playTone() {
  try {
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 523.25 });
    const volume = new GainNode(context, { gain: 0.12 });
    volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + TONE_SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.onended = () => void context.close();
    tone.start();
    tone.stop(context.currentTime + TONE_SECONDS);
  } catch {
    // the title and the sentence say it too
  }
}
