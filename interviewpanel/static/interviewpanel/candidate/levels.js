// @ts-check
/** What the loudness of a microphone means. Measured for the candidate's own eyes, never stored and never rated. */

/** Root mean square of a frame, 0 … 1. Speech at arm's length is about 0.03 to 0.2; a muted device gives zeros. */
export const SILENT_LEVEL = 0.0015;
export const QUIET_LEVEL = 0.012;
export const LOUD_LEVEL = 0.5;

/** @param {number} level @returns {number} 0 … 1, as ears hear it: 60 dB on one scale */
export function scaleLevel(level) {
  if (level <= 0) return 0;
  return Math.min(1, Math.max(0, 1 + (20 * Math.log10(level)) / 60 + 0.08));
}

/** @param {HTMLElement} element @param {number} level */
export function drawLevel(element, level) {
  element.style.setProperty("--level", scaleLevel(level).toFixed(2));
}

/** @typedef {"waiting"|"silent"|"quiet"|"good"|"loud"} Verdict */

/** Listens for a few seconds and says whether somebody can be heard. */
export class LevelJudge {
  constructor() {
    /** @type {{at: number, level: number}[]} */
    this.heard = [];
    this.since = performance.now();
  }

  /** @param {number} level @returns {Verdict} of the last four seconds */
  judge(level) {
    const now = performance.now();
    this.heard.push({ at: now, level });
    this.heard = this.heard.filter((one) => now - one.at < 4000);
    const loudest = this.heard.map((one) => one.level).sort((a, b) => b - a);
    const usual = loudest[Math.min(5, loudest.length - 1)]; // half a second must be that loud: a click is no voice
    if (usual >= LOUD_LEVEL) return "loud";
    if (usual >= QUIET_LEVEL) return "good";
    if (now - this.since < 4000) return "waiting";
    if (usual >= SILENT_LEVEL * 3) return "quiet";
    return loudest[0] < SILENT_LEVEL ? "silent" : "waiting";
  }
}
