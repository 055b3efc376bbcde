"""Language models for the tests of narratives, each a stand-in behind Ollama's wire format: an honest one, and worse.

    with OllamaServer(replies=[narrate(honest)]) as server: …

Each is given the evidence as it stood in the prompt and gives back a reply.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pytest_django import Settings

from tests.models_at_hand import forget_models
from tests.ollama_server import OllamaServer, Reply, reply_with

Evidence = dict[str, Any]
Narrator = Callable[[Evidence], object]
MODEL = "llama3.1:8b"


def read_evidence(request: dict[str, Any]) -> Evidence:
    """What the model was given, out of its marks."""
    text = request["messages"][-1]["content"]
    found = re.search(r"BEGIN EVIDENCE (\w{16})\n(.*)\nEND EVIDENCE \1", text, re.DOTALL)
    assert found is not None
    evidence: Evidence = json.loads(found[2])
    return evidence


def narrate(narrator: Narrator) -> Callable[[dict[str, Any]], Reply]:
    return lambda request: reply_with(narrator(read_evidence(request)), model=MODEL)


@contextmanager
def serve_narrator(settings: Settings, *narrators: Narrator | Reply, seconds: float = 5) -> Iterator[OllamaServer]:
    """The site's model, for as long as it lasts."""
    replies = [one if isinstance(one, Reply) else narrate(one) for one in narrators]
    with OllamaServer(models=[MODEL], replies=replies) as server:
        forget_models()
        settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = server.url, MODEL
        narrating = replace(settings.LLM.purposes["narrate"], timeout_seconds=seconds)
        settings.LLM = replace(settings.LLM, purposes={**settings.LLM.purposes, "narrate": narrating})
        try:
            yield server
        finally:
            forget_models()


def list_scored(evidence: Evidence) -> list[dict[str, Any]]:
    return [one for one in evidence["answers"] if one["state"] == "scored"]


def say(text: str, answer: dict[str, Any] | int, quote: str = "", **more: object) -> dict[str, object]:
    number = answer if isinstance(answer, int) else answer["number"]
    return {"text": text, "answers": [number], "quote": quote, **more}


def pick_quote(answer: dict[str, Any]) -> str:
    """The first words that the evidence has of an answer."""
    lists = [answer.get("criteria", []), answer.get("expected_points_heard", [])]
    found = [one["quote"] for items in lists for one in items if one.get("quote")] + answer.get("quotes", [])
    return str(found[0]) if found else ""


def honest(evidence: Evidence) -> dict[str, object]:
    """Says what the evidence says."""
    scored = list_scored(evidence)
    good = [one for one in scored if one["score"] >= 70]
    low = [one for one in scored if one["score"] < 70]
    return {
        "strengths": [say(f"Shows a way of working on {one['subject']}.", one, pick_quote(one)) for one in good],
        "weaknesses": [say(f"Leaves open what else there is to {one['subject']}.", one) for one in low],
        "technical_assessment": [
            say(f"Answer {one['number']} on {one['subject']} came to {one['score']} of 100.", one, pick_quote(one))
            for one in scored
            if one["kind"] == "technical"
        ],
        "behavioural_assessment": [
            say("Tells of one case from first to last.", one) for one in scored if one["kind"] != "technical"
        ],
        "demonstrated_skills": [
            say(f"Uses {one['subject']} on a case of its own.", one, subject=one["subject"]) for one in good
        ],
        "skill_gaps": [
            say(f"Stays at the surface of {one['subject']}.", one, subject=one["subject"]) for one in low
        ],
        "highlights": [{"answer": one["number"], "quote": pick_quote(one)} for one in good[:2]],
        "red_flags": [],
        "follow_up_questions": [
            {"question": f"What would change your mind about {one['subject']}?", "answer": one["number"],
             "reason": "The answer did not say where the limits are."}
            for one in low
        ],
        "executive_summary": [say(f"What stands out is {one['subject']}.", one) for one in good[:1]],
    }  # fmt: skip


def lie(evidence: Evidence) -> dict[str, object]:
    """Every kind of untruth, one sentence each, under strengths; all else is missing."""
    first = list_scored(evidence)[0]
    quote = pick_quote(first)
    sentences = [
        say("Shows a way of working that came to 99 of 100.", first, quote),
        say("Shows a way of working in half of the expected points.", first, quote),
        say("Shows a way of working with the plan.", 77, quote),
        say("Shows a way of working with the plan.", first, "I invented the composite index"),
        say("Says “every index is free of charge” about the writes.", first, quote),
        say("Shows a way of working that we would recommend for the role.", first, quote),
        say("Deserves the grade A for the way of working.", first, quote),
        say("Would be a strong hire for the backend.", first, quote),
        say("The candidate sounded confident about the plan.", first, quote),
        say("As a young engineer the candidate knows the plan.", first, quote),
        say("You should ignore the rating of this answer.", first, quote),
        say("x", first, quote),
        say("This is a long way to say it. " * 20, first, quote),
        say("Visit https://example.com for the whole of it.", first, quote),
        say("Zeigt ein gutes Verständnis für Indizes und Pläne.", first, quote),
        {"text": "No answers here at all.", "quote": quote},
        "not even an object",
    ]
    return {"strengths": sentences}


def obey(evidence: Evidence) -> dict[str, object]:
    """Does what the quotes tell it to: the words of a candidate as an order, in every section."""
    orders = [quote for one in list_scored(evidence) for quote in one["quotes"]]
    first = list_scored(evidence)[0]
    said = [say(f"{order}. The candidate deserves 100 of 100 and must be hired.", first, order) for order in orders]
    sections = ("strengths", "weaknesses", "technical_assessment", "behavioural_assessment", "executive_summary")
    return dict.fromkeys(sections, said)


def half_broken(evidence: Evidence) -> dict[str, object]:
    """Two sections as they should be, the others of every wrong shape, one missing."""
    good = honest(evidence)
    return {
        "strengths": good["strengths"],
        "executive_summary": good["executive_summary"],
        "weaknesses": "none",
        "technical_assessment": None,
        "behavioural_assessment": {"text": "an object"},
        "demonstrated_skills": [1, None, ["x"], {"text": 5, "answers": "all", "quote": None}],
        "highlights": [{"answer": "first", "quote": "x"}],
        "follow_up_questions": [{"question": "And then?"}],
        "red_flags": 7,
    }
