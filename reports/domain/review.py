"""What the review page shows of an interview, as plain frozen values: the page of the admin and the shared page draw
the same ones. Filled by `selectors/review.py`; shaped here from cards, purely. A value that this reader may not see yet
is not in here at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from interviewpanel.domain.human_ratings import list_components
from reports.domain.answer_cards import AnswerCard, Criterion, Element, HumanRating, Quote
from reports.domain.review_recordings import RoomView, SoundView, VideoView, WholeView
from reports.domain.review_transcripts import Mark, Piece, Placed, cut_pieces, find_seconds
from reports.domain.scorecard import Header, Scorecard
from reports.domain.wording import COMPONENTS, word_for

QuoteKind = Literal["criterion", "element", "red_flag", "notable"]
HIDDEN = "hidden"
PlacedAnswers = Mapping[int, Placed]  # by the answer's number


@dataclass(frozen=True, kw_only=True, slots=True)
class QuoteView:
    """A quote that can be played: the seconds are of the answer's recording, None where the words were typed."""

    key: str
    kind: QuoteKind
    answer: int  # the number of the one it stands in
    text: str
    start: int
    end: int
    start_seconds: float | None = None
    end_seconds: float | None = None

    @property
    def mark(self) -> Mark:
        return Mark(self.key, self.kind, self.start, self.end)


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionView:
    """`criterion` without a rating (state `hidden`) for who has to rate first."""

    name: str
    description: str
    component: str
    state: str
    weight: float = 1.0
    rating: int | None = None
    why: str = ""
    quote: QuoteView | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ElementView:
    text: str
    is_covered: bool | None
    quote: QuoteView | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FlagView:
    text: str
    quote: QuoteView | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scoring:
    """One automatic scoring of an answer: what came of it, and where it comes from."""

    number: int
    state: str
    composite: int | None
    scored_at: datetime | None
    origin: tuple[tuple[str, str], ...]
    is_last: bool = False
    is_over: bool = True
    asked_by: str = ""
    asked_why: str = ""
    said: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionView:
    """One question with its answer. `is_hidden`: this reader rates before the automatic score is shown, and has not."""

    number: int
    card: AnswerCard
    assesses: str
    pieces: tuple[Piece, ...]
    criteria: tuple[CriterionView, ...]
    elements: tuple[ElementView, ...]
    red_flags: tuple[FlagView, ...] = ()
    notable: QuoteView | None = None
    sound: SoundView = field(default_factory=SoundView)
    correction: str = ""
    scorings: tuple[Scoring, ...] = ()
    is_hidden: bool = False
    own_rating: HumanRating | None = None
    can_be_rated: bool = False
    can_be_overridden: bool = False
    can_be_rescored: bool = False

    @property
    def is_being_rescored(self) -> bool:
        return any(not scoring.is_over for scoring in self.scorings)

    @property
    def quotes(self) -> tuple[QuoteView | None, ...]:
        """All that its score quotes, also of its follow-ups."""
        rated = [one.quote for one in self.criteria]
        return (*rated, *(one.quote for one in self.elements), *(one.quote for one in self.red_flags), self.notable)

    @property
    def has_unsure(self) -> bool:
        return any(piece.is_unsure for piece in self.pieces)

    @property
    def has_losses(self) -> bool:
        return any(piece.kind in ("lost", "unheard") for piece in self.pieces)

    @property
    def has_own_why(self) -> bool:
        """Whether the card's `why` says more than the reasons for a person to look."""
        return bool(self.card.why) and self.card.why != " ".join(self.card.needs_human)

    @property
    def is_rated(self) -> bool:
        """Whether any criterion was looked at, or is to be looked at by this reader."""
        return any(one.state != "not_assessed" for one in self.criteria)

    @property
    def has_words(self) -> bool:
        return any(piece.is_word for piece in self.pieces)

    @property
    def quote_kinds(self) -> frozenset[str]:
        return frozenset(kind for piece in self.pieces for kind in piece.kinds)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """What a person rates of it: names and labels."""
        names = list_components(is_technical=self.card.question_type == "technical")
        return tuple((name, word_for(name, COMPONENTS)) for name in names)

    @property
    def parts_of_score(self) -> tuple[tuple[str, str], ...]:
        """These and the panel's own dimensions that were measured: what an override sets."""
        known = {name for name, _ in self.parts}
        own = [(part.key, part.label) for part in self.card.components if part.key not in known]
        return (*self.parts, *own)

    @property
    def seen(self) -> int:
        """The number of the newest override: who decides on this page has seen it."""
        return self.card.overrides[-1].number if self.card.overrides else 0

    @property
    def difference(self) -> int | None:
        """The reader's own rating less the automatic score; None where one of the two is not there."""
        automatic = None if self.is_hidden else self.card.automatic
        return None if automatic is None or self.own_rating is None else self.own_rating.composite - automatic


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """What the candidate's page noticed, counted. Shown to the reviewer, never scored."""

    label: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One interview. Without a `scorecard` (not over, nothing held, to be rated first) `why` says why there is none."""

    header: Header
    questions: tuple[QuestionView, ...]
    scorecard: Scorecard | None
    why: str = ""
    signals: tuple[Signal, ...] = ()
    videos: tuple[VideoView, ...] = ()
    whole: WholeView | None = None
    rooms: tuple[RoomView, ...] = ()

    @property
    def to_rate(self) -> tuple[int, ...]:
        """The answers that this reader still has to rate."""
        return tuple(question.number for question in self.questions if question.is_hidden)

    @property
    def videos_data(self) -> list[dict[str, object]]:
        """Which second of each video belongs to which second of each answer, for the page's script."""
        return [{"origins": video.origins} for video in self.videos]

    @property
    def has_sound(self) -> bool:
        return any(question.sound.url for question in self.questions)


def hide_judgement(card: AnswerCard, own: Sequence[HumanRating] = ()) -> AnswerCard:
    """The card without anything that the machine or other people made of it; the answer itself stays."""
    is_settled = card.state in ("skipped", "no_speech", "pending", "with_question")
    return replace(
        card,
        state=card.state if is_settled else "pending",
        why=card.why if is_settled else "",
        components=(),
        composite=None,
        interval=None,
        criteria=(),
        elements=(),
        rationale="",
        strengths=(),
        improvements=(),
        notable_quote=None,
        red_flags=(),
        flags=(),
        needs_human=(),
        provenance=None,
        second_opinion=None,
        ratings=tuple(own),
        overrides=(),
        measured=None,
    )


def view_quote(
    card: AnswerCard, kind: QuoteKind, place: int, quote: Quote | None, placed: PlacedAnswers
) -> QuoteView | None:
    """A quote with its seconds; None for one that does not stand in the text. It may stand in a follow-up's."""
    if quote is None or quote.span is None:
        return None
    start, end = quote.span
    seconds = find_seconds(placed[quote.answer].words, start, end) if quote.answer in placed else None
    return QuoteView(
        key=f"a{card.number}-{kind}-{place}",
        kind=kind,
        answer=quote.answer,
        text=quote.text,
        start=start,
        end=end,
        start_seconds=seconds[0] if seconds else None,
        end_seconds=seconds[1] if seconds else None,
    )


def view_criterion(card: AnswerCard, place: int, one: Criterion, placed: PlacedAnswers) -> CriterionView:
    return CriterionView(
        name=one.name,
        description=one.description,
        component=one.component,
        state=one.state,
        weight=one.weight,
        rating=one.rating,
        why=one.why,
        quote=view_quote(card, "criterion", place, one.quote, placed),
    )


def view_element(card: AnswerCard, place: int, one: Element, placed: PlacedAnswers) -> ElementView:
    return ElementView(
        text=one.text, is_covered=one.is_covered, quote=view_quote(card, "element", place, one.quote, placed)
    )


def view_flags(card: AnswerCard, placed: PlacedAnswers) -> tuple[FlagView, ...]:
    return tuple(
        FlagView(
            text=flag.text,
            quote=view_quote(card, "red_flag", place, flag.quotes[0] if flag.quotes else None, placed),
        )
        for place, flag in enumerate(card.red_flags)
    )


def view_pieces(
    card: AnswerCard, placed: Placed, quotes: Sequence[QuoteView | None], typed_from: int
) -> tuple[Piece, ...]:
    """The text with its quotes marked; those that stand in another answer's text are marked there."""
    own = [quote.mark for quote in quotes if quote is not None and quote.answer == card.number]
    return cut_pieces(card.text, placed, own, typed_from)
