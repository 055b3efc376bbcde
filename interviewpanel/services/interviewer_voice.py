"""What the interviewer will say is said ahead by this server's voice, where the panel wants that. Nothing here waits.

Each function is called where its text becomes foreseeable, under the session's lock (the panel's, as it is published).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import prefetch_related_objects

from interviewpanel.domain.selection import BankQuestion, choose_question, fold_difficulty
from interviewpanel.models import InterviewPanel, InterviewSession, PreparedLine
from interviewpanel.selectors.question_supply import Supply, list_cells, load_exact_supply, load_supply
from interviewpanel.selectors.speech import (
    FOLLOW_UPS,
    compose_closing,
    compose_follow_up,
    compose_greeting,
)
from interviewpanel.services.spoken_audio import is_spoken_here, order_speech
from questionbank.models import Question

Kind = PreparedLine.Kind
FORESEEABLE_ENDS = ("all_asked", "time_is_up")


def prepare_panel_speech(panel: InterviewPanel, now: datetime) -> None:
    """Effects, as the panel is published: questions that fill its plan and the usual follow-ups are due to be said."""
    if is_spoken_here(panel):
        cells = [cell for row in panel.distribution.all() for cell in list_cells(row)]
        supply = load_exact_supply(cells, language=panel.language, organization_id=panel.organization_id)
        order_speech(panel, [*_read_texts(supply), *_list_phrases(panel)], now=now)


def prepare_session_speech(session: InterviewSession, now: datetime) -> None:
    """Effects, as the page of a link is loaded, and as it is opened for the first time: the usual greeting is due to be
    said, then the question that will be asked first, then the others that may be. The candidate reads and agrees
    meanwhile. The session need not be stored."""
    panel = session.invitation.panel
    if not is_spoken_here(panel):
        return
    order_speech(panel, [compose_greeting(session)], invitation=session.invitation, now=now)
    prefetch_related_objects([panel], "distribution")
    supply = load_supply(panel, session.invitation.candidate, session)
    order_speech(panel, [*_read_texts(_put_first(supply, session)), *_list_phrases(panel)], now=now)


def prepare_next_speech(session: InterviewSession, supply: Supply, now: datetime) -> None:
    """Effects, as a question is asked: those that may come later, and were not ordered yet, are due to be said."""
    panel = session.invitation.panel
    if is_spoken_here(panel):
        order_speech(panel, _read_texts(supply.candidates), now=now)


def prepare_line_speech(line: PreparedLine, now: datetime) -> None:
    """Effects, as a language model has worded a line: it is due to be said, within what is said around it."""
    session = line.session
    texts = {
        Kind.GREETING: lambda: [compose_greeting(session, line.text)],
        Kind.CLOSING: lambda: [compose_closing(session, end, line.text) for end in FORESEEABLE_ENDS],
    }
    if is_spoken_here(session.invitation.panel):
        said = texts.get(Kind(line.kind), lambda: [line.text])()
        order_speech(session.invitation.panel, said, invitation=session.invitation, now=now)


def prepare_closing_speech(session: InterviewSession, highlight: str, now: datetime) -> None:
    """Effects, from the last planned question on: the closings that can be foreseen are due to be said."""
    texts = [compose_closing(session, end, highlight) for end in FORESEEABLE_ENDS]
    order_speech(session.invitation.panel, texts, invitation=session.invitation, now=now)


def _put_first(supply: Supply, session: InterviewSession) -> list[BankQuestion]:
    """The choice is a function of the seed, so the first question is known before anybody is asked."""
    first = choose_question(supply.cells, supply.candidates, supply.asked, fold_difficulty([]), session.seed)
    chosen = None if first is None else first.question_id
    return sorted(supply.candidates, key=lambda one: one.id != chosen)


def _read_texts(questions: Iterable[BankQuestion]) -> list[str]:
    """In their order. One query."""
    order = [one.id for one in questions]
    texts = dict(Question.objects.filter(pk__in=order).values_list("pk", "current_version__text"))
    return [texts[pk] for pk in order if texts.get(pk)]


def _list_phrases(panel: InterviewPanel) -> list[str]:
    """What everybody may be asked on; nothing where no follow-up is."""
    if not panel.max_follow_ups:
        return []
    phrases = [compose_follow_up(kind, panel.language, is_first=True) for kind in FOLLOW_UPS]
    last = [compose_follow_up("", panel.language, is_first=False)] if panel.max_follow_ups > 1 else []
    return [*phrases, *last]
