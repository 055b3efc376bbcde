"""Staff who try a panel: a real interview behind a real link, that stands in no list, figure or statistic."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.links import LinkRefused, check_link
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.invitations import InvitationRefused, find_invitation, issue_invitation
from interviewpanel.services.panels import PanelNotReady, archive_panel, reopen_panel
from interviewpanel.services.trials import issue_trial
from organizations.models import Candidate
from questionbank.models import Question
from reports.models import InterviewReport
from reports.services.reports import open_report
from tests.live_interviews import T0, after, begin, close, find_open, invite, make_panel
from tests.panel_pages import list_messages, name_page
from tests.staff import make_member, sign_in
from tests.work import do_due

pytestmark = pytest.mark.django_db

LISTS = {
    "interviewpanel_interviewpanelcandidate": 1,
    "interviewpanel_interviewsession": 1,
    "reports_interviewreport": 1,
    "interviewpanel_answerscore": 1,
}


@pytest.fixture
def panel() -> InterviewPanel:
    return make_panel(questions=2)


@pytest.fixture
def recruiter(panel: InterviewPanel) -> Client:
    user = make_member("recruiter@fernbrook.example", {panel.organization: "hr"})
    user.full_name = "Rita Recruiter"
    user.save()
    return sign_in(user)


def begin_trial(panel: InterviewPanel, client: Client) -> tuple[InterviewPanelCandidate, Any]:
    response = client.post(name_page("try", panel))
    assert response.status_code == 302, response.content
    invitation = InterviewPanelCandidate.objects.filter(is_trial=True).latest("pk")
    return invitation, response


def hold_trial(panel: InterviewPanel, client: Client) -> InterviewSession:
    invitation, _ = begin_trial(panel, client)
    InterviewPanelCandidate.objects.filter(pk=invitation.pk).update(expires_at=after(3600))
    session = begin(InterviewPanelCandidate.objects.get(pk=invitation.pk))
    for number in (1, 2):
        close(session, typed="An index makes reads fast and writes slow.", seconds=60 * number)
        do_due(now=after(60 * number))
    session.refresh_from_db()
    assert session.status == "completed"
    return session


def test_the_button_leads_to_the_candidates_page_of_ones_own_link(panel: InterviewPanel, recruiter: Client) -> None:
    invitation, response = begin_trial(panel, recruiter)
    token = response["Location"].split("/")[2]
    assert find_invitation(token) == invitation
    assert (invitation.candidate.full_name, invitation.candidate.is_trial) == ("Rita Recruiter", True)
    assert invitation.candidate.email.endswith("@trial.invalid")
    page = Client().get(response["Location"]).content.decode()
    assert "Hello Rita" in page
    assert "A trial: a real interview that stands in no list" in page
    again, _ = begin_trial(panel, recruiter)
    assert (again.candidate, again.pk == invitation.pk) == (invitation.candidate, False)


def test_a_draft_is_tried_before_it_is_published_and_opens(panel: InterviewPanel, recruiter: Client) -> None:
    reopen_panel(panel)
    InterviewPanel.objects.update(opens_at=timezone.now() + timedelta(days=3))
    invitation, response = begin_trial(panel, recruiter)
    assert check_link(find_invitation(response["Location"].split("/")[2]), timezone.now()) is None
    archive_panel(panel)
    invitation.refresh_from_db()
    with pytest.raises(LinkRefused, match="This interview is closed"):
        check_link(InterviewPanelCandidate.objects.get(pk=invitation.pk), timezone.now())


def test_what_cannot_be_held_cannot_be_tried(panel: InterviewPanel, recruiter: Client) -> None:
    panel.distribution.update(hard_count=3)
    response = recruiter.post(name_page("try", panel))
    assert response["Location"] == name_page("change", panel)
    assert list_messages(response) == [
        "“Screening” cannot be tried yet:",
        "3 of 3 hard Topic 0 › Subtopic fernbrook-0-0 questions missing",
    ]
    archive_panel(panel)
    with pytest.raises(PanelNotReady, match="is archived"):
        issue_trial(panel=panel, user=make_member("x@x.example", {}), now=timezone.now())
    assert not InterviewPanelCandidate.objects.exists()


def test_looking_begins_nothing(panel: InterviewPanel, recruiter: Client) -> None:
    assert recruiter.get(name_page("try", panel))["Location"] == name_page("change", panel)
    assert not Candidate.objects.exists()


def test_a_trial_is_no_exposure_and_leaves_the_plan_open(panel: InterviewPanel, recruiter: Client) -> None:
    session = hold_trial(panel, recruiter)
    assert set(Question.objects.values_list("times_asked", flat=True)) == {0}
    reopen_panel(panel)
    panel.refresh_from_db()
    assert panel.status == "draft"
    panel.distribution.all().delete()
    assert set(session.answers.values_list("distribution_row", flat=True)) == {None}


def test_in_each_trial_questions_are_as_new(panel: InterviewPanel, recruiter: Client) -> None:
    """The bank has three questions for two places: a second trial finds them all again."""
    first, second = hold_trial(panel, recruiter), hold_trial(panel, recruiter)
    for session in (first, second):
        assert {answer.choice["rule"] for answer in session.answers.all()} == {"wanted_difficulty"}
        assert [answer.choice["plan"]["repeated"] for answer in session.answers.all()] == [0, 0]


def test_lists_and_figures_leave_trials_out_until_they_are_asked_for(panel: InterviewPanel, recruiter: Client) -> None:
    session = hold_trial(panel, recruiter)
    if not InterviewReport.objects.exists():
        open_report(session=session, now=T0)
    for name in LISTS:
        url = reverse(f"admin:{name}_changelist")
        listed = [recruiter.get(url, query).context["cl"].result_count for query in ({}, {"trials": "only"})]
        assert listed[0] == 0, name
        assert listed[1] >= 1, name
    assert recruiter.get(reverse("admin:organizations_candidate_changelist")).context["cl"].result_count == 0
    [row] = recruiter.get(reverse("admin:interviewpanel_interviewpanel_changelist")).context["cl"].result_list
    assert (row.invited_count, row.held_count) == (0, 0)
    page = recruiter.get(name_page("change", panel)).content.decode()
    assert "1 trial</a>" in page
    assert "0 invited</a>" in page


def test_its_pages_say_that_it_is_a_trial(panel: InterviewPanel, recruiter: Client) -> None:
    session = hold_trial(panel, recruiter)
    report = InterviewReport.objects.filter(session=session).first() or open_report(session=session, now=T0)
    for page, key in (
        ("interviewpanel_interviewsession", session.pk),
        ("interviewpanel_interviewpanelcandidate", session.invitation_id),
        ("reports_interviewreport", report.pk),
    ):
        shown = recruiter.get(reverse(f"admin:{page}_change", args=[key])).content.decode()
        assert "A trial: somebody of the organization tried the panel." in shown, page


def test_who_tries_panels_is_nobody_to_invite(panel: InterviewPanel, recruiter: Client) -> None:
    invitation, _ = begin_trial(panel, recruiter)
    with pytest.raises(InvitationRefused, match="one of you"):
        issue_invitation(panel=panel, candidate=invitation.candidate, now=timezone.now())
    found = recruiter.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "interviewpanel",
            "model_name": "interviewpanelcandidate",
            "field_name": "candidate",
            "term": "R",
        },
    )
    assert found.json()["results"] == []


def test_a_candidate_of_the_same_address_is_somebody_else(panel: InterviewPanel, recruiter: Client) -> None:
    """Who works here may apply here."""
    invite(panel, "recruiter", now=timezone.now())
    invitation, _ = begin_trial(panel, recruiter)
    assert Candidate.objects.count() == 2
    assert invitation.candidate.is_trial


def test_a_trial_is_erased_like_an_interview(panel: InterviewPanel, recruiter: Client) -> None:
    session = hold_trial(panel, recruiter)
    assert erase_interview(invitation_id=session.invitation_id, reason="request", now=T0)
    assert not Candidate.objects.filter(is_trial=True).exists()
    assert session.answers.count() == 0


def test_thinking_time_of_the_panel_comes_before_the_questions(panel: InterviewPanel) -> None:
    session = begin(invite(panel))
    asked = session.events.get(type="next_question").payload["think_seconds"]
    InterviewPanel.objects.update(turn_settings={"think_seconds": 75})
    close(session, typed="Yes.")
    do_due(now=after(60))
    assert find_open(session).number == 2
    told = session.events.filter(type="next_question").latest("sequence").payload["think_seconds"]
    assert (asked, told) == (30, 75)


def test_a_panel_that_was_only_tried_is_deleted_with_its_trials(panel: InterviewPanel, recruiter: Client) -> None:
    hold_trial(panel, recruiter)
    reopen_panel(panel)
    assert recruiter.get(name_page("change", panel)).context["show_delete"] is True
    assert (
        recruiter.post(name_page("delete", panel), {"post": "yes", "change_reason": "Not needed."}).status_code == 302
    )
    left = [model.objects.count() for model in (InterviewPanel, InterviewPanelCandidate, InterviewSession)]
    assert left == [0, 0, 0]


def test_a_panel_that_somebody_was_invited_to_is_not_deleted(panel: InterviewPanel, recruiter: Client) -> None:
    begin_trial(panel, recruiter)
    candidate = Candidate.objects.create(organization=panel.organization, full_name="Ada", email="ada@example.com")
    issue_invitation(panel=panel, candidate=candidate, now=timezone.now())
    assert recruiter.get(name_page("change", panel)).context["show_delete"] is False
    assert recruiter.post(name_page("delete", panel), {"post": "yes", "change_reason": "Oh."}).status_code == 403
    assert InterviewPanel.objects.exists()
