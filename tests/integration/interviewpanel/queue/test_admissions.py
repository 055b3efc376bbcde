"""Who may begin: the limits, the order, holds that run out, and those who left the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from interviewpanel.models import Capacity, InterviewSession, Place
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services import admissions, session_manager
from interviewpanel.services.admissions import QueueRefused, let_in, sweep_queue
from interviewpanel.services.deadlines import sweep_sessions
from interviewpanel.services.invitations import revoke_invitation
from interviewpanel.services.session_manager import interrupt_session, open_session
from organizations.models import Message
from tests.live_interviews import T0, after, invite, make_panel, reload
from tests.queues import arrive, ask, count_all_taken, end, keep_open, list_states
from tests.staff import make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two_places(settings: Settings) -> None:
    settings.INTERVIEW_LIMIT, settings.QUEUE_HOLD_SECONDS, settings.QUEUE_TOLD_SECONDS = 2, 120, 600
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_who_comes_over_the_limit_waits_and_nothing_is_recorded_of_them() -> None:
    panel = make_panel()
    for name in ("Ada", "Ben", "Cleo"):
        session = arrive(panel, name)
    assert list_states() == {"Ada": "begun", "Ben": "begun", "Cleo": "waiting"}
    waiting = reload(session)
    assert (waiting.status, waiting.consented_at, waiting.steps.count()) == ("pending", None, 0)
    assert count_all_taken() == 2


def test_the_next_is_called_when_an_interview_ends_and_begins_on_asking() -> None:
    panel = make_panel()
    ada, _ben, cleo, dora = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo", "Dora"))
    end(ada, after(20))
    assert list_states() == {"Ada": "begun", "Ben": "begun", "Cleo": "called", "Dora": "waiting"}
    assert Place.objects.get(session=cleo).held_until == after(140)
    assert not ask(dora, after(25))
    assert ask(cleo, after(26))
    assert reload(cleo).status == "greeting"
    assert ask(cleo, after(27)), "said twice, it has one effect"
    assert count_all_taken() == 2


def test_a_place_that_nobody_takes_is_given_on_and_who_was_called_may_come_back() -> None:
    panel = make_panel()
    ada, _ben, cleo, dora = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo", "Dora"))
    end(ada, after(20))
    keep_open([dora], after(139))
    assert sweep_queue(after(139)) == 0
    assert sweep_queue(after(140)) == 1
    assert list_states() == {"Ada": "begun", "Ben": "begun", "Cleo": "left", "Dora": "called"}
    assert not ask(cleo, after(150))
    assert Place.objects.get(session=cleo).arrived_at == after(150)


def test_a_closed_page_is_passed_over_and_has_its_turn_when_it_is_back() -> None:
    panel = make_panel()
    ada, ben, cleo, dora = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo", "Dora"))
    interrupt_session(session_id=cleo.pk, epoch=cleo.epoch, now=after(5))
    end(ada, after(20))
    assert list_states()["Dora"] == "called"
    assert ask(dora, after(21))
    end(ben, after(22))
    assert list_states()["Cleo"] == "waiting", "nobody else wants it, and nobody is there"
    again = open_session(invitation=cleo.invitation, now=after(300))
    assert ask(again, after(300))


def test_who_leaves_to_be_told_is_written_to_and_has_longer() -> None:
    panel = make_panel()
    ada, _ben, cleo, _dora = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo", "Dora"))
    admissions.ask_to_be_told(session_id=cleo.pk, epoch=cleo.epoch, channel="email", now=after(2))
    interrupt_session(session_id=cleo.pk, epoch=cleo.epoch, now=after(3))
    end(ada, after(20))
    place = Place.objects.get(session=cleo)
    assert (place.state, place.told_at, place.held_until) == ("called", after(20), after(620))
    message = Message.objects.get()
    assert (message.kind, message.channel, message.to_address) == ("place_free", "email", "cleo@example.com")
    back = open_session(invitation=cleo.invitation, now=after(400))
    assert ask(back, after(400))


def test_who_is_to_be_told_is_told_though_their_page_comes_back_and_asks_again() -> None:
    panel = make_panel()
    ada, _ben, cleo = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo"))
    admissions.ask_to_be_told(session_id=cleo.pk, epoch=cleo.epoch, channel="email", now=after(2))
    again = open_session(invitation=cleo.invitation, now=after(5))
    assert not ask(again, after(5))
    interrupt_session(session_id=again.pk, epoch=again.epoch, now=after(6))
    end(ada, after(20))
    place = Place.objects.get(session=cleo)
    assert (place.state, place.tell_by, place.held_until) == ("called", "email", after(620))
    assert Message.objects.get().to_address == "cleo@example.com"
    assert ask(again, after(621)), "it has lapsed; nobody else is in line, and they are on the page now"
    place.refresh_from_db()
    assert (place.tell_by, place.arrived_at) == ("", after(621))


def test_who_leaves_just_as_they_are_called_is_not_called_back() -> None:
    """They are gone between the reading of the line and the call; the place goes to the next at once."""
    panel = make_panel()
    ada, _ben, cleo, _dora = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo", "Dora"))
    gone = Place.objects.filter(session=cleo)

    def leave_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and "called_at" in sql and gone.filter(state="waiting").exists():
            gone.update(state="left")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(leave_first):
        end(ada, after(20))
    assert list_states() == {"Ada": "begun", "Ben": "begun", "Cleo": "left", "Dora": "waiting"}
    assert let_in(after(21)) == 1
    assert list_states()["Dora"] == "called"


def test_no_way_to_be_told_is_said(settings: Settings) -> None:
    panel = make_panel()
    sessions = [arrive(panel, name) for name in ("Ada", "Ben", "Cleo")]
    for session, channel, code in (
        (sessions[2], "sms", "queue.no_channel"),
        (sessions[0], "email", "queue.not_waiting"),
    ):
        with pytest.raises(QueueRefused) as refused:
            admissions.ask_to_be_told(session_id=session.pk, epoch=session.epoch, channel=channel, now=after(1))
        assert refused.value.code == code


def test_leaving_gives_a_held_place_to_the_next() -> None:
    panel = make_panel()
    ada, _ben, cleo, _dora = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo", "Dora"))
    end(ada, after(5))
    admissions.leave_queue(session_id=cleo.pk, epoch=cleo.epoch, now=after(6))
    assert list_states() == {"Ada": "begun", "Ben": "begun", "Cleo": "left", "Dora": "called"}


def test_an_organizations_own_limit_leaves_the_rest_to_others() -> None:
    ours, theirs = make_panel("Fernbrook"), make_panel("Oakmoor")
    ours.organization.interview_limit = 1
    ours.organization.save()
    for panel, name in ((ours, "Ada"), (ours, "Ben"), (theirs, "Cleo")):
        arrive(panel, name)
    assert list_states() == {"Ada": "begun", "Ben": "waiting", "Cleo": "begun"}


def test_the_organization_with_fewer_live_interviews_goes_first(settings: Settings) -> None:
    ours, theirs = make_panel("Fernbrook"), make_panel("Oakmoor")
    ada, ben, *_rest = (arrive(ours, name) for name in ("Ada", "Ben", "Cleo", "Dora"))
    arrive(theirs, "Erik", after(5))
    end(ada, after(10))
    assert list_states()["Erik"] == "called", "one of theirs against one of ours that goes on"
    end(ben, after(11))
    assert list_states()["Cleo"] == "called"


def test_somebody_is_let_in_by_hand_over_the_organizations_limit_and_never_the_sites() -> None:
    panel = make_panel()
    panel.organization.interview_limit = 1
    panel.organization.save()
    user = make_member("recruiter@fernbrook.example", {panel.organization: "hr"})
    ada, _ben, cleo = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo"))
    place = Place.objects.get(session=cleo)
    with pytest.raises(QueueRefused, match="All 1 places of your organization are taken"):
        admissions.let_in_by_hand(place_id=place.pk, user_id=user.pk, may_exceed=False, now=after(3))
    assert list_states()["Cleo"] == "waiting"
    admissions.let_in_by_hand(place_id=place.pk, user_id=user.pk, may_exceed=True, now=after(3))
    assert list_states() == {"Ada": "begun", "Ben": "waiting", "Cleo": "called"}
    assert ask(cleo, after(4))
    other = Place.objects.get(session__invitation__candidate__full_name="Ben")
    with pytest.raises(QueueRefused, match="All 2 places of this site"):
        admissions.let_in_by_hand(place_id=other.pk, user_id=user.pk, may_exceed=True, now=after(5))
    with pytest.raises(QueueRefused, match="does not wait any more"):
        admissions.let_in_by_hand(place_id=place.pk, user_id=user.pk, may_exceed=True, now=after(5))
    assert count_all_taken() == 2
    assert reload(ada).status == "greeting"


def test_a_link_that_ends_while_its_candidate_waits_opens_the_interview_all_the_same() -> None:
    panel = make_panel()
    ada, _ben = (arrive(panel, name) for name in ("Ada", "Ben"))
    cleo = open_session(invitation=invite(panel, "Cleo", hours=1), now=after(3590))
    assert not ask(cleo, after(3590))
    keep_open([cleo], after(3700))
    assert sweep_sessions(after(3701)) >= 1  # the two whose pages are gone are interrupted
    again = open_session(invitation=cleo.invitation, now=after(3702))
    with pytest.raises(LinkRefused):
        open_session(invitation=invite(panel, "Dora", hours=1), now=after(3702))
    end(ada, after(3703))
    assert ask(again, after(3704))


def test_a_line_that_breaks_after_the_links_end_costs_nobody_the_interview() -> None:
    panel = make_panel()
    ada, _ben = (arrive(panel, name) for name in ("Ada", "Ben"))
    cleo = open_session(invitation=invite(panel, "Cleo", hours=1), now=after(3590))
    assert not ask(cleo, after(3590))
    keep_open([ada], after(3650))
    interrupt_session(session_id=cleo.pk, epoch=cleo.epoch, now=after(3660))
    sweep_sessions(after(3661))
    assert (list_states()["Cleo"], reload(cleo).status) == ("waiting", "pending")
    again = open_session(invitation=cleo.invitation, now=after(3670))
    end(ada, after(3671))
    assert ask(again, after(3672))


def test_who_does_not_come_back_for_hours_after_the_links_end_is_out_of_the_line() -> None:
    panel = make_panel()
    for name in ("Ada", "Ben"):
        arrive(panel, name)
    cleo = open_session(invitation=invite(panel, "Cleo", hours=1), now=after(3590))
    assert not ask(cleo, after(3590))
    interrupt_session(session_id=cleo.pk, epoch=cleo.epoch, now=after(3660))
    admissions.drain(after(3661))
    for hours, state, status in ((12, "waiting", "pending"), (13, "left", "expired")):
        sweep_sessions(after(3600 * hours + 1))
        assert (list_states()["Cleo"], reload(cleo).status) == (state, status)


def test_a_revoked_link_is_out_of_the_line_and_holds_no_place() -> None:
    panel = make_panel()
    ada, _ben, cleo, dora = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo", "Dora"))
    end(ada, after(5))
    revoke_invitation(invitation=cleo.invitation, now=after(6))
    assert count_all_taken() == 1
    keep_open([dora], after(7))
    assert sweep_queue(after(7)) == 2
    assert list_states() == {"Ada": "begun", "Ben": "begun", "Cleo": "left", "Dora": "called"}


def test_a_killed_server_frees_its_places_when_the_grace_is_over() -> None:
    panel = make_panel(grace_seconds=60)
    ada, ben, cleo = (arrive(panel, name) for name in ("Ada", "Ben", "Cleo"))
    sweep_sessions(after(31))
    assert {reload(one).status for one in (ada, ben)} == {"interrupted"}
    assert count_all_taken() == 2, "who comes back within the grace keeps the place"
    open_session(invitation=ada.invitation, now=after(40))
    keep_open([cleo], after(92))
    open_session(invitation=ada.invitation, now=after(91))
    sweep_sessions(after(92))
    assert [reload(one).status for one in (ada, ben)] == ["greeting", "abandoned"]
    assert list_states()["Cleo"] == "called"


def test_a_drained_site_lets_nobody_in_and_keeps_the_line() -> None:
    panel = make_panel()
    ada = arrive(panel, "Ada")
    admissions.drain(after(1))
    ben = arrive(panel, "Ben", after(2))
    assert list_states() == {"Ada": "begun", "Ben": "waiting"}
    end(ada, after(3))
    assert let_in(after(4)) == 0
    keep_open([ben], after(5))
    assert admissions.undrain(after(5)) == 1
    assert list_states()["Ben"] == "called"


def test_a_candidate_who_was_in_an_interview_is_never_queued_again() -> None:
    panel = make_panel()
    sessions = [arrive(panel, name) for name in ("Ada", "Ben", "Cleo")]
    interrupt_session(session_id=sessions[0].pk, epoch=1, now=after(5))
    Capacity.objects.update(drained_at=after(5))
    back = open_session(invitation=sessions[0].invitation, now=after(9))
    assert back.status == "greeting"
    assert session_manager.start_session(
        session_id=back.pk, epoch=back.epoch, document_version="2026-1", language="en", now=after(9)
    )


@pytest.mark.parametrize("others", [1, 6])
def test_a_decision_asks_as_often_whoever_waits(others: int, django_assert_num_queries: object) -> None:
    panel = make_panel()
    first, *_ = [arrive(panel, f"Candidate{number}", T0 + timedelta(seconds=number)) for number in range(2 + others)]
    ended = {"status": "completed", "ended_at": after(9), "clock_running_since": None}
    InterviewSession.objects.filter(pk=first.pk).update(**ended)
    with django_assert_num_queries(14):  # type: ignore[operator]
        assert let_in(after(10)) == 1
