"""What the model is asked to give back, and what is kept of it: ratings whose quotes are in the transcript."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from interviewpanel.domain.evidence import FoundQuote, explain_no_evidence, find_quote
from interviewpanel.services.answer_analysis.records import (
    CriterionState,
    CriterionToRate,
    FoundRedFlag,
    RatedCriterion,
)

MOST_POINTS = 3
LONGEST_POINT = 300
LONGEST_TEXT = 2_000


class CriterionReply(BaseModel):
    number: int = Field(description="number of the criterion in the list")
    quote: str = Field(description="exact words of the answer, or empty")
    reason: str = Field(description="one sentence")
    state: Literal["rated", "cannot_assess"] = "rated"
    rating: int | None = Field(ge=0, le=4, description="0 to 4; null with cannot_assess")


class RedFlagReply(BaseModel):
    number: int = Field(description="number of the red flag in the list")
    quote: str = Field(description="exact words of the answer")


class AnswerReply(BaseModel):
    """Evidence comes before the rating and the ratings before the summary, since a model writes in this order."""

    criteria: list[CriterionReply]
    red_flags: list[RedFlagReply] = []
    rationale: str
    strengths: list[str]
    improvements: list[str]
    notable_quote: str = ""


@dataclass(frozen=True)
class Heard:
    """What quotes are checked against. In `barred` stretches nothing is evidence: they talk to the grader."""

    transcript: str
    question: str
    barred: Collection[tuple[int, int]] = ()


def check_ratings(
    criteria: Sequence[CriterionToRate], order: Sequence[int], reply: AnswerReply, heard: Heard
) -> dict[int, RatedCriterion]:
    """The checked rating of each criterion that was asked, by its place in the rubric.

    `order` holds those places as they were numbered in the prompt, from 1. Other numbers in the reply are ignored.
    """
    by_number: dict[int, list[CriterionReply]] = defaultdict(list)
    for rated in reply.criteria:
        by_number[rated.number].append(rated)
    return {place: check_ratings_of_one(criteria[place], by_number[n], heard) for n, place in enumerate(order, 1)}


def check_ratings_of_one(criterion: CriterionToRate, given: Sequence[CriterionReply], heard: Heard) -> RatedCriterion:
    """The first of them, if all say the same. Which of two different ratings was meant, nobody can tell: void."""
    if len({(one.state, one.rating) for one in given}) > 1:
        return make_rated(criterion, CriterionState.VOID, "Void: the model rated this criterion twice, differently.")
    return check_rating(criterion, given[0] if given else None, heard)


def check_rating(criterion: CriterionToRate, reply: CriterionReply | None, heard: Heard) -> RatedCriterion:
    """Keep a rating if its quote is in the transcript and evidence (or it is 0 and quotes nothing); else it is void.

    A 0 may quote what is beside the point.
    """
    if reply is None:
        return make_rated(criterion, CriterionState.VOID, "Void: the model left this criterion out.")
    reason = reply.reason.strip()[:LONGEST_TEXT]
    if reply.state == "cannot_assess" and reason:
        return make_rated(criterion, CriterionState.CANNOT_ASSESS, reason)
    if reply.state == "cannot_assess" or reply.rating is None:
        return make_rated(criterion, CriterionState.VOID, f"Void: no rating, and no reason for it. {reason}".strip())
    found = find_quote(heard.transcript, reply.quote)
    if fault := find_fault(reply.rating, reply.quote.strip(), found, heard):
        return make_rated(criterion, CriterionState.VOID, f"Void: {fault}. {reason}".strip())
    return make_rated(criterion, CriterionState.RATED, reason, reply.rating, found)


def find_fault(rating: int, given: str, found: FoundQuote | None, heard: Heard) -> str:
    """Why a quote does not bear a rating; empty where it does."""
    shown = f"“{given[:LONGEST_POINT]}”" if given else "no quote"
    if found is None:
        return f"{shown} is not in the transcript" if rating > 0 or given else ""
    why = explain_no_evidence(found, heard.question, heard.barred) if rating > 0 else ""
    return f"{shown} {why}" if why else ""


def make_rated(
    criterion: CriterionToRate,
    state: CriterionState,
    reason: str,
    rating: int | None = None,
    found: FoundQuote | None = None,
) -> RatedCriterion:
    return RatedCriterion(
        key=criterion.key,
        text=criterion.text,
        component=criterion.component,
        weight=criterion.weight,
        rating=rating,
        quote=found.quote if found else "",
        span=(found.start, found.end) if found else None,
        state=state,
        reason=reason,
    )


def check_red_flags(red_flags: Sequence[str], reply: AnswerReply, transcript: str) -> tuple[FoundRedFlag, ...]:
    """The red flags that the model saw and can quote; the others are dropped."""
    found: dict[int, FoundRedFlag] = {}
    for seen in reply.red_flags:
        quote = find_quote(transcript, seen.quote)
        if quote and 1 <= seen.number <= len(red_flags):
            text = red_flags[seen.number - 1]
            found.setdefault(seen.number, FoundRedFlag(text, quote.quote, (quote.start, quote.end)))
    return tuple(found[number] for number in sorted(found))


def trim_points(points: Sequence[str]) -> tuple[str, ...]:
    """At most three points that say something, none longer than a person reads."""
    return tuple(point.strip()[:LONGEST_POINT] for point in points if point.strip())[:MOST_POINTS]
