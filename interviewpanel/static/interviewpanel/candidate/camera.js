// @ts-check
/** The candidate's camera, where the panel asks for it: shown in the device check, recorded in the interview. Going on
 *  without it is always possible. Its scripts are only loaded where they are needed. */

import { enable, find, onPress, page, say, show } from "./page.js";

/** @type {MediaStream|null} */
let stream = null;
/** @type {import("./video.js").VideoKeeper|null} */
let keeper = null;
/** @type {MediaStream|null} */
let sound = null;
let isHeard = true;
let hasRecorded = false;
let isPaused = false;
let isOver = false;

/** The camera's row of the device check, and its notice in the interview. */
export function wireCamera() {
  if (!page.isVideo) return;
  show(find("check-camera"), true);
  onPress(find("camera-open"), () => void openPreview());
  onPress(find("camera-again"), () => void turnOnAgain());
}

async function openPreview() {
  enable(find("camera-open"), false);
  const verdict = find("camera-verdict");
  try {
    await turnOnCamera();
    const preview = find("camera-preview");
    preview.srcObject = stream;
    show(preview, true);
    show(find("camera-open"), false);
    await preview.play();
    verdict.textContent = say("cameraReady");
    verdict.dataset.tone = "good";
  } catch {
    verdict.textContent = say("cameraFailed");
    verdict.dataset.tone = "warn";
  }
  enable(find("camera-open"), true);
}

async function turnOnCamera() {
  const { openCamera } = await import("./video.js");
  stream ??= await openCamera();
  rememberChoice();
}

/** A reload turns the camera on again only for who has turned it on. */
function rememberChoice() {
  try {
    sessionStorage.setItem(`${page.storeName}-camera`, "on");
  } catch {
    // Storage is blocked: after a reload it goes on without the camera.
  }
}

/** @returns {boolean} */
function wasTurnedOn() {
  try {
    return sessionStorage.getItem(`${page.storeName}-camera`) === "on";
  } catch {
    return false;
  }
}

/**
 * What a reload or a dead network has left behind goes up; then the camera is recorded, if it is on.
 * @param {MediaStream} [microphone]
 */
export async function startRecording(microphone) {
  if (!page.isVideo) return;
  sound = microphone ?? null;
  const { openVideoKeeper } = await import("./video.js");
  keeper = await openVideoKeeper(page.links.video, page.storeName);
  keeper.addEventListener("lost", () => lose("cameraLost", true));
  keeper.addEventListener("refused", () => stream && !keeper?.isRecording && lose("cameraRefused", false));
  keeper.hear(isHeard);
  if (wasTurnedOn()) await turnOnCamera().catch(() => lose("cameraLost", true));
  if (isOver) await stopRecording(false);
  else if (!isPaused) resumeRecording();
}

/** The interview pauses: nothing may be recorded. */
export function pauseRecording() {
  isPaused = true;
  void keeper?.stop();
}

export function resumeRecording() {
  isPaused = false;
  if (!stream || !keeper || isOver) return;
  hasRecorded = true;
  keeper.start(stream, sound);
}

/**
 * What the video may hear. Said as often as one likes; another microphone, or none, begins another recording.
 * @param {MediaStream|null} microphone @param {boolean} isWanted false: the page says that it does not listen
 */
export function followSound(microphone, isWanted) {
  if (!page.isVideo) return;
  if (isHeard !== isWanted) keeper?.hear(isWanted);
  isHeard = isWanted;
  if (microphone === sound) return;
  sound = microphone;
  if (!keeper?.isRecording) return;
  void keeper.stop();
  resumeRecording();
}

/** @param {boolean} isHeld the voice goes first on a slow network */
export function holdRecording(isHeld) {
  keeper?.hold(isHeld);
}

/** Record no more; the last pieces still go up. @param {boolean} isReplaced another window has taken over */
export async function stopRecording(isReplaced) {
  isOver = true;
  const last = keeper;
  await (isReplaced ? last?.close() : last?.stop());
  turnOffCamera();
  if (isReplaced || !last) return;
  last.hold(false);
  const { Sending } = await import("./sending.js");
  await new Sending(last).show(hasRecorded);
}

function turnOffCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}

/**
 * The interview goes on without the camera, and says so.
 * @param {string} why key of the strings @param {boolean} canTryAgain
 */
function lose(why, canTryAgain) {
  if (isOver) return;
  void keeper?.stop();
  turnOffCamera();
  find("camera-notice-text").textContent = say(why);
  show(find("camera-again"), canTryAgain);
  show(find("camera-notice"), true);
}

async function turnOnAgain() {
  enable(find("camera-again"), false);
  try {
    await turnOnCamera();
    show(find("camera-notice"), false);
    if (!isPaused) resumeRecording();
  } catch {
    find("camera-notice-text").textContent = say("cameraFailed");
  }
  enable(find("camera-again"), true);
}
