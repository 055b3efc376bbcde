// @ts-check
/** The whole interview: plays from a line of it, and says which line is heard. The page's other player is silent then. */

/** The last line that begins at or before a second; -1 before the first.
 * @param {number[]} seconds in order @param {number} at @returns {number} */
export function findLine(seconds, at) {
  let found = -1;
  for (let place = 0; place < seconds.length && seconds[place] <= at; place += 1) found = place;
  return found;
}

/** @param {HTMLElement} section @param {HTMLMediaElement|null} other the page's player of answers */
export function wireWhole(section, other) {
  const player = /** @type {HTMLVideoElement} */ (section.querySelector("video"));
  const lines = [...section.querySelectorAll("[data-whole-line]")].map((one) => /** @type {HTMLElement} */ (one));
  const seconds = lines.map((line) => Number(line.dataset.second));
  let heard = -1;

  function mark() {
    const now = findLine(seconds, player.currentTime + 0.05);
    if (now === heard) return;
    lines[heard]?.removeAttribute("aria-current");
    lines[now]?.setAttribute("aria-current", "true");
    heard = now;
  }

  section.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-whole-play]");
    const line = /** @type {HTMLElement|null} */ (button?.closest("[data-whole-line]"));
    if (!line) return;
    player.currentTime = Number(line.dataset.second);
    player.play().catch(() => {}); // the player itself shows what is wrong
  });
  for (const kind of ["timeupdate", "seeked"]) player.addEventListener(kind, mark);
  player.addEventListener("play", () => other?.pause());
  other?.addEventListener("play", () => player.pause());
}
