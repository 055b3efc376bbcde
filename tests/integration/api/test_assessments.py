"""An applicant tracking system lists tests, sends one, is told of its end by a real call, and asks how it stands."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from interviewpanel.models import AnswerRating, InterviewPanelCandidate
from interviewpanel.services.candidate_requests import ask_people
from organizations.models import ApiKey, Candidate, Message, Organization, WebhookDelivery, WebhookEndpoint
from organizations.services.api_keys import make_key, revoke_key
from organizations.services.webhook_endpoints import delete_ended_callbacks
from organizations.services.webhooks import announce
from reports.api.assessments import ORDER_EXAMPLE, STATUS_EXAMPLE
from tests.integration.api.conftest import Callers
from tests.interview_rows import STARTED_AT, World, make_interview, make_report, make_world
from tests.staff import make_member
from tests.webhook_servers import WebhookServer, run_webhook_server
from tests.work import do_due

LIST, SEND, STATUS = "/api/v1/ats/list_tests", "/api/v1/ats/send_test", "/api/v1/ats/test_status"
ERROR = "/api/v1/ats/response_error"


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    settings.EMAIL_HOST = "127.0.0.1"
    return make_world("Fernbrook")


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    with run_webhook_server() as running:
        yield running


def connect(organization: Organization, *scopes: str) -> tuple[APIClient, str]:
    """As the document says: the key and a colon, in base64."""
    maker = make_member(f"maker{ApiKey.objects.count()}@{organization.slug}.example", {organization: "admin"})
    wanted = list(scopes or ["assessments:write"])
    _, key = make_key(organization=organization, name="ATS", scopes=wanted, made_by=maker, now=timezone.now())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}")
    return client, key


def order(world: World, **changes: Any) -> dict[str, Any]:
    return {**ORDER_EXAMPLE, "partner_test_id": str(world.panel.uuid), **changes}


def test_the_tests_are_the_published_panels_of_the_keys_organization(world: World) -> None:
    make_world("Elsewhere")
    client, _ = connect(world.organization)
    listed = client.get(LIST)
    assert (listed.status_code, listed.json()) == (
        200,
        [{"partner_test_id": str(world.panel.uuid), "partner_test_name": "Backend screening"}],
    )
    world.panel.status = "draft"
    world.panel.save()
    assert client.get(LIST).json() == []


def test_a_test_is_sent_once_and_is_told_of_when_it_is_over(world: World, server: WebhookServer) -> None:
    client, key = connect(world.organization)
    sent = client.post(SEND, order(world, url=server.url), format="json")
    invitation = InterviewPanelCandidate.objects.get()
    assert (sent.status_code, sent.json()) == (200, {"partner_interview_id": str(invitation.uuid)})
    person = invitation.candidate
    assert (person.full_name, person.email, person.phone) == ("Amara Okafor", "amara@example.com", "+442071838750")
    assert invitation.metadata == {"profile_url": ORDER_EXAMPLE["candidate"]["greenhouse_profile_url"]}
    assert [(one.kind, one.channel) for one in Message.objects.all()] == [("invitation", "email")]
    assert client.post(SEND, order(world, url=server.url), format="json").json() == sent.json()
    assert (InterviewPanelCandidate.objects.count(), Message.objects.count()) == (1, 1)
    assert key not in json.dumps(list(WebhookEndpoint.objects.values()), default=str)
    now = timezone.now()
    said = {"organization_id": world.organization.pk, "about": invitation.uuid, "data": {}, "now": now}
    announce(event="interview.started", **said)
    announce(event="interview.completed", **said)
    do_due(WebhookDelivery, now=now)
    (told,) = server.taken
    basic = base64.b64encode(f"{key}:".encode()).decode()
    assert (told.method, told.body, told.headers["authorization"]) == ("PATCH", b"", f"Basic {basic}")
    assert "webhook-signature" not in told.headers


def test_how_a_test_stands_from_the_invitation_to_the_scorecard(world: World) -> None:
    client, _ = connect(world.organization)
    session = make_interview(world)
    sent = session.invitation
    status = {"partner_interview_id": str(sent.uuid)}
    page = f"http://localhost:4545/admin/interviewpanel/interviewpanelcandidate/{sent.pk}/change/"
    before = {"partner_profile_url": page, "partner_score": None, "metadata": {"Panel": "Backend screening"}}
    assert client.get(STATUS, status).json() == {"partner_status": "scoring", **before}
    sessions = type(session).objects.filter(pk=session.pk)
    for state, word in (("in_progress", "in_progress"), ("pending", "sent"), ("completed", "scoring")):
        sessions.update(status=state)
        assert client.get(STATUS, status).json() == {"partner_status": word, **before}
    report = make_report(session)
    told = client.get(STATUS, status).json()
    assert told == {
        "partner_status": "complete",
        "partner_profile_url": f"http://localhost:4545/admin/reports/interviewreport/interview/{session.pk}/review/",
        "partner_score": report.overall,
        "metadata": {
            "Panel": "Backend screening",
            "Grade": report.grade or None,
            "Technical": report.technical,
            "Communication": report.communication,
            "Problem solving": report.problem_solving,
            "Role fit": report.role_fit,
            "Advice": told["metadata"]["Advice"],
            "Decided by a person": "no_decision",
            "Started at": STARTED_AT.isoformat().replace("+00:00", "Z"),
            "Ended at": "2026-03-12T09:42:00Z",
            "Notes": told["metadata"]["Notes"],
        },
    }
    assert set(told["metadata"]) == set(STATUS_EXAMPLE["metadata"])
    assert not any(isinstance(value, dict | list) for value in told["metadata"].values()), "flat"


def test_a_candidate_who_was_invited_by_hand_is_told_of_as_well(world: World) -> None:
    client, _ = connect(world.organization)
    first = client.post(SEND, order(world, url=None), format="json").json()
    for url in ("https://example.com/1", "https://example.com/2", "https://example.com/1"):
        assert client.post(SEND, order(world, url=url), format="json").json() == first
    invitation = InterviewPanelCandidate.objects.get()
    callbacks = WebhookEndpoint.objects.filter(subject=invitation.uuid, style="callback")
    assert sorted(callbacks.values_list("url", flat=True)) == ["https://example.com/1", "https://example.com/2"]


def test_a_key_is_not_kept_longer_than_it_opens_anything(world: World) -> None:
    client, _ = connect(world.organization)
    row, now = ApiKey.objects.get(), timezone.now()
    client.post(SEND, order(world), format="json")
    delete_ended_callbacks(now=now + timedelta(days=179))
    assert WebhookEndpoint.objects.get().api_key == row
    delete_ended_callbacks(now=now + timedelta(days=181))
    assert WebhookEndpoint.objects.count() == 0
    client.post(SEND, order(world), format="json")
    revoke_key(key=row, now=now)
    assert WebhookEndpoint.objects.count() == 0


def test_nothing_is_told_in_the_name_of_a_key_that_has_ended(world: World, server: WebhookServer) -> None:
    client, _ = connect(world.organization)
    client.post(SEND, order(world, url=server.url), format="json")
    about, now = InterviewPanelCandidate.objects.get().uuid, timezone.now()
    announce(organization_id=world.organization.pk, event="interview.completed", data={}, about=about, now=now)
    ApiKey.objects.update(expires_at=now)
    do_due(WebhookDelivery, now=now)
    assert (server.taken, WebhookDelivery.objects.get().last_error) == (
        [],
        "The API key in whose name it was to be told has ended.",
    )


def test_where_everybody_rates_first_a_score_is_told_once_somebody_has(world: World) -> None:
    client, _ = connect(world.organization)
    session = make_interview(world)
    make_report(session)
    status = {"partner_interview_id": str(session.invitation.uuid)}
    world.panel.rates_blind = "everyone"
    world.panel.save()
    told = client.get(STATUS, status).json()
    assert (told["partner_status"], told["partner_score"], told["metadata"]) == (
        *("in_review", None),
        {"Panel": "Backend screening"},
    )
    person = make_member("rater@fernbrook.example", {world.organization: "hr"})
    for answer in session.answers.exclude(transcript=""):
        AnswerRating.objects.create(answer=answer, rated_by=person, rated_by_name="R", composite=50, at=timezone.now())
    assert client.get(STATUS, status).json()["partner_status"] == "complete"


def test_who_has_withdrawn_is_told_of_no_more(world: World) -> None:
    client, _ = connect(world.organization)
    session = make_interview(world)
    make_report(session)
    ask_people(invitation=session.invitation, kind="withdraw", note="", now=timezone.now())
    told = client.get(STATUS, {"partner_interview_id": str(session.invitation.uuid)}).json()
    assert (told["partner_status"], told["partner_score"]) == ("withdrawn", None)


def test_ids_of_others_and_no_ids_at_all_are_not_found(world: World) -> None:
    other = make_world("Elsewhere")
    client, _ = connect(world.organization)
    theirs = make_interview(other).invitation
    asked = [str(theirs.uuid), "98765", " "]
    assert [client.get(STATUS, {"partner_interview_id": one}).status_code for one in asked] == [404, 404, 404]
    wanted = [order(other), order(world, partner_test_id="12345")]
    assert [client.post(SEND, one, format="json").status_code for one in wanted] == [404, 404]
    assert Candidate.objects.filter(organization=world.organization).count() == 0


def test_what_cannot_be_sent_leaves_nothing_behind(world: World) -> None:
    client, _ = connect(world.organization)
    refused = client.post(SEND, order(world, url="ftp://example.com/"), format="json")
    assert (refused.status_code, Candidate.objects.count(), InterviewPanelCandidate.objects.count()) == (409, 0, 0)
    wrong = client.post(SEND, {"candidate": {"first_name": "Amara"}}, format="json").json()
    assert {one["pointer"] for one in wrong["errors"]} == {
        *("#/partner_test_id", "#/candidate/last_name", "#/candidate/email")
    }


def test_a_number_that_nobody_can_call_is_left_out(world: World) -> None:
    client, _ = connect(world.organization)
    person = {**ORDER_EXAMPLE["candidate"], "phone_number": "123-456-7890"}
    assert client.post(SEND, order(world, candidate=person, url=None), format="json").status_code == 200
    assert (Candidate.objects.get().phone, WebhookEndpoint.objects.count()) == ("", 0)


def test_only_keys_with_the_scope_are_let_in(world: World) -> None:
    other, _ = connect(world.organization, "candidates:write")
    client, _ = connect(world.organization)
    revoke_key(key=ApiKey.objects.order_by("-pk")[0], now=timezone.now())
    nobody = APIClient()
    nobody.credentials(HTTP_AUTHORIZATION="Basic not base64")
    person = Callers(world.organization, world.organization).sign_in("owner")
    answers = [one.get(LIST) for one in (other, client, nobody, person)]
    assert [one.status_code for one in answers] == [403, 401, 401, 401]
    assert answers[2]["WWW-Authenticate"] == 'Basic realm="api"'


def test_what_the_other_side_could_not_use_is_logged_without_the_person(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client, _ = connect(world.organization)
    told = {
        "api_call": "test_status",
        "errors": ["partner_status is missing for <amara@example.com>", "no /people?email=amara%40example.com"],
        "partner_interview_id": "amara@example.com",
        "candidate_email": "amara@example.com",
    }
    answer = client.post(ERROR, told, format="json")
    assert (answer.status_code, answer.json()) == (200, {"status": 200})
    written = "['partner_status is missing for <[address]>', 'no [address]']"
    assert f"'test_status' about no interview of ours: {written}" in caplog.text
    assert "amara" not in caplog.text
