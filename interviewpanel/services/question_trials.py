"""Trying a question: answers that somebody pasted are scored as in an interview, at once. Nothing is stored.

Called by the admin. First by the embedded scorer, which takes milliseconds; then, one answer at a time, by the language
model, if one is configured and answers within its time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewpanel.domain.marked_texts import Stretch, mark_text
from interviewpanel.domain.question_probes import ADVICE, Probe, is_as_wanted, list_probes
from interviewpanel.services.answer_analysis import AnswerAnalysis, AnswerAnalysisService, AnswerToAnalyse
from interviewpanel.services.scores import read_criteria
from questionbank.engines.llm import ModelRetry
from questionbank.services.impatience import TooSlow, make_impatient

MOST_ANSWERS = 10
MOST_CHARACTERS = 20_000
_SEPARATOR = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)


class TrialRefused(Exception):
    """These answers cannot be tried; the message says why and what to do."""


@dataclass(frozen=True)
class TriedQuestion:
    """A version's content, saved or not."""

    content: Mapping[str, Any]
    is_technical: bool
    language: str


@dataclass(frozen=True)
class Trial:
    """An answer with what its score rests on; `stretches` are its text, marked with the numbers of key points."""

    answer: str
    analysis: AnswerAnalysis
    stretches: Sequence[Stretch]


@dataclass(frozen=True)
class TriedProbe:
    probe: Probe
    analysis: AnswerAnalysis
    is_as_wanted: bool

    @property
    def advice(self) -> str:
        return "" if self.is_as_wanted else ADVICE[self.probe.key]


def split_answers(text: str) -> list[str]:
    """The answers of a text, separated by lines of three or more hyphens. Raises TrialRefused."""
    answers = [part.strip() for part in _SEPARATOR.split(text.replace("\r\n", "\n"))]
    answers = [answer for answer in answers if answer]
    if not answers:
        raise TrialRefused("There is no answer to score. Paste one, or choose a probe.")
    if len(answers) > MOST_ANSWERS:
        raise TrialRefused(f"These are {len(answers)} answers. Try {MOST_ANSWERS} at a time.")
    longest = max(len(answer) for answer in answers)
    if longest > MOST_CHARACTERS:
        raise TrialRefused(f"An answer has {longest} characters. Shorten it to {MOST_CHARACTERS}.")
    return answers


def describe_trial(question: TriedQuestion, answer: str) -> AnswerToAnalyse:
    """As services/scores.describe_answer, without a panel: the question's weights, or the usual ones."""
    content = question.content
    return AnswerToAnalyse(
        question=content["text"],
        expected_answer=content["expected_answer"],
        elements=tuple(content["expected_elements"]),
        criteria=read_criteria(content["criteria"]),
        is_technical=question.is_technical,
        transcript=answer,
        weights=content["weights"] or None,
        red_flags=tuple(content["red_flags"]),
        language=question.language,
    )


def try_answer(question: TriedQuestion, answer: str) -> Trial:
    """By the embedded scorer, in milliseconds."""
    service = AnswerAnalysisService(None, nonce_key=b"")
    return _make_trial(answer, service.measure_coverage(describe_trial(question, answer)))


def try_by_model(question: TriedQuestion, answer: str, service: AnswerAnalysisService, *, within: float) -> Trial:
    """By the language model, within so many seconds. Raises TrialRefused where it takes longer.

    What was begun goes on in its thread until the model's own limit, and is thrown away.
    """
    tried = describe_trial(question, answer)
    hasty = AnswerAnalysisService(make_impatient(service.model, within), nonce_key=service.nonce_key)
    try:
        return _make_trial(answer, hasty.analyse(tried))
    except TooSlow as error:
        raise TrialRefused(f"The language model took longer than {within:g} s (REQUEST_TIMEOUT).") from error
    except ModelRetry as error:
        return _make_trial(answer, service.fall_back(tried, str(error)))


def run_probes(question: TriedQuestion) -> list[TriedProbe]:
    """Answers whose score is known beforehand, and whether this question gives it to them."""
    content = question.content
    tried: list[TriedProbe] = []
    for probe in list_probes(content["text"], content["expected_answer"], content["expected_elements"]):
        analysis = try_answer(question, probe.answer).analysis
        tried.append(TriedProbe(probe, analysis, is_as_wanted(probe.key, analysis.state, analysis.composite)))
    return tried


def _make_trial(answer: str, analysis: AnswerAnalysis) -> Trial:
    points = [
        (str(number), *match.span)
        for number, match in enumerate(analysis.elements, 1)
        if match.span is not None and match.is_covered
    ]
    quotes = [
        (str(number), *criterion.span)
        for number, criterion in enumerate(analysis.criteria, 1)
        if criterion.span is not None
    ]
    return Trial(answer, analysis, mark_text(answer, points or quotes))
