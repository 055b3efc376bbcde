// @ts-check
/** One live interview: everything is drawn again from session_state and the events, whatever was missed. */

import { ServerTime, TalkingTime, writeRoughly, writeSeconds, writeTime } from "./clock.js";
import { Conversation } from "./conversation.js";
import { openDialogs } from "./dialogs.js";
import { find, findPart, readData, showLine, write, writeBadge } from "./page.js";
import { MonitorSocket } from "./socket.js";
import { END_REASONS, LIVE, readSign, STATUSES } from "./states.js";

const page = find("live-session");
const sign = find("live-turn");
const health = find("live-health");
const time = new ServerTime();

let state = readData("live-data");
/** @type {any} turn_update */ let turn = null;
let turnEndsAt = 0; // by this page's clock; 0: no countdown
/** @type {TalkingTime|null} */ let talking = null;
/** @type {any} next_question */ let question = null;
let lastSequence = 0;
let isLost = false; // this page's own line
let spoken = "";

const conversation = new Conversation(state.candidate);

/** @param {any} message session_state */
function takeState(message) {
  state = message;
  talking = state.clock && new TalkingTime(state.clock);
  if (!LIVE.includes(state.status) || state.status === "interrupted") turn = null;
}

/** @param {any} message turn_update */
function takeTurn(message) {
  turn = message;
  turnEndsAt = message.ends_in_ms === null ? 0 : performance.now() + message.ends_in_ms;
}

/** @param {any} event */
function takeEvent(event) {
  if (event.sequence <= lastSequence) return;
  lastSequence = event.sequence;
  if (event.type === "next_question") {
    question = event;
    if (turn && turn.answer !== event.answer) turn = { ...turn, answer: event.answer, state: "asking", reason: "" };
    turnEndsAt = 0;
  }
  conversation.take(event);
}

function drawSign() {
  const { key, sign: text, hint } = readSign(state, turn, isLost);
  const seconds = Math.max(0, Math.ceil((turnEndsAt - performance.now()) / 1000));
  const isEnding = turnEndsAt > 0 && ["ending", "speaking"].includes(key);
  sign.dataset.state = key;
  write(findPart(sign, "sign"), isEnding ? `${text} in ${seconds} s` : text);
  write(findPart(sign, "sign-hint"), isEnding && key === "speaking" ? "The longest time for one answer is nearly over." : hint);
  const [status, tone] = STATUSES[state.status];
  writeBadge(findPart(sign, "status"), status, tone);
  write(findPart(sign, "question"), question ? `Question ${question.number} of ${question.of}` : "");
  if (spoken !== text) write(findPart(sign, "spoken"), text);
  spoken = text;
}

function drawClock() {
  const card = find("live-clock");
  card.hidden = !talking;
  if (!talking) return;
  const expected = document.getElementById("extend_expected_limit_seconds"); // more time is added to what is shown here
  if (expected instanceof HTMLInputElement && !expected.closest("dialog")?.open) expected.value = String(talking.clock.limit_seconds);
  write(findPart(card, "left"), writeSeconds(talking.left));
  write(findPart(card, "used"), `${writeSeconds(talking.used)} of ${writeSeconds(talking.clock.limit_seconds)} used${talking.clock.is_running ? "" : "; the clock stands"}`);
  talking.draw(findPart(card, "bar"));
}

function drawHealth() {
  const { connection, work } = state;
  const heardAt = turn?.heard_at ?? connection.stored_at;
  const isOver = !LIVE.includes(state.status);
  const away = connection.interrupted_at;
  const here = isOver ? "Not connected: it is over" : "Connected";
  write(findPart(health, "connection"), away ? `Gone since ${writeTime(away)} (${writeRoughly(time.since(away))})` : here);
  findPart(health, "connection")?.classList.toggle("is-bad", Boolean(away));
  write(findPart(health, "heard"), heardAt ? `${writeRoughly(time.since(heardAt))} ago` : "Nothing yet");
  write(findPart(health, "reconnects"), connection.reconnects === 0 ? "Never" : connection.reconnects === 1 ? "Once" : `${connection.reconnects} times`);
  const parts = work.unheard === 1 ? "1 part waits" : `${work.unheard} parts wait`;
  write(findPart(health, "unheard"), work.unheard ? `${parts}, for ${writeRoughly(time.since(work.unheard_since))}` : "Up to date");
  const answers = work.unscored === 1 ? "1 answer" : `${work.unscored} answers`;
  write(findPart(health, "unscored"), work.unscored ? `${answers} being scored` : "Up to date");
}

function drawEnd() {
  const isOver = !LIVE.includes(state.status) && state.status !== "pending";
  find("live-over").hidden = !isOver;
  for (const button of document.querySelectorAll("[data-opens]")) /** @type {HTMLElement} */ (button).hidden = isOver;
  if (!isOver) return;
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  const over = find("live-over");
  write(findPart(over, "over"), `The interview is over: ${END_REASONS[state.end_reason] ?? `${state.end_reason.replaceAll("_", " ")}.`}`);
  write(findPart(over, "over-hint"), state.ended_at ? `It ended at ${writeTime(state.ended_at)}. Scores may still come.` : "");
}

function draw() {
  drawSign();
  drawClock();
  drawHealth();
  drawEnd();
}

const socket = new MonitorSocket(page.dataset.socket ?? "", () => {
  return { type: "watch_session", session: page.dataset.session, last_sequence: lastSequence };
});
showLine(socket);
socket.addEventListener("line", (event) => {
  isLost = !["connecting", "open"].includes(/** @type {CustomEvent} */ (event).detail);
  page.classList.toggle("is-old", isLost);
  if (isLost) turn = null; // it is told anew
  draw();
});
socket.addEventListener("message", (event) => {
  const message = /** @type {CustomEvent} */ (event).detail;
  if (message.session && message.session !== page.dataset.session) return;
  if (message.type === "session_state") takeState(message);
  else if (message.type === "turn_update") takeTurn(message);
  else if (message.sequence) takeEvent(message);
  conversation.follow(state.answers);
  if (!message.sequence) time.set(message.at); // an event's time may be long ago
  draw();
});
takeState(state);
draw();
openDialogs();
window.setInterval(draw, 1000);
socket.open();
