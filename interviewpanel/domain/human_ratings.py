"""What people say of an answer: their own rating, and a score that they put in the place of the measured one. Pure.

Called by services/human_ratings.py (to check what is to be stored), selectors/blind_ratings.py (who rates before they
see a score) and the review page.
"""

from collections.abc import Mapping
from enum import StrEnum

from interviewpanel.domain.score_calculator import HIGHEST_RATING, composite
from interviewpanel.domain.scoring_terms import Component

MOST_REASON_CHARACTERS = 2000
REVIEWER = "reviewer"


class RatesBlind(StrEnum):
    """Who rates an answer before its automatic score is shown. Who sets a panel up sees every score by default."""

    NOBODY = "nobody"
    REVIEWERS = "reviewers"
    EVERYONE = "everyone"


class RatingRefused(Exception):
    """What a person wants to store cannot be; the message says why and what to do."""


def read_ratings(ratings: Mapping[str, int | None]) -> dict[str, float]:
    """Ratings of 0 to 4 as components of 0 to 100, as the rubric's are (25 times); what was not rated is left out."""
    for name, rating in ratings.items():
        if rating is not None and rating not in range(HIGHEST_RATING + 1):
            raise RatingRefused(f"{name.capitalize()} is rated {rating}. Choose a rating from 0 to {HIGHEST_RATING}.")
    return {name: 100 / HIGHEST_RATING * value for name, value in ratings.items() if value is not None}


def total_of(components: Mapping[str, float], *, is_technical: bool, weights: Mapping[str, float] | None) -> int | None:
    """What rated components come to, by the formula and the weights of the question; None where none counts."""
    return composite(components, is_technical, weights)


def check_number(value: int | None) -> int:
    if value is None:
        raise RatingRefused("Give a score from 0 to 100, or rate at least one of the parts.")
    if not 0 <= value <= 100:
        raise RatingRefused(f"The score is {value}. Scores are from 0 to 100.")
    return value


def check_components(components: Mapping[str, float]) -> dict[str, float]:
    for name, value in components.items():
        if not 0 <= value <= 100:
            raise RatingRefused(f"{name.capitalize()} is {value:g}. Parts of a score are from 0 to 100.")
    return dict(components)


def check_reason(reason: str, what: str) -> str:
    """`what` names the deed: whoever reads the report wants to know why it was done."""
    reason = reason.strip()
    if not reason:
        raise RatingRefused(f"Say why you {what}: the reason stands in the report.")
    return check_length(reason)


def check_length(reason: str) -> str:
    if len(reason) > MOST_REASON_CHARACTERS:
        raise RatingRefused(f"The reason is too long: {len(reason)} characters. Use {MOST_REASON_CHARACTERS} at most.")
    return reason


def list_components(*, is_technical: bool) -> tuple[str, ...]:
    """What a person rates, in the order of the page."""
    general = (Component.RELEVANCE.value, Component.DEPTH.value, Component.CLARITY.value)
    return (Component.TECHNICAL.value, *general) if is_technical else general
