// @ts-check
/** Finds a place of the question bank by what is typed: a combobox of one list, for the mouse and for the keyboard. */

const MOST_SHOWN = 60;

/** @typedef {import("./panel-builder.js").Option} Option */

/**
 * @param {object} given
 * @param {Option[]} given.options in the order of the tree
 * @param {(key: string) => boolean} given.isTaken
 * @param {(option: Option) => void} given.onChosen
 */
export function wirePicker({ options, isTaken, onChosen }) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById("plan-search"));
  const list = /** @type {HTMLElement} */ (document.getElementById("plan-options"));
  /** @type {HTMLElement} */ (document.getElementById("plan-add")).hidden = false;
  /** @type {Option[]} */
  let shown = [];
  let at = -1;

  /** Every word that is typed stands somewhere in the path. */
  function search() {
    const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const hits = options.filter((one) => {
      const path = `${one.group} ${one.name} ${one.label}`.toLocaleLowerCase();
      return words.every((word) => path.includes(word));
    });
    shown = hits.slice(0, MOST_SHOWN);
    at = words.length && shown.length ? 0 : -1;
    list.replaceChildren(...shown.map(draw));
    if (!shown.length) list.append(drawNote("Nothing in the question bank has these words."));
    else if (hits.length > shown.length) list.append(drawNote(`${hits.length - shown.length} more: type to find them.`));
    open(true);
  }

  /** @param {Option} option @param {number} number */
  function draw(option, number) {
    const item = document.createElement("li");
    item.id = `plan-option-${number}`;
    item.role = "option";
    item.className = `is-${option.level}`;
    const name = document.createElement("span");
    name.textContent = option.level === "subtopic" ? option.label : option.name;
    const bank = document.createElement("span");
    bank.className = "desk-hint";
    bank.textContent = isTaken(option.key) ? "in the plan" : option.bank;
    item.append(name, bank);
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the focus until the row has it
      choose(option);
    });
    return item;
  }

  /** @param {string} text */
  function drawNote(text) {
    const item = document.createElement("li");
    item.className = "desk-hint plan-note";
    item.role = "presentation";
    item.textContent = text;
    return item;
  }

  /** @param {boolean} isOpen */
  function open(isOpen) {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) list.scrollIntoView({ block: "nearest" });
    mark();
  }

  function mark() {
    for (const item of list.children) item.setAttribute("aria-selected", String(item.id === `plan-option-${at}`));
    if (at >= 0 && !list.hidden) {
      field.setAttribute("aria-activedescendant", `plan-option-${at}`);
      document.getElementById(`plan-option-${at}`)?.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  /** @param {Option} option */
  function choose(option) {
    field.value = "";
    open(false);
    onChosen(option);
  }

  /** @param {number} step */
  function move(step) {
    if (list.hidden) search();
    if (!shown.length) return;
    at = (at + step + shown.length + (at < 0 && step < 0 ? 1 : 0)) % shown.length;
    mark();
  }

  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => !list.hidden && shown[at] && choose(shown[at]),
    Escape: () => open(false),
  };
  field.addEventListener("input", search);
  field.addEventListener("focus", search);
  field.addEventListener("blur", () => open(false));
  field.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault(); // Enter does not save the panel
    act();
  });
}
