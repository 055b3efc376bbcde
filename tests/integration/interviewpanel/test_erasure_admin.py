"""A recruiter grants an erasure: the page says what will be lost, the button erases it, and only who may can do it.

Named people: Priya, who asks; Rosa, a recruiter of Fernbrook; Ravi, who only rates there; Mallory, who administers
another organization.
"""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import CandidateRequest, InterviewPanelCandidate, InterviewSession
from interviewpanel.services.candidate_requests import answer_request, ask_people
from interviewpanel.services.erasure import ErasureRefused, erase_interview, grant_erasure
from interviewpanel.services.invitations import issue_invitation
from organizations.models import Candidate, Organization
from tests.erased_interviews import PRIYA, find_traces, list_files, plant, remove_files
from tests.history_lines import list_lines
from tests.live_interviews import after, begin, make_panel
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> InterviewSession:
    return plant(make_panel(records_video=True), PRIYA)


@pytest.fixture
def asked(session: InterviewSession) -> CandidateRequest:
    return ask_people(
        invitation=session.invitation, kind="erasure", note=f"Every {PRIYA.word}, please.", now=after(150)
    )


def hire(session: InterviewSession, role: str = "hr") -> User:
    return make_member(f"{role}@fernbrook.example", {session.organization: role})


def find_page(row: CandidateRequest, page: str = "erase") -> str:
    return reverse(f"admin:interviewpanel_candidaterequest_{page}", args=[row.pk])


def read(response: Any) -> str:
    page: str = response.content.decode()
    return " ".join(page.split())


def test_the_page_says_what_will_be_lost_and_nothing_is_lost_by_reading_it(asked: CandidateRequest) -> None:
    before = find_traces(PRIYA)
    rosa = sign_in(hire(asked.invitation.sessions.get()))
    assert f'href="{find_page(asked)}"' in read(rosa.get(find_page(asked, "change")))
    page = read(rosa.get(find_page(asked)))
    for text in (
        "Priya Raghunathan has asked that all data be erased. This cannot be taken back.",
        "3 answers with sound, words and ratings, 3 recordings, 1 video, the report (interview of 5 May 2031)",
        "Erase everything now",
    ):
        assert text in page
    assert find_traces(PRIYA) == before


@pytest.mark.parametrize("role", ["admin", "hr"])
def test_granting_erases_everything_and_the_history_keeps_who_did_it_but_no_name(
    asked: CandidateRequest, role: str
) -> None:
    user = hire(asked.invitation.sessions.get(), role)
    response = sign_in(user).post(find_page(asked), follow=True)
    assert "1 interview was erased. The files leave storage within a minute." in read(response)
    assert PRIYA.name not in read(response)
    remove_files(10**9)
    assert (find_traces(PRIYA), list_files()) == ([], [])
    asked.refresh_from_db()
    assert (asked.answered_by, asked.answered_at is not None, asked.note, asked.reply) == (user, True, "", "")
    last = list_lines()[-1]
    assert (last.actor, last.subject_name, last.message) == (
        *(user, "Erasure of all data · Erased candidate · Screening"),
        "Granted: all was erased.",
    )
    assert asked.invitation.erased_because == "request"


def test_all_interviews_of_the_candidate_in_the_organization_go_and_elsewhere_none(asked: CandidateRequest) -> None:
    candidate = asked.invitation.candidate
    issue_invitation(panel=asked.invitation.panel, candidate=candidate, now=after(160))
    elsewhere = plant(make_panel("Elsewhere", records_video=True), PRIYA)
    assert grant_erasure(request=asked, user=hire(asked.invitation.sessions.get()), now=after(200)) == 2
    left = InterviewPanelCandidate.objects.filter(erased_at__isnull=True)
    assert [(one.organization.name, str(one.candidate)) for one in left] == [("Elsewhere", PRIYA.name)]
    remove_files(10**9)
    assert list_files() == list_files(elsewhere) != []


def test_while_another_interview_of_the_candidate_goes_on_nothing_is_erased(asked: CandidateRequest) -> None:
    rosa = hire(asked.invitation.sessions.get())
    begin(issue_invitation(panel=asked.invitation.panel, candidate=asked.invitation.candidate, now=after(0)))
    before = find_traces(PRIYA)
    with pytest.raises(ErasureRefused, match="goes on just now"):
        grant_erasure(request=asked, user=rosa, now=after(200))
    client = sign_in(rosa)
    page = read(client.get(find_page(asked)))
    assert "An interview of this candidate goes on just now." in page
    assert "Erase everything now" not in page
    assert "goes on just now" in read(client.post(find_page(asked), follow=True))
    asked.refresh_from_db()
    assert (asked.answered_at, find_traces(PRIYA)) == (None, before)


def test_an_answer_instead_erases_nothing(asked: CandidateRequest) -> None:
    rosa = sign_in(hire(asked.invitation.sessions.get()))
    assert "Send the reply: nothing is erased" in read(rosa.get(find_page(asked, "change")))
    rosa.post(find_page(asked, "change"), {"reply": "We must keep it until May.", "_answer": "1"})
    asked.refresh_from_db()
    assert (asked.reply, asked.invitation.erased_at) == ("We must keep it until May.", None)
    assert rosa.get(find_page(asked)).status_code == 404


def test_it_is_granted_once(asked: CandidateRequest) -> None:
    rosa = hire(asked.invitation.sessions.get())
    answer_request(request=asked, user=rosa, reply="We keep it.", now=after(160))
    with pytest.raises(ErasureRefused, match="answered already"):
        grant_erasure(request=asked, user=rosa, now=after(200))
    assert list_files()


def test_only_a_request_of_erasure_leads_there(session: InterviewSession) -> None:
    row = ask_people(invitation=session.invitation, kind="human_review", note="", now=after(150))
    rosa = hire(session)
    client = sign_in(rosa)
    assert "Erase everything" not in read(client.get(find_page(row, "change")))
    assert [client.get(find_page(row)).status_code, client.post(find_page(row)).status_code] == [404, 404]
    with pytest.raises(ErasureRefused):
        grant_erasure(request=row, user=rosa, now=after(200))


def test_neither_raters_nor_strangers_nor_other_organizations_can(asked: CandidateRequest) -> None:
    before = find_traces(PRIYA), list_files()
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    mallory = make_member("mallory@elsewhere.example", {elsewhere: "admin"})
    ravi = hire(asked.invitation.sessions.get(), "reviewer")
    for client, statuses in ((sign_in(mallory), (404, 302)), (sign_in(ravi), (404, 403)), (Client(), (302,))):
        for response in (client.get(find_page(asked)), client.post(find_page(asked))):
            assert response.status_code in statuses
    assert (find_traces(PRIYA), list_files()) == before
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_what_was_erased_is_shown_without_a_name_and_nothing_of_it_can_be_changed(session: InterviewSession) -> None:
    invitation = session.invitation
    erase_interview(invitation_id=invitation.pk, reason="request", now=after(200))
    rosa = sign_in(hire(session))
    page = read(rosa.get(reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[invitation.pk])))
    assert "erased on 5 May 2031" in page
    for text in ("private-link", "Make a new link", 'name="_save"'):
        assert text not in page
    page = read(rosa.get(reverse("admin:interviewpanel_interviewsession_change", args=[session.pk])))
    assert "Erased candidate" in page
    assert "erased, with all that was said" in page
    with pytest.raises(CommandError, match=r"This interview was erased on 2031-05-05; no report is left\."):
        call_command("scorecard", str(session.uuid))


def test_the_nameless_candidate_is_in_no_list_and_cannot_be_opened(session: InterviewSession) -> None:
    erase_interview(invitation_id=session.invitation_id, reason="request", now=after(200))
    rosa = sign_in(hire(session))
    assert "Erased candidate" not in read(rosa.get(reverse("admin:organizations_candidate_changelist")))
    nobody = Candidate.objects.get()
    response = rosa.get(reverse("admin:organizations_candidate_change", args=[nobody.pk]))
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_who_was_never_interviewed_leaves_no_name_in_the_history_of_the_admin() -> None:
    panel = make_panel()
    rosa = make_member("rosa@fernbrook.example", {panel.organization: "hr"})
    candidate = Candidate.objects.create(
        organization=panel.organization, full_name=PRIYA.name, email="priya@example.com"
    )
    sign_in(rosa).post(reverse("admin:organizations_candidate_delete", args=[candidate.pk]), {"post": "yes"})
    second = Candidate.objects.create(organization=panel.organization, full_name=PRIYA.name, email="priya@example.com")
    reason = f"{PRIYA.name} asked us to"
    chosen = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes", "change_reason": reason}
    sign_in(rosa).post(reverse("admin:organizations_candidate_changelist"), chosen)
    assert (Candidate.objects.count(), find_traces(PRIYA)) == (0, [])
    assert [line.reason for line in list_lines()] == ["", "… asked us to"]


def test_who_was_invited_is_erased_and_not_deleted(session: InterviewSession) -> None:
    """The admin deletes nobody of whom an interview remains: what goes, goes by erasing, and leaves its record."""
    rosa = sign_in(hire(session, "admin"))
    address = reverse("admin:organizations_candidate_delete", args=[session.invitation.candidate_id])
    assert rosa.post(address, {"post": "yes"}).status_code == 403
    assert list_files(session)
