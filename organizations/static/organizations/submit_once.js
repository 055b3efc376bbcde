// A form that is done once is sent once: its buttons are switched off while the server works on it.
// Whoever gets past this is answered by organizations/admin/once.py.

const isOnce = (form) => form instanceof HTMLFormElement && form.elements.namedItem("once") !== null;

function switchButtons(form, isOff) {
  form.toggleAttribute("data-sent", isOff);
  for (const button of form.elements) {
    if (button.type === "submit") button.disabled = isOff;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !isOnce(form)) return;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    return;
  }
  form.setAttribute("data-sent", "");
  setTimeout(() => switchButtons(form, true)); // afterwards: the pressed button's name is to be sent
});

// Back to a page that the browser had kept: it can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) if (isOnce(form)) switchButtons(form, false);
});
