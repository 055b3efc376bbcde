// @ts-check
/** Times as they are read, and clocks that run on between two messages of the server. */

/** @param {number} seconds @returns {string} 4:05, or 1:02:03 */
export function writeSeconds(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** @param {number} seconds @returns {string} 5 s, 4 min */
export function writeRoughly(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min`;
}

/** @param {string|null} at @returns {string} the time of day here: 14:05 */
export function writeTime(at) {
  if (!at) return "";
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** The server's time, whatever this machine's clock says. */
export class ServerTime {
  #ahead = 0;

  /** @param {string} at of a message that came just now */
  set(at) {
    this.#ahead = Date.parse(at) - Date.now();
  }

  /** @param {string|null} at @returns {number} seconds since then */
  since(at) {
    return at ? Math.max(0, (Date.now() + this.#ahead - Date.parse(at)) / 1000) : 0;
  }
}

/** The talking time of an interview. */
export class TalkingTime {
  /** @param {{limit_seconds: number, used_seconds: number, is_running: boolean}} clock */
  constructor(clock) {
    this.clock = clock;
    this.at = performance.now();
  }

  get used() {
    const passed = this.clock.is_running ? (performance.now() - this.at) / 1000 : 0;
    return Math.min(this.clock.limit_seconds, this.clock.used_seconds + passed);
  }

  get left() {
    return this.clock.limit_seconds - this.used;
  }

  /** @param {HTMLElement|null} bar */
  draw(bar) {
    if (!bar) return;
    const share = this.clock.limit_seconds ? this.used / this.clock.limit_seconds : 1;
    bar.style.inlineSize = `${Math.round(1000 * share) / 10}%`;
    bar.parentElement?.classList.toggle("is-short", share > 0.9);
  }
}
