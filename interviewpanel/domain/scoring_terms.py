"""The words of scoring: components, states, next actions, difficulties. Plain values that are stored as they are.

Used by score_calculator, session_summary, selection, and by whoever stores or shows what they return.
"""

from enum import StrEnum


class Component(StrEnum):
    """The four components every question knows. A panel's own dimensions are plain names beside them."""

    RELEVANCE = "relevance"
    DEPTH = "depth"
    CLARITY = "clarity"
    TECHNICAL = "technical"


class QuestionKind(StrEnum):
    TECHNICAL = "technical"
    BEHAVIORAL = "behavioral"
    SITUATIONAL = "situational"
    EXPERIENCE = "experience"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"

    @property
    def level(self) -> int:
        """0 easy, 1 medium, 2 hard: what distances between difficulties are counted in."""
        return DIFFICULTIES.index(self)

    def count_steps(self, other: "Difficulty") -> int:
        """How far apart two difficulties are: 0, 1 or 2."""
        return abs(self.level - other.level)


DIFFICULTIES = (Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD)


class NextAction(StrEnum):
    FOLLOW_UP = "follow_up"
    EASIER = "easier"
    SAME = "same"
    HARDER = "harder"
    WRAP_UP = "wrap_up"


class AnswerOutcome(StrEnum):
    """What a planned question came to, as far as its score is concerned."""

    SCORED = "scored"
    SKIPPED = "skipped"
    NO_SPEECH = "no_speech"  # silence while the microphone worked; a dead microphone is a technical failure
    TECHNICAL_FAILURE = "technical_failure"
    NOT_ASKED = "not_asked"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    NEEDS_HUMAN = "needs_human"

    @property
    def is_zero(self) -> bool:
        """True where the candidate had the chance to answer and gave nothing: it counts 0."""
        return self in (AnswerOutcome.SKIPPED, AnswerOutcome.NO_SPEECH)

    @property
    def is_counted(self) -> bool:
        """True where the question enters the score, with its number or with 0."""
        return self is AnswerOutcome.SCORED or self.is_zero


class MeasureState(StrEnum):
    """Whether there is a number. Only `scored` has one."""

    SCORED = "scored"
    NOT_ASSESSED = "not_assessed"  # none of that kind was asked, or nothing measured it
    INSUFFICIENT = "insufficient"  # under half of the planned weight could be scored


class Recommendation(StrEnum):
    """Advice to a person; nothing in the product rejects a candidate by itself."""

    STRONG_HIRE = "strong_hire"
    HIRE = "hire"
    CONSIDER = "consider"
    NO_HIRE = "no_hire"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def three_step(self) -> "ThreeStep":
        """The same advice on the scale that goes with scores from 0 to 10."""
        return _THREE_STEPS[self]


class ThreeStep(StrEnum):
    HIRE = "hire"
    CONSIDER = "consider"
    REJECT = "reject"


_LABELS = {
    Recommendation.STRONG_HIRE: "Strongly Recommend",
    Recommendation.HIRE: "Recommend for Hire",
    Recommendation.CONSIDER: "Consider for Next Round",
    Recommendation.NO_HIRE: "Not Recommended",
}
_THREE_STEPS = {
    Recommendation.STRONG_HIRE: ThreeStep.HIRE,
    Recommendation.HIRE: ThreeStep.HIRE,
    Recommendation.CONSIDER: ThreeStep.CONSIDER,
    Recommendation.NO_HIRE: ThreeStep.REJECT,
}
