"""The sweeper acts for sessions that no server holds, and only for those."""

import pytest

from config.work.owners import current_owner
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services import answers, deadlines, session_manager
from interviewpanel.services.deadlines import act_on_limits, is_limit_reached, sweep_sessions
from interviewpanel.services.invitations import reissue_invitation
from tests.live_interviews import (
    after,
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
DEAD_OWNER = current_owner().rsplit(":", 1)[0] + ":1.00"  # our process number, but of another time


def test_a_held_session_is_left_alone() -> None:
    session = begin_interview()
    before = InterviewSession.objects.filter(pk=session.pk).values().get()
    assert sweep_sessions(after(29)) == 0
    assert InterviewSession.objects.filter(pk=session.pk).values().get() == before


def test_a_dead_server_is_followed_by_interruption_and_abandonment() -> None:
    """Not by the end of the turn: the page records on, and what it has kept goes to the question that it answers."""
    session = begin_interview(grace_seconds=600)
    store_audio(find_open(session), has_speech=False, deadline_at=after(120))
    session_manager.renew_lease(session_id=session.pk, epoch=1, now=after(10))
    assert sweep_sessions(after(41)) == 1
    session = reload(session)
    # The clock stops at the last sign of life.
    assert (session.status, session.interrupted_at, session.clock_used_seconds) == ("interrupted", after(10), 10)
    assert find_open(session).turn_deadline_at is None
    for seconds in (100, 121, 400, 609):
        assert sweep_sessions(after(seconds)) == 0
    assert find_open(session).number == 1
    assert sweep_sessions(after(610)) == 1
    do_due(now=after(611))
    session = reload(session)
    assert (session.status, session.end_reason) == ("abandoned", "connection_lost")
    first = session.answers.get()
    assert (first.status, first.closed_reason) == ("technical_failure", "interview_over")
    assert sweep_sessions(after(700)) == 0
    assert [kind for _, kind in list_events(session)].count("interview_completed") == 1


def test_a_session_whose_server_is_known_dead_need_not_wait_for_its_lease() -> None:
    session = begin_interview()
    InterviewSession.objects.filter(pk=session.pk).update(lease_owner=DEAD_OWNER)
    assert sweep_sessions(after(5)) == 1
    assert reload(session).status == "interrupted"


def test_a_pause_has_no_deadline_without_a_server_either() -> None:
    session = begin_interview()
    store_audio(find_open(session), deadline_at=after(60))
    session_manager.pause_session(session_id=session.pk, epoch=1, now=after(20))
    find_open(session)
    answers.store_deadline(
        session_id=session.pk, epoch=session.epoch, answer_id=find_open(session).pk, deadline_at=after(60)
    )
    sweep_sessions(after(40))
    assert sweep_sessions(after(100)) == 0
    assert find_open(session).number == 1


def test_late_words_are_not_waited_for_without_a_server_either() -> None:
    session = begin_interview()
    store_audio(find_open(session))
    answers.close_answer(session_id=session.pk, epoch=1, answer_id=find_open(session).pk, reason="done", now=after(20))
    sweep_sessions(after(40))
    assert sweep_sessions(after(41)) == 1
    assert sweep_sessions(after(42)) == 0


def limit(session: InterviewSession, seconds: float) -> bool:
    return act_on_limits(session_id=session.pk, epoch=1, now=after(seconds))


def test_talking_time_that_is_used_up_ends_the_interview_and_the_answer_counts() -> None:
    session = begin_interview()
    store_audio(find_open(session))
    assert not limit(session, 1799)
    assert [limit(session, 1800), limit(session, 1801)] == [True, False]
    do_due(now=after(1802))
    session = reload(session)
    assert (session.status, session.end_reason, session.answers.get().status) == ("completed", "time_is_up", "scored")


def test_a_spent_pause_resumes_by_itself() -> None:
    session = begin_interview(pause_budget_seconds=60)
    session_manager.pause_session(session_id=session.pk, epoch=1, now=after(10))
    assert [limit(session, 69), limit(session, 70), limit(session, 71)] == [False, True, False]
    assert reload(session).status == "in_progress"
    assert session.events.get(type="resumed").payload == {"reason": "pause_budget_spent"}


def test_nobody_there_ends_after_a_minute() -> None:
    session = begin_interview()
    InterviewSession.objects.filter(pk=session.pk).update(
        status="paused", paused_at=after(10), pause_reason="are_you_there", clock_running_since=None
    )
    assert [limit(session, 69), limit(session, 70)] == [False, True]
    assert (reload(session).status, reload(session).end_reason) == ("abandoned", "no_reply")


def test_with_little_time_left_no_further_question_is_asked() -> None:
    session = begin_interview()
    answer_id = find_open(session).pk
    answers.close_answer(session_id=session.pk, epoch=1, answer_id=answer_id, reason="skipped", now=after(1741))
    do_due(now=after(1741))
    session = reload(session)
    assert (session.status, session.end_reason, session.answers.count()) == ("completed", "time_is_up", 1)
    assert not is_limit_reached(session, after(2000))
    assert not deadlines.sweep_sessions(after(2000))


def test_a_session_that_never_began_ends_with_its_link_and_leaves_the_way_free_for_a_new_one() -> None:
    invitation = invite(make_panel())
    session = session_manager.open_session(invitation=invitation, now=after(0))
    invitation.expires_at = after(20)
    invitation.save()
    assert sweep_sessions(after(25)) == 0  # somebody is reading the first screen: the lease runs to 30
    assert sweep_sessions(after(31)) == 1
    session = reload(session)
    assert (session.status, session.end_reason, session.ended_at) == ("expired", "expired", after(31))
    with pytest.raises(LinkRefused, match="expired"):
        session_manager.open_session(invitation=invitation, now=after(32))
    former = InterviewPanelCandidate.objects.get(pk=invitation.pk)
    reissue_invitation(invitation=invitation, now=after(33))
    assert session_manager.open_session(invitation=invitation, now=after(34)).pk != session.pk
    with pytest.raises(LinkRefused, match="withdrawn"):
        session_manager.open_session(invitation=former, now=after(35))
