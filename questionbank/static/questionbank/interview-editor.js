// @ts-check
/** The criteria of a generated interview: added, removed and put in order. Without it, places and boxes do the same. */

class Rubric {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.body = this.find("[data-rows]");
    this.blank = /** @type {HTMLTemplateElement} */ (this.find("[data-blank]"));
    this.add = /** @type {HTMLButtonElement} */ (this.find("[data-add]"));
    for (const row of this.list()) {
      if (row.classList.contains("is-blank")) row.remove(); // for those without a script; here there is a button
      else this.prepare(row);
    }
    this.next = this.list().length;
    this.add.hidden = false;
    this.add.addEventListener("click", () => this.append());
    root.addEventListener("input", () => this.describe());
    this.describe();
  }

  /** @param {string} selector @returns {HTMLElement} */
  find(selector) { return /** @type {HTMLElement} */ (this.root.querySelector(selector)); }

  /** @returns {HTMLElement[]} */
  list() { return [.../** @type {NodeListOf<HTMLElement>} */ (this.body.querySelectorAll("[data-row]"))]; }

  /** @param {HTMLElement} row @param {string} name @returns {HTMLInputElement} */
  field(row, name) { return /** @type {HTMLInputElement} */ (row.querySelector(`[name$="-${name}"]`)); }

  /** @param {HTMLElement} row @param {string} act @returns {HTMLButtonElement} */
  button(row, act) { return /** @type {HTMLButtonElement} */ (row.querySelector(`[data-${act}]`)); }

  /** @param {HTMLElement} row */
  prepare(row) {
    /** @type {HTMLElement} */ (row.querySelector("[data-plain]")).hidden = true; // its place is sent all the same
    /** @type {HTMLElement} */ (row.querySelector("[data-tools]")).hidden = false;
    this.button(row, "up").addEventListener("click", () => this.move(row, -1, "up"));
    this.button(row, "down").addEventListener("click", () => this.move(row, 1, "down"));
    this.button(row, "remove").addEventListener("click", () => this.remove(row));
  }

  append() {
    const row = /** @type {HTMLElement} */ (
      /** @type {HTMLElement} */ (this.blank.content.firstElementChild).cloneNode(true));
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (row.querySelectorAll("[name]")))
      input.name = input.name.replace("__prefix__", String(this.next));
    this.next += 1;
    this.body.append(row);
    this.prepare(row);
    this.describe();
    this.field(row, "name").focus();
  }

  /** @param {HTMLElement} row */
  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.describe();
    if (next) this.button(/** @type {HTMLElement} */ (next), "remove").focus();
    else this.add.focus();
  }

  /** @param {HTMLElement} row @param {number} step @param {"up" | "down"} act */
  move(row, step, act) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    this.describe();
    const pressed = this.button(row, act);
    (pressed.disabled ? this.button(row, act === "up" ? "down" : "up") : pressed).focus();
  }

  /** Places, names of the buttons, and the sentence below: as questionbank/admin/interview_forms.py says it. */
  describe() {
    const rows = this.list();
    const [fewest, most, fewestChecked] = ["fewest", "most", "fewestChecked"].map((name) => Number(this.root.dataset[name]));
    rows.forEach((row, at) => {
      this.field(row, "place").value = String(at + 1);
      const name = this.field(row, "name").value.trim() || "the new criterion";
      this.field(row, "is_checked").setAttribute("aria-label", `Use “${name}”`);
      this.button(row, "up").setAttribute("aria-label", `Move “${name}” up`);
      this.button(row, "down").setAttribute("aria-label", `Move “${name}” down`);
      this.button(row, "remove").setAttribute("aria-label", `Remove “${name}”`);
      this.button(row, "up").disabled = at === 0;
      this.button(row, "down").disabled = at === rows.length - 1;
    });
    const checked = rows.filter((row) => this.field(row, "is_checked").checked).length;
    const told = [`${rows.length} criteri${rows.length === 1 ? "on" : "a"}, ${checked} in use.`];
    const isWrong = rows.length < fewest || rows.length > most;
    if (isWrong) told.push(`To be published a question needs ${fewest} to ${most}.`);
    else if (checked < fewestChecked) told.push(`To be published a question needs at least ${fewestChecked} in use.`);
    this.add.disabled = rows.length >= most;
    const output = this.find("[data-count]");
    output.classList.toggle("is-wrong", isWrong || checked < fewestChecked);
    if (output.textContent !== told.join(" ")) output.textContent = told.join(" ");
  }
}

for (const root of document.querySelectorAll(".gen-rubric[data-criteria]")) new Rubric(/** @type {HTMLElement} */ (root));
