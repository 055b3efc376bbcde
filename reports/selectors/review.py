"""Reads one interview for review: the page of the admin, and the page that is shared. As many queries for one answer
as for fifty. Who reads decides what is in it: what they have to rate first is left out here, not in a template.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count

from interviewpanel.domain.captions import spread_words
from interviewpanel.domain.states import TERMINAL_ANSWER, AnswerStatus
from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import Answer, AudioSegment, InterviewSession
from interviewpanel.selectors.withdrawals import has_withdrawn
from reports.domain.answer_cards import AnswerCard, HumanRating
from reports.domain.decisions import apply_override
from reports.domain.evaluation import compile_scorecard
from reports.domain.review import (
    HIDDEN,
    CriterionView,
    ElementView,
    PlacedAnswers,
    QuestionView,
    Review,
    Signal,
    hide_judgement,
    view_criterion,
    view_element,
    view_flags,
    view_pieces,
    view_quote,
)
from reports.domain.review_transcripts import HeardPart, find_typed, place_parts
from reports.domain.scorecard import Scorecard
from reports.domain.transcripts import HeardWord
from reports.domain.wording import count_of
from reports.selectors.answers import FAILED_WORK, read_words
from reports.selectors.human_ratings import read_ratings
from reports.selectors.interviews import Interview, read_answers, read_held_interview
from reports.selectors.narratives import tell_in_words
from reports.selectors.review_recordings import Links, read_rooms, read_sound, read_videos, read_whole
from reports.selectors.scorings import is_scorable, read_scorings

NO_INTERVIEW = "No interview was held by this link."
GOES_ON = "The interview goes on. The scorecard is made when it is over."
WITHDRAWN = "The candidate has withdrawn: nothing more is made of this interview."
ERASED = "Everything that was said here was erased."
SIGNALS = {
    "tab_hidden": "Left the page",
    "tab_visible": "Came back to the page",
    "paste": "Pasted text",
}


@dataclass(frozen=True)
class Reader:
    """Who reads. `hidden`: the numbers of the answers that they have to rate first (selectors/blind_ratings.py)."""

    user_id: int | None = None
    hidden: frozenset[int] = frozenset()


def read_review(*, session: InterviewSession, reader: Reader, links: Links, now: datetime) -> Review:
    """Everything that the page shows. `session` comes with its invitation's panel and candidate, and organization."""
    rows = list(read_answers(session).select_related("recording", "correction"))
    report = getattr(session, "report", None)
    interview = read_held_interview(session, rows, str(report.uuid) if report else "", now)
    is_withdrawn = has_withdrawn(session)
    is_settled = all(row.status in TERMINAL_ANSWER for row in rows)
    why = explain_no_scorecard(session, reader, len(rows), is_withdrawn=is_withdrawn)
    can_judge = session.is_over and not is_withdrawn
    placed = {row.number: place_parts(row.transcript, read_parts(row)) for row in rows}
    questions = [
        read_question(row, card, session=session, reader=reader, links=links, placed=placed, can_judge=can_judge)
        for row, card in zip(rows, interview.answers, strict=True)
    ]
    return Review(
        header=interview.header,
        questions=tuple(mark_follow_up(one, questions, placed, row) for one, row in zip(questions, rows, strict=True)),
        scorecard=None if why else tell_in_words(compile_review(interview, is_settled=is_settled), session),
        why=why,
        signals=read_signals(session),
        videos=read_videos(session, rows, links),
        whole=read_whole(session, rows, links),
        rooms=read_rooms(session, links),
    )


def compile_review(interview: Interview, *, is_settled: bool) -> Scorecard:
    """From the rows as they are now: a report that is just being made again does not keep a decision waiting."""
    return compile_scorecard(
        header=interview.header,
        kind="final" if is_settled else "partial",
        answers=interview.answers,
        transcript=interview.transcript,
        unasked=interview.unasked,
    )


def explain_no_scorecard(session: InterviewSession, reader: Reader, asked: int, *, is_withdrawn: bool) -> str:
    if session.invitation.erased_at is not None:
        return ERASED
    if is_withdrawn:
        return WITHDRAWN
    if not session.is_over:
        return GOES_ON if asked else NO_INTERVIEW
    if not session.started_at:
        return NO_INTERVIEW
    if reader.hidden:
        left = count_of(len(reader.hidden), "more answer")
        return f"This panel asks you to rate first. Rate {left}, then the scorecard is shown."
    return ""


def mark_follow_up(
    view: QuestionView, questions: Sequence[QuestionView], placed: PlacedAnswers, row: Answer
) -> QuestionView:
    """A follow-up's text with what its question's score quotes of it."""
    whole = next((one for one in questions if one.number == view.card.follow_up_of), None)
    if whole is None:
        return view
    pieces = view_pieces(view.card, placed[row.number], whole.quotes, find_typed(row.transcript, row.typed_text))
    return replace(view, pieces=pieces)


def read_question(
    answer: Answer,
    card: AnswerCard,
    *,
    session: InterviewSession,
    reader: Reader,
    links: Links,
    placed: PlacedAnswers,
    can_judge: bool,
) -> QuestionView:
    """One question for this reader."""
    is_hidden = answer.number in reader.hidden
    own = read_own_ratings(answer, reader)
    shown = hide_judgement(card, own) if is_hidden else apply_override(card)
    can_judge = can_judge and not answer.is_follow_up  # it is judged with its question
    criteria = (
        list_rubric(answer)
        if is_hidden
        else tuple(view_criterion(shown, place, one, placed) for place, one in enumerate(shown.criteria))
    )
    elements = (
        list_expected(answer)
        if is_hidden
        else tuple(view_element(shown, place, one, placed) for place, one in enumerate(shown.elements))
    )
    flags = view_flags(shown, placed)
    notable = view_quote(shown, "notable", 0, shown.notable_quote, placed)
    quotes = [*(one.quote for one in criteria), *(one.quote for one in elements), *(one.quote for one in flags)]
    correction = getattr(answer, "correction", None)
    return QuestionView(
        number=answer.number,
        card=shown,
        assesses="" if answer.is_follow_up else answer.question_version.assesses,
        pieces=view_pieces(
            card, placed[answer.number], [*quotes, notable], find_typed(answer.transcript, answer.typed_text)
        ),
        criteria=criteria,
        elements=elements,
        red_flags=flags,
        notable=notable,
        sound=read_sound(answer, session, links),
        correction=correction.text if correction else "",
        scorings=() if is_hidden else read_scorings(answer),
        is_hidden=is_hidden,
        own_rating=own[-1] if own else None,
        can_be_rated=can_judge and answer.status in (*TERMINAL_ANSWER, AnswerStatus.TRANSCRIBED),
        can_be_overridden=can_judge and not is_hidden and answer.status in TERMINAL_ANSWER,
        can_be_rescored=can_judge and not is_hidden and is_scorable(answer),
    )


def read_own_ratings(answer: Answer, reader: Reader) -> tuple[HumanRating, ...]:
    is_technical = answer.question_version.question.is_technical
    own = [row for row in answer.ratings.all() if reader.user_id is not None and row.rated_by_id == reader.user_id]
    return read_ratings(own, is_technical=is_technical)


def list_rubric(answer: Answer) -> tuple[CriterionView, ...]:
    """What the answer is to be rated on, without how it was."""
    return tuple(
        CriterionView(
            name=one["name"],
            description=one.get("description", ""),
            component=one["component"],
            state=HIDDEN,
            weight=one.get("weight", 1.0),
        )
        for one in answer.question_version.criteria
    )


def list_expected(answer: Answer) -> tuple[ElementView, ...]:
    return tuple(ElementView(text=text, is_covered=None) for text in answer.question_version.expected_elements)


def read_parts(answer: Answer) -> list[HeardPart]:
    """The stretches of the recording in order; while the question played nothing was transcribed."""
    return [read_part(segment) for segment in answer.segments.all()]


def read_part(segment: AudioSegment) -> HeardPart:
    start, end = segment.start_sample / SAMPLE_RATE, segment.end_sample / SAMPLE_RATE
    words = read_words([segment])
    if segment.text and not words:  # an engine that tells no times: each word gets its share
        words = [
            HeardWord(one.text, one.start_seconds, None, one.end_seconds)
            for one in spread_words(segment.text, start, end)
        ]
    return HeardPart(
        text=segment.text,
        words=tuple(words),
        start_seconds=start,
        end_seconds=end,
        lost_seconds=segment.lost_samples / SAMPLE_RATE,
        is_unheard=segment.needs_transcription and segment.work_status in FAILED_WORK,
    )


def read_signals(session: InterviewSession) -> tuple[Signal, ...]:
    """One query. A kind that is not known here is told by its own name."""
    counted = session.client_events.order_by().values_list("kind").annotate(times=Count("pk"))
    found: dict[str, int] = dict(counted)
    known = [kind for kind in SIGNALS if kind in found]
    return tuple(
        Signal(label=SIGNALS.get(kind, kind.replace("_", " ")), count=found[kind])
        for kind in [*known, *sorted(set(found) - set(known))]
    )
