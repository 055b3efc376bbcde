// Draws a message as candidates get it beside the form that its words are written in. The server does the drawing.
const panel = () => document.querySelector("[data-preview]");
const find = (name) => panel().querySelector(`[data-${name}]`);
const NAMES = ["organization", "kind", "channel", "language", "subject", "text"];
const WAIT = 300;
let timer = 0;
let latest = 0;

const readField = (name) => document.getElementById(`id_${name}`)?.value ?? "";

function showProblems(problems) {
  const lines = problems.map((problem) => Object.assign(document.createElement("li"), { textContent: problem }));
  find("problems").replaceChildren(...lines);
}

function choose(view) {
  find("html").hidden = view !== "html";
  find("text").hidden = view === "html";
  for (const button of panel().querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
}

function show(drawn) {
  showProblems(drawn.problems);
  if (drawn.problems.length) return;
  const isMail = Boolean(drawn.html);
  find("subject").textContent = drawn.subject;
  find("html").srcdoc = drawn.html;
  find("text").textContent = drawn.text;
  find("views").hidden = !isMail;
  find("parts").textContent = drawn.parts ? `Sent and paid as ${drawn.parts} SMS.` : "";
  const test = find("test");
  if (test) test.hidden = !isMail;
  if (!isMail || find("html").hidden === find("text").hidden) choose(isMail ? "html" : "text");
}

async function draw() {
  latest += 1;
  const mine = latest;
  const body = new FormData();
  for (const name of NAMES) body.set(name, readField(name));
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  listPlaceholders();
  const answer = await fetch(panel().dataset.preview, { method: "POST", body });
  if (mine !== latest) return;
  if (answer.ok) show(await answer.json());
  else showProblems(answer.status === 404 ? ["Choose the organization and the message first."] : ["The preview could not be drawn. Load the page again."]);
}

function listPlaceholders() {
  const known = JSON.parse(document.getElementById("message-placeholders").textContent)[readField("kind")] ?? {};
  const lines = Object.entries(known).flatMap(([name, meaning]) => [
    Object.assign(document.createElement("dt"), { textContent: `{{ ${name} }}` }),
    Object.assign(document.createElement("dd"), { textContent: meaning }),
  ]);
  find("placeholders").replaceChildren(...lines);
}

function drawSoon() {
  clearTimeout(timer);
  timer = setTimeout(draw, WAIT);
}

document.addEventListener("DOMContentLoaded", () => {
  if (!panel()) return;
  for (const name of NAMES) {
    const field = document.getElementById(`id_${name}`);
    for (const event of ["input", "change"]) field?.addEventListener(event, drawSoon);
  }
  panel().addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    if (button) choose(button.dataset.view);
  });
  draw();
});
