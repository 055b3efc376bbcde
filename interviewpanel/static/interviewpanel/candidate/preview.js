// @ts-check
/**
 * In the preview of the candidate's page for the people who set it up: what would leave the page is stopped, and said.
 * Loaded before main.js, so that it hears of everything first.
 */

const note = /** @type {HTMLElement} */ (document.getElementById("preview-note"));

/** @param {Event} event @param {string} why */
function stop(event, why) {
  event.preventDefault();
  event.stopImmediatePropagation();
  note.textContent = why;
}

document.addEventListener(
  "submit",
  (event) => {
    const form = /** @type {HTMLElement} */ (event.target);
    if (form.id !== "consent-form") stop(event, "Preview: candidates send this to you. Here nothing is sent.");
  },
  true,
);

document.addEventListener(
  "click",
  (event) => {
    const element = /** @type {HTMLElement} */ (event.target);
    if (element.closest("#start-interview")) {
      stop(event, "Preview: the interview begins here. To hold one, choose “Try it yourself” on the panel's page.");
    } else if (element.closest("a[href^='privacy']")) {
      stop(event, "Preview: candidates find what is stored of them here.");
    }
  },
  true,
);
