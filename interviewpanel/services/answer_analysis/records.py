"""What goes into the analysis of one answer and what comes out. Plain data: the tasks translate it from and to rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from interviewpanel.domain.calibration_map import CalibrationCurve
from interviewpanel.domain.embedded_scorer import ElementMatch


class AnalysisState(StrEnum):
    SCORED = "scored"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    NEEDS_HUMAN = "needs_human"


class CriterionState(StrEnum):
    RATED = "rated"
    VOID = "void"  # its quote is not in the transcript, or proves nothing, twice
    CANNOT_ASSESS = "cannot_assess"  # the model says that it cannot be told from this transcript, and why
    NOT_ASSESSED = "not_assessed"  # nobody looked: the embedded scorer rates no criteria


@dataclass(frozen=True)
class CriterionToRate:
    """One line of the question's rubric and the component it informs."""

    key: str  # stable within the question version; comes back in RatedCriterion
    text: str
    component: str  # relevance, depth, clarity, technical, or a panel's own dimension
    weight: float = 1.0


@dataclass(frozen=True)
class HeardWord:
    text: str
    probability: float


@dataclass(frozen=True)
class AnswerToAnalyse:
    """A question as it was asked and the answer as it was heard (or typed: then there are no words)."""

    question: str
    expected_answer: str
    elements: tuple[str, ...]
    criteria: tuple[CriterionToRate, ...]
    is_technical: bool
    transcript: str
    words: tuple[HeardWord, ...] = ()
    weights: Mapping[str, float] | None = None  # instead of the default ones, where panel or question brings its own
    dimensions: Mapping[str, float] | None = None  # a panel's own named dimensions, beside either
    red_flags: tuple[str, ...] = ()
    language: str = "en"
    calibration: CalibrationCurve | None = None  # of the organization; bends what the embedded scorer measures
    background: str = ""  # a summary of the candidate's résumé: context, never evidence
    background_flags: tuple[str, ...] = ()  # what the reviewer is to know of that résumé


@dataclass(frozen=True)
class RatedCriterion:
    key: str
    text: str
    component: str
    weight: float
    rating: int | None  # 0 to 4
    quote: str  # as the transcript has it, empty where there is none
    span: tuple[int, int] | None  # characters of the transcript, end exclusive
    state: CriterionState
    reason: str


@dataclass(frozen=True)
class FoundRedFlag:
    """A red flag of the question that the answer shows, with the words that show it."""

    text: str
    quote: str
    span: tuple[int, int]


class NextActionInput(TypedDict):
    """What score_calculator.next_action needs to know of an answer."""

    score: int | None
    depth: float | None
    relevance: float | None


@dataclass(frozen=True)
class Provenance:
    """Enough to repeat the measurement, stored with every score."""

    engine: str
    model: str
    prompt_version: str
    rubric_hash: str
    input_hash: str
    seed: int
    is_fallback: bool = False
    fallback_reason: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    order: tuple[str, ...] = ()  # the keys of the criteria as they were numbered
    rechecked: tuple[str, ...] = ()  # the keys of those that were asked once more
    recheck_error: str = ""
    control: str = ""  # the criterion that no answer to this question meets
    control_rating: int | None = None
    background_hash: str = ""


@dataclass(frozen=True)
class SecondOpinion:
    """The embedded scorer beside a language model's ratings. `agrees` None: not comparable, `why` says."""

    engine: str
    version: str
    technical: float | None
    relevance: float | None
    interval: tuple[float, float] | None  # 80 % interval of technical
    flags: tuple[str, ...]
    by_model: dict[str, float | None]  # technical, relevance and composite as the model's ratings have them
    margin: float  # points above the interval at which they disagree
    agrees: bool | None
    why: str = ""


@dataclass(frozen=True)
class AnswerAnalysis:
    """One answer's scores and what they rest on. `composite` is None in every state but `scored`."""

    state: AnalysisState
    components: dict[str, float | None]  # 0 to 100; None: not assessed
    composite: int | None
    interval: tuple[float, float] | None  # 80 % interval of technical; embedded scorer only
    criteria: tuple[RatedCriterion, ...]
    rationale: str
    strengths: tuple[str, ...]
    improvements: tuple[str, ...]
    notable_quote: str
    flags: tuple[str, ...]
    review_reasons: tuple[str, ...]  # sentences: why a person should look
    provenance: Provenance
    red_flags: tuple[FoundRedFlag, ...] = ()
    elements: tuple[ElementMatch, ...] = ()  # embedded scorer only
    second_opinion: SecondOpinion | None = None  # of ratings by a language model

    @property
    def next_action_input(self) -> NextActionInput:
        """For `next_action(**analysis.next_action_input, ...)`."""
        components = self.components
        return {"score": self.composite, "depth": components.get("depth"), "relevance": components.get("relevance")}
