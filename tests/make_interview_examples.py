"""Makes the sample description and the sample interview of docs/examples: the product's work, told by a test server.

Called by tests/make_examples.py, which gives it a database of its own, and by the test that holds the files to it.
"""

import json
from typing import Any

from tests.example_files import LABEL, Files, read_recorded

FOOT = "\n---\nMade by `make examples` from invented input; a test server answered in the place of a language model.\n"


def make_interview() -> Files:
    """The worked-out description and the interview, as text to read and as JSON. Needs an empty, migrated database."""
    enhanced, interview = generate()
    named = {"enhanced-description": enhanced, "interview": interview}
    texts = {"enhanced-description": write_description(enhanced), "interview": write_interview(interview, enhanced)}
    return {
        **{f"{name}.example.json": to_bytes({"example": LABEL, **content}) for name, content in named.items()},
        **{f"{name}.example.md": text.encode() for name, text in texts.items()},
    }


def generate() -> tuple[dict[str, Any], dict[str, Any]]:
    """As somebody asks for it by the page: both in one, by durable work."""
    from django.conf import settings
    from django.utils import timezone

    from config.work.tasks import perform
    from organizations.models import Organization
    from questionbank.models import EnhancedDescription, GeneratedInterview
    from questionbank.services.job_descriptions import ask_workflow
    from tests.generated_texts import ENHANCEMENT, PLAN, add_description, find_wanted
    from tests.generated_texts import make_question as make_text
    from tests.models_at_hand import forget_models
    from tests.ollama_server import OllamaServer, Reply, reply_with

    recorded = read_recorded("sample_generation")

    def answer(request: dict[str, Any]) -> Reply:
        wanted = find_wanted(request)
        if wanted != "WrittenQuestion":
            return reply_with({"Enhancement": ENHANCEMENT, "InterviewPlan": PLAN}[wanted])
        asked = request["messages"][-1]["content"]
        number = next(one for one in range(1, 6) if f"Write question {one} of the plan" in asked)
        return reply_with({**recorded["questions"][number - 1], "text": make_text(number)["text"]})

    with OllamaServer(models=[recorded["model"]], replies=[answer]) as server:
        forget_models()
        settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = server.url, recorded["model"]
        organization = Organization.objects.create(name="Fairlead Demo", slug="fairlead-demo")
        asked = ask_workflow(description=add_description(organization), user=None, now=timezone.now())
        perform("questionbank.tasks.generate", asked.pk)
        asked.refresh_from_db()
        forget_models()
    assert asked.work_status == "done", asked.last_error
    enhanced = EnhancedDescription.objects.get(description__organization=organization)
    interview = GeneratedInterview.objects.get(organization=organization)
    told = {"model": recorded["model"], "prompt_version": enhanced.prompt_version, "source": enhanced.source}
    return (
        {**told, "document": enhanced.document},
        {
            "model": recorded["model"],
            "name": interview.name,
            "status": interview.status,
            "questions": interview.questions,
        },
    )


def write_description(enhanced: dict[str, Any]) -> str:
    source, made = enhanced["source"], enhanced["document"]
    found = {one["id"]: one["text"] for one in source["requirements"]}
    lines = [
        f"# {made['title']}",
        "",
        f"**{LABEL}**",
        "",
        made["summary"],
        "",
        "## Requirements, as they were written",
        "",
    ]
    lines += [f"- **{name}** {text}" for name, text in found.items()]
    lines += ["", "## Work outputs", ""]
    lines += [f"- **{one['id']}** {one['output']}: {one['measure']} ({trace(one)})" for one in made["work_outputs"]]
    role = made["role"]
    lines += ["", "## Role", "", f"{role['purpose']} Level: {role['level']}. Works with: {role['works_with']}.", ""]
    lines += [f"- {one}" for one in role["responsibilities"]]
    lines += ["", "## Knowledge", ""]
    lines += [f"- **{one['id']}** {one['text']}, {one['importance']} ({trace(one)})" for one in made["knowledge"]]
    lines += ["", "## Competencies", "", "| | competency | shown by | from |", "|---|---|---|---|"]
    lines += [
        f"| {one['id']} | {one['name']}: {one['description']} | {'; '.join(one['shown_by'])} | {trace(one)} |"
        for one in made["competencies"]
    ]
    left = ", ".join(made["not_about_work"])
    return "\n".join([*lines, "", f"Not about the work, and left out: {left}.", FOOT])


def write_interview(interview: dict[str, Any], enhanced: dict[str, Any]) -> str:
    names = {one["id"]: one["name"] for one in enhanced["document"]["competencies"]}
    lines = [f"# {interview['name']}", "", f"**{LABEL}** Status: {interview['status']}.", ""]
    for number, one in enumerate(interview["questions"], 1):
        asked_for = ", ".join(f"{key} {names[key]}" for key in one["competencies"])
        lines += [f"## {number}. {one['text']}", "", f"{one['kind']}, {one['difficulty']}; for {asked_for}.", ""]
        lines += [one["assesses"], "", f"Expected: {one['expected_answer']}", ""]
        lines += [f"- {element}" for element in one["expected_elements"]]
        lines += ["", "| criterion | informs | weight |", "|---|---|---|"]
        lines += [
            f"| **{part['name']}**: {part['description']} | {part['component']} | {part['weight']} |"
            for part in one["criteria"]
        ]
        lines += ["", f"Red flags: {'; '.join(one['red_flags'])}.", ""]
    return "\n".join([*lines, FOOT])


def trace(part: dict[str, Any]) -> str:
    return ", ".join(part["requirements"])


def to_bytes(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
