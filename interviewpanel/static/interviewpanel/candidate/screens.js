// @ts-check
/** One screen at a time. A new one is read from its heading on. */

import { find, show } from "./page.js";

/** @typedef {"welcome"|"consent"|"check"|"practice"|"queue"|"interview"|"ended"|"replaced"|"failed"} ScreenName */

const STEPS = ["welcome", "consent", "check", "practice", "interview"];
const title = document.title;

/** @type {Partial<Record<ScreenName, () => void>>} */
const entering = {};
/** @type {ScreenName} */
let current = "welcome";

/** @param {ScreenName} name @param {() => void} act called each time the screen is shown */
export function onEnter(name, act) {
  entering[name] = act;
}

/** @returns {ScreenName} */
export function getScreen() {
  return current;
}

/** @param {ScreenName} name */
export function showScreen(name) {
  current = name;
  for (const screen of document.querySelectorAll(".screen")) {
    show(/** @type {HTMLElement} */ (screen), screen.id === `screen-${name}`);
  }
  const heading = find(`screen-${name}`).querySelector("h1");
  document.title = name === "interview" ? title : `${heading.textContent.trim()} · ${title}`;
  showSteps(name);
  window.scrollTo(0, 0);
  heading.focus({ preventScroll: true });
  entering[name]?.();
}

/** @param {ScreenName} name */
export function showSteps(name) {
  const at = STEPS.indexOf(name);
  show(find("steps"), at >= 0 && at < STEPS.length - 1);
  for (const item of find("steps").children) {
    const step = STEPS.indexOf(item.dataset.step);
    item.toggleAttribute("data-done", step < at);
    if (step === at) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
}

/** Buttons that only lead somewhere. The first is off until now: a press before the scripts are here would be lost. */
export function wireScreens() {
  for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => {
      showScreen(/** @type {ScreenName} */ (/** @type {HTMLElement} */ (button).dataset.go));
    });
    button.removeAttribute("disabled");
  }
  for (const button of document.querySelectorAll("[data-reload]")) {
    button.addEventListener("click", () => window.location.reload());
  }
}
