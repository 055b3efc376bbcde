"""Deciding in the admin: on an interview's page, in the lists, several at once; by whom, and by whom not.

Named people: Priya and Omar, candidates of Fernbrook; recruiters and reviewers of two organizations.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from interviewpanel.models import Decision, InterviewPanelCandidate, InterviewSession
from organizations.models import Organization
from reports.services.reports import open_report
from tests.history_lines import list_lines, read_lines
from tests.interview_rows import ENDED_AT, World, make_session, make_world
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
LIST = "admin:interviewpanel_interviewsession_changelist"
REPORTS = "admin:reports_interviewreport_changelist"
SEVERAL = "admin:interviewpanel_interviewsession_decide_several"
NOW = ENDED_AT + timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def priya(world: World) -> InterviewSession:
    return make_session(world)


@pytest.fixture
def omar(world: World) -> InterviewSession:
    return make_session(world, candidate="Omar Benhaddou")


def enter(world: World, role: str = "hr") -> Client:
    return sign_in(make_member(f"{role}@fernbrook.example", {world.organization: role}))


def enter_elsewhere() -> Client:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    return sign_in(make_member("admin@elsewhere.example", {elsewhere: "admin"}))


def page_of(session: InterviewSession) -> str:
    return reverse("admin:interviewpanel_interviewsession_decide", args=[session.pk])


def send(client: Client, sessions: list[InterviewSession], stage: str = "decline", **more: Any) -> HttpResponse:
    told = {
        "seen": ",".join(f"{one.pk}-{last.pk if (last := one.decisions.first()) else ''}" for one in sessions),
        "stage": stage,
        "reason": "Said why.",
        "back": reverse(LIST),
        "_decide": "yes",
    }
    response: Any = client.post(reverse(SEVERAL), {**told, **more}, follow=True)
    return response  # type: ignore[no-any-return]


# --- One -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["hr", "admin"])
def test_a_recruiter_decides_and_it_is_in_the_history(world: World, priya: InterviewSession, role: str) -> None:
    client = enter(world, role)
    page = client.get(page_of(priya)).content.decode()
    assert "Decide about Priya Raghunathan" in page
    assert "Take back" not in page
    answered = send(client, [priya], "advance").content.decode()
    assert "1 candidate was advanced. Nothing was sent to anybody." in answered
    made = Decision.objects.get()
    assert (made.session, made.stage, made.reason, made.decided_by.email) == (
        *(priya, "advance", "Said why."),
        f"{role}@fernbrook.example",
    )
    assert (read_lines(priya), len(list_lines())) == ([("Decision: advance.", "Said why.")], 1)


def test_the_interviews_page_says_what_was_decided_and_the_page_what_before(
    world: World, priya: InterviewSession
) -> None:
    client = enter(world)
    send(client, [priya], "hold")
    change = client.get(reverse("admin:interviewpanel_interviewsession_change", args=[priya.pk])).content.decode()
    assert "Said why." in change
    assert page_of(priya) in change
    page = client.get(page_of(priya)).content.decode()
    assert "Decided before" in page
    assert "Take back" in page


def test_a_decision_is_taken_back_with_a_reason(world: World, priya: InterviewSession) -> None:
    client = enter(world)
    send(client, [priya])
    assert "1 candidate was put back to review" in send(client, [priya], "to_review").content.decode()
    assert list(Decision.objects.order_by("pk").values_list("stage", flat=True)) == ["decline", "to_review"]


@pytest.mark.parametrize("missing", ["stage", "reason"])
def test_what_is_missing_is_said_and_nothing_is_decided(world: World, priya: InterviewSession, missing: str) -> None:
    page = send(enter(world), [priya], **{missing: ""}).content.decode()
    assert (
        "Choose a decision." in page,
        "Reason: Write why: the history keeps it, for whoever asks later." in page,
    ) == (
        missing == "stage",
        missing == "reason",
    )
    assert not Decision.objects.exists()


def test_what_somebody_else_decided_meanwhile_is_not_overruled(world: World, priya: InterviewSession) -> None:
    client = enter(world)
    send(client, [priya], "advance")
    page = send(client, [priya], "decline", seen=[f"{priya.pk}-"]).content.decode()
    assert "Somebody has decided meanwhile" in page
    assert Decision.objects.get().stage == "advance"


def test_a_reviewer_reads_and_does_not_decide(world: World, priya: InterviewSession) -> None:
    send(enter(world), [priya], "advance")
    reviewer = enter(world, "reviewer")
    change = reviewer.get(reverse("admin:interviewpanel_interviewsession_change", args=[priya.pk])).content.decode()
    assert "Said why." in change
    assert page_of(priya) not in change
    assert reviewer.get(page_of(priya)).status_code == 404
    assert "Nothing can be decided about what was chosen" in send(reviewer, [priya]).content.decode()
    assert Decision.objects.count() == 1


def test_a_stranger_finds_no_such_page_and_decides_nothing(world: World, priya: InterviewSession) -> None:
    stranger = enter_elsewhere()
    assert stranger.get(page_of(priya)).status_code == 404
    assert stranger.post(page_of(priya), {"stage": "decline", "reason": "x", "_decide": "yes"}).status_code == 404
    page = send(stranger, [priya]).content.decode()
    assert "Priya" not in page
    assert not Decision.objects.exists()
    assert Client().get(page_of(priya)).status_code == 302


def test_who_reviews_here_and_recruits_elsewhere_decides_elsewhere_only(world: World, priya: InterviewSession) -> None:
    other = make_world("Grove")
    theirs = make_session(other)
    between = sign_in(make_member("b@both.example", {world.organization: "reviewer", other.organization: "hr"}))
    page = send(between, [priya, theirs]).content.decode()
    assert "1 candidate was declined" in page
    assert Decision.objects.get().session == theirs


# --- Several ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [LIST, REPORTS])
def test_the_action_of_a_list_asks_before_it_decides(
    world: World, priya: InterviewSession, omar: InterviewSession, name: str
) -> None:
    rows = [priya, omar]
    if name == REPORTS:
        rows = [open_report(session=one, now=ENDED_AT) for one in rows]  # type: ignore[misc]
    client = enter(world)
    chosen = {"action": "decide_chosen", "_selected_action": [row.pk for row in rows]}
    page = client.post(reverse(name), chosen).content.decode()
    assert "Decide about 2 candidates" in page
    assert not Decision.objects.exists()
    assert "2 candidates were declined. Nothing was sent to anybody." in send(client, [priya, omar]).content.decode()
    assert Decision.objects.filter(stage="decline").count() == 2


def test_what_cannot_be_decided_is_left_out_and_told(
    world: World, priya: InterviewSession, omar: InterviewSession
) -> None:
    InterviewPanelCandidate.objects.filter(pk=omar.invitation_id).update(is_trial=True)
    client = enter(world)
    page = client.get(reverse(SEVERAL), {"c": [priya.pk, omar.pk]}).content.decode()
    assert "Decide about Priya Raghunathan" in page
    assert "1 of the chosen is left out" in page
    assert "Omar" not in page


def test_nonsense_chooses_nobody_and_leads_nowhere_else(world: World, priya: InterviewSession) -> None:
    client = enter(world)
    for told in ({"c": ["x", "²", "9" * 30]}, {}, {"c": "1", "back": "https://elsewhere.example/"}):
        response = client.get(reverse(SEVERAL), told)
        assert (response.status_code, response.get("Location", reverse(LIST))) in {
            (302, reverse(LIST)),
            (200, reverse(LIST)),
        }
    away = send(client, [priya], back="//elsewhere.example/")
    assert away.redirect_chain == [(reverse(LIST), 302)]  # type: ignore[attr-defined]


# --- The lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [LIST, REPORTS])
def test_lists_are_narrowed_by_what_was_decided(
    world: World, priya: InterviewSession, omar: InterviewSession, name: str
) -> None:
    for one in (priya, omar):
        open_report(session=one, now=ENDED_AT)
    make_session(world, candidate="Lena Live", status="in_progress", ended_at=None)
    client = enter(world)
    send(client, [omar], "decline")
    found = {
        stage: [row.pk for row in client.get(reverse(name), {"decision": stage}).context["cl"].result_list]
        for stage in ("to_review", "decline", "advance")
    }
    own = [one.report.pk if name == REPORTS else one.pk for one in (priya, omar)]
    assert found == {"to_review": [own[0]], "decline": [own[1]], "advance": []}
