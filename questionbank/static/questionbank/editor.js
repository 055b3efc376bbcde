// The question editor: criteria as rows that are added, moved and removed; counts and lengths while somebody types.
// Without it the form works: see questionbank/admin/widgets.py.

const WORDS_PER_MINUTE = 150;
const PAUSE_SECONDS = 0.4;

/** As questionbank/domain/speaking_time.py says it. */
function describeLength(text, output) {
  const words = (text.match(/\S+/g) || []).length;
  if (!words) return "Nothing to say yet.";
  const pauses = Math.max(0, (text.match(/[.!?:;](?=\s|$)/g) || []).length - 1);
  const seconds = Math.max(1, Math.round((words * 60) / WORDS_PER_MINUTE + pauses * PAUSE_SECONDS));
  const most = Number(output.dataset.mostWords);
  const advice = most && words > most ? " Long for one question: by ear nobody reads it again." : "";
  return `${words} words, about ${seconds} s to say.${advice}`;
}

function countLines(text) {
  const count = text.split("\n").filter((line) => line.trim()).length;
  return `${count} line${count === 1 ? "" : "s"}`;
}

function follow(attribute, describe) {
  for (const output of document.querySelectorAll(`[${attribute}]`)) {
    const field = document.getElementById(output.getAttribute(attribute));
    field?.addEventListener("input", () => { output.textContent = describe(field.value, output); });
  }
}

function offerListening() {
  if (!("speechSynthesis" in window)) return;
  for (const button of document.querySelectorAll("[data-listen-to]")) {
    const field = document.getElementById(button.dataset.listenTo);
    if (!field) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const wasSpeaking = speechSynthesis.speaking;
      speechSynthesis.cancel();
      if (wasSpeaking) return;
      const words = new SpeechSynthesisUtterance(field.value);
      words.lang = document.getElementById("id_language")?.value || "en";
      speechSynthesis.speak(words);
    });
  }
}

class Criteria {
  constructor(root) {
    this.root = root;
    this.rows = root.querySelector("[data-rows]");
    this.blank = root.querySelector("[data-blank]");
    for (const row of this.list()) this.prepare(row);
    const add = root.querySelector("[data-add]");
    add.hidden = false;
    add.addEventListener("click", () => this.add());
    root.addEventListener("input", () => this.describe());
    root.addEventListener("change", () => this.describe());
    this.dropBlank();
    this.describe();
  }

  list() { return [...this.rows.querySelectorAll("[data-row]")]; }

  prepare(row) {
    for (const plain of row.querySelectorAll("[data-plain]")) plain.remove();
    row.querySelector("[data-tools]").hidden = false;
    row.querySelector("[data-up]").addEventListener("click", (event) => this.move(row, -1, event.currentTarget));
    row.querySelector("[data-down]").addEventListener("click", (event) => this.move(row, 1, event.currentTarget));
    row.querySelector("[data-remove]").addEventListener("click", () => this.remove(row));
  }

  /** The empty row is for those without a script; here there is a button. */
  dropBlank() {
    const rows = this.list();
    const last = rows.at(-1);
    if (rows.length > 1 && last.classList.contains("is-blank")) last.remove();
  }

  add() {
    const row = this.blank.content.firstElementChild.cloneNode(true);
    this.rows.append(row);
    this.prepare(row);
    row.querySelector("input[type=text]").focus();
    this.describe();
    this.changed();
  }

  remove(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    (next?.querySelector("input[type=text]") || this.root.querySelector("[data-add]")).focus();
    this.describe();
    this.changed();
  }

  move(row, step, button) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(row); else other.after(row);
    button.focus();
    this.changed();
  }

  changed() { this.root.dispatchEvent(new Event("change", { bubbles: true })); }

  /** What each component's criteria weigh, as a share of all. */
  describe() {
    const sums = new Map();
    for (const row of this.list()) {
      if (!row.querySelector("input[type=text]").value.trim()) continue;
      const component = row.querySelector("select").value;
      const weight = Number(row.querySelector("input[name$=-weight]").value) || 0;
      sums.set(component, (sums.get(component) || 0) + weight);
    }
    const names = [...sums.keys()];
    this.root.querySelector("[data-shares]").textContent = names.length
      ? `Rated by criteria: ${names.join(", ")}.` : "No criteria yet.";
  }
}

follow("data-length-of", describeLength);
follow("data-lines-of", countLines);
offerListening();
for (const root of document.querySelectorAll("[data-criteria]")) new Criteria(root);
