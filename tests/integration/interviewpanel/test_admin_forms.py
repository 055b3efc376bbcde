"""What a recruiter does in the admin: invites, withdraws, reads what came of it. Panels: test_admin_panels.py."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.services.invitations import (
    InvitationRefused,
    find_invitation,
    issue_invitation,
    make_token,
    reissue_invitation,
    revoke_invitation,
)
from interviewpanel.services.panels import reopen_panel
from organizations.models import Candidate
from questionbank.models import Question
from tests.interview_rows import World, make_interview, make_world
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PANELS = "admin:interviewpanel_interviewpanel"
INVITATIONS = "admin:interviewpanel_interviewpanelcandidate"


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
def test_a_link_is_revoked_and_replaced_on_its_page(world: World, recruiter: Client) -> None:
    person = Candidate.objects.create(organization=world.organization, full_name="Noor", email="noor@example.com")
    invitation = issue_invitation(panel=world.panel, candidate=person, now=NOW)
    first = make_token(invitation)
    url = reverse(f"{INVITATIONS}_change", args=[invitation.pk])
    recruiter.post(reverse(f"{INVITATIONS}_revoke"), {"chosen": invitation.pk, "reason": "Wrong panel"})
    invitation.refresh_from_db()
    assert invitation.revoked_at == NOW
    assert "revoked" in recruiter.get(url).content.decode()
    recruiter.post(reverse(f"{INVITATIONS}_new_link"), {"chosen": invitation.pk})
    invitation.refresh_from_db()
    assert (invitation.revoked_at, invitation.token_version) == (None, 2)
    assert (find_invitation(first), find_invitation(make_token(invitation))) == (None, invitation)
    history = recruiter.get(reverse(f"{INVITATIONS}_history", args=[invitation.pk])).content.decode()
    assert "Link revoked." in history
    assert "Wrong panel" in history
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


def test_nothing_is_granted_for_an_interview_that_is_over(world: World, recruiter: Client) -> None:
    invitation = make_interview(world).invitation
    url = reverse(f"{INVITATIONS}_change", args=[invitation.pk])
    page = recruiter.get(url)
    text = page.content.decode()
    for name in ("time_multiplier", "prefers_typing", "takes_back", "_addanother"):
        assert f'name="{name}"' not in text
    recruiter.post(url, {"time_multiplier": "2", "takes_back": "on"})
    invitation.refresh_from_db()
    assert invitation.time_multiplier == 1
