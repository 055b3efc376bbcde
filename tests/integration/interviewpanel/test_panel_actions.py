"""What is done with panels, after a page that says what will happen; who may, and what the history keeps of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import InterviewPanel
from interviewpanel.services.invitations import issue_invitation
from organizations.models import Candidate, Organization
from questionbank.models import Question
from tests.history_lines import read_lines
from tests.interview_rows import World, make_session, make_world
from tests.panel_pages import PANELS, list_messages, name_page
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
ACTS = ("publish", "reopen", "archive", "copy")


@pytest.fixture
def world() -> World:
    world = make_world()
    Question.objects.filter(pk=world.question.pk).update(status="live")
    world.panel.distribution.update(medium_count=1, hard_count=0)
    return world


@pytest.fixture
def recruiter(world: World) -> Client:
    return sign_in(make_member("recruiter@fernbrook.example", {world.organization: "hr"}))


def invite(world: World, name: str) -> None:
    person = Candidate.objects.create(organization=world.organization, full_name=name, email=f"{name}@example.com")
    issue_invitation(panel=world.panel, candidate=person, now=timezone.now())


def test_archiving_says_how_many_links_stop_and_keeps_the_reason(world: World, recruiter: Client) -> None:
    for name in ("Noor", "Alex"):
        invite(world, name)
    make_session(world, status="in_progress", ended_at=None)
    page = recruiter.get(name_page("archive", world.panel)).content.decode()
    assert "Archive: “Backend screening”" in page
    assert '<label for="id_reason">Reason</label>' in page
    assert "2 open links of candidates stop working." in page
    assert "1 interview goes on, and ends as usual." in page
    assert InterviewPanel.objects.get().status == "published"
    response = recruiter.post(name_page("archive", world.panel), {"reason": "The job is filled."})
    assert response["Location"] == name_page("change", world.panel)
    assert InterviewPanel.objects.get().status == "archived"
    assert read_lines(world.panel) == [("Archived.", "The job is filled.")]


def test_several_are_archived_from_the_list_after_a_page_that_counts(world: World, recruiter: Client) -> None:
    second = InterviewPanel.objects.create(organization=world.organization, title="Second", job_title="Second")
    invite(world, "Noor")
    data = {"action": "archive", "_selected_action": [world.panel.pk, second.pk]}
    page = recruiter.post(reverse(f"{PANELS}_changelist"), data).content.decode()
    assert "Archive 2 panels" in page
    assert "1 open link of candidates stops working." in page
    assert set(InterviewPanel.objects.values_list("status", flat=True)) == {"published", "draft"}
    recruiter.post(reverse(f"{PANELS}_changelist"), {**data, "confirmed": "yes", "reason": "Summer."})
    assert set(InterviewPanel.objects.values_list("status", flat=True)) == {"archived"}
    assert [read_lines(panel) for panel in (world.panel, second)] == [[("Archived.", "Summer.")]] * 2


def test_publishing_several_says_before_what_stands_in_the_way(world: World, recruiter: Client) -> None:
    InterviewPanel.objects.update(status="draft")
    empty = InterviewPanel.objects.create(organization=world.organization, title="Empty", job_title="Empty")
    data = {"action": "publish", "_selected_action": [world.panel.pk, empty.pk]}
    page = recruiter.post(reverse(f"{PANELS}_changelist"), data).content.decode()
    assert "The panel asks no questions. Add at least one row with a count to its plan." in page
    response = recruiter.post(reverse(f"{PANELS}_changelist"), {**data, "confirmed": "yes"})
    assert list_messages(response) == [
        "“Empty” is not published:",
        "The panel asks no questions. Add at least one row with a count to its plan.",
        "“Backend screening”: published. Candidates can be invited.",
    ]
    assert dict(InterviewPanel.objects.values_list("title", "status")) == {
        "Backend screening": "published",
        "Empty": "draft",
    }


def test_a_panel_is_taken_back_and_its_links_wait(world: World, recruiter: Client) -> None:
    invite(world, "Noor")
    assert (
        "1 open link of candidates stops working." in recruiter.get(name_page("reopen", world.panel)).content.decode()
    )
    recruiter.post(name_page("reopen", world.panel))
    assert InterviewPanel.objects.get().status == "draft"
    recruiter.post(name_page("publish", world.panel))
    assert InterviewPanel.objects.get().status == "published"
    assert read_lines(world.panel) == [("Taken back to draft.", ""), ("Published.", "")]


def test_a_panel_is_duplicated_under_a_title_of_ones_own(world: World, recruiter: Client) -> None:
    assert 'value="Backend screening (copy)"' in recruiter.get(name_page("copy", world.panel)).content.decode()
    response = recruiter.post(name_page("copy", world.panel), {"title": "Backend, spring"})
    made = InterviewPanel.objects.get(title="Backend, spring")
    assert response["Location"] == name_page("change", made)
    assert (made.status, made.uuid == world.panel.uuid) == ("draft", False)
    plans = [
        list(panel.distribution.values_list("subtopic", "medium_count", "weightage")) for panel in (world.panel, made)
    ]
    assert plans[0] == plans[1] == [(world.row.subtopic_id, 1, 2.0)]
    assert read_lines(made) == [("Duplicated from “Backend screening”.", "")]


def test_a_panel_that_has_interviewed_is_not_taken_back(world: World, recruiter: Client) -> None:
    make_session(world)
    assert "stays as it is" in recruiter.get(name_page("reopen", world.panel)).content.decode()
    recruiter.post(name_page("reopen", world.panel))
    assert InterviewPanel.objects.get().status == "published"


def test_the_list_counts_what_was_planned_invited_and_held(world: World, recruiter: Client) -> None:
    invite(world, "Noor")
    make_session(world)
    make_session(world, candidate="Ada Byron", status="in_progress", ended_at=None)
    [panel] = recruiter.get(reverse(f"{PANELS}_changelist")).context["cl"].result_list
    assert (panel.planned, panel.invited_count, panel.held_count) == (1, 3, 1)


def test_for_a_stranger_there_is_no_such_panel(world: World) -> None:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = sign_in(make_member("stranger@elsewhere.example", {elsewhere: "admin"}))
    for page in (*ACTS, "try", "preview"):
        assert stranger.get(name_page(page, world.panel)).status_code == 404, page
        assert stranger.get(reverse(f"{PANELS}_{page}", args=[999_999])).status_code == 404, page
    for page in (*ACTS, "try", "check"):
        assert stranger.post(name_page(page, world.panel)).status_code == 404, page
    data = {"action": "archive", "_selected_action": [world.panel.pk], "confirmed": "yes"}
    stranger.post(reverse(f"{PANELS}_changelist"), data)
    assert InterviewPanel.objects.get().status == "published"


def test_a_reviewer_may_only_look(world: World) -> None:
    reviewer = sign_in(make_member("reviewer@fernbrook.example", {world.organization: "reviewer"}))
    assert reviewer.get(name_page("preview", world.panel)).status_code == 200
    for page in (*ACTS, "try", "check"):
        assert reviewer.post(name_page(page, world.panel)).status_code == 403, page
        if page != "check":
            assert reviewer.get(name_page(page, world.panel)).status_code == 403, page
    assert InterviewPanel.objects.get().status == "published"


def test_who_reviews_here_and_recruits_there_changes_only_there(world: World) -> None:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    theirs = InterviewPanel.objects.create(organization=elsewhere, title="Theirs", job_title="Theirs")
    between = sign_in(make_member("between@both.example", {world.organization: "reviewer", elsewhere: "hr"}))
    data = {"action": "archive", "_selected_action": [world.panel.pk, theirs.pk], "confirmed": "yes"}
    response = between.post(reverse(f"{PANELS}_changelist"), data)
    assert "Some panels stay as they are: you may only look at them." in list_messages(response)
    assert dict(InterviewPanel.objects.values_list("title", "status")) == {
        "Backend screening": "published",
        "Theirs": "archived",
    }
    assert between.post(name_page("archive", world.panel)).status_code == 403


def test_nobody_signed_in_is_sent_to_the_door(world: World) -> None:
    for page in (*ACTS, "try", "check", "preview"):
        response = Client().get(name_page(page, world.panel))
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


def test_expired_and_used_links_are_not_counted_as_open(world: World, recruiter: Client) -> None:
    for name in ("Noor", "Alex"):
        invite(world, name)
    world.panel.invitations.filter(candidate__full_name="Noor").update(expires_at=timezone.now() - timedelta(hours=1))
    world.panel.invitations.filter(candidate__full_name="Alex").update(revoked_at=timezone.now())
    assert "open link" not in recruiter.get(name_page("archive", world.panel)).content.decode()


def test_one_or_many_are_invited_from_the_panel(world: World, recruiter: Client) -> None:
    page = recruiter.get(reverse(f"{PANELS}_change", args=[world.panel.pk]))
    ways = {action.label: action.address for action in page.context["actions"] if action.label.startswith("Invite")}
    assert ways == {
        "Invite many …": f"{reverse('admin:organizations_candidate_import')}?panel={world.panel.pk}",
        "Invite one …": f"{reverse('admin:interviewpanel_interviewpanelcandidate_add')}?panel={world.panel.pk}",
    }
    assert recruiter.get(ways["Invite many …"]).context["form"]["panel"].value() == str(world.panel.pk)
