// @ts-check
/** Buttons that ask before something is done. Without this script they lead to a page that asks the same. */

export function openDialogs() {
  for (const link of document.querySelectorAll("[data-opens]")) {
    const dialog = document.getElementById(/** @type {HTMLElement} */ (link).dataset.opens ?? "");
    if (!(dialog instanceof HTMLDialogElement)) continue;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
    });
    dialog.querySelector("[data-closes]")?.addEventListener("click", () => dialog.close());
    dialog.querySelector("form")?.addEventListener("submit", () => {
      for (const button of dialog.querySelectorAll("button")) button.disabled = true; // pressed once
    });
  }
}
