// @ts-check
/** The buttons of the interview: what can be pressed when, and what is asked before something cannot be undone. */

import { enable, find, focusAnswer, onPress, page, say, sayDuration, show } from "./page.js";
import * as speech from "./speech.js";

/**
 * @typedef {object} Actions what the buttons do; each is called only where it makes sense
 * @property {() => void} done
 * @property {() => void} think
 * @property {() => void} askForTime the longest turn ends later
 * @property {() => void} skip
 * @property {() => void} pause
 * @property {() => void} resume
 * @property {() => void} repeat
 * @property {() => void} rephrase in other words
 * @property {() => void} beginNow instead of hearing the question to its end
 * @property {() => void} endInterview
 * @property {(isWanted: boolean) => void} type
 * @property {(isWanted: boolean) => void} waitForDone
 * @property {() => void} openMicrophone
 */

/** @typedef {{canAct: boolean, isTyping: boolean, isPaused: boolean, isConnected: boolean, isEarOff: boolean, hasDraft: boolean}} Situation */

export class Controls {
  #pauseTimer = 0;
  #asked = ""; // what the dialog is about

  /** @param {Actions} actions */
  constructor(actions) {
    for (const name of /** @type {const} */ (["done", "think", "pause", "resume", "repeat", "rephrase"])) {
      onPress(find(name), actions[name]);
    }
    onPress(find("begin-now"), actions.beginNow);
    onPress(find("more-time"), actions.askForTime);
    onPress(find("ear-act"), actions.openMicrophone);
    onPress(find("type"), () => actions.type(find("typing").hidden));
    onPress(find("skip"), () => this.#confirm(find("question-kind").hidden ? "skip" : "skipFollowUp", actions.skip));
    onPress(find("end"), () => this.#confirm("end", actions.endInterview));
    onPress(find("reopen-microphone"), actions.openMicrophone);
    onPress(find("mute"), () => this.#toggleVoice());
    find("waits-for-done").addEventListener("change", () => actions.waitForDone(find("waits-for-done").checked));
  }

  /** @param {Situation} now */
  update({ canAct, isTyping, isPaused, isConnected, isEarOff, hasDraft }) {
    for (const name of ["done", "skip", "type", "repeat"]) enable(find(name), canAct);
    enable(find("rephrase"), canAct && isConnected);
    enable(find("think"), canAct && isConnected);
    enable(find("pause"), isConnected && !isPaused);
    enable(find("end"), isConnected);
    show(find("controls"), !isPaused);
    show(find("typing"), isTyping && !isPaused);
    for (const name of ["done", "think", "type", "captions"]) show(find(name), !isTyping);
    show(find("reopen-microphone"), isEarOff && !isTyping);
    show(find("draft-kept"), hasDraft && !isTyping && !isPaused);
    show(find("mute"), speech.hasVoice(page.language));
    find("type").setAttribute("aria-expanded", String(isTyping));
    find("screen-interview").toggleAttribute("data-typing", isTyping);
  }

  /** @param {string} reason candidate, or are_you_there @param {number|null} seconds until the server goes on, or ends */
  showPause(reason, seconds) {
    const isAsked = reason === "are_you_there";
    const endsAt = performance.now() + (seconds ?? 0) * 1000;
    const draw = () => {
      const left = sayDuration((endsAt - performance.now()) / 1000);
      const text = isAsked ? "areYouThereText" : "pausedText";
      find("paused-text").textContent = seconds === null ? say("pausedShort") : say(text, { left });
    };
    window.clearInterval(this.#pauseTimer);
    draw();
    if (seconds !== null) this.#pauseTimer = window.setInterval(draw, 1000);
    find("paused-title").textContent = say(isAsked ? "areYouThereTitle" : "pausedTitle");
    find("resume").textContent = say(isAsked ? "iAmHere" : "goOn");
    show(find("paused"), true);
    show(find("turn"), false);
    find("resume").focus();
  }

  hidePause() {
    window.clearInterval(this.#pauseTimer);
    if (find("paused").hidden) return;
    const hadFocus = find("paused").contains(document.activeElement);
    show(find("paused"), false);
    show(find("turn"), true);
    show(find("controls"), true);
    if (hadFocus) focusAnswer();
  }

  #toggleVoice() {
    speech.setMuted(!speech.isMuted);
    find("mute").setAttribute("aria-pressed", String(speech.isMuted));
  }

  /** The answer is over: the question about it is, too. */
  forgetSkip() {
    if (find("confirm").open && this.#asked === "skip") find("confirm").close("");
  }

  /** @param {"skip"|"end"} what @param {() => void} act */
  #confirm(what, act) {
    const dialog = find("confirm");
    this.#asked = what;
    find("confirm-title").textContent = say(`${what}Title`);
    find("confirm-text").textContent = say(`${what}Text`);
    find("confirm-yes").textContent = say(`${what}Yes`);
    dialog.returnValue = "";
    dialog.onclose = () => dialog.returnValue === "yes" && act();
    dialog.showModal();
  }
}
