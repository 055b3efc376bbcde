"""The scorer that needs no language model: how much of what was expected did the answer cover, and was it on the topic?

Called by services/answer_analysis for the provisional score of every answer (inline, so it is pure, fast and
deterministic) and as the labelled fallback when no language model is reachable. It measures coverage, not truth: a
wrong sentence in the right words scores high. So it assesses `technical` and `relevance` only, carries an interval,
quotes what it matched, and says when a person should look.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ElementMatch:
    """What of the answer was taken for one expected element."""

    element: str
    recall: float  # share of the element's weight that the answer covers, 0 to 1
    is_covered: bool
    quote: str  # verbatim from the answer; empty where nothing matched
    span: tuple[int, int] | None  # characters of the answer, end exclusive: answer[start:end] == quote


@dataclass(frozen=True)
class EmbeddedScore:
    """Components 0 to 100; `interval` is the 80 % interval of the technical component."""

    components: dict[str, float]  # technical, relevance
    interval: tuple[float, float]
    elements: tuple[ElementMatch, ...]
    flags: tuple[str, ...]
    is_needs_human: bool
    reasons: tuple[str, ...]  # sentences for the reviewer, one for each thing that asks for a person
    version: str


def score_text(
    answer: str,
    *,
    question: str,
    expected_answer: str,
    elements: Sequence[str] = (),
    word_probabilities: Sequence[float] = (),
    threshold: float = 60.0,
) -> EmbeddedScore:
    """Measure how much of the expected elements an answer covers and whether it is on the question's topic."""
    raise NotImplementedError
