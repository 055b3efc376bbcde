// @ts-check
/** What the server wrote into the page: facts of this interview, and every sentence in the candidate's language. */

/**
 * @typedef {object} PageData
 * @property {string} socketPath
 * @property {string} storeName of the frames kept in this browser
 * @property {string} language in which questions are asked
 * @property {string} pageLanguage of the page's own words
 * @property {boolean} hasBegun
 * @property {boolean} isWaiting in line for a place, having agreed to the text that is shown here
 * @property {boolean} isVideo
 * @property {boolean} isSpokenHere the server's own voice speaks
 * @property {boolean} prefersTyping
 * @property {string} consentVersion
 * @property {string} consentLanguage
 * @property {string} consentHash of the text as it is shown here
 * @property {{privacy: string, feedback: string, video: string}} links
 * @property {Record<string, string>} strings
 * @property {string} title of the document, as it was sent
 */

/** @type {PageData} */
export const page = { ...JSON.parse(find("page-data").textContent ?? "{}"), title: document.title };

/**
 * The element with this id; the template and the scripts belong together, so one that is missing is a fault.
 * @param {string} id
 * @returns {any} an element; `any` so that a field is a field without a cast at every use
 */
export function find(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element #${id}.`);
  return element;
}

/**
 * One of the page's sentences.
 * @param {string} key @param {Record<string, string|number>} [values] for {names} in it
 * @returns {string}
 */
export function say(key, values = {}) {
  const text = page.strings[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {number} seconds @returns {string} as "3 min 20 s" */
export function sayDuration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return say("minutesAndSeconds", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

/** @param {HTMLElement} element @param {boolean} isShown */
export function show(element, isShown) {
  element.hidden = !isShown;
}

/**
 * Off for now, yet still where the keyboard is: a disabled button would lose the focus.
 * @param {HTMLElement} button @param {boolean} isEnabled
 */
export function enable(button, isEnabled) {
  if (isEnabled) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
}

/** @param {HTMLElement} button @param {() => void} act not called while the button is off */
export function onPress(button, act) {
  button.addEventListener("click", () => button.getAttribute("aria-disabled") === "true" || act());
}

/** The keyboard goes where the answer is given. */
export function focusAnswer() {
  find(find("typing").hidden ? "done" : "typed").focus();
}
