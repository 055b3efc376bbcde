"""What the robot does with each question: answer it well, half, by silence, in writing, not at all. No input or output.

`answers.json` holds the words, under the keys of the demo bank's questions; a question is known by its text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypedDict

ROBOT_DIR = Path(__file__).parent
ANSWERS_PATH = ROBOT_DIR / "answers.json"
DONT_KNOW = "dont-know"
FALLBACK = "fallback"


class Step(StrEnum):
    """What the robot does with one question."""

    GOOD = "good"  # every part of the answer, then "I'm done"
    PARTIAL = "partial"  # the first part only, then "I'm done"
    SILENCE = "silence"  # the first part only, then nothing: the turn ends by the silence rule
    SKIP = "skip"
    DONT_KNOW = "dont-know"  # says so
    TYPED = "typed"  # writes the answer instead of speaking it


DEFAULT_STEPS = (Step.GOOD, Step.SILENCE, Step.SKIP, Step.DONT_KNOW, Step.GOOD)


class UnknownStepError(ValueError):
    """A step of a script has no meaning; the text says which steps there are."""


@dataclass(frozen=True)
class Question:
    """One `next_question`, as far as the robot needs it."""

    answer: int
    sequence: int
    text: str
    number: int
    of: int
    kind: str

    @classmethod
    def from_message(cls, message: Mapping[str, object]) -> Question:
        return cls(
            answer=int(str(message["answer"])),
            sequence=int(str(message.get("sequence", 0))),
            text=str(message["message"]),
            number=int(str(message.get("number", 0))),
            of=int(str(message.get("of", 0))),
            kind=str(message.get("kind", "question")),
        )


@dataclass(frozen=True)
class Plan:
    """How the robot will answer one question: `recording` (its first `parts` parts) or `text`, or neither: skip."""

    step: Step
    recording: str | None = None
    parts: int | None = None
    text: str | None = None


class SpokenAnswer(TypedDict, total=False):
    """One entry of answers.json: `spoken`, where present, is what is read aloud in place of `parts`."""

    parts: list[str]
    spoken: list[str]


@dataclass(frozen=True)
class Answers:
    """The words of answers.json, and which question of the bank each entry answers."""

    texts: Mapping[str, str]
    keys_by_question: Mapping[str, str]

    @classmethod
    def load(cls, keys_by_question: Mapping[str, str], path: Path = ANSWERS_PATH) -> Answers:
        content = json.loads(path.read_text())
        entries: dict[str, SpokenAnswer] = content["answers"] | {
            DONT_KNOW: content["dont_know"],
            FALLBACK: content["fallback"],
        }
        texts = {key: " ".join(entry["parts"]) for key, entry in entries.items()}
        return cls(texts, {fold_text(text): key for text, key in keys_by_question.items() if key in texts})

    def find_key(self, question: str) -> str | None:
        """The entry that answers `question`, which may have words around the bank's own (a transition)."""
        folded = fold_text(question)
        return next((key for text, key in self.keys_by_question.items() if text in folded), None)


def fold_text(text: str) -> str:
    return " ".join(text.casefold().split())


def parse_steps(text: str) -> tuple[Step, ...]:
    """`good,skip,typed` as steps; raises UnknownStepError."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    try:
        steps = tuple(Step(word) for word in words)
    except ValueError as error:
        raise UnknownStepError(f"{error}. A script is made of: {', '.join(Step)}; for example good,skip.") from None
    if not steps:
        raise UnknownStepError(f"The script is empty. It is made of: {', '.join(Step)}; for example good,skip.")
    return steps


class Script:
    """The steps, one a question; further questions are answered well. A question seen again keeps its plan. A follow-up
    takes no step: to it the whole answer to its question is given."""

    def __init__(self, steps: Sequence[Step], answers: Answers, recordings: frozenset[str]) -> None:
        self._steps = steps
        self._answers = answers
        self._recordings = recordings
        self._plans: dict[int, Plan] = {}
        self._steps_taken = 0
        self._last_key: str | None = None

    def plan_answer(self, question: Question) -> Plan:
        if question.answer not in self._plans:
            self._plans[question.answer] = self._follow_up() if question.kind == "follow_up" else self._answer(question)
        return self._plans[question.answer]

    def _answer(self, question: Question) -> Plan:
        step = self._steps[self._steps_taken] if self._steps_taken < len(self._steps) else Step.GOOD
        self._steps_taken += 1
        self._last_key = self._answers.find_key(question.text)
        return self._make_plan(step, question)

    def _follow_up(self) -> Plan:
        if self._last_key in self._recordings:
            return Plan(Step.GOOD, recording=self._last_key)
        return Plan(Step.TYPED, text=self._answers.texts[self._last_key or FALLBACK])

    def _make_plan(self, step: Step, question: Question) -> Plan:
        if step is Step.SKIP:
            return Plan(step)
        if step is Step.DONT_KNOW:
            return Plan(step, recording=DONT_KNOW, text=self._answers.texts[DONT_KNOW])
        key = self._answers.find_key(question.text)
        if step is Step.TYPED or key not in self._recordings:
            return Plan(Step.TYPED, text=self._answers.texts[key or FALLBACK])
        return Plan(step, recording=key, parts=None if step is Step.GOOD else 1)
