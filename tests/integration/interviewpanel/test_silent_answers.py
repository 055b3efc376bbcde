"""Silence, once and twice: when somebody is asked for, and what it does to the scores."""

import pytest

from interviewpanel.models import InterviewSession
from interviewpanel.services import session_manager
from tests.live_interviews import after, begin_interview, close, find_open, reload, store_audio
from tests.work import do_due

pytestmark = pytest.mark.django_db


def answer_nothing(session: InterviewSession, times: int, *, seconds: float = 60) -> None:
    for one in range(times):
        store_audio(find_open(session), has_speech=False)
        close(session, "no_speech_timeout", seconds=seconds + one)
        do_due(now=after(seconds + one))


def test_two_silent_answers_in_a_row_ask_whether_anybody_is_there() -> None:
    session = begin_interview()
    answer_nothing(session, 2)
    session = reload(session)
    assert (session.status, session.pause_reason, session.clock_running_since) == ("paused", "are_you_there", None)
    assert session.events.get(type="paused").payload == {"reason": "are_you_there", "seconds_left": 60}
    assert session.answers.count() == 2


def test_somebody_who_is_there_is_asked_the_next_question() -> None:
    session = begin_interview()
    answer_nothing(session, 2)
    session_manager.resume_session(session_id=session.pk, epoch=1, now=after(70))
    do_due(now=after(70))
    session = reload(session)
    assert (session.status, session.empty_answers_in_row, find_open(session).number) == ("in_progress", 0, 3)
    assert list(session.answers.values_list("status", flat=True)) == ["no_speech", "no_speech", "asked"]


def test_a_spoken_answer_between_starts_the_count_again() -> None:
    session = begin_interview(questions=4)
    answer_nothing(session, 1)
    store_audio(find_open(session))
    close(session, seconds=62)
    do_due(now=after(62))
    answer_nothing(session, 1, seconds=63)
    assert reload(session).status == "in_progress"


def test_an_interview_that_nobody_is_left_in_is_not_scored_as_zero() -> None:
    session = begin_interview()
    answer_nothing(session, 2)
    session_manager.end_session(session_id=session.pk, now=after(130), reason="no_reply", is_abandoned=True)
    session = reload(session)
    assert (session.status, session.pause_used_seconds) == ("abandoned", 69)
    assert list(session.answers.values_list("status", flat=True)) == ["technical_failure"] * 2
