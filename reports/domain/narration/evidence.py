"""What a language model is given of an interview: what was scored and the words that earned it. Nothing of the person.

No name, no address, no transcript as a whole, no recording, no grade and no recommendation: what it is not given it
cannot repeat. The hash of it says whether a narrative that is stored still speaks of the same scores.
"""

import json
from dataclasses import dataclass
from typing import Any

from questionbank.domain.quoted_data import hash_json
from reports.domain.answer_cards import AnswerCard, Claim, Criterion, Element
from reports.domain.blinding import Redact, make_redactor
from reports.domain.claims import name_subject
from reports.domain.scorecard import Scorecard
from reports.domain.wording import shorten

MOST_CHARACTERS = 60_000  # about 20,000 tokens: what fits the largest window beside the answer


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told of each answer."""

    quote: int  # characters
    criteria: int
    points: int


DETAILS = (Detail(240, 10, 12), Detail(160, 5, 6), Detail(100, 2, 3))


def describe_evidence(scorecard: Scorecard, resume_summary: str = "") -> dict[str, Any]:
    """As plain JSON values, in as much detail as fits. A summary of the résumé is for questions to ask next, alone."""
    for detail in DETAILS:
        evidence = describe_in_detail(scorecard, detail)
        if len(json.dumps(evidence, ensure_ascii=False)) <= MOST_CHARACTERS:
            break
    told = {**evidence, "resume_summary": resume_summary} if resume_summary else evidence
    candidate = scorecard.header.candidate
    redacted: dict[str, Any] = redact_values(told, make_redactor(candidate.name, candidate.email))
    return redacted


def redact_values(value: Any, redact: Redact) -> Any:
    """Every text in JSON values without the candidate's name: also where a question or an answer has it."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [redact_values(one, redact) for one in value]
    return {key: redact_values(one, redact) for key, one in value.items()} if isinstance(value, dict) else value


def hash_evidence(evidence: dict[str, Any]) -> str:
    return hash_json(evidence)


def describe_in_detail(scorecard: Scorecard, detail: Detail) -> dict[str, Any]:
    verdict = scorecard.verdict
    return {
        "position": scorecard.header.job.title,
        "overall": {"score": verdict.overall, "of": 100} if verdict.overall is not None else {"why_none": verdict.why},
        "measures": [
            {"name": one.label, "score": one.value, "of": 100} for one in scorecard.measures if one.value is not None
        ],
        "categories": [
            {"name": one.label, "score": one.value, "of": 100} for one in scorecard.categories if one.value is not None
        ],
        "answers": [describe_card(card, detail) for card in scorecard.answers],
    }


def describe_card(card: AnswerCard, detail: Detail) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": card.number,
        "subject": name_subject(card),
        "category": card.category,
        "kind": card.question_type,
        "difficulty": card.difficulty,
        "question": shorten(card.question, 400),
        "state": card.state,
    }
    if card.state != "scored" or card.composite is None:
        return {**told, "why": shorten(card.why, 200)}
    told["score"] = card.composite
    told["components"] = {one.key: one.shown.value for one in card.components if one.value is not None}
    if card.override is not None:  # what was measured does not count any more: only the number and the words do
        return {**told, "is_score_set_by_a_person": True, "quotes": list_quotes(card, detail)}
    if card.provenance is not None and card.provenance.is_coverage_only:
        told["is_coverage_only"] = True
    return {
        **told,
        "criteria": [describe_criterion(one, detail) for one in choose_criteria(card, detail)],
        "expected_points_heard": [describe_point(one, detail) for one in card.covered[: detail.points]],
        "expected_points_not_heard": [shorten(one.text, 160) for one in card.missed[: detail.points]],
        "red_flags": [describe_flag(one, detail) for one in card.red_flags],
        "quotes": list_quotes(card, detail),
    }


def choose_criteria(card: AnswerCard, detail: Detail) -> list[Criterion]:
    """Rated ones, in their order; where not all may be told, the best and the worst."""
    rated = [one for one in card.criteria if one.state == "rated" and one.rating is not None]
    if len(rated) <= detail.criteria:
        return rated
    telling = sorted(rated, key=lambda one: -abs((one.rating or 0) - 2))[: detail.criteria]
    return [one for one in rated if one in telling]


def describe_criterion(one: Criterion, detail: Detail) -> dict[str, Any]:
    quote = {"quote": cut_quote(one.quote.text, detail)} if one.quote else {}
    return {"criterion": shorten(one.name, 160), "rating": one.rating, "of": 4, **quote}


def describe_point(one: Element, detail: Detail) -> dict[str, Any]:
    quote = {"quote": cut_quote(one.quote.text, detail)} if one.quote else {}
    return {"point": shorten(one.text, 160), **quote}


def describe_flag(flag: Claim, detail: Detail) -> dict[str, Any]:
    quotes = {"quote": cut_quote(flag.quotes[0].text, detail)} if flag.quotes else {}
    return {"flag": shorten(flag.text, 200), **quotes}


def list_quotes(card: AnswerCard, detail: Detail) -> list[str]:
    """Words that can be quoted where no rating brings any along: the notable ones; of an override, all that count."""
    quotes = card.quotes if card.override is not None else tuple(filter(None, [card.notable_quote]))
    return list(dict.fromkeys(cut_quote(one.text, detail) for one in quotes))[: detail.criteria]


def cut_quote(text: str, detail: Detail) -> str:
    """The beginning of a long quote, without a mark of it: what is given must stand in the transcript as it is."""
    return shorten(text, detail.quote).removesuffix("…")
