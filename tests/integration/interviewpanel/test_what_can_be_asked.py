"""What can still be asked for, by the services and not by the page alone; and a withdrawal that nobody else takes back.

Named people: Priya, who asks; Rosa, a recruiter.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from interviewpanel.domain.accommodations import Terms
from interviewpanel.models import AccommodationRequest, CandidateRequest, InterviewPanelCandidate, InterviewSession
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import AccommodationRefused, ask_accommodation, read_terms
from interviewpanel.services.candidate_requests import RequestRefused, answer_request, ask_people
from interviewpanel.services.invitations import InvitationRefused, make_token, reissue_invitation
from reports.models import InterviewReport
from tests.live_interviews import after, begin, invite, make_panel
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


def ask(invitation: InterviewPanelCandidate, kind: str, seconds: float = 100) -> CandidateRequest:
    return ask_people(invitation=invitation, kind=kind, note="", now=after(seconds))


def begun(**changes: Any) -> InterviewPanelCandidate:
    return begin(invite(make_panel(**changes))).invitation


def held(**changes: Any) -> InterviewPanelCandidate:
    invitation = begun(**changes)
    session = InterviewSession.objects.get(invitation=invitation)
    session_manager.end_session(session_id=session.pk, now=after(90), reason="ended_by_candidate")
    return invitation


def withdrawn() -> InterviewPanelCandidate:
    invitation = invite(make_panel())
    ask(invitation, "withdraw", 5)
    return InterviewPanelCandidate.objects.get(pk=invitation.pk)


@pytest.mark.parametrize("make", [held, withdrawn])
def test_no_accommodation_is_asked_for_or_granted_once_nothing_can_be_changed(make: Any) -> None:
    invitation = make()
    invitation.panel.accommodation_policy = "grant"
    invitation.panel.save()
    with pytest.raises(AccommodationRefused, match="The interview is over"):
        ask_accommodation(invitation=invitation, needs=["extra_time"], note="", now=after(100))
    assert not AccommodationRequest.objects.exists()
    assert read_terms(InterviewPanelCandidate.objects.get()) == Terms()


def test_a_policy_that_grants_grants_no_row_without_end() -> None:
    invitation = begun(accommodation_policy="grant")
    for number in range(20):
        ask_accommodation(invitation=invitation, needs=["breaks"], note=f"Note {number}", now=after(number))
    with pytest.raises(AccommodationRefused, match="very often"):
        ask_accommodation(invitation=invitation, needs=["breaks"], note="One more", now=after(30))
    assert AccommodationRequest.objects.count() == 20


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (begun, "human_review", "once the interview is over"),
        (withdrawn, "human_review", "once the interview is over"),
        (held, "human_interview", "a person reviews the result"),
        (withdrawn, "human_interview", "a person reviews the result"),
    ],
)
def test_what_the_page_does_not_offer_is_refused(make: Any, kind: str, message: str) -> None:
    with pytest.raises(RequestRefused, match=message):
        ask(make(), kind)


@pytest.mark.parametrize("make", [begun, held, withdrawn])
def test_withdrawal_and_erasure_can_be_asked_for_at_any_time(make: Any) -> None:
    invitation = make()
    ask(invitation, "erasure")
    ask(invitation, "withdraw", 120)
    assert CandidateRequest.objects.filter(answered_at__isnull=True).count() == 2


def test_who_has_withdrawn_has_withdrawn() -> None:
    invitation = withdrawn()
    rosa = make_member("rosa@fernbrook.example", {invitation.organization: "hr"})
    answer_request(request=CandidateRequest.objects.get(), user=rosa, reply="A pity.", now=after(60))
    with pytest.raises(RequestRefused, match="withdrawn already"):
        ask(invitation, "withdraw")


# --- A withdrawal is the candidate's ----------------------------------------------------------------------------------


def test_no_new_link_takes_a_withdrawal_back() -> None:
    invitation = withdrawn()
    with pytest.raises(InvitationRefused, match=r"has withdrawn\. To invite them again, make a new invitation"):
        reissue_invitation(invitation=invitation, now=after(200))
    rosa = sign_in(make_member("rosa@fernbrook.example", {invitation.organization: "hr"}))
    url = reverse("admin:interviewpanel_interviewpanelcandidate_changelist")
    page = rosa.post(url, {"action": "new_link", "_selected_action": invitation.pk}, follow=True)
    assert "The candidate has withdrawn." in page.content.decode()
    assert Client().get(f"/i/{make_token(invitation)}/").status_code == 410


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "You have withdrawn. This link opens no interview any more."),
        ("de", "Sie haben sich zurückgezogen. Dieser Link öffnet kein Interview mehr."),
    ],
)
def test_who_has_withdrawn_is_not_sent_to_ask_why_the_link_was_withdrawn(language: str, said: str) -> None:
    page = Client().get(f"/i/{make_token(withdrawn())}/?language={language}").content.decode()
    assert said in page
    assert "This link was withdrawn" not in page


# --- What the interview's page says of it -----------------------------------------------------------------------------


def read_page(session: InterviewSession) -> str:
    rosa = sign_in(make_member("rosa@fernbrook.example", {session.organization: "hr"}))
    return rosa.get(reverse("admin:interviewpanel_interviewsession_change", args=[session.pk])).content.decode()


def test_the_page_says_why_there_is_no_report() -> None:
    session = begin(invite(make_panel()))
    assert "not made: the interview is not over" in read_page(session)


def test_of_who_withdrew_it_says_that_none_is_made() -> None:
    invitation = begun()
    ask(invitation, "withdraw")
    page = read_page(InterviewSession.objects.get())
    assert "none is made: the candidate has withdrawn" in page
    assert "the interview is not over" not in page


def test_a_report_that_could_not_be_made_is_not_being_made() -> None:
    held()
    InterviewReport.objects.update(work_status="failed", last_error="withdrawn: nothing more is made")
    page = read_page(InterviewSession.objects.get())
    assert "not made: withdrawn: nothing more is made" in page
    assert "being made" not in page


def test_what_was_agreed_to_can_be_shown() -> None:
    held()
    session = InterviewSession.objects.get()
    page = read_page(session)
    assert len(session.consent_hash) == 64
    assert session.consent_hash in page
    assert "Consent language" in page
