"""Makes the prompt of an answer, and the hashes that say later what exactly was asked. Used by service.py."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from interviewpanel.domain.score_calculator import GENERAL_WEIGHTS, TECHNICAL_WEIGHTS, Component
from interviewpanel.services.answer_analysis.records import AnswerToAnalyse, CriterionToRate
from questionbank.domain.prompts import Prompt, PromptTemplate, load_prompt
from questionbank.domain.quoted_data import hash_json, quote_data

PROMPT_PATH = Path(__file__).parents[2] / "prompts" / "score_answer.md"
UNSURE_BELOW = 0.5
MOST_UNSURE_WORDS = 30

DEFAULT_CRITERIA: Mapping[str, str] = {
    Component.RELEVANCE: "Answers the question that was asked, and stays with it.",
    Component.DEPTH: "Goes below the surface: gives reasons, mechanisms, trade-offs or a concrete example.",
    Component.CLARITY: "Can be followed: the points come in an order that makes sense and hang together. "
    "Grammar, accent, fillers and slips of the recogniser do not count.",
    Component.TECHNICAL: "What is said is technically correct and covers what was expected.",
}


def load_template() -> PromptTemplate:
    return load_prompt(PROMPT_PATH)


def list_criteria(answer: AnswerToAnalyse) -> list[CriterionToRate]:
    """The rubric, and for each component that counts but has no criterion of its own, a general one.

    The keys of the general ones are "default:" and the component.
    """
    base = answer.weights or (TECHNICAL_WEIGHTS if answer.is_technical else GENERAL_WEIGHTS)
    counting = {name: weight for name, weight in {**base, **(answer.dimensions or {})}.items() if weight > 0}
    if not answer.is_technical:
        counting.pop(Component.TECHNICAL, None)
    covered = {criterion.component for criterion in answer.criteria}
    added = [
        CriterionToRate(f"default:{name}", DEFAULT_CRITERIA.get(name, f"Shows {name.replace('_', ' ')}."), str(name))
        for name in counting
        if name not in covered
    ]
    return [*answer.criteria, *added]


def shuffle_order(count: int, seed: int) -> list[int]:
    """An order of `count` criteria that depends on the seed only, so that none profits from a fixed place."""
    order = list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311 - an order that can be repeated, not a secret
    return order


def build_prompt(
    answer: AnswerToAnalyse, criteria: Sequence[CriterionToRate], nonce: str, *, is_recheck: bool
) -> Prompt:
    """The prompt for these criteria, numbered from 1. The nonce marks where the quoted answer begins and ends."""
    unsure = ", ".join(list_unsure_words(answer))
    background = answer.background.strip()
    values = {
        "nonce": nonce,
        "language": answer.language,
        "question": quote_data(answer.question, nonce, "QUESTION"),
        "expected_answer": answer.expected_answer or "(none given)",
        "elements": list_points(answer.elements),
        "red_flags": number_lines(answer.red_flags),
        "unsure_words": quote_data(unsure, nonce, "UNSURE WORDS") if unsure else "(none)",
        "criteria": number_lines([criterion.text for criterion in criteria]),
        "background": f"{quote_data(background, nonce, 'BACKGROUND')}\n\n" if background else "",
        "answer": quote_data(answer.transcript, nonce, "ANSWER"),
        "count": str(len(criteria)),
    }
    return load_template().fill(values, ("user", "recheck") if is_recheck else ("user",))


def list_points(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "(none given)"


def number_lines(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)) or "(none given)"


def list_unsure_words(answer: AnswerToAnalyse) -> list[str]:
    unsure = [word.text.strip() for word in answer.words if word.probability < UNSURE_BELOW]
    return list(dict.fromkeys(unsure))[:MOST_UNSURE_WORDS]


def hash_input(answer: AnswerToAnalyse) -> str:
    """SHA-256 of everything the score depends on but the prompt and the model."""
    return hash_json(asdict(answer))


def hash_background(answer: AnswerToAnalyse) -> str:
    """SHA-256 of the résumé's summary that went along; empty where none did."""
    return hash_json(answer.background) if answer.background.strip() else ""


def hash_rubric(answer: AnswerToAnalyse) -> str:
    """SHA-256 of what an answer to this question is held against; equal for all who were asked the same."""
    heard = {"transcript", "words", "language", "background", "background_flags", "calibration"}
    return hash_json({name: value for name, value in asdict(answer).items() if name not in heard})
