// @ts-check
/** Draws the progress of a generation anew while somebody waits for it, and loads the page once it is over. */

const EVERY_MS = 2000;
const AT_MOST_MS = 15000; // between two looks, after failed ones

/** @param {HTMLElement} section */
function follow(section) {
  const place = /** @type {HTMLElement} */ (section.querySelector("[data-progress-place]"));
  const said = /** @type {HTMLElement} */ (section.querySelector("[data-progress-said]"));
  const isOver = () => place.querySelector("[data-progress-now]")?.getAttribute("data-over") === "yes";
  let wait = EVERY_MS;

  async function look() {
    try {
      const response = await fetch(section.dataset.url ?? "", { headers: { Accept: "text/html" } });
      if (response.redirected || response.status === 403 || response.status === 404) return; // signed out, or gone
      if (!response.ok) throw new Error(String(response.status));
      const text = await response.text();
      if (text !== place.innerHTML) place.innerHTML = text;
      said.textContent = place.querySelector("p")?.textContent ?? "";
      wait = EVERY_MS;
    } catch {
      wait = Math.min(2 * wait, AT_MOST_MS);
    }
    if (isOver()) window.location.reload();
    else window.setTimeout(() => void look(), wait);
  }

  if (!isOver()) window.setTimeout(() => void look(), wait);
}

for (const section of document.querySelectorAll("[data-progress]")) follow(/** @type {HTMLElement} */ (section));
