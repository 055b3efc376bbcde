// @ts-check
/** Sentences that the server's own voice has said ahead, played as sound. Whatever fails, the browser's voice reads them. */

/** @typedef {{address: string, seconds: number}} Sound below this page's own address */

/** Somebody is here: what is said first is made while they read. Where that fails, the browser speaks. */
export function askAhead() {
  void fetch("spoken/", { method: "POST" }).catch(() => {});
}

const STARTS_WITHIN_MS = 2000; // of a line that is too slow for it, nobody hears the first word late
const SPARE_SECONDS = 3;

/**
 * @param {Sound} sound @param {number} rate 1 is the voice's own; the pitch stays
 * @param {(stop: () => void) => void} onStoppable is given what makes it fall silent
 * @returns {Promise<"spoken"|"silent"|"failed">} "silent" when it was stopped, or goes on for too long
 */
export function play(sound, rate, onStoppable) {
  return new Promise((resolve) => {
    const player = new Audio(sound.address);
    const end = (/** @type {"spoken"|"silent"|"failed"} */ outcome) => {
      window.clearTimeout(startTimer);
      window.clearTimeout(endTimer);
      player.onplaying = player.onended = player.onerror = null;
      player.pause();
      resolve(outcome);
    };
    const startTimer = window.setTimeout(() => end("failed"), STARTS_WITHIN_MS);
    const endTimer = window.setTimeout(() => end("silent"), (sound.seconds / rate + SPARE_SECONDS) * 1000);
    player.onplaying = () => window.clearTimeout(startTimer);
    player.onended = () => end("spoken");
    player.onerror = () => end("failed");
    player.playbackRate = rate;
    onStoppable(() => end("silent"));
    player.play().catch(() => end("failed")); // refused before the first touch of a page that was loaded anew
  });
}
