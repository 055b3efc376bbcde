// @ts-check
/** Numbers of a panel that are empty as a rule: what the chosen profile stands for, and what weights add up to. */

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, Record<string, number|null>>} profiles the usual numbers of each
 */
export function wireNumbers(form, profiles) {
  form.addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.name === "turn_profile") showUsual(form, profiles[field.value] ?? {});
  });
  form.addEventListener("input", (event) => {
    if (/** @type {HTMLInputElement} */ (event.target).name?.startsWith("weight_")) showSum(form);
  });
  showSum(form);
}

/** @param {HTMLFormElement} form @param {Record<string, number|null>} usual */
function showUsual(form, usual) {
  for (const [name, seconds] of Object.entries(usual)) {
    const field = /** @type {any} */ (form.elements.namedItem(name));
    if (field) field.placeholder = seconds ?? "";
  }
}

/** @param {HTMLFormElement} form */
function showSum(form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.elements]).filter((one) => one.name?.startsWith("weight_"));
  const numbers = fields.flatMap((one) => (one.type === "number" ? [one.value] : one.value.split("\n").map(lastPart)));
  const sum = numbers.reduce((total, text) => total + (Number.parseFloat(text) || 0), 0);
  const said = sum === 0 ? "The usual weights count." : `Together ${Math.round(sum * 10) / 10} of 100.`;
  const place = document.getElementById("weights-sum");
  if (place && place.textContent !== said) place.textContent = said;
}

/** @param {string} line of a dimension: its number */
function lastPart(line) {
  return line.slice(line.lastIndexOf(":") + 1);
}
