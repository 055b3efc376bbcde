// @ts-check
/** The candidate's page, from the first screen to the last. Everything it shows is in the HTML already. */

import { startRecording, stopRecording, wireCamera } from "./camera.js";
import { DeviceCheck } from "./device-check.js";
import { wireForms } from "./forms.js";
import { openRoom } from "./interview.js";
import { recall, remember } from "./memory.js";
import { getMicrophone, settleMicrophone, turnOff } from "./microphones.js";
import { enable, find, page, say, show } from "./page.js";
import { Practice } from "./practice.js";
import { getScreen, onEnter, showScreen, showSteps, wireScreens } from "./screens.js";
import { askAhead } from "./server-voice.js";
import { speak } from "./speech.js";

let hasConsented = false;
let isStarting = false;
/** What was chosen in this tab comes before what was asked for. */
const choice = recall("typing");
let isTyping = choice ? choice === "yes" : page.prefersTyping;

const check = new DeviceCheck({ onReady: () => choose(false), onTyping: () => choose(true) });
const practice = new Practice({ isTyping: () => isTyping, onStart: () => void startInterview() });

/** @param {boolean} isWanted answers are typed; who chose that is not listened to, after a reload either */
function choose(isWanted) {
  isTyping = isWanted;
  remember("typing", isWanted ? "yes" : "no");
  showScreen("practice");
}

function wireConsent() {
  const box = find("consent-agreed");
  find("consent-form").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    hasConsented = box.checked;
    find("consent-error").textContent = hasConsented ? "" : say("pleaseAgree");
    box.toggleAttribute("aria-invalid", !hasConsented);
    if (hasConsented) showScreen("check");
    else box.focus();
  });
  find("decline").addEventListener("click", () => {
    hasConsented = false;
    box.checked = false;
    find("decline").setAttribute("aria-expanded", "true");
    show(find("declined"), true);
    find("declined-title").focus();
  });
}

/** Times on the page are in UTC, for whoever has no scripts; here they are the candidate's own. */
function localizeTimes() {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const at = new Date(/** @type {HTMLTimeElement} */ (time).dateTime);
    time.textContent = at.toLocaleString(page.pageLanguage, { dateStyle: "medium", timeStyle: "short" });
  }
  for (const option of document.querySelectorAll("option[data-local]")) {
    const at = new Date(/** @type {HTMLOptionElement} */ (option).value);
    option.textContent = at.toLocaleString(page.pageLanguage, { dateStyle: "full", timeStyle: "short" });
  }
}

/** Once: a second press would open a second line, which takes the interview from the first. */
async function startInterview() {
  if (isStarting) return;
  isStarting = true;
  enable(find("start-interview"), false);
  practice.close();
  check.close();
  showScreen("interview");
  const room = await openRoom({
    onBegun: () => {
      if (getScreen() === "queue") showScreen("interview");
      void settleMicrophone().then((microphone) => startRecording(microphone?.stream));
    },
    onEnded: (closing, audio) => {
      void stopRecording(false);
      find("closing").textContent = closing;
      showScreen("ended");
      if (audio) void speak(closing, page.language, 1, audio);
    },
    onReplaced: () => {
      void stopRecording(true);
      showScreen("replaced");
    },
    onRefused: (why) => {
      void stopRecording(true);
      find("failed-text").textContent = why;
      showScreen("failed");
    },
  });
  void keepAwake();
  room.enter({
    hasConsented: hasConsented || page.hasBegun || page.isWaiting,
    isTyping,
    hasSpoken: getMicrophone() !== null || (page.hasBegun && choice === "no"),
  });
}

/** A phone must not go to sleep over a question. */
async function keepAwake() {
  const ask = () => navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && ["interview", "queue"].includes(getScreen())) void ask();
  });
  await ask();
}

onEnter("consent", () => show(find("declined"), false));
onEnter("welcome", () => {
  check.close();
  turnOff();
});
wireScreens();
wireForms();
wireConsent();
wireCamera();
localizeTimes();
if (page.isSpokenHere && !page.hasBegun) askAhead();
if (page.hasBegun || page.isWaiting) void startInterview(); // after a reload, in another window, on another device: where the interview was
else showSteps("welcome");
