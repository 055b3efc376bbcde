// @ts-check
/** One answer's words: the one that is being said is marked; a click plays from it, the arrow keys choose one. */

export class Transcript {
  /** @param {HTMLElement} element @param {(seconds: number) => void} onPlay @param {boolean} hasSound */
  constructor(element, onPlay, hasSound) {
    this.element = element;
    this.onPlay = onPlay;
    /** @type {HTMLElement[]} in the order of the text, which is that of the sound */
    this.words = [...element.querySelectorAll(".w, .note[data-s]")].map((word) => /** @type {HTMLElement} */ (word));
    this.starts = this.words.map((word) => Number(word.dataset.s));
    /** @type {HTMLElement|null} */
    this.said = null;
    if (!hasSound || !this.words.length) return;
    element.classList.add("is-playable");
    this.words[0].tabIndex = 0; // one stop for the tab key; from there on the arrow keys
    element.addEventListener("click", (event) => this.clicked(event));
    element.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** The place of the word that is said at a second; −1 before the first. @param {number} seconds @returns {number} */
  find(seconds) {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= seconds + 0.001) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** @param {number|null} seconds null: this answer is not the one that plays */
  mark(seconds) {
    const place = seconds === null ? -1 : this.find(seconds);
    const word = place < 0 ? null : this.words[place];
    if (word === this.said) return;
    this.said?.classList.remove("is-said");
    word?.classList.add("is-said");
    this.said = word;
    if (word && this.isFarAway(word)) word.scrollIntoView({ block: "center", behavior: "auto" });
  }

  /** A long answer scrolls within itself; the page stays where its reader is. @param {HTMLElement} word */
  isFarAway(word) {
    const box = this.element.getBoundingClientRect();
    const place = word.getBoundingClientRect();
    const isScrolled = this.element.scrollHeight > this.element.clientHeight + 1;
    return isScrolled && (place.bottom > box.bottom || place.top < box.top);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const word = /** @type {HTMLElement} */ (event.target).closest("[data-s]");
    if (!(word instanceof HTMLElement) || !window.getSelection()?.isCollapsed) return;
    this.focusOn(word);
    this.onPlay(Number(word.dataset.s));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const place = this.words.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const places = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: this.words.length - 1 };
    if (event.key === "Enter") this.onPlay(this.starts[place]);
    else if (event.key in places) {
      const next = places[/** @type {keyof typeof places} */ (event.key)];
      this.focusOn(this.words[Math.min(Math.max(next, 0), this.words.length - 1)]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {HTMLElement} word */
  focusOn(word) {
    for (const one of this.words) if (one.tabIndex === 0) one.tabIndex = -1;
    word.tabIndex = 0;
    word.focus({ preventScroll: true });
  }

  /** Shows where a quote stands, for a moment more than the others. @param {string} key @returns {HTMLElement|null} */
  showQuote(key) {
    const quoted = [...this.element.querySelectorAll("[data-marks]")].filter((piece) =>
      (/** @type {HTMLElement} */ (piece).dataset.marks ?? "").split(" ").includes(key),
    );
    for (const piece of this.element.querySelectorAll(".is-shown")) piece.classList.remove("is-shown");
    for (const piece of quoted) piece.classList.add("is-shown");
    return /** @type {HTMLElement|null} */ (quoted[0] ?? null);
  }
}
