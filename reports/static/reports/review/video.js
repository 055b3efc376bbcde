// @ts-check
/** The candidate's picture in step with the sound, where the camera was recorded. The sound is the answer's own. */

const DRIFT_SECONDS = 0.4;

export class Picture {
  /** @param {HTMLElement} box @param {{origins: Record<string, [number, number][]>}[]} videos */
  constructor(box, videos) {
    this.box = box;
    this.videos = videos;
    this.elements = /** @type {HTMLVideoElement[]} */ ([...box.querySelectorAll("video")]);
    this.none = /** @type {HTMLElement} */ (document.getElementById("review-no-video"));
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.box.hidden = !isShown;
    if (!isShown) for (const video of this.elements) video.pause();
  }

  /** Which second of which video is that of an answer. @param {string|null} answer @param {number} seconds */
  find(answer, seconds) {
    for (const [place, video] of this.videos.entries()) {
      const stretch = (video.origins[answer ?? ""] ?? []).filter(([from]) => from <= seconds + 0.001).pop();
      if (stretch) return { element: this.elements[place], seconds: stretch[1] + seconds - stretch[0] };
    }
    return null;
  }

  /** @param {import("./player.js").Player} player */
  follow(player) {
    if (this.box.hidden) return;
    const found = this.find(player.answer, player.position);
    this.none.hidden = Boolean(found);
    for (const element of this.elements) {
      element.hidden = element !== found?.element;
      if (element.hidden) element.pause();
    }
    if (!found) return;
    const { element, seconds } = found;
    element.playbackRate = player.audio.playbackRate;
    if (Math.abs(element.currentTime - seconds) > DRIFT_SECONDS) element.currentTime = seconds;
    if (player.isPlaying && element.paused) void element.play().catch(() => {});
    if (!player.isPlaying && !element.paused) element.pause();
  }
}
