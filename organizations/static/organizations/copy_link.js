// "Copy" beside a private link. Where the clipboard is not allowed (plain http), the link is selected instead.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  const told = document.getElementById(`${button.dataset.copies}-copied`);
  field.select();
  let said = "Copied. Send it to nobody but the candidate.";
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    said = "Selected: now press Ctrl+C.";
  }
  if (told) told.textContent = said;
});
