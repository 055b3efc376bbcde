// @ts-check
/** The one player of the page: which answer it plays, from where, until where, how fast. It knows no transcript. */

const STEP_SECONDS = 5;
const SPEEDS = [1, 1.25, 1.5, 1.75, 2];

/** @param {number} seconds @returns {string} as 1:05 */
export function showTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export class Player {
  /** @param {HTMLAudioElement} audio @param {(player: Player) => void} onChange called at every frame that plays */
  constructor(audio, onChange) {
    this.audio = audio;
    this.onChange = onChange;
    /** @type {string|null} */
    this.answer = null;
    this.seconds = 0;
    /** @type {number|null} where a quote ends */
    this.until = null;
    /** @type {number|null} where to begin once the file is there */
    this.pending = null;
    for (const kind of ["play", "pause", "seeked", "ended", "ratechange", "durationchange", "error"]) {
      audio.addEventListener(kind, () => this.changed());
    }
    audio.addEventListener("loadedmetadata", () => this.seekPending());
    audio.addEventListener("play", () => this.follow());
  }

  get isPlaying() {
    return !this.audio.paused && !this.audio.ended;
  }

  get position() {
    return this.pending ?? this.audio.currentTime;
  }

  get duration() {
    return Number.isFinite(this.audio.duration) && this.audio.duration > 0 ? this.audio.duration : this.seconds;
  }

  /** Loads another answer's sound; of the one that is loaded already nothing changes. @param {HTMLElement} question */
  choose(question) {
    const { question: number, sound, seconds } = question.dataset;
    if (!sound || number === this.answer) return;
    this.answer = number ?? null;
    this.seconds = Number(seconds);
    const speed = this.audio.playbackRate;
    this.audio.src = sound;
    this.audio.defaultPlaybackRate = speed; // a new file begins with the default
    this.audio.playbackRate = speed;
    this.until = null;
    this.pending = 0;
    this.changed();
  }

  /** @param {HTMLElement} question @param {number} from @param {number|null} [until] */
  playFrom(question, from, until = null) {
    this.choose(question);
    this.seek(from);
    this.until = until;
    void this.audio.play().catch(() => this.changed());
  }

  /** @param {number} seconds */
  seek(seconds) {
    const place = Math.min(Math.max(0, seconds), this.duration || seconds);
    this.until = null;
    if (this.audio.readyState >= HTMLMediaElement.HAVE_METADATA) {
      this.pending = null;
      this.audio.currentTime = place;
    } else {
      this.pending = place;
      this.audio.preload = "auto";
      this.audio.load();
    }
    this.changed();
  }

  seekPending() {
    if (this.pending === null) return;
    this.audio.currentTime = this.pending;
    this.pending = null;
  }

  toggle() {
    this.until = null;
    if (this.isPlaying) this.audio.pause();
    else void this.audio.play().catch(() => this.changed());
  }

  /** @param {number} direction −1 or 1 */
  jump(direction) {
    this.seek(this.position + direction * STEP_SECONDS);
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.audio.defaultPlaybackRate = speed;
    this.audio.playbackRate = speed;
  }

  /** @param {number} direction −1 slower, 1 faster */
  shiftSpeed(direction) {
    const place = SPEEDS.indexOf(this.audio.playbackRate) + direction;
    this.setSpeed(SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)]);
  }

  /** The event that browsers send while a file plays comes four times a second: too seldom for words. */
  follow() {
    if (!this.isPlaying) return;
    if (this.until !== null && this.audio.currentTime >= this.until) {
      this.until = null;
      this.audio.pause();
      return;
    }
    this.changed();
    requestAnimationFrame(() => this.follow());
  }

  changed() {
    this.onChange(this);
  }
}
