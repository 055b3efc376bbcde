"""The scorecard: the whole content of a report, as plain frozen values.

`domain/evaluation.py` and `domain/narrative.py` build it; `services/documents.py` turns it into JSON and back;
`services/render.py` turns it into a PDF. PDF and JSON say the same because both are made from one `Scorecard`.

One rule runs through every type: a number is there only if it was measured. Where it was not, the value is None and
a `why` says so in words that a recruiter can read aloud.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from reports.domain.answer_cards import AnswerCard, Claim, Measure, Quote

SCHEMA = "interviewbot.scorecard/1"
TEMPLATE = "template"

ReportKind = Literal["final", "partial"]
ReportState = Literal["final", "partial", "insufficient"]
Speaker = Literal["interviewer", "candidate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Branding:
    """How the organization shows itself. `logo` is a file name in storage, `colour` is #rrggbb."""

    organization: str
    colour: str = ""
    logo: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    name: str
    email: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    title: str
    category: str = ""
    experience_level: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    name: str
    language: str = "en"
    questions_planned: int = 0
    time_limit_seconds: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """`talking_seconds` is the interview clock, up to the panel's limit: pauses and lost connections are not in it.
    Times are shown in `time_zone` (a name of the IANA database)."""

    started_at: datetime | None
    ended_at: datetime | None
    talking_seconds: float | None
    made_at: datetime
    time_zone: str = "UTC"
    recordings_erased_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineNote:
    """An engine that was used. `warning` is shown on the first page; empty when there is nothing to warn of."""

    role: Literal["transcription", "scoring"]
    name: str
    model: str = ""
    warning: str = ""
    answers: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """Advice to a person, on both scales. `code` is one of strong_hire, hire, consider, no_hire."""

    code: str
    label: str
    three_step: Literal["hire", "consider", "reject"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The decision at a glance. With `overall` None there is no grade and no recommendation either."""

    state: ReportState
    overall: int | None
    overall_of_ten: float | None
    grade: str | None
    recommendation: Recommendation | None
    planned_weight: float
    scored_weight: float
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unasked:
    """Questions of the plan that were not asked: `count` of one place and difficulty, each of `weight`."""

    category: str
    subject: str
    difficulty: str
    count: int
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPart:
    """Something the score does not contain, why, and what that does to the score."""

    what: str
    why: str
    effect: str
    answer: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Skill:
    """A subtopic (or topic) with the mean composite of the answers on it. `text` is a language model's, if any."""

    name: str
    category: str
    value: int
    answers: tuple[int, ...]
    quotes: tuple[Quote, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """A question worth asking in the next round, and what in this interview it comes from."""

    question: str
    reason: str
    answer: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """The language model that was asked for the narrative. `evidence_hash`: of the scores that it was given."""

    engine: str
    model: str
    prompt_version: str
    evidence_hash: str
    written_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.model or self.engine


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """Sentences of a language model that were left out of a section, and why. The sentences are kept nowhere."""

    section: str
    reason: str
    why: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrative:
    """What the scored evidence says in words. An empty section is explained in `silences[section]`.

    `authors` says of each section whether a language model wrote it, by its name, or the `template`; `author` is the
    model's name if it wrote any. `note` says why there is nothing of a model.
    """

    summary: tuple[Claim, ...] = ()
    strengths: tuple[Claim, ...] = ()
    gaps: tuple[Claim, ...] = ()
    technical: tuple[Claim, ...] = ()
    behavioural: tuple[Claim, ...] = ()
    highlights: tuple[Quote, ...] = ()
    red_flags: tuple[Claim, ...] = ()
    skills: tuple[Skill, ...] = ()
    skill_gaps: tuple[Skill, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    silences: dict[str, str] = field(default_factory=dict)
    author: str = TEMPLATE
    authors: dict[str, str] = field(default_factory=dict)
    writer: Writer | None = None
    dropped: tuple[Dropped, ...] = ()
    note: str = ""

    @property
    def has_skill_words(self) -> bool:
        """Whether sentences stand with the skills, which then need the width of the page."""
        return any(skill.text for skill in (*self.skills, *self.skill_gaps))

    @property
    def dropped_count(self) -> int:
        return sum(one.count for one in self.dropped)


@dataclass(frozen=True, kw_only=True, slots=True)
class Utterance:
    """One turn of the conversation, in order."""

    sequence: int
    speaker: Speaker
    kind: str
    text: str
    at: datetime | None = None
    answer: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What a person of the organization decided, and is in force. `stage` is one of advance, hold, decline."""

    stage: str
    reason: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """Who, what, when: everything of the report that is not a score."""

    report_uuid: str
    session_uuid: str
    branding: Branding
    candidate: Candidate
    job: Job
    panel: Panel
    times: Times
    session_status: str = "completed"
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorecard:
    """The whole report."""

    header: Header
    kind: ReportKind
    verdict: Verdict
    measures: tuple[Measure, ...]
    categories: tuple[Measure, ...]
    missing: tuple[MissingPart, ...]
    engines: tuple[EngineNote, ...]
    narrative: Narrative
    answers: tuple[AnswerCard, ...]
    transcript: tuple[Utterance, ...]
    automatic: Verdict | None = None  # of the measured scores alone, where people have overridden any
    decided: Decided | None = None
    schema: str = SCHEMA

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(engine.warning for engine in self.engines if engine.warning)

    @property
    def overridden(self) -> tuple[AnswerCard, ...]:
        """Answers whose score is a person's."""
        return tuple(card for card in self.answers if card.override is not None)

    @property
    def judged(self) -> tuple[AnswerCard, ...]:
        """Answers that people have rated or overridden, also where that was withdrawn."""
        return tuple(card for card in self.answers if card.ratings or card.overrides)

    @property
    def to_look_at(self) -> tuple[int, ...]:
        """Answers that are scored and that a person should look at all the same."""
        return tuple(card.number for card in self.answers if card.needs_human and card.state == "scored")
