"""Recommendations in the words that applicant tracking systems have for them, as Greenhouse documents its scorecards.

Two different things are said: what a person decided, and what the numbers advise. The second is never told as the
first. Plain Python; called by the API.
"""

from enum import StrEnum

from interviewpanel.domain.recommendations import check_score, recommendation
from interviewpanel.domain.scoring_terms import Recommendation

DEFINITELY_NOT_BELOW = 40  # under it the advice against somebody is told with emphasis; the advice itself ends at 60


class Rating(StrEnum):
    """The values of a scorecard. `mixed` is one of an attribute; the whole is `no_decision` where it would be mixed."""

    DEFINITELY_NOT = "definitely_not"
    NO = "no"
    MIXED = "mixed"
    YES = "yes"
    STRONG_YES = "strong_yes"
    NO_DECISION = "no_decision"


_DECIDED = {"advance": Rating.YES, "decline": Rating.NO}
_RATED = {
    Recommendation.STRONG_HIRE: Rating.STRONG_YES,
    Recommendation.HIRE: Rating.YES,
    Recommendation.CONSIDER: Rating.MIXED,
    Recommendation.NO_HIRE: Rating.NO,
}


def name_decision(stage: str) -> Rating:
    """What a person decided: `yes`, `no`, or `no_decision` while it waits or is held. Nobody here is asked for more."""
    return _DECIDED.get(stage, Rating.NO_DECISION)


def rate_score(score: int | None) -> Rating:
    """One score from 0 to 100 by the thresholds of the advice: 85, 75, 60, 40. None, too little measured: no rating."""
    if score is None:
        return Rating.NO_DECISION
    if check_score(score) < DEFINITELY_NOT_BELOW:
        return Rating.DEFINITELY_NOT
    return _RATED[recommendation(score)]


def name_advice(overall: int | None) -> Rating:
    """What the report's overall score advises, as the recommendation of a whole scorecard, which is never `mixed`."""
    rating = rate_score(overall)
    return Rating.NO_DECISION if rating is Rating.MIXED else rating
