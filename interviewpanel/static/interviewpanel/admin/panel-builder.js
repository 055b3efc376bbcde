// @ts-check
/** The page of a panel: its plan is checked while it is typed, its rows are added and removed without loading. */

import { wireNumbers } from "./panel-numbers.js";
import { wirePicker } from "./plan-picker.js";

const LEVELS = ["easy", "medium", "hard"];
const QUIET_MS = 250; // after the last key

/** @param {string} id @returns {any} */
const find = (id) => document.getElementById(id);
const facts = JSON.parse(find("panel-facts").textContent);
const form = /** @type {HTMLFormElement} */ (find("interviewpanel_form"));
const plan = /** @type {HTMLElement} */ (find("plan"));
const isOpen = Boolean(find("plan-template"));

/** @param {string} name @returns {string} */
const valueOf = (name) => /** @type {any} */ (form.elements.namedItem(name))?.value ?? "";

/** @returns {HTMLElement[]} the rows of the plan that are not removed */
const listRows = () => [.../** @type {NodeListOf<HTMLElement>} */ (plan.querySelectorAll("tr[data-row]"))].filter((row) => !row.hidden);

/** @param {HTMLElement} row @param {string} level @returns {HTMLInputElement} */
const inputOf = (row, level) => /** @type {any} */ (row.querySelector(`[data-cell=${level}] input`));

/** @param {HTMLElement} row @param {string} level */
const countOf = (row, level) => Math.max(0, Math.min(99, Number.parseInt(inputOf(row, level).value, 10) || 0));

function readPlan() {
  const rows = listRows().map((row) => ({
    place: row.dataset.place,
    ...Object.fromEntries(LEVELS.map((level) => [level, countOf(row, level)])),
  }));
  const number = (/** @type {string} */ name) => Number.parseInt(valueOf(name), 10) || 0;
  return {
    organization: valueOf("organization"),
    language: valueOf("language"),
    max_questions: number("max_questions"),
    max_minutes: number("max_minutes"),
    rows,
  };
}

/** The sums need no server. */
function showTotals() {
  const totals = Object.fromEntries(LEVELS.map((level) => [level, 0]));
  for (const row of listRows()) {
    let whole = 0;
    for (const level of LEVELS) {
      totals[level] += countOf(row, level);
      whole += countOf(row, level);
    }
    /** @type {any} */ (row.querySelector("[data-row-total]")).textContent = String(whole);
  }
  const all = LEVELS.reduce((sum, level) => sum + totals[level], 0);
  for (const [level, total] of [...Object.entries(totals), ["all", all]]) {
    /** @type {any} */ (plan.querySelector(`[data-total=${level}]`)).textContent = String(total);
  }
}

let timer = 0;
let asked = 0;

function checkSoon() {
  showTotals();
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void check(), QUIET_MS);
}

/** Only the answer to the last question counts. */
async function check() {
  const number = ++asked;
  const rows = listRows();
  const headers = { "Content-Type": "application/json", "X-CSRFToken": valueOf("csrfmiddlewaretoken") };
  plan.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(facts.checkUrl, { method: "POST", headers, body: JSON.stringify(readPlan()) });
    if (number !== asked || !response.ok) return;
    showAnswer(await response.json(), rows);
  } catch {
    // Without a line the page says what it said last; saving checks everything again.
  } finally {
    if (number === asked) plan.removeAttribute("aria-busy");
  }
}

/** @param {any} said as describe_plan says it @param {HTMLElement[]} rows as they were asked for */
function showAnswer(said, rows) {
  rows.forEach((row, at) => {
    for (const level of LEVELS) showCell(/** @type {any} */ (row.querySelector(`[data-cell=${level}]`)), said.rows[at]?.[level]);
  });
  showList("plan-problems", said.problems);
  showList("plan-warnings", said.warnings);
  find("plan-fine").hidden = said.problems.length > 0;
  say("plan-time", said.time);
  say("plan-summary", said.summary);
  const [look, words] = said.problems.length
    ? ["is-bad", "Not ready"]
    : said.warnings.length
      ? ["is-warning", "Over a limit"]
      : ["is-good", "Can be filled"];
  find("plan-badge").className = `desk-badge ${look}`;
  say("plan-badge", words);
}

/** @param {HTMLElement} cell @param {{bank: number, lacking: number}|undefined} state */
function showCell(cell, state) {
  const text = state ? `of ${state.bank}${state.lacking ? `, ${state.lacking} missing` : ""}` : "";
  /** @type {any} */ (cell.querySelector("[data-bank]")).textContent = text;
  cell.classList.toggle("is-short", Boolean(state?.lacking));
}

/** @param {string} id @param {string} text told to a screen reader only where it is news */
function say(id, text) {
  if (find(id).textContent !== text) find(id).textContent = text;
}

/** @param {string} id @param {string[]} texts */
function showList(id, texts) {
  const list = find(id);
  list.hidden = texts.length === 0;
  const shown = [...list.children].map((item) => item.textContent);
  if (JSON.stringify(shown) === JSON.stringify(texts)) return;
  list.replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
}

// --- Rows ------------------------------------------------------------------------------------------------------------

/** @typedef {{key: string, group: string, name: string, label: string, bank: string, level: string}} Option */

/** @param {string} key @returns {HTMLElement|undefined} */
const findRow = (key) => listRows().find((row) => row.dataset.place === key);

/** @param {Option} option of the catalogue; one that is there already is only gone to */
function addRow(option) {
  const row = findRow(option.key) ?? makeRow(option);
  inputOf(row, "medium").focus();
  checkSoon();
}

/** @param {Option} option @returns {HTMLElement} */
function makeRow(option) {
  const total = find("id_distribution-TOTAL_FORMS");
  const number = Number(total.value);
  const body = document.createElement("tbody");
  body.innerHTML = find("plan-template").innerHTML.replaceAll("__prefix__", String(number));
  total.value = String(number + 1);
  const row = /** @type {HTMLElement} */ (body.querySelector("tr"));
  row.dataset.place = option.key;
  /** @type {any} */ (row.querySelector("[data-place-input]")).value = option.key;
  /** @type {any} */ (row.querySelector("[data-name]")).textContent = option.name;
  for (const element of row.querySelectorAll("[aria-label]")) {
    element.setAttribute("aria-label", `${element.getAttribute("aria-label")?.trim()} ${option.label}`);
  }
  findGroup(option.group).append(row);
  document.getElementById("plan-empty")?.remove();
  wireRow(row);
  return row;
}

/** @param {string} name @returns {HTMLElement} */
function findGroup(name) {
  const known = [.../** @type {NodeListOf<HTMLElement>} */ (plan.querySelectorAll("tbody[data-group]"))];
  const found = known.find((body) => body.dataset.group === name);
  if (found) {
    found.hidden = false;
    return found;
  }
  const body = document.createElement("tbody");
  body.dataset.group = name;
  const head = body.insertRow();
  head.className = "plan-group";
  const cell = document.createElement("th");
  cell.colSpan = 7;
  cell.scope = "rowgroup";
  cell.textContent = name;
  head.append(cell);
  const after = known.find((one) => (one.dataset.group ?? "").localeCompare(name) > 0);
  const table = /** @type {HTMLTableElement} */ (plan.querySelector("table"));
  table.insertBefore(body, after ?? table.tFoot);
  return body;
}

/** @param {HTMLElement} row a stored one is deleted when the page is saved, and until then only hidden */
function removeRow(row) {
  const rows = listRows();
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  /** @type {any} */ (row.querySelector(".plan-delete input")).checked = true;
  row.hidden = true;
  const body = /** @type {HTMLElement} */ (row.parentElement);
  body.hidden = [...body.querySelectorAll("tr[data-row]")].every((one) => /** @type {HTMLElement} */ (one).hidden);
  /** @type {HTMLElement} */ (next?.querySelector("[data-remove]") ?? find("plan-search")).focus();
  checkSoon();
}

/** @param {HTMLElement} row */
function wireRow(row) {
  const bin = /** @type {HTMLElement} */ (row.querySelector("[data-remove]"));
  /** @type {HTMLElement} */ (row.querySelector(".plan-delete")).hidden = true;
  bin.hidden = false;
  bin.addEventListener("click", () => removeRow(row));
}

/** @returns {Option[]} what can be asked on; there too where a refused page has no row left for whoever has no scripts */
function listPlaces() {
  const places = /** @type {HTMLTemplateElement} */ (find("plan-places")).content.querySelectorAll("option");
  return [...places].map((one) => ({ key: one.value, .../** @type {any} */ ({ ...one.dataset }) }));
}

/** The rows for whoever has no scripts; what they could choose is searched instead. */
function takeBlanks() {
  const blanks = find("plan-blanks");
  const rows = blanks.querySelectorAll(".plan-row");
  const isUsed = [...blanks.querySelectorAll("input[type=number]:not([name$=weightage])")].some((one) => one.value);
  if (isUsed) return; // sent once already without a place: kept, to be chosen
  find("id_distribution-TOTAL_FORMS").value = String(Number(find("id_distribution-TOTAL_FORMS").value) - rows.length);
  blanks.remove();
}

if (isOpen) {
  takeBlanks();
  for (const row of listRows()) wireRow(row);
  wirePicker({ options: listPlaces(), isTaken: (key) => Boolean(findRow(key)), onChosen: addRow });
  plan.addEventListener("input", checkSoon);
  for (const name of ["organization", "language", "max_questions", "max_minutes"]) {
    const field = /** @type {any} */ (form.elements.namedItem(name));
    field?.addEventListener("input", checkSoon);
    field?.addEventListener("change", checkSoon);
  }
  wireNumbers(form, facts.profiles);
}
