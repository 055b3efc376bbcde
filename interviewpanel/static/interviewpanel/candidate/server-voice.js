// @ts-check
/** Sentences that the server's own voice has said ahead, played as sound. Whatever fails, the browser's voice reads them. */

/** @typedef {{address: string, seconds: number}} Sound below this page's own address */

/** Somebody is here: what is said first is made while they read. Where that fails, the browser speaks. */
export function askAhead() {
  void fetch("spoken/", { method: "POST" }).catch(() => {});
}

const STARTS_WITHIN_MS = 2000; // of a line that is too slow for it, nobody hears the first word late
const SPARE_SECONDS = 3;
const TOLD_WITHIN_MS = 5000;

/** What the server was told of its sounds, one after the other. */
let telling = Promise.resolve();

/** For the recording of both voices: what was really heard, and when. @param {Sound} sound @param {"begun"|"cut"} moment is now */
function tell({ address }, moment) {
  const request = { method: "POST", keepalive: true };
  telling = telling
    .then(() => fetch(`${address}/${moment}`, { ...request, signal: AbortSignal.timeout(TOLD_WITHIN_MS) }))
    .then(
      () => {},
      () => {}, // then the recording says that a line is missing
    );
}

/**
 * @param {Sound} sound @param {number} rate 1 is the voice's own; the pitch stays
 * @param {(stop: () => void) => void} onStoppable is given what makes it fall silent
 * @returns {Promise<"spoken"|"silent"|"failed">} "silent" when it was stopped, or goes on for too long
 */
export function play(sound, rate, onStoppable) {
  return new Promise((resolve) => {
    const player = new Audio(sound.address);
    let hasBegun = false;
    let isOver = false; // who stops it may come late
    const end = (/** @type {"spoken"|"silent"|"failed"} */ outcome) => {
      if (isOver) return;
      isOver = true;
      window.clearTimeout(startTimer);
      window.clearTimeout(endTimer);
      player.onplaying = player.onended = player.onerror = null;
      player.pause();
      if (hasBegun && outcome !== "spoken") tell(sound, "cut");
      resolve(outcome);
    };
    const startTimer = window.setTimeout(() => end("failed"), STARTS_WITHIN_MS);
    const endTimer = window.setTimeout(() => end("silent"), (sound.seconds / rate + SPARE_SECONDS) * 1000);
    player.onplaying = () => {
      window.clearTimeout(startTimer);
      if (!hasBegun) tell(sound, "begun"); // not again where it has stuttered
      hasBegun = true;
    };
    player.onended = () => end("spoken");
    player.onerror = () => end("failed");
    player.playbackRate = rate;
    onStoppable(() => end("silent"));
    player.play().catch(() => end("failed")); // refused before the first touch of a page that was loaded anew
  });
}
