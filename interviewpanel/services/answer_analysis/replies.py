"""What the model is asked to give back, and what is kept of it: ratings whose quotes are in the transcript."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from interviewpanel.domain.evidence import FoundQuote, find_quote
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
    rating: int | None = Field(ge=0, le=4)


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


def check_ratings(
    criteria: Sequence[CriterionToRate], order: Sequence[int], reply: AnswerReply, transcript: str
) -> dict[int, RatedCriterion]:
    """The checked rating of each criterion that was asked, by its place in the rubric.

    `order` holds those places as they were numbered in the prompt, from 1. Other numbers in the reply are ignored.
    """
    by_number: dict[int, CriterionReply] = {}
    for rated in reply.criteria:
        by_number.setdefault(rated.number, rated)
    return {
        place: check_rating(criteria[place], by_number.get(number), transcript) for number, place in enumerate(order, 1)
    }


def check_rating(criterion: CriterionToRate, reply: CriterionReply | None, transcript: str) -> RatedCriterion:
    """Keep a rating if its quote is in the transcript (or it is 0 and quotes nothing); else it is void."""
    if reply is None:
        return make_rated(criterion, CriterionState.VOID, "The model left this criterion out.")
    reason = reply.reason.strip()[:LONGEST_TEXT]
    if reply.rating is None:
        return make_rated(criterion, CriterionState.NOT_ASSESSED, reason)
    found = find_quote(transcript, reply.quote)
    if found is None and (reply.rating > 0 or reply.quote.strip()):
        given = f"“{reply.quote.strip()[:LONGEST_POINT]}”" if reply.quote.strip() else "no quote"
        return make_rated(criterion, CriterionState.VOID, f"Void: {given} is not in the transcript. {reason}")
    return make_rated(criterion, CriterionState.RATED, reason, reply.rating, found)


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
