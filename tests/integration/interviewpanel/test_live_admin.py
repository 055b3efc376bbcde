"""Live interviews in the admin: who sees the list and a page, who ends or extends, and what is written down of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import InterviewPanelCandidate, InterviewSession, SessionEvent
from interviewpanel.services import session_manager
from interviewpanel.services.deadlines import is_limit_reached
from interviewpanel.services.steering import SteeringRefused, end_by_organization, extend_session
from reports.models import InterviewReport
from tests.history_lines import list_lines, read_lines
from tests.live_interviews import T0, after, begin, close, invite, make_panel, reload
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
LIVE = "admin:interviewpanel_interviewsession_live"
PAGES = ("watch", "end", "extend")


class Fernbrook:
    def __init__(self) -> None:
        self.panel = make_panel("Fernbrook")
        self.session = begin(invite(self.panel))
        organization = self.panel.organization
        self.elsewhere = make_panel("Elsewhere").organization
        self.people = {
            "owner": make_member("owner@fernbrook.example", {organization: "admin"}),
            "recruiter": make_member("recruiter@fernbrook.example", {organization: "hr"}),
            "reviewer": make_member("reviewer@fernbrook.example", {organization: "reviewer"}),
            "stranger": make_member("stranger@elsewhere.example", {self.elsewhere: "admin"}),
            # Administers one and reviews for the other: what a role gives holds only where it was given.
            "between": make_member("between@both.example", {organization: "reviewer", self.elsewhere: "admin"}),
            "root": User.objects.create_superuser("root@example.com", "correct horse"),
        }

    def client(self, person: str) -> Client:
        return sign_in(self.people[person])

    def url(self, page: str) -> str:
        return reverse(f"admin:interviewpanel_interviewsession_{page}", args=[self.session.uuid])

    def end(self, person: str, reason: str = "Wrong panel") -> int:
        return self.client(person).post(self.url("end"), {"reason": reason}).status_code

    def extend(self, person: str, minutes: int = 10, *, expected: int = 1800, reason: str = "A fire alarm") -> int:
        values = {"minutes": minutes, "reason": reason, "expected_limit_seconds": expected}
        return self.client(person).post(self.url("extend"), values).status_code


@pytest.fixture
def ours() -> Fernbrook:
    return Fernbrook()


# --- Who sees what ----------------------------------------------------------------------------------------------------

# The list, the page of one interview, the form to end it, the form to extend it.
SEEN = {
    "owner": [200, 200, 200, 200],
    "recruiter": [200, 200, 200, 200],
    "reviewer": [200, 200, 404, 404],
    "between": [200, 200, 404, 404],
    "stranger": [200, 404, 404, 404],
    "root": [200, 200, 200, 200],
}


@pytest.mark.parametrize("person", SEEN)
def test_each_role_sees_its_pages_and_no_other(ours: Fernbrook, person: str) -> None:
    client = ours.client(person)
    urls = [reverse(LIVE), *map(ours.url, PAGES)]
    assert [client.get(url).status_code for url in urls] == SEEN[person]
    assert ("Priya Raghunathan" in client.get(urls[0]).content.decode()) is (person != "stranger")


def test_who_is_not_signed_in_is_sent_to_the_door(ours: Fernbrook) -> None:
    assert [Client().get(url).status_code for url in (reverse(LIVE), *map(ours.url, PAGES))] == [302] * 4


def test_raters_see_no_clock_and_no_buttons(ours: Fernbrook) -> None:
    def read(person: str) -> tuple[bool, bool]:
        response = ours.client(person).get(ours.url("watch"))
        return response.context["state"]["clock"] is None, "End interview" in response.content.decode()

    assert {person: read(person) for person in ("recruiter", "reviewer")} == {
        "recruiter": (False, True),
        "reviewer": (True, False),
    }


def test_the_list_of_who_reaches_several_organizations_names_them(ours: Fernbrook) -> None:
    def names(person: str) -> bool:
        return '<th scope="col">Organization</th>' in ours.client(person).get(reverse(LIVE)).content.decode()

    assert [names(person) for person in ("recruiter", "between", "root")] == [False, True, True]


def test_the_list_takes_as_many_queries_for_many_as_for_one(ours: Fernbrook) -> None:
    client = ours.client("recruiter")

    def count() -> tuple[int, int]:
        client.get(reverse(LIVE))
        with CaptureQueriesContext(connection) as queries:
            live = client.get(reverse(LIVE)).context["live"]
        return len(queries), live["total"]

    one = count()
    for name in ("Ada Moreau", "Aiko Mori", "Ben Okafor"):
        begin(invite(ours.panel, name))
    assert [one, count()] == [(10, 1), (10, 4)]


def test_nothing_of_these_pages_is_kept_by_a_cache(ours: Fernbrook) -> None:
    recruiter = ours.client("recruiter")
    assert all("no-store" in recruiter.get(url)["Cache-Control"] for url in (reverse(LIVE), ours.url("watch")))


def test_the_list_of_interviews_is_narrowed_to_those_that_go_on(ours: Fernbrook) -> None:
    over = begin(invite(ours.panel, "Ada Moreau"))
    end_by_organization(session_id=over.pk, now=after(30))
    url = reverse("admin:interviewpanel_interviewsession_changelist")

    def find(person: str, value: str) -> list[str]:
        found = ours.client(person).get(url, {"live": value}).context["cl"].queryset
        return [str(session.invitation.candidate) for session in found]

    assert find("recruiter", "yes") == find("reviewer", "yes") == ["Priya Raghunathan"]
    assert find("recruiter", "no") == ["Ada Moreau"]


# --- Ending -----------------------------------------------------------------------------------------------------------


def test_ending_tells_the_candidate_makes_the_report_and_says_who_and_why(ours: Fernbrook) -> None:
    response = ours.client("recruiter").post(ours.url("end"), {"reason": "Wrong panel"}, follow=True)
    assert "The interview is ended. The candidate has been told." in response.content.decode()
    session = reload(ours.session)
    assert (session.status, session.end_reason) == ("completed", "ended_by_organization")
    event = SessionEvent.objects.get(session=session, type="interview_completed")
    assert event.payload["message"] == (
        "Priya, the people of Fernbrook have ended the interview here. You did nothing wrong. "
        "Thank you for your answers. They are saved, and a person will read them."
    )
    assert InterviewReport.objects.get(session=session).work_status == "queued"
    assert read_lines(session) == [("Ended while it went on.", "Wrong panel")]
    assert [line.actor for line in list_lines()] == [ours.people["recruiter"]]


def test_the_candidate_is_told_in_the_language_of_the_panel(ours: Fernbrook) -> None:
    type(ours.panel).objects.filter(pk=ours.panel.pk).update(language="de")
    end_by_organization(session_id=ours.session.pk, now=after(30))
    said = SessionEvent.objects.get(type="interview_completed").payload["message"]
    assert said.startswith(
        "Priya, die Menschen bei Fernbrook haben das Interview hier beendet. Sie haben nichts falsch"
    )


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_reason_nothing_ends(ours: Fernbrook, reason: str) -> None:
    assert ours.end("recruiter", reason) == 200  # the form again, with what is wrong
    assert reload(ours.session).status == "in_progress"


@pytest.mark.parametrize("person", ["reviewer", "between", "stranger"])
def test_who_may_not_ends_and_extends_nothing(ours: Fernbrook, person: str) -> None:
    assert (ours.end(person), ours.extend(person)) == (404, 404)
    session = reload(ours.session)
    assert (session.status, session.clock_limit_seconds, list_lines()) == ("in_progress", 1800, [])


def test_of_two_who_end_it_the_second_is_told(ours: Fernbrook) -> None:
    assert ours.end("owner") == 302
    response = ours.client("recruiter").post(ours.url("end"), {"reason": "Too late"}, follow=True)
    assert "This interview was over already, at " in response.content.decode()
    assert [line.actor for line in list_lines()] == [ours.people["owner"]]
    assert SessionEvent.objects.filter(type="interview_completed").count() == 1


def test_an_interview_that_has_not_begun_cannot_be_ended(ours: Fernbrook) -> None:
    invitation = invite(ours.panel, "Ada Moreau")
    session = session_manager.open_session(invitation=invitation, now=T0)
    with pytest.raises(SteeringRefused, match=r"has not begun\. To stop it, revoke the link"):
        end_by_organization(session_id=session.pk, now=after(5))


def test_silence_of_somebody_who_was_gone_is_not_held_against_them(ours: Fernbrook) -> None:
    session = ours.session
    session_manager.interrupt_session(session_id=session.pk, epoch=session.epoch, now=after(5))
    end_by_organization(session_id=session.pk, now=after(60))
    assert reload(session).status == "abandoned"


def test_a_typed_answer_before_the_end_counts(ours: Fernbrook) -> None:
    answer = close(ours.session, reason="typed", typed="An index is a sorted copy.", seconds=20)
    end_by_organization(session_id=ours.session.pk, now=after(30))
    assert answer.transcript == "An index is a sorted copy."


# --- Extending --------------------------------------------------------------------------------------------------------


def test_extending_adds_the_time_and_says_who_and_why(ours: Fernbrook) -> None:
    assert ours.extend("recruiter") == 302
    session = reload(ours.session)
    assert session.clock_limit_seconds == 2400
    event = SessionEvent.objects.get(session=session, type="time_added")
    assert (event.sequence, event.payload["minutes"]) == (session.event_sequence, 10)
    assert read_lines(session) == [("Extended by 10 minutes.", "A fire alarm")]
    assert [line.actor for line in list_lines()] == [ours.people["recruiter"]]


def test_raters_do_not_read_who_was_given_time(ours: Fernbrook) -> None:
    ours.extend("recruiter")
    url = reverse("admin:interviewpanel_interviewsession_history", args=[ours.session.pk])
    assert {person: ours.client(person).get(url).status_code for person in ("recruiter", "reviewer", "between")} == {
        "recruiter": 200,
        "reviewer": 403,
        "between": 403,
    }
    history = ours.client("recruiter").get(url).content.decode()
    assert "Extended by 10 minutes." in history
    assert "A fire alarm" in history


@pytest.mark.parametrize("minutes", [0, 61, -5])
def test_more_or_less_than_can_be_added_is_refused(ours: Fernbrook, minutes: int) -> None:
    assert ours.extend("recruiter", minutes) == 200
    assert reload(ours.session).clock_limit_seconds == 1800
    with pytest.raises(SteeringRefused, match="Between 1 and 60 minutes"):
        extend_session(session_id=ours.session.pk, minutes=minutes, expected_limit_seconds=1800, now=after(5))


def test_of_two_who_extend_it_the_second_looks_again(ours: Fernbrook) -> None:
    assert ours.extend("owner") == 302
    values = {"minutes": 10, "reason": "A fire alarm", "expected_limit_seconds": 1800}
    response = ours.client("recruiter").post(ours.url("extend"), values, follow=True)
    said = response.content.decode()
    assert "Somebody has changed the time of this interview: it is 40 minutes now. Nothing was added." in said
    assert (reload(ours.session).clock_limit_seconds, len(list_lines())) == (2400, 1)


def test_an_interview_that_is_over_gets_no_time(ours: Fernbrook) -> None:
    end_by_organization(session_id=ours.session.pk, now=after(30))
    with pytest.raises(SteeringRefused, match=r"over already, at 5 May 2031, 09:00 \(UTC\)\. Nothing was changed\."):
        extend_session(session_id=ours.session.pk, minutes=5, expected_limit_seconds=1800, now=after(31))


def test_more_time_keeps_an_interview_from_its_end(ours: Fernbrook) -> None:
    """The clock had run to its end: with more of it nothing is due."""
    at_end = T0 + timedelta(minutes=30, seconds=1)
    assert is_limit_reached(reload(ours.session), at_end)
    extend_session(session_id=ours.session.pk, minutes=1, expected_limit_seconds=1800, now=at_end)
    assert not is_limit_reached(reload(ours.session), at_end)


def test_trials_are_not_listed_and_can_be_watched(ours: Fernbrook) -> None:
    InterviewPanelCandidate.objects.update(is_trial=True)
    recruiter = ours.client("recruiter")
    assert recruiter.get(reverse(LIVE)).context["live"] == {"sessions": [], "total": 0}
    page = recruiter.get(ours.url("watch"))
    assert (page.status_code, "Trial" in page.content.decode()) == (200, True)


def test_no_interview_is_an_address(ours: Fernbrook) -> None:
    unknown = reverse("admin:interviewpanel_interviewsession_watch", args=["00000000-0000-4000-8000-000000000000"])
    assert ours.client("root").get(unknown).status_code == 404
    assert InterviewSession.objects.count() == 1
