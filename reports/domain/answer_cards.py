"""One answer as the scorecard shows it: transcript, criteria with quotes, expected elements, scores and provenance.

Part of the scorecard document (`domain/scorecard.py`); filled by `selectors.py` from the rows of an interview, read by
`domain/evaluation.py`, `domain/narrative.py` and the templates. A number is there only if it was measured.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

AnswerState = Literal[
    "scored",
    "skipped",
    "no_speech",
    "not_asked",
    "insufficient_evidence",
    "technical_failure",
    "needs_human",
    "pending",
    "with_question",
]
# `with_question`: a follow-up; it is a part of another answer and has no score of its own.
CriterionState = Literal["rated", "void", "cannot_assess", "not_assessed"]

# The candidate had the chance to answer and gave nothing: these count 0.
ZERO_STATES: frozenset[str] = frozenset({"skipped", "no_speech"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Words of the candidate. `span` counts characters in the answer's text; seconds are of its recording."""

    answer: int
    text: str
    span: tuple[int, int] | None = None
    start_seconds: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A sentence of the narrative under its title, with the answers it rests on and the words that earned it."""

    text: str
    title: str = ""
    answers: tuple[int, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One number of the scorecard (0–100) or the reason why there is none."""

    key: str
    label: str
    value: int | None
    why: str = ""
    answers: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """One component of one answer, 0–100 and not rounded: only what is shown, and means of means, are."""

    key: str
    label: str
    value: float | None

    @property
    def shown(self) -> Measure:
        return Measure(key=self.key, label=self.label, value=None if self.value is None else round(self.value))


@dataclass(frozen=True, kw_only=True, slots=True)
class TextRun:
    """A stretch of transcript. `is_unsure`: the recogniser doubted these words; they are not held against anyone."""

    text: str
    is_unsure: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One criterion of the rubric, rated 0–4 with the words that earned it. `void`: its quote was never said, or proves
    nothing. `cannot_assess`: it cannot be told from this transcript; `why` says what is missing."""

    name: str
    component: str
    state: CriterionState
    description: str = ""
    weight: float = 1.0
    rating: int | None = None
    quote: Quote | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A point the answer was expected to make. `is_covered` None: not looked for."""

    text: str
    is_covered: bool | None
    quote: Quote | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a score came from, enough to repeat it. `is_coverage_only`: the embedded scorer judges no truth."""

    engine: str
    model: str = ""
    is_coverage_only: bool = False
    fallback_reason: str = ""
    prompt_version: str = ""
    rubric_hash: str = ""
    input_hash: str = ""
    scored_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondOpinion:
    """The embedded scorer beside a language model's ratings. `interval` is the 80 % interval of its technical score;
    `by_model` what the ratings come to, also where that is not counted. `agrees` None: not comparable; `why` says."""

    technical: int | None
    relevance: int | None
    interval: tuple[int, int] | None = None
    by_model: dict[str, int | None] = field(default_factory=dict)
    agrees: bool | None = None
    why: str = ""
    engine: str = "embedded"
    version: str = ""

    @property
    def is_measured(self) -> bool:
        return self.technical is not None or self.relevance is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class HumanRating:
    """What one person made of an answer, beside what was measured. `is_last`: of several by this person, the one that
    counts. `is_blind`: given before the automatic score was shown to them."""

    by: str
    at: datetime
    composite: int
    components: tuple[Component, ...] = ()
    reason: str = ""
    is_blind: bool = False
    is_last: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """A score that a person put in the place of the measured one (`measured`, None where there was none then)."""

    number: int
    by: str
    at: datetime
    composite: int
    reason: str
    measured: int | None = None
    components: tuple[Component, ...] = ()
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What the machine said of an answer whose score a person has overridden. Kept, shown beside, and not counted."""

    state: AnswerState
    composite: int | None
    components: tuple[Component, ...] = ()
    why: str = ""
    needs_human: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerCard:
    """One question and what became of it. Where an override is in force, `measured` is what it stands in place of.
    `interval` is the 80 % interval of the technical component."""

    number: int
    question: str
    kind: Literal["question", "follow_up"] = "question"
    follow_up_of: int | None = None  # the number of the answer that it completes
    bank_question: str = ""  # in whose place a language model's words were asked; empty where its own were
    is_by_model: bool = False  # the words of the question
    is_made_for_candidate: bool = False  # by a language model, in the interview: nobody else had been asked it
    times_rephrased: int = 0  # as the candidate wished; never scored
    other_words: str = ""
    question_type: str = "technical"
    difficulty: str = ""
    category: str = ""
    topic: str = ""
    subtopic: str = ""
    weight: float = 1.0
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    duration_seconds: float | None = None
    expected_seconds: int | None = None
    closed_reason: str = ""
    state: AnswerState = "not_asked"
    why: str = ""
    is_typed: bool = False
    transcript: tuple[TextRun, ...] = ()
    transcription: str = ""
    is_rough: bool = False
    lost_audio_seconds: float = 0.0
    untranscribed_seconds: float = 0.0
    components: tuple[Component, ...] = ()
    composite: int | None = None
    interval: tuple[int, int] | None = None
    criteria: tuple[Criterion, ...] = ()
    elements: tuple[Element, ...] = ()
    rationale: str = ""
    strengths: tuple[str, ...] = ()
    improvements: tuple[str, ...] = ()
    notable_quote: Quote | None = None
    red_flags: tuple[Claim, ...] = ()
    flags: tuple[str, ...] = ()
    needs_human: tuple[str, ...] = ()
    provenance: Provenance | None = None
    second_opinion: SecondOpinion | None = None
    ratings: tuple[HumanRating, ...] = ()
    overrides: tuple[Override, ...] = ()
    measured: Measured | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.transcript)

    @property
    def points(self) -> int | None:
        """What the answer adds to every mean of composites; None where it is left out."""
        return 0 if self.state in ZERO_STATES else self.composite if self.state == "scored" else None

    @property
    def override(self) -> Override | None:
        """The one in force: the last, unless it is withdrawn."""
        last = self.overrides[-1] if self.overrides else None
        return None if last is None or last.is_withdrawn else last

    @property
    def automatic(self) -> int | None:
        """The measured points, whatever a person made of them; None where nothing was measured that counts."""
        if self.measured is None:
            return self.points
        if self.measured.state in ZERO_STATES:
            return 0
        return self.measured.composite if self.measured.state == "scored" else None

    @property
    def covered(self) -> tuple[Element, ...]:
        return tuple(element for element in self.elements if element.is_covered)

    @property
    def missed(self) -> tuple[Element, ...]:
        return tuple(element for element in self.elements if element.is_covered is False)

    @property
    def is_rated(self) -> bool:
        """Whether any criterion was looked at; where none was, the page says so once instead of line by line."""
        return any(criterion.state != "not_assessed" for criterion in self.criteria)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Every quote of the answer: criteria first, then expected elements, then the notable one."""
        found = [criterion.quote for criterion in self.criteria] + [element.quote for element in self.elements]
        return tuple(quote for quote in [*found, self.notable_quote] if quote is not None)
