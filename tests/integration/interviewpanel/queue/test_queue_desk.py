"""The queue as people of the site see it: the admin's page, letting in by hand, figures, commands, and mail."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from authentication.models import User
from interviewpanel.models import Booking, InterviewPanelCandidate, InterviewSession, Place
from interviewpanel.services.admissions import ask_to_be_told, let_in, sweep_queue
from interviewpanel.services.bookings import list_free_slots
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.invitation_messages import write_message
from interviewpanel.services.session_manager import interrupt_session
from organizations.models import Message
from organizations.services.message_kinds import NotNeeded
from reports.selectors.place_figures import PlaceFigures, read_places
from reports.services.diagnosis.foundations import look_at_places
from tests.live_interviews import T0, after, begin_now, invite, make_panel
from tests.queues import arrive, end, list_states
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = reverse("admin:interviewpanel_interviewsession_queue")
LIVE = reverse("admin:interviewpanel_interviewsession_live")


@pytest.fixture(autouse=True)
def two_places(settings: Settings) -> None:
    settings.INTERVIEW_LIMIT, settings.SLOT_PLACES = 2, 5
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


class Desk:
    """Ada of Fernbrook and Erik of Oakmoor are in their interviews; Ben and Cleo of Fernbrook wait."""

    def __init__(self) -> None:
        now = timezone.now()
        self.panel, self.theirs = make_panel("Fernbrook"), make_panel("Oakmoor")
        self.ada = arrive(self.panel, "Ada Lind", now)
        self.erik = arrive(self.theirs, "Erik Berg", now)
        self.ben, self.cleo = (arrive(self.panel, name, now) for name in ("Ben Okoro", "Cleo Marsh"))
        own = self.panel.organization
        self.people = {
            "recruiter": make_member("recruiter@fernbrook.example", {own: "hr"}),
            "reviewer": make_member("reviewer@fernbrook.example", {own: "reviewer"}),
            "stranger": make_member("stranger@oakmoor.example", {self.theirs.organization: "admin"}),
            "root": User.objects.create_superuser("root@example.com", "correct horse"),
        }

    def read(self, person: str, page: str = QUEUE) -> str:
        return sign_in(self.people[person]).get(page).content.decode()

    def let_in(self, person: str, session: InterviewSession) -> int:
        page = reverse("admin:interviewpanel_interviewsession_let_in", args=[session.uuid])
        return sign_in(self.people[person]).post(page, {"reason": "Waits long"}).status_code


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_everybody_sees_who_waits_of_their_own_and_nobody_elses(desk: Desk) -> None:
    for person in ("recruiter", "reviewer"):
        page = desk.read(person)
        assert "Ben Okoro" in page
        assert "Cleo Marsh" in page
        assert "Ada Lind" not in page, "she is in her interview"
        assert "places of this site" not in page
    assert "Nobody waits." in desk.read("stranger")
    assert "Ben Okoro" not in desk.read("stranger")
    assert "2 of 2 places of this site are taken" in desk.read("root")
    assert "<strong>2 waiting</strong>" in desk.read("recruiter", LIVE)
    assert "nobody waits for a place" in desk.read("stranger", LIVE)


@pytest.mark.parametrize(("person", "limit"), [("recruiter", 2), ("root", 1)])
def test_somebody_is_let_in_as_soon_as_the_site_has_a_place(desk: Desk, person: str, limit: int) -> None:
    """By a recruiter within their organization's limit, by who sees the whole site over it."""
    assert desk.let_in("recruiter", desk.cleo) == 302
    assert list_states()["Cleo Marsh"] == "waiting", "all places of the site are taken"
    desk.panel.organization.interview_limit = 1
    desk.panel.organization.save()
    end(desk.erik, timezone.now())
    assert list_states()["Cleo Marsh"] == "waiting", "the organization has its one place already"
    assert desk.let_in("reviewer", desk.cleo) == 404
    assert desk.let_in("stranger", desk.cleo) == 404
    assert desk.let_in("recruiter", desk.cleo) == 302
    assert list_states()["Cleo Marsh"] == "waiting", "the limit is not theirs to set"
    desk.panel.organization.interview_limit = limit
    desk.panel.organization.save()
    assert desk.let_in(person, desk.cleo) == 302
    place = Place.objects.get(session=desk.cleo)
    assert (place.state, place.let_in_by) == ("called", desk.people[person])
    assert "called, place held" in desk.read("recruiter")


@pytest.mark.parametrize("more", [0, 5])
def test_the_page_asks_the_database_as_often_whoever_waits(
    desk: Desk, more: int, django_assert_num_queries: object
) -> None:
    for number in range(more):
        arrive(desk.panel, f"Candidate{number} Doe", timezone.now())
    client = sign_in(desk.people["root"])
    client.get(QUEUE)
    with django_assert_num_queries(15):  # type: ignore[operator]
        client.get(QUEUE)


def test_figures_and_the_doctor_tell_how_it_stands(desk: Desk) -> None:
    now = timezone.now()
    figures = read_places(now)
    assert figures == PlaceFigures(
        limit=2, taken=2, waiting=2, absent=0, called=0, oldest_seconds=figures.oldest_seconds, admitted_last_hour=2,
        is_drained=False,
    )  # fmt: skip
    assert 0 < figures.oldest_seconds < 60
    (finding,) = look_at_places()
    assert finding.detail == "2 of 2 taken, 2 waiting; 5 may book the same start time"
    said = StringIO()
    call_command("drain", stdout=said)
    assert said.getvalue() == "nobody new is let in; 2 places taken, 2 waiting.\n"
    (finding,) = look_at_places()
    assert "python manage.py undrain" in finding.detail
    end(desk.erik, timezone.now())
    assert list_states()["Ben Okoro"] == "waiting"
    call_command("undrain", stdout=said)
    assert said.getvalue().endswith("1 called; 2 places taken, 1 waiting.\n")


def test_who_left_the_page_is_written_to_for_as_long_as_the_place_is_held() -> None:
    panel = make_panel()
    ada, _, cleo = (arrive(panel, name) for name in ("Ada Lind", "Ben Okoro", "Cleo Marsh"))
    ask_to_be_told(session_id=cleo.pk, epoch=cleo.epoch, channel="email", now=after(1))
    interrupt_session(session_id=cleo.pk, epoch=cleo.epoch, now=after(2))
    end(ada, after(10))
    message = Message.objects.get(kind="place_free")
    content = write_message(message, after(20))
    assert content.values["deadline"] == "Monday, 5 May 2031, 09:10 (UTC)"
    assert content.link.endswith("/")
    sweep_queue(after(700))
    assert list_states()["Cleo Marsh"] == "left"
    with pytest.raises(NotNeeded, match="given to the next"):
        write_message(message, after(701))


def test_a_recruiter_books_a_time_for_a_candidate(client: Client) -> None:
    panel = make_panel()
    invitation = invite(panel, now=timezone.now())
    recruiter = make_member("recruiter@fernbrook.example", {panel.organization: "hr"})
    reviewer = make_member("reviewer@fernbrook.example", {panel.organization: "reviewer"})
    page = reverse("admin:interviewpanel_interviewpanelcandidate_book", args=[invitation.pk])
    slot = list_free_slots(invitation, timezone.now())[2]
    assert sign_in(reviewer).get(page).status_code == 404
    desk = sign_in(recruiter)
    assert slot.isoformat() in desk.get(page).content.decode()
    assert desk.post(page, {"starts_at": slot.isoformat()}).status_code == 302
    booking = Booking.objects.get()
    assert (booking.starts_at, booking.booked_by) == (slot, recruiter)
    assert desk.post(page, {"starts_at": "none"}).status_code == 302
    assert not Booking.objects.exists()


def test_erasing_an_interview_takes_its_place_in_line_and_its_booking(desk: Desk) -> None:
    invitation = InterviewPanelCandidate.objects.get(pk=desk.ben.invitation_id)
    slot = list_free_slots(invitation, timezone.now())[0]
    Booking.objects.create(
        invitation=invitation, organization=invitation.organization, starts_at=slot, booked_at=timezone.now()
    )
    assert erase_interview(invitation_id=invitation.pk, reason="operator", now=timezone.now())
    assert not Place.objects.filter(session=desk.ben).exists()
    assert not Booking.objects.exists()
    assert let_in(timezone.now()) == 0


def test_a_site_with_room_has_no_queue() -> None:
    begin_now(invite(make_panel(), now=timezone.now()))
    assert list_states() == {"Priya Raghunathan": "begun"}
    assert let_in(T0) == 0
