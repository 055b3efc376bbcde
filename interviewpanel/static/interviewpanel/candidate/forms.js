// @ts-check
/** Forms that ask people for something. Sent without leaving the page; without scripts they are plain forms. */

import { enable, page, say } from "./page.js";

/** Every form of the class `ask`: its answer appears in its `.result`. */
export function wireForms() {
  for (const form of document.querySelectorAll("form.ask")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void sendForm(/** @type {HTMLFormElement} */ (form));
    });
  }
}

/** @param {HTMLFormElement} form */
async function sendForm(form) {
  const button = /** @type {HTMLElement} */ (form.querySelector("button[type=submit]"));
  const result = /** @type {HTMLElement} */ (form.querySelector(".result"));
  if (button.getAttribute("aria-disabled") === "true") return;
  enable(button, false);
  result.textContent = say("sending");
  const reply = await post(form);
  result.textContent = reply.message;
  enable(button, !reply.isDone);
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<{isDone: boolean, message: string}>} in the candidate's words
 */
async function post(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  const address = new URL(form.action);
  address.searchParams.set("language", page.pageLanguage);
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(address, { method: "POST", body, headers, credentials: "omit" });
    const { message } = await response.json();
    return { isDone: response.ok, message: message || say("formFailed") };
  } catch {
    return { isDone: false, message: say("formFailed") };
  }
}
