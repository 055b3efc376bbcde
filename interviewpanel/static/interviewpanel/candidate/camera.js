// @ts-check
/** The candidate's camera, where the panel asks for it: shown in the device check, recorded in the interview. Going on
 *  without it is always possible. Its scripts are only loaded where they are needed. */

import { enable, find, onPress, page, say, show } from "./page.js";

/** @type {MediaStream|null} */
let stream = null;
/** @type {import("./video.js").VideoKeeper|null} */
let keeper = null;

/** The camera's row of the device check. */
export function wireCamera() {
  if (!page.isVideo) return;
  show(find("check-camera"), true);
  onPress(find("camera-open"), () => void openPreview());
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
}

/** What a reload or a dead network has left behind goes up; then the camera is recorded. @param {MediaStream} [sound] */
export async function startRecording(sound) {
  if (!page.isVideo) return;
  const { openVideoKeeper } = await import("./video.js");
  keeper = await openVideoKeeper(page.links.video, page.storeName);
  await turnOnCamera().catch(() => {});
  if (stream) keeper.start(stream, sound);
}

/** @param {boolean} isHeld the voice goes first on a slow network */
export function holdRecording(isHeld) {
  keeper?.hold(isHeld);
}

/** Record no more; the last pieces still go up. @param {boolean} isReplaced another window has taken over */
export async function stopRecording(isReplaced) {
  await (isReplaced ? keeper?.close() : keeper?.stop());
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}
