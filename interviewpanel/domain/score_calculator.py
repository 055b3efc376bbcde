"""The formulas of one answer's score and of what to do after it. What the whole interview comes to: session_summary.

Called by AnswerAnalysisService (composite), the question service (next_action), and the report (weights as shown).
Other modules import scoring from here only; the parts that live in sibling modules are passed on below.
A number exists only if it was measured: what was not assessed is None and never becomes 0 or any other default.
"""

import functools
import math
import operator
from collections.abc import Iterable, Mapping

from interviewpanel.domain.recommendations import check_score, grade, overall10, recommendation
from interviewpanel.domain.scoring_terms import (
    AnswerOutcome,
    Component,
    MeasureState,
    NextAction,
    QuestionKind,
    Recommendation,
    ThreeStep,
)
from interviewpanel.domain.session_summary import (
    CategoryScore,
    LeftOut,
    Measure,
    ScoredAnswer,
    SessionSummary,
    summarise_session,
)

__all__ = [
    "AnswerOutcome",
    "CategoryScore",
    "Component",
    "LeftOut",
    "Measure",
    "MeasureState",
    "NextAction",
    "QuestionKind",
    "Recommendation",
    "ScoredAnswer",
    "SessionSummary",
    "ThreeStep",
    "component_from_criteria",
    "composite",
    "difficulty_action",
    "effective_weights",
    "grade",
    "merge_weights",
    "next_action",
    "overall10",
    "recommendation",
    "summarise_session",
]

TECHNICAL_WEIGHTS: Mapping[str, float] = {
    Component.RELEVANCE: 0.25,
    Component.DEPTH: 0.25,
    Component.CLARITY: 0.20,
    Component.TECHNICAL: 0.30,
}
GENERAL_WEIGHTS: Mapping[str, float] = {
    Component.RELEVANCE: 0.35,
    Component.DEPTH: 0.35,
    Component.CLARITY: 0.30,
}
HIGHEST_RATING = 4

HARDER_FROM = 80
SAME_FROM = 50
SHALLOW_BELOW_DEPTH = 40
RELEVANT_FROM = 50
SHALLOW_BELOW_COVERED = 0.5
EXCHANGE_LIMIT = 15


def effective_weights(
    components: Mapping[str, float | None],
    is_technical: bool,
    weights: Mapping[str, float] | None = None,
    dimensions: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """The share of each component in the composite: of those assessed, normalised to 1; {} where there is none.

    `weights` (a panel's or a question's own, any scale) replace the default weights and may name own dimensions;
    `dimensions` adds named dimensions to whichever weights apply. `technical` never counts in a question that is not
    technical. The order is fixed (the four components, then names by alphabet), because adding floats in the order of
    a JSON object would let the database decide how a half is rounded. Raises ValueError on a negative weight.
    """
    table = dict(weights or (TECHNICAL_WEIGHTS if is_technical else GENERAL_WEIGHTS))
    table.update(dimensions or {})
    for name, weight in table.items():
        if not 0 <= weight < math.inf:
            raise ValueError(f"The weight of {name!r} is {weight}. Weights are 0 or more; give 0 to leave it out.")
    if not is_technical:
        table.pop(Component.TECHNICAL, None)
    known = [name for name in Component if name in table]
    names = [*known, *sorted(table.keys() - set(known))]
    assessed = {str(name): table[name] for name in names if components.get(name) is not None and table[name] > 0}
    total = math.fsum(assessed.values())
    return {name: weight / total for name, weight in assessed.items()}


def merge_weights(question: Mapping[str, float] | None, panel: Mapping[str, float] | None) -> dict[str, float] | None:
    """The weights of an answer: the question's own instead of the panel's; a panel's own dimensions keep their share.

    None where neither brings any: then the usual ones count.
    """
    if not question or not panel:
        return dict(question or panel or {}) or None
    own = {name: weight for name, weight in panel.items() if name not in set(Component) and name not in question}
    total, asked = math.fsum(panel.values()), math.fsum(question.values())
    if not own or total <= 0 or asked <= 0:
        return dict(question)
    rest = 1 - math.fsum(own.values()) / total
    scaled = {name: rest * weight / asked for name, weight in question.items()}
    return scaled | {name: weight / total for name, weight in own.items()}


def composite(
    components: Mapping[str, float | None],
    is_technical: bool,
    weights: Mapping[str, float] | None = None,
    dimensions: Mapping[str, float] | None = None,
) -> int | None:
    """One answer's score, 0 to 100, or None where nothing that counts was assessed.

    With technical: round(0.25 relevance + 0.25 depth + 0.20 clarity + 0.30 technical); without: round(0.35 relevance
    + 0.35 depth + 0.30 clarity). A component that is None or missing is left out and the other weights renormalised.
    Rounded once, by Python's round (a half goes to the even number). Weights: see effective_weights.
    Raises ValueError for a component outside 0 to 100 or a negative weight.
    """
    measured = {name: check_score(value, name) for name, value in components.items() if value is not None}
    shares = effective_weights(measured, is_technical, weights, dimensions)
    if not shares:
        return None
    # Added from left to right, as the formula is written: since Python 3.12 `sum` compensates, and a half would fall on
    # another side there. 100 in every component may miss 100 by the last bit; only `round` may decide, so no clamping.
    return round(functools.reduce(operator.add, (share * measured[name] for name, share in shares.items())))


def component_from_criteria(ratings: Iterable[tuple[int | None, float]]) -> float | None:
    """A component from the criteria that inform it: 25 x the weighted mean of their ratings, 0 to 100, not rounded.

    `ratings` are pairs of (rating 0 to 4, weight). A rating of None (not assessed, or void because its quote is not
    in the transcript) is left out; None where no weighted rating is left. Raises ValueError for another rating or a
    negative weight.
    """
    rated: list[tuple[int, float]] = []
    for rating, weight in ratings:
        if not 0 <= weight < math.inf:
            raise ValueError(f"A criterion has the weight {weight}. Weights are 0 or more.")
        if rating is None:
            continue
        if rating not in range(HIGHEST_RATING + 1):
            raise ValueError(f"A criterion is rated {rating}, but ratings are 0 to {HIGHEST_RATING}, whole.")
        rated.append((rating, weight))
    total = math.fsum(weight for _, weight in rated)
    if total == 0:
        return None
    return 100 / HIGHEST_RATING * (math.fsum(rating * weight for rating, weight in rated) / total)


def difficulty_action(score: int | None) -> NextAction:
    """How the difficulty moves after an answer: 80 harder, 50 same, below easier; no score (a failure): same.

    Folding these over all answers gives the difficulty to ask next (selection.fold_difficulty).
    """
    if score is None:
        return NextAction.SAME
    if check_score(score) >= HARDER_FROM:
        return NextAction.HARDER
    return NextAction.SAME if score >= SAME_FROM else NextAction.EASIER


def next_action(
    score: int | None,
    *,
    depth: float | None = None,
    relevance: float | None = None,
    covered: float | None = None,
    follow_ups_left: int = 0,
    is_distribution_filled: bool = False,
    is_time_short: bool = False,
    exchanges: int = 0,
    exchange_limit: int = EXCHANGE_LIMIT,
) -> NextAction:
    """What the interviewer does after an answer, from its composite (`score`; provisional counts) and the budgets.

    In this order: time short or exchange limit reached: wrap up. Shallow but relevant (depth < 40, relevance >= 50,
    both measured; see is_shallow_but_relevant) with a follow-up left for this question: follow up. It comes before the
    filled distribution, so that the last question is probed like any other. Distribution filled: wrap up. Else
    difficulty_action. `exchanges` counts question-and-answer pairs held so far, this one included.
    """
    if is_time_short or exchanges >= exchange_limit:
        return NextAction.WRAP_UP
    if follow_ups_left > 0 and is_shallow_but_relevant(depth, relevance, covered):
        return NextAction.FOLLOW_UP
    if is_distribution_filled:
        return NextAction.WRAP_UP
    return difficulty_action(score)


def is_shallow_but_relevant(depth: float | None, relevance: float | None, covered: float | None = None) -> bool:
    """True where relevance was measured at 50 or more, and depth below 40.

    The embedded scorer assesses no depth. There, what stands for it is said openly to be something else: under half of
    the expected elements were heard (`covered`, a share of 1, None where nothing looked for them).
    """
    if relevance is None or relevance < RELEVANT_FROM:
        return False
    if depth is not None:
        return depth < SHALLOW_BELOW_DEPTH
    return covered is not None and covered < SHALLOW_BELOW_COVERED
