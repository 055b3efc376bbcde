"""What a candidate has asked for is where the people who can answer look, and nowhere where somebody rates.

Named people: Priya, who asks; Rosa, a recruiter; Ravi, who only rates.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.models import AccommodationRequest, CandidateRequest, InterviewSession
from interviewpanel.services.accommodations import ask_accommodation, decline_accommodation
from interviewpanel.services.candidate_requests import answer_request, ask_people
from interviewpanel.services.feedback import give_feedback
from organizations.models import Organization
from tests.live_interviews import after, begin, invite, make_panel
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db

INVITATIONS, SESSIONS = (
    f"admin:interviewpanel_{model}_changelist" for model in ("interviewpanelcandidate", "interviewsession")
)
WORDS = ("From the candidate", "Withdrawal", "waits for an answer", "wait for an answer", "open</td>", "asked for")


@pytest.fixture
def priya() -> InterviewSession:
    """Needs breaks, wants a chair, and withdraws in mid-interview: two things wait for an answer."""
    session = begin(invite(make_panel()))
    ask_accommodation(invitation=session.invitation, needs=["breaks"], note="", now=after(1))
    ask_people(invitation=session.invitation, kind="withdraw", note="", now=after(60))
    return session


def enter(organization: Organization, role: str) -> Client:
    return sign_in(make_member(f"{role}@fernbrook.example", {organization: role}))


def list_pages(session: InterviewSession) -> list[str]:
    return [
        reverse("admin:interviewpanel_interviewsession_change", args=[session.pk]),
        reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[session.invitation_id]),
    ]


def test_the_interview_and_the_invitation_say_what_is_open_and_lead_to_it(priya: InterviewSession) -> None:
    rosa = enter(priya.organization, "hr")
    links = [
        reverse(f"admin:interviewpanel_{model._meta.model_name}_change", args=[model.objects.get().pk])
        for model in (CandidateRequest, AccommodationRequest)
    ]
    for url in list_pages(priya):
        page = rosa.get(url).content.decode()
        assert "2 requests wait for an answer" in page
        assert "The candidate has withdrawn. Nothing more is heard, rated or reported" in page
        assert (
            f'<a href="{links[0]}">Withdrawal from the application, 5 May 2031, 09:01: waits for an answer</a>' in page
        )
        assert f'<a href="{links[1]}">Accommodation: breaks, 5 May 2031, 09:00: waits for an answer</a>' in page
        assert rosa.get(links[0]).status_code == 200


def test_what_is_answered_stays_to_be_seen_and_waits_no_more(priya: InterviewSession) -> None:
    member = make_member("rosa@fernbrook.example", {priya.organization: "hr"})
    answer_request(request=CandidateRequest.objects.get(), user=member, reply="A pity.", now=after(90))
    row = AccommodationRequest.objects.get()
    decline_accommodation(request=row, user=member, reply="It is over.", now=after(90))
    for url in list_pages(priya):
        page = sign_in(member).get(url).content.decode()
        assert "for an answer" not in page
        assert "The candidate has withdrawn." in page
        assert "09:01: answered</a>" in page
        assert "09:00: declined</a>" in page


@pytest.mark.parametrize("name", [INVITATIONS, SESSIONS])
def test_the_lists_count_what_is_open_and_can_be_cut_to_it(priya: InterviewSession, name: str) -> None:
    begin(invite(priya.invitation.panel, "Quentin Moss"))
    rosa = enter(priya.organization, "hr")
    page = rosa.get(reverse(name)).content.decode()
    assert ("2 open" in page, "Quentin" in page) == (True, True)
    cut = rosa.get(reverse(name), {"asked": "open"}).content.decode()
    assert ("2 open" in cut, "Priya" in cut, "Quentin Moss</a>" in cut) == (True, True, False)


@pytest.mark.parametrize("name", [INVITATIONS, SESSIONS])
def test_a_longer_list_takes_no_more_queries(priya: InterviewSession, name: str) -> None:
    rosa = enter(priya.organization, "hr")

    def count_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert rosa.get(reverse(name)).status_code == 200
        return len(queries)

    count_queries()  # what is read once a process
    before = count_queries()
    for person in ("Quentin Moss", "Ruth Abe", "Sami Okoye"):
        session = begin(invite(priya.invitation.panel, person))
        ask_people(invitation=session.invitation, kind="erasure", note="", now=after(70))
    assert count_queries() == before


def test_a_rater_sees_nothing_of_it(priya: InterviewSession) -> None:
    ravi = enter(priya.organization, "reviewer")
    for url in [*list_pages(priya), reverse(INVITATIONS), reverse(SESSIONS)]:
        page = ravi.get(url).content.decode()
        assert [word for word in WORDS if word in page] == [], url
    for name in (INVITATIONS, SESSIONS):
        assert ravi.get(reverse(name), {"asked": "open"}).status_code == 400


def test_what_was_thought_of_an_interview_is_not_told_with_a_name() -> None:
    session = begin(invite(make_panel()))
    ask_people(invitation=session.invitation, kind="withdraw", note="", now=after(60))
    give_feedback(invitation=session.invitation, rating=1, comment="Too fast for me.", now=after(70))
    rosa = enter(session.organization, "hr")
    for url in list_pages(session):
        assert "Too fast for me." not in rosa.get(url).content.decode()
