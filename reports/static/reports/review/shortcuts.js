// @ts-check
/** The keys of the page, as its help tells them. A key that belongs to a field, a button or the browser stays theirs. */

const OWN_KEYS = "input, textarea, select, [contenteditable=true]";
const PRESSED_BY_SPACE = `${OWN_KEYS}, button, summary, a[href]`;

/** @param {Record<string, () => void>} keys */
export function wireShortcuts(keys) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest?.(event.key === " " ? PRESSED_BY_SPACE : OWN_KEYS)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
