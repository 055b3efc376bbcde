// @ts-check
/** What was said, as a chat, with each answer's score below it; and the scores once more, as a list. */

import { writeTime } from "./clock.js";
import { find, write, writeBadge } from "./page.js";

const NEAR_PX = 80;

/** Why there is no number. @type {Record<string, string>} */
const NO_NUMBER = {
  needs_human: "A person has to read it",
  insufficient_evidence: "Not enough to score",
  technical_failure: "Technical failure",
  scored: "No number",
};

/** @param {string} tag @param {string} className @param {string} [text] */
function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** Answers that nothing is heard or scored of. @type {Record<string, string>} */
const ENDS = {
  skipped: "Skipped by the candidate",
  no_speech: "Nothing was said",
  technical_failure: "No words could be heard",
};
/** @type {Record<string, [string, string]>} */
const END_SCORES = { skipped: ["0: skipped", "warning"], no_speech: ["0: nothing said", "warning"] };

/** @typedef {{answer: number, number: number, bubble: HTMLElement, text: HTMLElement, note: HTMLElement, score: HTMLElement, line: HTMLElement|null}} Shown */

export class Conversation {
  /** By the answer's uuid. @type {Map<string, Shown>} */ #answers = new Map();

  /** @param {string} candidate */
  constructor(candidate) {
    this.candidate = candidate;
    this.entries = find("live-entries");
    this.scroll = find("live-scroll");
    this.newest = find("live-newest");
    this.newest.addEventListener("click", () => this.#follow());
    this.scroll.addEventListener("scroll", () => this.#isNear() && (this.newest.hidden = true));
  }

  /** @param {any} event one with a sequence */
  take(event) {
    const isNear = this.#isNear();
    const acts = {
      greeting: () => this.#say("Interviewer", "interviewer", event.message, event.at),
      next_question: () => this.#ask(event),
      question_rephrased: () => this.#rephrase(event),
      transcription_update: () => this.#hear(event),
      scoring_update: () => this.#rate(event),
      paused: () => this.#note(event.reason === "candidate" ? "The candidate takes a break." : "Two silent answers: the candidate is asked whether they are still there.", event.at),
      resumed: () => this.#note("The interview goes on.", event.at),
      time_added: () => this.#note(`${event.minutes} min of talking time were added.`, event.at),
      interview_completed: () => this.#say("Interviewer", "interviewer", event.message, event.at),
    };
    acts[/** @type {keyof typeof acts} */ (event.type)]?.();
    find("live-silent").hidden = true;
    if (isNear) this.#follow();
    else this.newest.hidden = false;
  }

  #isNear() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_PX;
  }

  #follow() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.newest.hidden = true;
  }

  /** @param {string} who @param {string} side @param {string} text @param {string} at */
  #say(who, side, text, at) {
    const entry = make("li", `live-entry is-${side}`);
    const head = make("p", "live-who", who);
    const stamp = make("time", "live-at", writeTime(at));
    head.append(" ", stamp);
    const bubble = make("div", "live-bubble");
    const words = make("p", "live-words", text);
    bubble.append(words);
    entry.append(head, bubble);
    this.entries.append(entry);
    return { entry, bubble, words };
  }

  /** @param {any} event */
  #ask(event) {
    const title = event.kind === "follow_up" ? "Follow-up question" : `Question ${event.number} of ${event.of}`;
    this.#say(`Interviewer · ${title}`, "interviewer", event.message, event.at);
    const { entry, bubble, words } = this.#say(this.candidate, "candidate", "", event.at);
    entry.dataset.answer = String(event.answer);
    const note = make("p", "live-note", "No words yet");
    const score = make("p", "live-score");
    bubble.classList.add("is-open");
    bubble.append(note);
    entry.append(score);
    this.#answers.set(event.answer_uuid, { answer: event.answer, number: event.number, bubble, text: words, note, score, line: null });
  }

  /** @param {any} event */
  #rephrase(event) {
    const how = event.is_slow ? "asked to hear it again slowly" : "In other words, as the candidate wished";
    this.#say(`Interviewer · ${how}`, "interviewer", event.message, event.at);
  }

  /** @param {any} event */
  #hear(event) {
    const shown = this.#answers.get(event.answer_uuid);
    if (!shown) return;
    write(shown.text, event.message);
    shown.bubble.classList.toggle("is-open", event.is_partial);
    const rough = event.is_rough ? "Roughly recognised: many words may be wrong" : "";
    const nothing = event.message ? "" : "Nothing was said";
    write(shown.note, event.is_partial ? "Still being heard" : nothing || rough);
    shown.note.hidden = !shown.note.textContent;
  }

  /** What has become of each answer: skipping one is no event. @param {{answer: number, status: string}[]} answers */
  follow(answers) {
    const statuses = new Map(answers.map((one) => [one.answer, one.status]));
    for (const shown of this.#answers.values()) {
      const status = statuses.get(shown.answer) ?? "";
      if (!ENDS[status]) continue;
      shown.bubble.classList.remove("is-open");
      shown.note.hidden = false;
      write(shown.note, ENDS[status]);
      if (END_SCORES[status]) this.#list(shown, ...END_SCORES[status]);
    }
  }

  /** @param {any} event */
  #rate(event) {
    const shown = this.#answers.get(event.answer_uuid);
    if (!shown) return;
    const [text, tone] = describeScore(event);
    shown.score.replaceChildren(badge(text, tone), " ", make("span", "desk-hint", event.rationale || event.reasons.join(" ")));
    this.#list(shown, text, tone);
  }

  /** @param {Shown} shown @param {string} text @param {string} tone */
  #list(shown, text, tone) {
    if (!shown.line) {
      shown.line = make("li", "");
      const later = [...this.#answers.values()].find((one) => one.answer > shown.answer && one.line);
      find("live-scores").insertBefore(shown.line, later?.line ?? null);
      find("live-unscored").hidden = true;
    }
    shown.line.replaceChildren(make("span", "", `Question ${shown.number}`), badge(text, tone));
  }

  /** @param {string} text @param {string} at */
  #note(text, at) {
    const entry = make("li", "live-entry is-note");
    entry.append(make("span", "", text), " ", make("time", "live-at", writeTime(at)));
    this.entries.append(entry);
  }
}

/** @param {string} text @param {string} tone */
function badge(text, tone) {
  const made = make("span", "desk-badge");
  writeBadge(made, text, tone);
  return made;
}

/** @param {any} event @returns {[string, string]} */
function describeScore(event) {
  if (event.is_hidden) return ["Scored; shown after your own rating", "info"];
  if (event.score === null) return [NO_NUMBER[event.status] ?? "No number", "warning"];
  return [`${event.score} of 100`, event.status === "needs_human" || event.reasons.length ? "warning" : "info"];
}
