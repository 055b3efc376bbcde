// The catalogue: finds while somebody types, opens and closes, and shows one dialog to add, rename and move.
// Without it the search asks the server, and the links lead to the pages of the rows.

const tree = document.querySelector("[data-tree]");
const filter = document.querySelector("[data-filter]");
const dialog = document.querySelector("[data-dialog]");
const places = JSON.parse(document.getElementById("places").textContent);
const OPEN_KEY = "catalogue-open";

function show(part, isShown) { part.hidden = !isShown; }

/** A part is shown if it, something above or something below it has all the words. */
function find(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (part) => words.every((word) => part.dataset.name.includes(word));
  let isAny = false;
  for (const category of tree.children) {
    if (!category.matches("[data-part]")) continue;
    let isInCategory = has(category);
    for (const topic of category.querySelectorAll("details[data-part]")) {
      const rows = [...topic.querySelectorAll("tr[data-part]")];
      const isAbove = has(category) || has(topic);
      const found = rows.filter((row) => isAbove || has(row));
      for (const row of rows) show(row, found.includes(row));
      show(topic, isAbove || found.length > 0);
      if (words.length && found.length && !isAbove) topic.open = true;
      isInCategory ||= isAbove || found.length > 0;
    }
    show(category, isInCategory);
    isAny ||= isInCategory;
  }
  document.querySelector("[data-nothing]").hidden = isAny;
}

function keepOpen() {
  const topics = [...tree.querySelectorAll("details[data-part]")];
  const kept = JSON.parse(sessionStorage.getItem(OPEN_KEY) || "{}");
  topics.forEach((topic) => {
    const name = `${topic.closest("section").dataset.name}/${topic.dataset.name}`;
    if (!filter.value && name in kept) topic.open = kept[name];
    topic.addEventListener("toggle", () => {
      if (filter.value) return;
      const now = JSON.parse(sessionStorage.getItem(OPEN_KEY) || "{}");
      now[name] = topic.open;
      sessionStorage.setItem(OPEN_KEY, JSON.stringify(now));
    });
  });
  for (const [selector, isOpen] of [["[data-open-all]", true], ["[data-close-all]", false]]) {
    const button = document.querySelector(selector);
    button.hidden = !topics.length;
    button.addEventListener("click", () => topics.forEach((topic) => { topic.open = isOpen; }));
  }
}

const TITLES = { add: "Add a", rename: "Rename", move: "Move" };

function openDialog(tool) {
  const { act, level, pk = "", called = "", parent = "", inside = "", owner = "" } = tool.dataset;
  const form = dialog.querySelector("form");
  const part = (name) => form.querySelector(`[data-for=${name}]`);
  const use = (name, isUsed) => {
    part(name).hidden = !isUsed;
    for (const field of part(name).querySelectorAll("input, select")) field.disabled = !isUsed;
  };
  form.elements.act.value = act;
  form.elements.level.value = level;
  form.elements.pk.value = pk;
  const hiddenParent = form.querySelector("input[name=parent]");
  hiddenParent.disabled = act !== "add" || !parent;
  hiddenParent.value = parent;
  use("name", act !== "move");
  use("owner", act === "add" && level === "category");
  use("place", act === "move");
  form.querySelector("#dialog-name").value = act === "rename" ? called : "";
  const title = act === "add" ? `${TITLES.add} ${level}${inside ? ` to “${inside}”` : ""}` : `${TITLES[act]} “${called}”`;
  form.querySelector("[data-title]").textContent = title;
  form.querySelector("[data-do]").textContent = act === "add" ? "Add" : TITLES[act];
  if (act === "move") {
    const select = form.querySelector("#dialog-place");
    const fitting = places[level].filter((place) => String(place.owner ?? "") === owner);
    select.replaceChildren(...fitting.map((place) => new Option(place.name, place.pk)));
  }
  dialog.showModal();
  form.querySelector(act === "move" ? "#dialog-place" : "#dialog-name").focus();
}

document.querySelectorAll("[data-scripted]").forEach((button) => { button.hidden = false; });
document.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-act]");
  if (!tool || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openDialog(tool);
});
dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
filter.addEventListener("input", () => find(filter.value));
keepOpen();
