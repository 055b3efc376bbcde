"""What a recruiter does in the admin: plans and publishes a panel, invites, withdraws, reads what came of it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.consent import list_versions
from interviewpanel.services.invitations import (
    InvitationRefused,
    find_invitation,
    issue_invitation,
    make_token,
    reissue_invitation,
    revoke_invitation,
)
from interviewpanel.services.panels import PanelInUse, PanelNotReady, copy_panel, publish_panel, reopen_panel
from organizations.models import Candidate
from questionbank.models import Question
from tests.interview_rows import World, make_interview, make_world
from tests.staff import HASHER, make_member, sign_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PANELS = "admin:interviewpanel_interviewpanel"
INVITATIONS = "admin:interviewpanel_interviewpanelcandidate"


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = HASHER


@pytest.fixture
def world() -> World:
    world = make_world()
    Question.objects.filter(pk=world.question.pk).update(status="live")
    return world


@pytest.fixture
def recruiter(world: World) -> Client:
    return sign_in(make_member("recruiter@fernbrook.example", {world.organization: "hr"}))


def list_messages(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def panel_data(world: World, row: dict[str, object], **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "organization": world.organization.pk,
        "title": "Data engineers",
        "job_title": "Data engineer",
        "language": "en",
        "max_questions": 5,
        "max_minutes": 20,
        "pause_budget_seconds": 600,
        "grace_seconds": 600,
        "turn_profile": "patient",
        "accommodation_policy": "grant",
        "decision_days": 7,
        "turn_settings": "{}",
        "score_weights": "{}",
        "consent_version": "2026-1",
        "distribution-TOTAL_FORMS": 1,
        "distribution-INITIAL_FORMS": 0,
    }
    cells = {"easy_count": 0, "medium_count": 0, "hard_count": 0, "weightage": 1, **row}
    return {**data, **{f"distribution-0-{name}": value for name, value in cells.items()}, **changes}


def test_a_panel_is_planned_by_subtopic_and_published_in_one_go(world: World, recruiter: Client) -> None:
    data = panel_data(world, {"subtopic": world.row.subtopic_id, "medium_count": 1}, _publish="on")
    response = recruiter.post(reverse(f"{PANELS}_add"), data)
    assert list_messages(response) == ["“Data engineers” is published. Candidates can be invited."]
    panel = InterviewPanel.objects.get(title="Data engineers")
    assert panel.status == "published"
    rows = panel.distribution.values_list("category", "topic", "subtopic", "medium_count")
    assert list(rows) == [(world.row.category_id, world.row.topic_id, world.row.subtopic_id, 1)]


def test_publishing_says_what_the_bank_lacks_and_keeps_what_was_entered(world: World, recruiter: Client) -> None:
    data = panel_data(world, {"topic": world.row.topic_id, "medium_count": 2, "hard_count": 3}, _publish="on")
    response = recruiter.post(reverse(f"{PANELS}_add"), data)
    assert list_messages(response) == [
        "“Data engineers” is saved, but not published:",
        "1 of 2 medium Relational databases questions missing",
        "3 of 3 hard Relational databases questions missing",
    ]
    assert InterviewPanel.objects.get(title="Data engineers").status == "draft"


def test_a_panel_whose_agreement_has_no_text_is_not_published(world: World) -> None:
    InterviewPanel.objects.update(consent_version="2027-9", status="draft")
    with pytest.raises(PanelNotReady) as refusal:
        publish_panel(InterviewPanel.objects.get())
    told = "Text of the agreement: there is none of version “2027-9”. Choose of: 2026-1."
    assert told in refusal.value.problems
    assert list_versions() == ("2026-1",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"distribution-0-medium_count": 0}, "This row asks nothing."),
        ({"distribution-0-subtopic": ""}, "Choose a subtopic, or a whole topic or category."),
        ({"opens_at_0": "2026-05-02", "opens_at_1": "9:00", "closes_at_0": "2026-05-01", "closes_at_1": "9:00"},
         "The panel closes before it opens."),
        ({"turn_settings": '{"silence": 3}'}, "There is no turn setting"),
        ({"consent_version": "2027-9"}, "Select a valid choice. 2027-9 is not one of the available choices."),
        ({"turn_settings": "[1]"}, "Write an object of names and seconds."),
        ({"score_weights": '{"technical": -1}'}, "a number of 0 or more"),
        ({"score_weights": '{"technical": 0}'}, "All weights are 0."),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_with_a_reason(
    world: World, recruiter: Client, changes: dict[str, object], message: str
) -> None:
    data = panel_data(world, {"subtopic": world.row.subtopic_id, "medium_count": 1}, **changes)
    page = recruiter.post(reverse(f"{PANELS}_add"), data)
    assert page.status_code == 200
    assert message in page.content.decode()
    assert InterviewPanel.objects.count() == 1


def test_levels_that_contradict_each_other_are_refused(world: World, recruiter: Client) -> None:
    other = world.row.category.topics.create(name="Key-value stores", slug="key-value")
    row = {"subtopic": world.row.subtopic_id, "topic": other.pk, "medium_count": 1}
    page = recruiter.post(reverse(f"{PANELS}_add"), panel_data(world, row)).content.decode()
    assert "belongs to “Relational databases”" in page


def test_the_plan_of_a_published_panel_is_shown_and_not_changed(world: World, recruiter: Client) -> None:
    url = reverse(f"{PANELS}_change", args=[world.panel.pk])
    data = panel_data(world, {"subtopic": world.row.subtopic_id, "medium_count": 9}, max_minutes=99)
    assert recruiter.post(url, data).status_code == 302
    world.panel.refresh_from_db()
    assert (world.panel.title, world.panel.max_minutes) == ("Data engineers", 30)
    assert list(world.panel.distribution.values_list("medium_count", flat=True)) == [2]


def test_a_panel_is_taken_back_archived_and_copied_from_the_list(world: World, recruiter: Client) -> None:
    def act(action: str) -> str:
        recruiter.post(reverse(f"{PANELS}_changelist"), {"action": action, "_selected_action": [world.panel.pk]})
        world.panel.refresh_from_db()
        return world.panel.status

    assert [act("reopen"), act("archive"), act("reopen")] == ["draft", "archived", "draft"]
    act("copy")
    copy = InterviewPanel.objects.get(title="Backend screening (copy)")
    assert (copy.status, copy.uuid == world.panel.uuid) == ("draft", False)
    plans = [
        list(panel.distribution.values_list("subtopic", "medium_count", "hard_count", "weightage"))
        for panel in (world.panel, copy)
    ]
    assert plans[0] == plans[1] == [(world.row.subtopic_id, 2, 1, 2.0)]


def test_a_panel_that_has_interviewed_keeps_its_plan(world: World) -> None:
    make_interview(world)
    with pytest.raises(PanelInUse, match="Copy it and change the copy"):
        reopen_panel(world.panel)
    world.panel.refresh_from_db()
    assert world.panel.status == "published"
    assert copy_panel(world.panel).invitations.count() == 0


@time_machine.travel(NOW, tick=False)
def test_a_candidate_is_invited_and_the_link_is_shown_to_copy(world: World, recruiter: Client) -> None:
    person = Candidate.objects.create(organization=world.organization, full_name="Noor", email="noor@example.com")
    data = {"panel": world.panel.pk, "candidates": person.pk, "hours": 48, "time_multiplier": "1.5"}
    page = recruiter.post(reverse(f"{INVITATIONS}_add"), data, follow=True).content.decode()
    invitation = InterviewPanelCandidate.objects.get()
    assert (invitation.organization, invitation.time_multiplier) == (world.organization, 1.5)
    assert invitation.expires_at == NOW + timedelta(hours=48)
    link = re.search(r'value="http://localhost:4545/i/([^/"]+)/"', page)
    assert link is not None
    assert find_invitation(link[1]) == invitation


def test_who_cannot_be_invited_is_said_in_the_form(world: World, recruiter: Client) -> None:
    reopen_panel(world.panel)
    person = Candidate.objects.create(organization=world.organization, full_name="Noor", email="noor@example.com")
    data = {"panel": world.panel.pk, "candidates": person.pk, "time_multiplier": "5"}
    page = recruiter.post(reverse(f"{INVITATIONS}_add"), data).content.decode()
    assert "Publish it first, then invite." in page
    assert "Give a number from 1 (no change) to 3." in page
    assert InterviewPanelCandidate.objects.count() == 0


@time_machine.travel(NOW, tick=False)
def test_a_link_is_withdrawn_and_replaced_on_its_page(world: World, recruiter: Client) -> None:
    person = Candidate.objects.create(organization=world.organization, full_name="Noor", email="noor@example.com")
    invitation = issue_invitation(panel=world.panel, candidate=person, now=NOW)
    first = make_token(invitation)
    url = reverse(f"{INVITATIONS}_change", args=[invitation.pk])
    recruiter.post(reverse(f"{INVITATIONS}_revoke"), {"chosen": invitation.pk, "reason": "Wrong panel"})
    invitation.refresh_from_db()
    assert invitation.revoked_at == NOW
    assert "withdrawn" in recruiter.get(url).content.decode()
    recruiter.post(reverse(f"{INVITATIONS}_new_link"), {"chosen": invitation.pk})
    invitation.refresh_from_db()
    assert (invitation.revoked_at, invitation.token_version) == (None, 2)
    assert (find_invitation(first), find_invitation(make_token(invitation))) == (None, invitation)
    history = recruiter.get(reverse(f"{INVITATIONS}_history", args=[invitation.pk])).content.decode()
    assert "Link withdrawn. Reason: Wrong panel" in history
    assert "New link made." in history


def test_a_new_link_lasts_as_a_new_invitation_would(world: World) -> None:
    person = Candidate.objects.create(organization=world.organization, full_name="Noor", email="noor@example.com")
    invitation = issue_invitation(panel=world.panel, candidate=person, now=NOW)
    later = NOW + timedelta(days=3)
    reissue_invitation(invitation=invitation, now=later, hours=5)
    assert invitation.expires_at == later + timedelta(hours=5)
    InterviewPanel.objects.update(closes_at=later + timedelta(hours=1))
    reissue_invitation(invitation=invitation, now=later)
    assert (invitation.expires_at, invitation.token_version) == (later + timedelta(hours=1), 3)
    with pytest.raises(InvitationRefused, match="closed on"):
        reissue_invitation(invitation=invitation, now=later + timedelta(hours=2))
    invitation.refresh_from_db()
    assert invitation.token_version == 3


def test_an_interview_that_is_over_gets_no_new_link(world: World) -> None:
    session = make_interview(world)
    with pytest.raises(InvitationRefused, match="is over"):
        reissue_invitation(invitation=session.invitation, now=NOW)
    revoke_invitation(invitation=session.invitation, now=NOW)
    assert InterviewSession.objects.get().status == "completed"


def test_an_interview_is_read_with_its_answers_and_scores(world: World, recruiter: Client) -> None:
    session = make_interview(world)
    page = recruiter.get(reverse("admin:interviewpanel_interviewsession_change", args=[session.pk])).content.decode()
    for text in ("Priya Raghunathan", "80 of 100", "60 of 100", "I would run explain analyze first", "10:12 min"):
        assert text in page
    assert 'name="_save"' not in page
