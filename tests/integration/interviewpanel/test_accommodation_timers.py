"""What an accommodation changes in the engine: every timer of an interview, also of one that is under way."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.domain.accommodations import Terms
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.open_turns import load_open_turn
from interviewpanel.selectors.session_state import load_session
from interviewpanel.selectors.turn_rules import load_rules
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import AccommodationRefused, change_terms
from interviewpanel.services.answers import start_turn
from interviewpanel.services.clocks import (
    count_asking_seconds,
    count_grace_seconds_left,
    count_pause_seconds_left,
    count_remaining_seconds,
)
from interviewpanel.services.deadlines import sweep_sessions
from tests.live_interviews import after, begin, begin_now, find_open, invite, make_panel, reload
from tests.sockets import Page, VirtualClock, in_database

pytestmark = pytest.mark.django_db

MORE = Terms(time_multiplier=1.5, silence_multiplier=2.0, extra_break_seconds=600, prefers_typing=True)


def read_timers(session: InterviewSession) -> dict[str, float]:
    session = load_session(session.pk)
    rules, turn = load_rules(session), load_open_turn(session)
    assert turn is not None
    return {
        "clock": count_remaining_seconds(session, after(0)),
        "pauses": count_pause_seconds_left(session, after(0)),
        "grace": count_grace_seconds_left(session, after(0)),
        "are you there": count_asking_seconds(session),
        "question": round(turn.heard_seconds, 3),
        "silence": rules.silence_seconds,
        "least": rules.min_turn_seconds,
        "no speech": rules.no_speech_seconds,
        "no audio": rules.no_audio_seconds,
        "longest": rules.max_turn_seconds,
        "thinking": rules.think_seconds,
        "countdown": rules.countdown_seconds,
        "warning": rules.longest_warning_seconds,
        "more time": rules.more_time_seconds,
    }


def test_a_grant_in_mid_interview_reaches_every_timer() -> None:
    session = begin(invite(make_panel()))
    before = read_timers(session)
    change_terms(invitation=session.invitation, terms=MORE, now=after(0))
    times = dict.fromkeys(before, 1.5) | {"silence": 3.0}
    expected = {name: round(seconds * times[name], 3) for name, seconds in before.items()}
    assert read_timers(session) == {**expected, "pauses": 600 * 1.5 + 600}
    assert reload(session).clock_limit_seconds == 45 * 60


@pytest.mark.parametrize("is_opened", [False, True])
def test_a_grant_before_the_beginning_holds_from_the_first_second(is_opened: bool) -> None:
    invitation = invite(make_panel())
    if is_opened:
        session_manager.open_session(invitation=invitation, now=after(0))
    change_terms(invitation=invitation, terms=MORE, now=after(1))
    invitation.refresh_from_db()
    assert begin(invitation).clock_limit_seconds == 45 * 60


def test_a_deadline_that_is_stored_grows_with_the_grant() -> None:
    session = begin(invite(make_panel()))
    answer = find_open(session)
    start_turn(session_id=session.pk, epoch=1, answer_id=answer.pk, deadline_at=after(120), now=after(0))
    change_terms(invitation=session.invitation, terms=Terms(time_multiplier=2.0), now=after(20))
    assert find_open(session).turn_deadline_at == after(240)


def test_who_is_disconnected_as_it_is_granted_has_the_longer_grace_too() -> None:
    session = begin(invite(make_panel()))
    session_manager.interrupt_session(session_id=session.pk, epoch=1, now=after(10))
    change_terms(invitation=session.invitation, terms=Terms(time_multiplier=2.0), now=after(20))
    assert (sweep_sessions(after(1209)), reload(session).status) == (0, "interrupted")
    assert (sweep_sessions(after(1211)), reload(session).status) == (1, "abandoned")


def test_what_was_granted_is_not_taken_back_in_an_interview() -> None:
    session = begin(invite(make_panel(), time_multiplier=2.0))
    with pytest.raises(AccommodationRefused, match="can grow"):
        change_terms(invitation=session.invitation, terms=Terms(time_multiplier=1.5), now=after(1))
    assert reload(session).clock_limit_seconds == 60 * 60


def test_an_interview_that_is_over_stays_as_it_was() -> None:
    session = begin(invite(make_panel()))
    session_manager.end_session(session_id=session.pk, now=after(60), reason="ended_by_candidate")
    change_terms(invitation=session.invitation, terms=MORE, now=after(61))
    assert reload(session).clock_limit_seconds == 30 * 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_hint_lost", [False, True])
async def test_a_live_socket_goes_on_by_the_new_rules(is_hint_lost: bool, settings: Settings) -> None:
    """The same second if the hint arrives, with the next renewal of the lease if it is lost."""
    clock = VirtualClock(timezone.now().timestamp())
    invitation = await in_database(lambda: invite(make_panel(), now=timezone.now()))
    session = await in_database(begin_now, invitation)
    page = await Page.open(invitation, clock)
    question = await in_database(load_open_turn, await in_database(load_session, session.pk))
    await page.say("playback_finished", sequence=question.question_sequence)
    await page.expect("turn_update", state="listening")
    if is_hint_lost:
        await in_database(InterviewPanelCandidate.objects.update, time_multiplier=1.5)
        await in_database(InterviewSession.objects.update, clock_limit_seconds=2700)
    else:
        await in_database(change_terms, invitation=invitation, terms=Terms(time_multiplier=1.5), now=timezone.now())
        await page.take_hints(session)
    state = await page.expect_in_time(clock, "session_state", seconds=12 if is_hint_lost else 2)
    assert state["limits"]["total_seconds"] == 2700
    # Nobody speaks: two minutes end the turn as a rule, and now three.
    began_at = clock.read()
    await page.expect_in_time(clock, "turn_update", seconds=200, state="closed")
    assert 160 < clock.read() - began_at <= 181
    await page.leave()
