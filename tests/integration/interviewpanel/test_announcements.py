"""What other systems are told of invitations, interviews and reports, and of what they are not told.

Named people: Priya, whom Fernbrook invites; Rosa, who decides; Rita, who tries a panel.
"""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

import reports.tasks  # noqa: F401 - registers the work of reports
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.services import session_manager
from interviewpanel.services.bulk_invitations import invite_all
from interviewpanel.services.decisions import decide
from interviewpanel.services.trials import issue_trial
from organizations.domain.webhook_events import EVENT_TYPES
from organizations.models import Candidate, WebhookDelivery
from organizations.services.history import Author
from organizations.services.webhook_endpoints import make_endpoint, set_single_endpoint
from reports.models import InterviewReport
from tests.live_interviews import T0, after, begin, close, invite, make_panel, reload
from tests.staff import make_member
from tests.work import do_due

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.org/"
METADATA = {"application": "A-1042"}
ANSWER = "I would read the query plan, and then add an index, which makes reads fast and writes slow."


@pytest.fixture
def panel() -> InterviewPanel:
    panel = make_panel(questions=1)
    make_endpoint(organization=panel.organization, url=URL, now=T0)
    return panel


@pytest.fixture
def priya(panel: InterviewPanel) -> InterviewPanelCandidate:
    """Invited, with more time than others, by a system that named her application."""
    invitation = invite(panel, time_multiplier=1.5)
    InterviewPanelCandidate.objects.update(metadata=METADATA, extra_break_seconds=300)
    invitation.refresh_from_db()
    return invitation


def list_told() -> list[tuple[str, dict[str, Any]]]:
    return [(one.event, json.loads(one.payload)["data"]) for one in WebhookDelivery.objects.order_by("pk")]


def hold(invitation: InterviewPanelCandidate, typed: str = ANSWER) -> InterviewSession:
    session = begin(invitation)
    close(session, "typed", 60, typed=typed)
    do_due(now=after(61))
    do_due(InterviewReport, now=after(62))
    return reload(session)


def test_an_interview_is_told_from_the_invitation_to_the_scorecard(priya: InterviewPanelCandidate) -> None:
    session = hold(priya)
    report = InterviewReport.objects.get()
    invitation_ids = {
        "invitation_id": str(priya.uuid),
        "candidate_id": str(priya.candidate.uuid),
        "panel_id": str(priya.panel.uuid),
    }
    ids = {"session_id": str(session.uuid), **invitation_ids, "metadata": METADATA}
    answer = session.answers.get()
    told = dict(list_told())
    assert [event for event, _ in list_told()] == [
        "candidate.invited",
        "interview.started",
        "interview.ended",
        "answer.scored",
        "interview.completed",
    ]
    ends = (T0 + timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told["candidate.invited"] == {**invitation_ids, "expires_at": ends, "metadata": {}}
    assert told["interview.started"] == {**ids, "started_at": "2031-05-05T09:00:00Z"}
    assert told["interview.ended"] == {
        **ids,
        "status": "completed",
        "end_reason": "all_asked",
        "ended_at": "2031-05-05T09:01:01Z",
    }
    score = answer.scores.get()
    said = {"answer_id": str(answer.uuid), "number": 1, "status": score.state, "score": score.composite}
    assert told["answer.scored"] == {**ids, **said}
    assert told["interview.completed"] == {
        **ids,
        "status": "completed",
        "report": "final",
        "overall": report.overall,
        "grade": report.grade or None,
        "scores": {
            name: getattr(report, name) for name in ("technical", "communication", "problem_solving", "role_fit")
        },
        "decision": None,
        "made_at": "2031-05-05T09:01:02Z",
    }
    assert {UUID(json.loads(one.payload)["data"]["invitation_id"]) for one in WebhookDelivery.objects.all()} == set(
        WebhookDelivery.objects.values_list("about", flat=True)
    )


def test_every_event_has_the_keys_of_its_example_and_tells_of_nothing_granted(priya: InterviewPanelCandidate) -> None:
    decide_about(hold(priya))
    for event, data in list_told():
        assert set(data) == set(EVENT_TYPES[event].data), event
    told = " ".join(WebhookDelivery.objects.values_list("payload", flat=True))
    assert not [word for word in ("1.5", "300", "Priya", "priya@", "multiplier", "index") if word in told]


def decide_about(session: InterviewSession) -> None:
    rosa = make_member("rosa@fernbrook.example", {session.organization: "hr"})
    decide(session_id=session.pk, stage="advance", reason="Clear.", decided_by=rosa, now=after(70), seen_id=None)
    do_due(InterviewReport, now=after(71))


def test_a_decision_is_told_as_a_new_edition(priya: InterviewPanelCandidate) -> None:
    decide_about(hold(priya))
    events = list_told()
    assert [event for event, _ in events][-2:] == ["interview.completed", "report.updated"]
    completed, updated = events[-2][1], events[-1][1]
    assert updated == {**completed, "decision": "advance", "made_at": "2031-05-05T09:01:11Z"}


def test_of_too_little_no_number_is_told(priya: InterviewPanelCandidate) -> None:
    session = begin(priya)
    session_manager.end_session(session_id=session.pk, now=after(5), reason="connection_lost", is_abandoned=True)
    do_due(now=after(6))
    do_due(InterviewReport, now=after(700))
    told = dict(list_told())
    left = told["interview.abandoned"]
    assert (left["status"], left["end_reason"], "interview.ended" in told) == ("abandoned", "connection_lost", False)
    completed = told["interview.completed"]
    assert (completed["status"], completed["overall"], completed["grade"]) == ("abandoned", None, None)
    assert set(completed["scores"].values()) == {None}


def test_an_interview_with_an_address_of_its_own_is_told_there_too(priya: InterviewPanelCandidate) -> None:
    WebhookDelivery.objects.all().delete()
    row, _ = set_single_endpoint(
        organization=priya.organization, subject=priya.uuid, url=f"{URL}own", secret=None, now=T0
    )
    hold(priya)
    other = hold(invite(priya.panel, "Omar Benhaddou"))
    assert list(row.deliveries.order_by("pk").values_list("event", flat=True)) == [
        "interview.started",
        "interview.ended",
        "answer.scored",
        "interview.completed",
    ]
    assert not row.deliveries.filter(about=other.invitation.uuid).exists()


def test_several_are_told_of_at_once(panel: InterviewPanel, django_assert_max_num_queries: Any) -> None:
    people = [
        Candidate(organization=panel.organization, full_name=f"Ada {one}", email=f"ada{one}@example.com")
        for one in range(40)
    ]
    candidates = Candidate.objects.bulk_create(people)
    with django_assert_max_num_queries(25):
        invite_all(panel=panel, candidates=candidates, channels=(), author=Author(None, T0))
    abouts = WebhookDelivery.objects.filter(event="candidate.invited").values_list("about", flat=True)
    assert set(abouts) == set(InterviewPanelCandidate.objects.values_list("uuid", flat=True))


def test_a_trial_announces_nothing(panel: InterviewPanel) -> None:
    rita = make_member("rita@fernbrook.example", {panel.organization: "hr"})
    trial = issue_trial(panel=panel, user=rita, now=T0)
    assert hold(trial).status == "completed"
    assert InterviewReport.objects.get().is_made
    assert list_told() == []


def test_what_was_told_goes_with_an_invitation_that_is_deleted(priya: InterviewPanelCandidate) -> None:
    assert WebhookDelivery.objects.filter(about=priya.uuid).exists()
    priya.candidate.delete()
    assert not WebhookDelivery.objects.exists()
