"""The closing: by name, with one thing that the candidate truly said, if something was measured for certain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from interviewpanel.domain.evidence import find_quote
from interviewpanel.models import Answer, AnswerScore, InterviewSession
from interviewpanel.selectors.panel_facts import count_planned_questions
from interviewpanel.selectors.speech import compose_closing, compose_highlight
from interviewpanel.services.conversation.lines import Kind, open_line, take_line
from interviewpanel.services.interviewer_voice import prepare_closing_speech
from interviewpanel.services.spoken_audio import is_spoken_here
from questionbank.domain.instructions import find_instructions

FEWEST_WORDS, MOST_WORDS = 4, 20
WELL_RATED = 3  # of 4
HIGHEST_RATING = 4
# Of an interview that was broken off nothing is told but that it is over.
WITH_HIGHLIGHT = frozenset({"all_asked", "time_is_up"})


@dataclass(frozen=True)
class Highlight:
    """Words of the candidate that stand in the transcript, and the subject of the question they were said to."""

    quote: str
    topic: str
    worth: float


def list_highlights(session: InterviewSession) -> list[Highlight]:
    """What was measured for certain, the best first; none is claimed where nothing was. Three queries."""
    scores = (
        AnswerScore.objects.filter(answer__session=session, work_status="done")
        .select_related("answer__question_version__question__subtopic")
        .prefetch_related("answer__segments", "answer__follow_ups")
        .order_by("number")
    )
    last = {score.answer_id: score for score in scores}
    found = [one for score in last.values() for one in _list_highlights(score)]
    return sorted(found, key=lambda one: -one.worth)


def _list_highlights(score: AnswerScore) -> Iterator[Highlight]:
    answer = score.answer
    if score.state != AnswerScore.State.SCORED or not _is_certain(answer):
        return
    topic = answer.question_version.question.subtopic.name
    for quote, worth in _list_quotes(score):
        found = find_quote(answer.transcript, quote)
        if found is None or find_instructions(found.quote) or not found.quote.isprintable():
            continue
        if FEWEST_WORDS <= len(found.quote.split()) <= MOST_WORDS:
            yield Highlight(found.quote.strip(" ,;:"), topic, worth)


def _list_quotes(score: AnswerScore) -> Iterator[tuple[str, float]]:
    rated: list[Mapping[str, Any]] = [one for one in score.criteria if one["state"] == "rated" and one["quote"]]
    for one in rated:
        if one["rating"] >= WELL_RATED:
            yield str(one["quote"]), one["rating"] / HIGHEST_RATING
    for one in score.elements:
        if one["is_covered"] and one["quote"]:
            yield str(one["quote"]), one["credit"]


def _is_certain(answer: Answer) -> bool:
    """What a rough recogniser wrote may never have been said."""
    return not any(segment.is_rough for segment in answer.segments.all())


def prepare_closing(session: InterviewSession, now: datetime) -> None:
    """Effects, from the last planned question on: once, a line is due around what stands out so far; and what would be
    said without it is due to be said by the server's voice, where that speaks. Called as it is asked, and by every
    score that comes after."""
    panel = session.invitation.panel
    needs_line = panel.words_by_model and not session.prepared_lines.filter(kind=Kind.CLOSING).exists()
    if not session.is_live or not (needs_line or is_spoken_here(panel)):
        return
    asked = session.answers.filter(kind=Answer.Kind.QUESTION).count()
    if asked < count_planned_questions(panel):
        return
    highlights = list_highlights(session)[:1]
    if needs_line and highlights:
        open_line(session, Kind.CLOSING, now=now, quote=highlights[0].quote, topic=highlights[0].topic)
    if is_spoken_here(panel):
        prepare_closing_speech(session, _word_highlight(highlights, panel.language), now)


def _word_highlight(highlights: Sequence[Highlight], language: str) -> str:
    return "".join(compose_highlight(one.quote, one.topic, language) for one in highlights[:1])


def choose_closing(session: InterviewSession, reason: str, now: datetime) -> str:
    """Effects: the prepared sentence is used if its quote still is a highlight, or late from now on."""
    highlights = list_highlights(session) if reason in WITH_HIGHLIGHT else []
    quotes = {one.quote for one in highlights}  # a score that came since may have taken back what the line quotes
    line = take_line(session, Kind.CLOSING, now=now, fits=lambda one: one.details["quote"] in quotes)
    if line is not None:
        return compose_closing(session, reason, line.text)
    return compose_closing(session, reason, _word_highlight(highlights, session.invitation.panel.language))
