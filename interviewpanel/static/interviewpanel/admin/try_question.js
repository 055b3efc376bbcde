// Trying a question: what was scored by coverage is on the page already; the language model is asked after it, one
// answer at a time, and takes the place of it when it is there. The server keeps to its own time limit.

const form = document.querySelector("[data-try]");

async function rate(section) {
  const waiting = section.querySelector("[data-waiting]");
  waiting.textContent = `${form.dataset.model} reads it …`;
  const data = new FormData(form);
  data.set("model_for", section.dataset.trial);
  data.delete("score");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
    const text = await answer.text();
    if (!answer.ok) throw new Error(answer.status === 422 ? text : "The language model could not be asked.");
    section.querySelector("[data-result]").innerHTML = text;
    waiting.textContent = "";
  } catch (error) {
    waiting.textContent = `${error.message} Shown is the score by coverage.`;
  }
}

if (form?.dataset.model) {
  for (const section of document.querySelectorAll("[data-trial]")) await rate(section);
}
