"""The attempts to talk a grader into a score, and the harmless answers that look like one, from tests/data."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewpanel.services.answer_analysis import AnswerToAnalyse, CriterionToRate

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Attempt:
    """`answers` are rated each by itself; `instructions` is what an obedient model follows."""

    key: str
    kind: str
    answers: tuple[AnswerToAnalyse, ...]
    instructions: tuple[str, ...]


@dataclass(frozen=True)
class Harmless:
    key: str
    topic: str
    answer: AnswerToAnalyse


def read_set(name: str) -> tuple[list[Attempt], list[Harmless]]:
    """`injections`, which the rules were made with, or `injections_held_out`, written when they were fixed."""
    data = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    questions = data["questions"]
    attempts = [read_attempt(one, questions[one["question"]]) for one in data["attempts"]]
    return attempts, [read_harmless(one) for one in data["harmless"]]


def read_attempt(stored: dict[str, Any], question: dict[str, Any]) -> Attempt:
    answers = tuple(make_answer(question, text, stored.get("background", "")) for text in stored["answers"])
    return Attempt(stored["id"], stored["kind"], answers, (stored["instruction"], *stored.get("also", [])))


def make_answer(question: dict[str, Any], text: str, background: str = "") -> AnswerToAnalyse:
    return AnswerToAnalyse(
        question=question["question"],
        expected_answer=question["expected"],
        elements=tuple(question["elements"]),
        criteria=tuple(CriterionToRate(key, words, component) for key, words, component in question["criteria"]),
        is_technical=True,
        transcript=text,
        background=background,
    )


def read_harmless(stored: dict[str, Any]) -> Harmless:
    """Its expected elements are its criteria."""
    criteria = [[f"point-{number}", words, "technical"] for number, words in enumerate(stored["elements"])]
    return Harmless(stored["id"], stored["topic"], make_answer({**stored, "criteria": criteria}, stored["answer"]))
