"""Answers whose score is known beforehand: whether a question, as it is written, can be scored at all. Pure.

Called by services/question_trials. The expected answer must score high, nothing and "I don't know" must not, and what
only looks like an answer must be sent to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from interviewpanel.domain.text_features import FUNCTION_STEMS, read_words

EXPECTED_FROM = 70
"""Measured on the demo bank: 78 of 80 expected answers score 84 to 100; two do not word their own key points."""
NOTHING_TO = 20


@dataclass(frozen=True)
class Probe:
    key: str
    title: str
    answer: str
    wanted: str


def list_probes(question: str, expected_answer: str, elements: Sequence[str]) -> list[Probe]:
    return [
        Probe("expected", "The expected answer itself", expected_answer, f"scores {EXPECTED_FROM} or more"),
        Probe("empty", "Nothing", "", "no number"),
        Probe("dont_know", "“I don't know”", "I don't know, sorry.", f"at most {NOTHING_TO}, or no number"),
        Probe("echo", "The question said back", question, "no number: a person looks"),
        Probe("keywords", "Only the words of the key points", list_keywords(elements), "no number: a person looks"),
    ]


def list_keywords(elements: Sequence[str]) -> str:
    """The telling words of the key points, each once, without anything that makes sentences of them."""
    words = [
        element[word.start : word.end].lower()
        for element in elements
        for word in read_words(element)
        if word.stem not in FUNCTION_STEMS
    ]
    return " ".join(dict.fromkeys(words))


def is_as_wanted(key: str, state: str, number: int | None) -> bool:
    """Whether a probe came out as it should; `number` is the composite, None where there is none."""
    if key == "expected":
        return number is not None and number >= EXPECTED_FROM
    if key == "dont_know":
        return number is None or number <= NOTHING_TO
    if key == "empty":
        return number is None
    return number is None and state == "needs_human"


ADVICE = {
    "expected": "Your own expected answer does not reach its key points. Write the points in the words of the answer, "
    "or the answer so that it holds them all.",
    "empty": "Silence must not score. Tell us: this is a fault.",
    "dont_know": "“I don't know” should not score. The question may hold its own key points.",
    "echo": "Saying the question back scores. It gives away its own answer: ask it in fewer words.",
    "keywords": "A list of words scores like an answer here. Make the key points sentences.",
}
