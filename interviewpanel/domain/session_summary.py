"""What a whole interview comes to: the four scores, the categories, the overall, and what is not in it and why.

Called (through score_calculator) by the report and by whoever shows a finished session's numbers. Every number is a
weighted mean of what was measured, rounded once; where nothing was measured there is a state instead of a number.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from interviewpanel.domain.recommendations import check_score, grade, overall10, recommendation
from interviewpanel.domain.scoring_terms import (
    AnswerOutcome,
    Component,
    MeasureState,
    QuestionKind,
    Recommendation,
    ThreeStep,
)

ROLE_FIT_KINDS = frozenset({QuestionKind.BEHAVIORAL, QuestionKind.EXPERIENCE})
_FOUR = frozenset(Component)
_REASONS = {
    AnswerOutcome.TECHNICAL_FAILURE: "A technical failure on our side kept the answer from being scored.",
    AnswerOutcome.NOT_ASKED: "The question was planned but not asked.",
    AnswerOutcome.INSUFFICIENT_EVIDENCE: "What was heard was not enough to score.",
    AnswerOutcome.NEEDS_HUMAN: "A person has to read this answer before it can be scored.",
}


@dataclass(frozen=True, kw_only=True)
class ScoredAnswer:
    """One planned question and what it came to. Planned questions that were never asked are passed too.

    `composite` and `components` (0 to 100, None: not assessed) are read only where the outcome is `scored`, which
    needs a composite. `weight` is the weightage of the distribution row that the question fills. Raises ValueError
    for a scored answer without composite, a composite outside 0 to 100 or a negative weight.
    """

    reference: str  # what the caller knows the answer by; comes back in `left_out`
    outcome: AnswerOutcome
    kind: QuestionKind
    category: str
    composite: int | None = None
    components: Mapping[str, float | None] = field(default_factory=dict)
    weight: float = 1.0
    reason: str = ""  # why it was left out, where the caller knows more than the outcome says

    def __post_init__(self) -> None:
        if not 0 <= self.weight < math.inf:
            raise ValueError(f"Answer {self.reference}: the weight is {self.weight}. Weights are 0 or more.")
        if self.outcome is AnswerOutcome.SCORED:
            if self.composite is None:
                raise ValueError(f"Answer {self.reference} is called scored but has no composite. Give its real state.")
            check_score(self.composite, f"the composite of answer {self.reference}")

    @property
    def points(self) -> float | None:
        """What the answer adds to every mean of composites: its composite, 0, or None where it is left out."""
        if self.outcome is AnswerOutcome.SCORED:
            return self.composite
        return 0.0 if self.outcome.is_zero else None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A mean over answers: None unless `scored`. `answers` and `weight` say how much it rests on."""

    value: int | None
    state: MeasureState
    answers: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class CategoryScore:
    category: str
    score: Measure
    planned_weight: float


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A planned question that is not in the score, through no doing of the candidate."""

    reference: str
    category: str
    outcome: AnswerOutcome
    weight: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class SessionSummary:
    """The interview's scores. Without an overall there is no grade and no recommendation either."""

    technical: Measure
    communication: Measure
    problem_solving: Measure
    role_fit: Measure
    dimensions: Mapping[str, Measure]  # a panel's own, by name
    categories: tuple[CategoryScore, ...]  # in the order in which they first appear
    overall: int | None
    state: MeasureState  # scored or insufficient
    grade: str | None
    recommendation: Recommendation | None
    left_out: tuple[LeftOut, ...]
    planned_weight: float
    scored_weight: float

    @property
    def overall10(self) -> float | None:
        return None if self.overall is None else overall10(self.overall)

    @property
    def three_step(self) -> ThreeStep | None:
        return None if self.recommendation is None else self.recommendation.three_step


def summarise_session(answers: Sequence[ScoredAnswer]) -> SessionSummary:
    """Compute the scores of an interview from all its planned questions.

    A skipped question and silence with a working microphone count 0; technical failure, not asked, insufficient
    evidence and needs-a-person are left out and listed. Under half of the planned weight (exactly half is enough), or
    where nothing was planned, the overall is `insufficient`, not a number. Source: design, scores, "A session".
    """
    planned_weight = math.fsum(answer.weight for answer in answers)
    scored_weight = math.fsum(answer.weight for answer in answers if answer.outcome.is_counted)
    mean = measure_composites(answers)
    overall = mean.value if 2 * scored_weight >= planned_weight else None
    return SessionSummary(
        technical=measure_component(
            [answer for answer in answers if answer.kind is QuestionKind.TECHNICAL], Component.TECHNICAL
        ),
        communication=measure_component(answers, Component.CLARITY),
        problem_solving=measure_composites([answer for answer in answers if answer.kind is QuestionKind.SITUATIONAL]),
        role_fit=measure_composites([answer for answer in answers if answer.kind in ROLE_FIT_KINDS]),
        dimensions={name: measure_component(answers, name) for name in _list_dimensions(answers)},
        categories=_summarise_categories(answers),
        overall=overall,
        state=MeasureState.INSUFFICIENT if overall is None else MeasureState.SCORED,
        grade=None if overall is None else grade(overall),
        recommendation=None if overall is None else recommendation(overall),
        left_out=tuple(_describe_left_out(answer) for answer in answers if not answer.outcome.is_counted),
        planned_weight=planned_weight,
        scored_weight=scored_weight,
    )


def measure_composites(answers: Iterable[ScoredAnswer]) -> Measure:
    """The weighted mean composite of the answers that count; skipped and silent ones count 0."""
    return _measure([(answer.points, answer.weight) for answer in answers])


def measure_component(answers: Sequence[ScoredAnswer], name: str) -> Measure:
    """The weighted mean of one component over the answers that have it; skipped and silent ones count 0.

    Where answers were scored but none of them on this component (the embedded scorer never measures clarity), it is
    not assessed: a mean of nothing but the skipped questions' zeros would call something bad that nobody looked at.
    """
    scored = [answer for answer in answers if answer.outcome is AnswerOutcome.SCORED]
    measured = [(answer.components.get(name), answer.weight) for answer in scored]
    if scored and all(value is None for value, _ in measured):
        return _measure([])
    for value, _ in measured:
        if value is not None:
            check_score(value, name)
    return _measure(measured + [(0.0, answer.weight) for answer in answers if answer.outcome.is_zero])


def _measure(entries: Iterable[tuple[float | None, float]]) -> Measure:
    """The mean of the (value, weight) pairs that have a value and a weight above 0, rounded by Python's round."""
    counted = [(value, weight) for value, weight in entries if value is not None and weight > 0]
    if not counted:
        return Measure(value=None, state=MeasureState.NOT_ASSESSED, answers=0, weight=0.0)
    weight = math.fsum(weight for _, weight in counted)
    mean = math.fsum(value * weight for value, weight in counted) / weight
    return Measure(value=round(mean), state=MeasureState.SCORED, answers=len(counted), weight=weight)


def _list_dimensions(answers: Sequence[ScoredAnswer]) -> list[str]:
    """Names of components beyond the four, by alphabet."""
    return sorted({str(name) for answer in answers for name in answer.components} - _FOUR)


def _summarise_categories(answers: Sequence[ScoredAnswer]) -> tuple[CategoryScore, ...]:
    by_category: dict[str, list[ScoredAnswer]] = {}
    for answer in answers:
        by_category.setdefault(answer.category, []).append(answer)
    return tuple(
        CategoryScore(
            category=category,
            score=measure_composites(group),
            planned_weight=math.fsum(answer.weight for answer in group),
        )
        for category, group in by_category.items()
    )


def _describe_left_out(answer: ScoredAnswer) -> LeftOut:
    return LeftOut(
        reference=answer.reference,
        category=answer.category,
        outcome=answer.outcome,
        weight=answer.weight,
        reason=answer.reason or _REASONS[answer.outcome],
    )
