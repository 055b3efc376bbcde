// @ts-check
/** The page that asks for questions: rows come and go, sums and an estimate follow what is typed. Without it, it works. */

const LEVELS = ["easy", "medium", "hard"];
const PLACE = ["category", "topic", "subtopic"];

const facts = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("batch-facts")).textContent ?? "{}");
const form = /** @type {HTMLFormElement} */ (document.getElementById("batch-form"));
const body = /** @type {HTMLElement} */ (form.querySelector("[data-rows]"));
const template = /** @type {HTMLTemplateElement} */ (document.getElementById("batch-row"));

/** @param {string} selector @returns {any} */
const find = (selector) => form.querySelector(selector);

/** @returns {HTMLElement[]} */
const listRows = () => [.../** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("[data-row]"))];

/** @param {HTMLElement} row @param {string} name @returns {HTMLInputElement} */
const inputOf = (row, name) => /** @type {any} */ (row.querySelector(`input[name=${name}]`));

/** @param {string} text as names are compared */
const plain = (text) => text.trim().replace(/\s+/g, " ").toLowerCase();

/** @param {number} count */
const write = (count) => count.toLocaleString("en-GB");

/** @param {HTMLElement} row @param {string} level */
const countOf = (row, level) => Math.max(0, Math.min(999, Number.parseInt(inputOf(row, level).value, 10) || 0));

/** The names that fit what is typed left of it are offered. @param {HTMLInputElement} input */
function offer(input) {
  const column = PLACE.indexOf(input.name);
  const row = /** @type {HTMLElement} */ (input.closest("[data-row]"));
  const left = PLACE.slice(0, column).map((name) => plain(inputOf(row, name).value));
  const fits = facts.places.filter((/** @type {any[]} */ place) => left.every((text, at) => !text || plain(place[at]) === text));
  const names = [...new Set(fits.map((/** @type {any[]} */ place) => place[column]))].sort();
  const options = names.map((name) => Object.assign(document.createElement("option"), { value: name }));
  /** @type {HTMLElement} */ (document.getElementById(`places-${input.name}`)).replaceChildren(...options);
}

/** How many the bank has there already. @param {HTMLElement} row */
function showBank(row) {
  const typed = PLACE.map((name) => plain(inputOf(row, name).value));
  const place = facts.places.find((/** @type {any[]} */ one) => typed.every((text, at) => plain(one[at]) === text));
  LEVELS.forEach((level, at) => {
    const hint = /** @type {HTMLElement} */ (row.querySelector(`[data-has=${level}]`));
    hint.textContent = place ? `has ${place[3 + at]}` : typed.every(Boolean) && at === 0 ? "new place" : "";
  });
}

function showSums() {
  const sums = LEVELS.map((level) => listRows().reduce((sum, row) => sum + countOf(row, level), 0));
  LEVELS.forEach((level, at) => (find(`[data-total=${level}]`).textContent = String(sums[at])));
  const all = sums.reduce((sum, one) => sum + one, 0);
  const tokens = facts.tokens === null ? null : all * facts.tokens;
  find("[data-start]").textContent = all ? `Generate ${all} question${all === 1 ? "" : "s"}` : "Generate";
  find("[data-estimate]").textContent = tokens && all ? `These ${all}: about ${write(tokens)} tokens and ${tellTime(all * facts.seconds)}.` : "";
  const told = [];
  if (all > facts.most) told.push(`${all} are more than the ${facts.most} that go at once. Make two batches of it.`);
  if (tokens && facts.left !== null && tokens > facts.left)
    told.push(`${write(facts.left)} tokens are left this month: about ${Math.floor(facts.left / facts.tokens)} of these will be made, and the rest can be made when there are tokens again.`);
  const over = find("[data-over]");
  over.hidden = told.length === 0;
  over.textContent = told.join(" ");
  find("[data-add]").disabled = listRows().length >= facts.most_rows;
}

/** @param {number} seconds one after the other */
function tellTime(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 1 ? "less than a minute" : `${minutes} minute${minutes === 1 ? "" : "s"}`;
}

function addRow() {
  body.append(template.content.cloneNode(true));
  const row = /** @type {HTMLElement} */ (body.lastElementChild);
  wire(row);
  const before = listRows().at(-2);
  if (before) for (const name of ["category", "topic"]) inputOf(row, name).value = inputOf(before, name).value;
  inputOf(row, before && inputOf(before, "topic").value ? "subtopic" : "category").focus();
  showSums();
}

/** @param {HTMLElement} row */
function wire(row) {
  const button = /** @type {HTMLElement} */ (row.querySelector("[data-remove]"));
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (next) inputOf(/** @type {HTMLElement} */ (next), "subtopic").focus();
    else addRow();
    showSums();
  });
  showBank(row);
}

body.addEventListener("focusin", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (PLACE.includes(input.name)) offer(input);
});
body.addEventListener("input", (event) => {
  const row = /** @type {HTMLElement} */ (event.target).closest("[data-row]");
  if (row) showBank(/** @type {HTMLElement} */ (row));
  showSums();
});
find("[data-add]").addEventListener("click", addRow);
// Whose catalogue, budget and figures are shown is the server's to say.
find("select[name=organization]")?.addEventListener("change", (/** @type {any} */ event) => {
  window.location.search = new URLSearchParams({ organization: event.target.value }).toString();
});
find("[data-add]").hidden = false;
find("[data-totals]").hidden = false;
listRows().forEach(wire);
showSums();
