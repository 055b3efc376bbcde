"""The life of a session: every transition, who is refused, and what stays as it is when something is said twice."""

from collections.abc import Callable

import pytest

from interviewpanel.domain.states import MoveRefused
from interviewpanel.models import InterviewSession, TranscriptEntry
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services import answers, session_manager
from interviewpanel.services.clocks import count_grace_seconds_left, count_remaining_seconds
from interviewpanel.services.events import ConnectionReplaced
from interviewpanel.services.invitations import reissue_invitation, revoke_invitation
from tests.live_interviews import (
    after,
    agree,
    begin,
    begin_interview,
    find_open,
    invite,
    list_events,
    make_panel,
    reload,
    store_audio,
)
from tests.work import do_due

pytestmark = pytest.mark.django_db


def pause(session: InterviewSession, seconds: float) -> None:
    session_manager.pause_session(session_id=session.pk, epoch=session.epoch, now=after(seconds))


def resume(session: InterviewSession, seconds: float) -> None:
    session_manager.resume_session(session_id=session.pk, epoch=session.epoch, now=after(seconds))


def interrupt(session: InterviewSession, seconds: float) -> None:
    session_manager.interrupt_session(session_id=session.pk, epoch=session.epoch, now=after(seconds))


def test_a_first_visit_makes_one_session_and_every_visit_takes_a_new_epoch() -> None:
    invitation = invite(make_panel())
    first = session_manager.open_session(invitation=invitation, now=after(0))
    second = session_manager.open_session(invitation=invitation, now=after(5))
    assert (first.pk, first.epoch, second.pk, second.epoch) == (second.pk, 1, first.pk, 2)
    assert second.status == "pending"
    assert second.lease_until == after(35)


def test_consent_starts_the_interview_with_greeting_and_first_question() -> None:
    session = begin_interview()
    assert (session.status, session.consented_at, session.consent_version) == ("in_progress", after(0), "2026-1")
    assert list_events(session) == [(1, "greeting"), (2, "next_question")]
    answer = find_open(session)
    assert (answer.number, answer.status) == (1, "asked")
    assert [entry.kind for entry in session.transcript.all()] == ["greeting", "question"]


def test_consent_said_twice_greets_once() -> None:
    session = begin_interview()
    agree(session, now=after(9))
    do_due(now=after(9), times=5)
    assert reload(session).consented_at == after(0)
    assert list_events(session) == [(1, "greeting"), (2, "next_question")]


def test_consent_to_another_text_is_refused_and_nothing_begins() -> None:
    session = session_manager.open_session(invitation=invite(make_panel()), now=after(0))
    with pytest.raises(MoveRefused, match="version 2026-1") as refusal:
        agree(session, version="2025-9", now=after(1))
    assert refusal.value.code == "consent.version"
    assert reload(session).status == "pending"


def test_a_link_that_expires_while_the_page_is_open_does_not_start() -> None:
    session = session_manager.open_session(invitation=invite(make_panel(), hours=1), now=after(0))
    with pytest.raises(LinkRefused, match="expired") as refusal:
        agree(session, now=after(3600))
    assert refusal.value.close_code == 4401


@pytest.mark.parametrize(
    ("status", "close_code", "message"),
    [("expired", 4401, "expired"), ("revoked", 4401, "withdrawn"), ("completed", 4410, "is over")],
)
def test_consent_to_an_interview_that_is_over_starts_nothing(status: str, close_code: int, message: str) -> None:
    session = session_manager.open_session(invitation=invite(make_panel()), now=after(0))
    InterviewSession.objects.update(status=status, consented_at=after(0), ended_at=after(1))
    with pytest.raises(LinkRefused, match=message) as refusal:
        agree(session, now=after(1))
    assert (refusal.value.close_code, session.steps.count()) == (close_code, 0)


def test_a_new_link_interrupts_the_interview_of_the_old_one_and_goes_on_with_it() -> None:
    session = begin_interview()
    reissue_invitation(invitation=session.invitation, now=after(20))
    session = reload(session)
    assert (session.status, session.clock_used_seconds, session.lease_until) == ("interrupted", 20, None)
    with pytest.raises(ConnectionReplaced):
        session_manager.renew_lease(session_id=session.pk, epoch=1, now=after(21))
    again = session_manager.open_session(invitation=session.invitation, now=after(50))
    assert (again.pk, again.status, again.clock_used_seconds, again.grace_used_seconds) == (
        session.pk,
        "in_progress",
        20,
        30,
    )


def test_window_and_expiry_are_checked_before_the_interview_only() -> None:
    panel = make_panel(opens_at=after(100), closes_at=after(9000))
    invitation = invite(panel, hours=2)
    codes = []
    for seconds in (0, 7200, 9001):
        with pytest.raises(LinkRefused) as refusal:
            session_manager.open_session(invitation=invitation, now=after(seconds))
        codes.append(refusal.value.close_code)
    assert codes == [4403, 4401, 4401]
    session = begin(invitation, now=after(200))
    again = session_manager.open_session(invitation=invitation, now=after(9001))
    assert (again.pk, again.status) == (session.pk, "in_progress")


def test_a_closed_panel_and_an_unpublished_one_refuse_a_link_that_would_hold() -> None:
    panel = make_panel()
    invitation = invite(panel)
    panel.closes_at = after(10)
    panel.save()
    with pytest.raises(LinkRefused) as closed:
        session_manager.open_session(invitation=invitation, now=after(10))
    panel.closes_at, panel.status = None, "archived"
    panel.save()
    with pytest.raises(LinkRefused) as archived:
        session_manager.open_session(invitation=invitation, now=after(1))
    assert (closed.value.close_code, archived.value.close_code) == (4403, 4403)


def test_a_withdrawn_link_is_refused_and_a_session_not_begun_is_over() -> None:
    invitation = invite(make_panel())
    session = session_manager.open_session(invitation=invitation, now=after(0))
    revoke_invitation(invitation=invitation, now=after(1))
    with pytest.raises(LinkRefused) as refusal:
        session_manager.open_session(invitation=invitation, now=after(2))
    assert (refusal.value.close_code, reload(session).status) == (4401, "revoked")


def test_a_renewal_notices_a_withdrawal_whose_hint_was_lost() -> None:
    session = begin_interview()
    revoke_invitation(invitation=session.invitation, now=after(1))
    with pytest.raises(LinkRefused):
        session_manager.renew_lease(session_id=session.pk, epoch=1, now=after(10))


def test_a_replaced_connection_changes_nothing() -> None:
    session = begin_interview()
    session_manager.open_session(invitation=session.invitation, now=after(5))
    before = InterviewSession.objects.filter(pk=session.pk).values().get()
    moves: list[Callable[[], object]] = [
        lambda: session_manager.pause_session(session_id=session.pk, epoch=1, now=after(6)),
        lambda: session_manager.resume_session(session_id=session.pk, epoch=1, now=after(6)),
        lambda: session_manager.renew_lease(session_id=session.pk, epoch=1, now=after(6)),
        lambda: session_manager.end_session(session_id=session.pk, epoch=1, now=after(6), reason="ended_by_candidate"),
    ]
    for move in moves:
        with pytest.raises(ConnectionReplaced):
            move()
    session_manager.interrupt_session(session_id=session.pk, epoch=1, now=after(6))
    assert InterviewSession.objects.filter(pk=session.pk).values().get() == before


def test_a_pause_stops_the_clock_and_the_deadline_and_is_counted() -> None:
    session = begin_interview(pause_budget_seconds=60)
    store_audio(find_open(session), deadline_at=after(300))
    pause(session, 100)
    pause(session, 110)
    assert reload(session).status == "paused"
    assert find_open(session).turn_deadline_at is None
    resume(session, 140)
    resume(session, 150)
    session = reload(session)
    assert (session.status, session.pause_used_seconds) == ("in_progress", 40)
    assert count_remaining_seconds(session, after(200)) == 1800 - 200 + 40
    assert list_events(session)[2:] == [(3, "paused"), (4, "resumed")]


def test_a_spent_pause_budget_refuses_the_next_pause() -> None:
    session = begin_interview(pause_budget_seconds=60)
    pause(session, 100)
    resume(session, 160)
    with pytest.raises(MoveRefused) as refusal:
        pause(session, 170)
    assert (refusal.value.code, reload(session).status) == ("pause.budget_spent", "in_progress")


def test_accommodations_lengthen_clock_and_pauses() -> None:
    session = begin(invite(make_panel(pause_budget_seconds=60), time_multiplier=2.0))
    assert session.clock_limit_seconds == 3600
    pause(session, 0)
    resume(session, 100)
    pause(session, 110)
    assert reload(session).status == "paused"


def test_there_is_no_pause_before_the_first_question() -> None:
    session = session_manager.open_session(invitation=invite(make_panel()), now=after(0))
    for status in ("pending", "greeting"):
        with pytest.raises(MoveRefused):
            pause(session, 1)
        assert reload(session).status == status
        if status == "pending":
            agree(session, now=after(1))


@pytest.mark.parametrize("was_paused", [False, True])
def test_an_outage_costs_grace_and_no_talking_time(was_paused: bool) -> None:
    session = begin_interview(grace_seconds=100)
    if was_paused:
        pause(session, 10)
    interrupt(session, 20)
    interrupt(session, 25)
    session = reload(session)
    assert (session.status, session.lease_until, session.interrupted_at) == ("interrupted", None, after(20))
    with pytest.raises(MoveRefused):
        resume(session, 30)
    back = session_manager.open_session(invitation=session.invitation, now=after(60))
    assert back.status == ("paused" if was_paused else "in_progress")
    assert count_grace_seconds_left(back, after(60)) == 60
    assert count_remaining_seconds(back, after(60)) == 1800 - (10 if was_paused else 20)
    assert back.pause_used_seconds == (10 if was_paused else 0)


def test_a_renewal_brings_back_what_a_slow_server_was_taken_for() -> None:
    session = begin_interview()
    session_manager.interrupt_session(session_id=session.pk, epoch=1, now=after(40))
    session_manager.renew_lease(session_id=session.pk, epoch=1, now=after(45))
    session = reload(session)
    assert (session.status, session.lease_until, session.grace_used_seconds) == ("in_progress", after(75), 5)


def test_the_end_is_one_and_closes_the_open_answer() -> None:
    session = begin_interview()
    answer = find_open(session)
    store_audio(answer)
    ends = [
        session_manager.end_session(session_id=session.pk, epoch=1, now=after(50 + one), reason="ended_by_candidate")
        for one in range(3)
    ]
    assert ends == [True, False, False]
    do_due(now=after(60))
    session, answer = reload(session), session.answers.get()
    assert (session.status, session.ended_at, session.end_reason) == ("completed", after(50), "ended_by_candidate")
    assert (answer.status, answer.closed_reason, answer.closing_sequence) == ("scored", "interview_over", 9)
    assert [kind for _, kind in list_events(session)] == [
        "greeting",
        "next_question",
        "interview_completed",
        "transcription_update",
        "transcription_update",
        "scoring_update",
    ]
    assert TranscriptEntry.objects.filter(session=session, kind="closing").count() == 1
    assert session.clock_running_since is None
    with pytest.raises(LinkRefused) as over:
        session_manager.open_session(invitation=session.invitation, now=after(70))
    assert over.value.close_code == 4410


def test_a_question_that_the_end_cut_off_is_left_out_not_zero() -> None:
    session = begin_interview()
    store_audio(find_open(session), has_speech=False)
    session_manager.end_session(session_id=session.pk, now=after(50), reason="time_is_up")
    do_due(now=after(50))
    assert session.answers.get().status == "technical_failure"


def test_all_questions_asked_ends_politely() -> None:
    session = begin_interview(questions=1)
    answers.close_answer(
        session_id=session.pk, epoch=1, answer_id=find_open(session).pk, reason="skipped", now=after(9)
    )
    do_due(now=after(10))
    session = reload(session)
    assert (session.status, session.end_reason) == ("completed", "all_asked")
    assert list_events(session)[-1] == (3, "interview_completed")
