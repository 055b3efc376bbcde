// @ts-check
/** The review page: one player, the transcripts, the quotes and the keys, put together. The HTML says the rest. */

import { Player, showTime } from "./player.js";
import { wireShortcuts } from "./shortcuts.js";
import { Transcript } from "./transcript.js";
import { Picture } from "./video.js";
import { wireWhole } from "./whole.js";

/** @param {string} id @returns {any} */
const find = (id) => document.getElementById(id);
const QUOTE_TAIL_SECONDS = 0.15;

/** @type {HTMLElement[]} */
const questions = [...document.querySelectorAll("[data-question]")].map((one) => /** @type {HTMLElement} */ (one));
/** @type {Map<string, Transcript>} */
const transcripts = new Map();
const videos = JSON.parse(find("review-videos")?.textContent ?? "[]");
const picture = find("review-video") ? new Picture(find("review-video"), videos) : null;
const player = find("review-audio") ? new Player(find("review-audio"), draw) : null;

/** @param {string} number @returns {HTMLElement|undefined} */
const questionOf = (number) => questions.find((one) => one.dataset.question === number);

/** @param {Player} state */
function draw(state) {
  find("player-toggle").querySelector("[data-sign]").textContent = state.isPlaying ? "❚❚" : "▶";
  find("player-toggle").querySelector("[data-words]").textContent = state.isPlaying ? "Pause" : "Play";
  const what = state.audio.error ? "This recording cannot be played" : `Answer ${state.answer}`;
  if (find("player-what").textContent !== what) find("player-what").textContent = what;
  find("player-time").textContent = `${showTime(state.position)} / ${showTime(state.duration)}`;
  const seek = find("player-seek");
  seek.max = String(state.duration || 1);
  if (document.activeElement !== seek || state.isPlaying) seek.value = String(state.position);
  seek.setAttribute("aria-valuetext", `${showTime(state.position)} of ${showTime(state.duration)}`);
  find("player-speed").value = String(state.audio.playbackRate);
  for (const [number, transcript] of transcripts) {
    transcript.mark(number === state.answer && (state.isPlaying || state.position > 0) ? state.position : null);
  }
  for (const question of questions) question.classList.toggle("is-playing", question.dataset.question === state.answer);
  picture?.follow(state);
}

/** The question that is being read: where the focus is, else the last whose top is above the middle of the window. */
function findCurrent() {
  const focused = questions.findIndex((one) => one.contains(document.activeElement));
  if (focused >= 0) return focused;
  const middle = window.innerHeight / 2;
  const above = questions.filter((one) => one.getBoundingClientRect().top < middle);
  return above.length ? questions.indexOf(above[above.length - 1]) : -1;
}

/** @param {number} direction */
function move(direction) {
  const next = questions[Math.min(Math.max(findCurrent() + direction, 0), questions.length - 1)];
  next?.scrollIntoView({ block: "start" });
  next?.focus({ preventScroll: true });
  if (next?.dataset.sound && player && !player.isPlaying) player.choose(next);
}

/** @param {HTMLElement} button */
function playQuote(button) {
  const { quote, answer, from, to } = button.dataset;
  const question = questionOf(answer ?? "");
  const place = transcripts.get(answer ?? "")?.showQuote(quote ?? "");
  const box = place?.getBoundingClientRect();
  if (place && box && (box.top < 80 || box.bottom > window.innerHeight - 120)) place.scrollIntoView({ block: "center" });
  if (!question?.dataset.sound || !from || !player) return;
  player.playFrom(question, Number(from), to ? Number(to) + QUOTE_TAIL_SECONDS : null);
}

function wirePlayer(/** @type {Player} */ state) {
  find("review-player").hidden = false;
  find("player-toggle").addEventListener("click", () => state.toggle());
  find("player-back").addEventListener("click", () => state.jump(-1));
  find("player-on").addEventListener("click", () => state.jump(1));
  find("player-seek").addEventListener("input", () => state.seek(Number(find("player-seek").value)));
  find("player-speed").addEventListener("change", () => state.setSpeed(Number(find("player-speed").value)));
  find("player-video")?.addEventListener("click", () => {
    const isShown = find("review-video").hidden;
    picture?.show(isShown);
    find("player-video").setAttribute("aria-expanded", String(isShown));
    draw(state);
  });
  wireShortcuts({
    " ": () => state.toggle(),
    ArrowLeft: () => state.jump(-1),
    ArrowRight: () => state.jump(1),
    "[": () => state.shiftSpeed(-1),
    "]": () => state.shiftSpeed(1),
    j: () => move(1),
    k: () => move(-1),
  });
}

for (const question of questions) {
  const element = /** @type {HTMLElement|null} */ (question.querySelector("[data-transcript]"));
  const number = question.dataset.question ?? "";
  const hasSound = Boolean(question.dataset.sound);
  if (!element) continue;
  transcripts.set(number, new Transcript(element, (seconds) => player?.playFrom(question, seconds), hasSound));
}
document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const quote = target.closest("[data-quote]");
  if (quote) playQuote(/** @type {HTMLElement} */ (quote));
  const play = /** @type {HTMLElement|null} */ (target.closest("[data-play]"));
  const question = play && questionOf(play.dataset.play ?? "");
  if (question && player) {
    if (player.answer === play.dataset.play && player.isPlaying) player.toggle();
    else player.playFrom(question, player.answer === play.dataset.play ? player.position : 0);
  }
});
const whole = /** @type {HTMLElement|null} */ (document.querySelector("[data-whole]"));
if (whole) wireWhole(whole, find("review-audio"));
const first = questions.find((one) => one.dataset.sound);
if (player && first) {
  wirePlayer(player);
  player.choose(first);
}
