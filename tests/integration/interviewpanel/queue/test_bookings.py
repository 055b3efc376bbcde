"""Start times that are booked: which are offered, how many a slot holds, and that a place is kept and goes first."""

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.models import Booking, InterviewPanelCandidate
from interviewpanel.services.bookings import BookingRefused, book_slot, cancel_booking, list_free_slots
from interviewpanel.services.invitations import make_token, revoke_invitation
from interviewpanel.services.session_manager import open_session
from tests.live_interviews import T0, after, invite, make_panel
from tests.queues import arrive, ask, end, keep_open, list_states

pytestmark = pytest.mark.django_db(transaction=True)
TEN = T0 + timedelta(hours=1)  # T0 is nine o'clock


@pytest.fixture(autouse=True)
def one_booking_a_slot(settings: Settings) -> None:
    settings.INTERVIEW_LIMIT, settings.SLOT_PLACES, settings.SLOT_MINUTES = 1, 1, 15
    settings.QUEUE_TOLD_SECONDS, settings.QUEUE_HOLD_SECONDS = 600, 120


def book(invitation: InterviewPanelCandidate, at: datetime, now: datetime = T0) -> Booking:
    return book_slot(invitation=invitation, starts_at=at, now=now)


def test_times_lie_on_the_grid_within_the_link_and_the_panels_window() -> None:
    panel = make_panel(opens_at=T0 + timedelta(minutes=20), closes_at=T0 + timedelta(minutes=75))
    offered = list_free_slots(invite(panel, hours=24), T0)
    assert [at - T0 for at in offered] == [timedelta(minutes=minutes) for minutes in (30, 45, 60)]
    assert list_free_slots(invite(make_panel("Oakmoor"), "Mallory", hours=1), after(1800)) == [
        T0 + timedelta(minutes=45)
    ]


def test_nothing_is_offered_where_nothing_may_be_booked(settings: Settings) -> None:
    settings.SLOT_PLACES = 0
    invitation = invite(make_panel())
    assert list_free_slots(invitation, T0) == []
    with pytest.raises(BookingRefused):
        book(invitation, TEN)


def test_a_slot_is_given_to_as_many_as_it_holds() -> None:
    panel = make_panel()
    first, second = invite(panel, "Ada"), invite(panel, "Ben")
    book(first, TEN)
    assert TEN not in list_free_slots(second, T0)
    assert TEN in list_free_slots(first, T0), "one's own is no obstacle"
    with pytest.raises(BookingRefused, match="not free any more"):
        book(second, TEN)
    with pytest.raises(BookingRefused):
        book(second, TEN + timedelta(minutes=1))
    book(first, TEN + timedelta(minutes=15))
    assert book(second, TEN).starts_at == TEN, "who books another time gives the first back"
    assert Booking.objects.count() == 2
    revoke_invitation(invitation=second, now=after(1))
    assert TEN in list_free_slots(invite(panel, "Cleo"), after(2))


def test_an_organization_books_no_more_of_a_slot_than_its_own_places(settings: Settings) -> None:
    settings.SLOT_PLACES = 5
    panel = make_panel()
    panel.organization.interview_limit = 1
    panel.organization.save()
    book(invite(panel, "Ada"), TEN)
    assert TEN not in list_free_slots(invite(panel, "Ben"), T0)


def test_a_place_is_kept_for_the_booked_time_and_given_on_when_nobody_comes() -> None:
    panel = make_panel()
    book(invite(panel, "Ada"), TEN)
    ben = open_session(invitation=invite(panel, "Ben"), now=TEN - timedelta(minutes=10))
    assert not ask(ben, TEN - timedelta(minutes=10)), "the only place is kept from a slot ahead"
    assert ask(ben, TEN + timedelta(minutes=10)), "ten minutes after it nobody has come"


def test_who_has_booked_goes_before_who_came_first() -> None:
    panel = make_panel()
    ada = arrive(panel, "Ada")
    ben = arrive(panel, "Ben", after(10))
    booked = invite(panel, "Cleo")
    book(booked, TEN)
    cleo = open_session(invitation=booked, now=TEN)
    keep_open([ben], TEN)
    assert not ask(cleo, TEN)
    end(ada, TEN + timedelta(seconds=5))
    assert list_states() == {"Ada": "begun", "Ben": "waiting", "Cleo": "called"}


def test_who_came_in_time_goes_first_however_long_they_wait_and_who_came_late_does_not() -> None:
    panel = make_panel()
    ada, ben = arrive(panel, "Ada"), arrive(panel, "Ben", after(10))
    punctual, late = invite(panel, "Cleo"), invite(panel, "Dora")
    book(punctual, TEN)
    book(late, TEN + timedelta(minutes=15))
    cleo = open_session(invitation=punctual, now=TEN)
    assert not ask(cleo, TEN)
    dora = open_session(invitation=late, now=TEN + timedelta(minutes=25))
    assert not ask(dora, TEN + timedelta(minutes=25))
    ended = TEN + timedelta(minutes=40)
    keep_open([ben, cleo, dora], ended)
    end(ada, ended)
    assert list_states() == {"Ada": "begun", "Ben": "waiting", "Cleo": "called", "Dora": "waiting"}
    assert ask(cleo, ended)
    end(cleo, ended + timedelta(seconds=1))
    assert list_states()["Ben"] == "called"


def test_a_time_that_is_given_back_keeps_nothing() -> None:
    panel = make_panel()
    booked = invite(panel, "Ada")
    book(booked, TEN)
    cancel_booking(invitation=booked, now=after(5))
    ben = open_session(invitation=invite(panel, "Ben"), now=TEN)
    assert ask(ben, TEN)


def test_a_candidate_books_and_gives_back_on_their_page(client: Client) -> None:
    now = timezone.now()
    invitation = invite(make_panel(), now=now)
    slot = list_free_slots(invitation, now)[3]
    page = f"/i/{make_token(invitation)}/"
    assert f'value="{slot.isoformat()}"' in client.get(page).content.decode()
    answer = client.post(f"{page}booking/", {"starts_at": slot.isoformat()}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["starts_at"]) == (200, slot.isoformat())
    assert Booking.objects.get().booked_by is None
    assert "Your time is booked:" in client.get(page).content.decode()
    for wrong in ("tomorrow", "2031-01-01T10:00", "2031-01-01T10:00:00+00:00"):
        refused = client.post(
            f"{page}booking/?language=de", {"starts_at": wrong}, headers={"Accept": "application/json"}
        )
        assert refused.json()["message"] == "Diese Zeit ist nicht mehr frei. Bitte wählen Sie eine andere."
    plain = client.post(f"{page}booking/", {"next": "../"})
    assert (plain.status_code, plain["Location"]) == (303, page)
    assert not Booking.objects.exists()
    assert client.post(f"/i/{quote('a-strange-link')}/booking/", {}).status_code == 404
