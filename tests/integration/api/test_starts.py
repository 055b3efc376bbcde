"""One call starts an interview by the position's question set; the sets themselves by the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from interviewpanel.api.positions import ANSWER as SET
from interviewpanel.api.starts import ANSWER, EXAMPLE
from interviewpanel.models import InterviewPanelCandidate, InterviewSession, PositionQuestionSet
from interviewpanel.selectors.waiting import list_reached
from interviewpanel.services.invitations import find_invitation
from interviewpanel.services.session_manager import open_session
from organizations.models import Candidate, Change, WebhookEndpoint
from organizations.services.webhook_endpoints import list_secrets
from tests.integration.api.conftest import Callers
from tests.interview_rows import World, make_world
from tests.rows_besides import add_question_set

START, SETS = "/api/v1/interviews/start/", "/api/v1/positions/"


@pytest.fixture
def world(db: None) -> World:
    return make_world("Fernbrook")


@pytest.fixture
def callers(world: World) -> Callers:
    return Callers(world.organization, make_world("Elsewhere").organization)


def test_one_call_gives_everything_that_is_needed(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer", "2 to 5 years")
    answer = callers.use_key("interviews:write", "results:read").post(START, EXAMPLE, format="json")
    told = answer.json()
    invitation = InterviewPanelCandidate.objects.get()
    assert (answer.status_code, answer["Cache-Control"], set(told)) == (201, "no-store", set(ANSWER))
    assert answer["Location"] == f"/api/v1/interviews/{told['interview_id']}/"
    assert callers.sign_in("recruiter").get(answer["Location"]).json()["id"] == told["interview_id"]
    assert told == {
        "interview_id": str(invitation.sessions.get().uuid),
        "invitation_id": str(invitation.uuid),
        "candidate_id": str(invitation.candidate.uuid),
        "panel_id": str(world.panel.uuid),
        "question_set": "Backend engineer, 2 to 5 years",
        "token": told["token"],
        "join_url": f"http://localhost:4545/i/{told['token']}/",
        "socket_url": f"ws://localhost:4545/ws/interview/{told['token']}/",
        "expires_at": invitation.expires_at.isoformat().replace("+00:00", "Z"),
        "room": None,
        "metadata": {"application": "4711"},
        "webhook": {"url": "https://ats.example.com/interviews", "secret": told["webhook"]["secret"]},
    }
    endpoint = WebhookEndpoint.objects.get(subject=invitation.uuid)
    assert list_secrets(endpoint, timezone.now()) == [told["webhook"]["secret"]]
    person = invitation.candidate
    assert (person.full_name, person.email, invitation.metadata) == (
        *("Amara Okafor", "amara@example.com"),
        {"application": "4711"},
    )
    assert timedelta(hours=23) < invitation.expires_at - timezone.now() <= timedelta(hours=24)
    lines = Change.objects.order_by("pk").values_list("subject_type", "action", "message")
    assert [line for line in lines if line[0] != "organizations.membership"] == [
        ("organizations.candidate", "added", f"By the API key {used_key()}."),
        ("interviewpanel.interviewpanelcandidate", "added", f"By the API key {used_key()}."),
    ]


def used_key() -> str:
    from organizations.models import ApiKey

    return str(ApiKey.objects.get())


def test_the_token_opens_the_very_interview_that_was_told(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    told = callers.sign_in("recruiter").post(START, EXAMPLE, format="json").json()
    invitation = find_invitation(told["token"])
    assert invitation is not None
    reached = list_reached(InterviewPanelCandidate.objects.all(), "opened")
    assert list(reached) == []  # made ahead is not opened
    session = open_session(invitation=invitation, now=timezone.now())
    assert (str(session.uuid), InterviewSession.objects.count(), list(reached.all())) == (
        *(told["interview_id"], 1),
        [invitation],
    )


def test_who_is_known_is_not_added_again_and_has_one_open_link(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    recruiter = callers.sign_in("recruiter")
    known = Candidate.objects.create(organization=world.organization, full_name="Amara", email="Amara@Example.com")
    assert recruiter.post(START, EXAMPLE, format="json").json()["candidate_id"] == str(known.uuid)
    again = recruiter.post(START, EXAMPLE, format="json")
    assert (again.status_code, again.json()["detail"]) == (
        *(409,),
        "Amara has an open link to this panel already. Send that one again, or make it new.",
    )
    assert Candidate.objects.filter(organization=world.organization).count() == 1


def test_an_address_of_staff_who_tried_a_panel_is_no_candidates(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    Candidate.objects.create(
        organization=world.organization, full_name="Olga", email="amara@example.com", is_trial=True
    )
    answer = callers.sign_in("recruiter").post(START, EXAMPLE, format="json")
    assert (answer.status_code, answer.json()["detail"]) == (
        *(409,),
        "Nobody can be invited at this address: it is no candidate's.",
    )


def test_who_has_no_address_comes_by_the_link(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    recruiter = callers.sign_in("recruiter")
    wanted = {"name": "Amara", "position": "backend ENGINEER"}
    both = [recruiter.post(START, wanted, format="json").json() for _ in range(2)]
    assert len({one["candidate_id"] for one in both}) == 2
    assert set(Candidate.objects.values_list("email", flat=True)) == {""}


def test_a_repeated_call_makes_one_interview(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    client = callers.use_key("interviews:write", "results:read")
    answers = [client.post(START, EXAMPLE, format="json", HTTP_IDEMPOTENCY_KEY="4711").json() for _ in range(2)]
    assert (answers[0] == answers[1], InterviewPanelCandidate.objects.count()) == (True, 1)


def test_a_position_without_a_set_is_told_which_there_are(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Data analyst", "senior")
    recruiter = callers.sign_in("recruiter")
    wrong = recruiter.post(START, EXAMPLE, format="json")
    assert (wrong.status_code, wrong.json()["errors"]) == (
        400,
        [
            {
                "pointer": "#/position",
                "detail": "No question set serves “Backend engineer” with “3 years”. There are: Data analyst, senior. "
                "Make one, with a published panel.",
                "code": "no_question_set",
            }
        ],
    )
    world.panel.status = "draft"
    world.panel.save()
    wanted = {**EXAMPLE, "position": "Data analyst", "experience": "senior"}
    (told,) = recruiter.post(START, wanted, format="json").json()["errors"]
    assert told["detail"] == (
        "The panel “Backend screening” of the question set “Data analyst, senior” is draft. Publish it, then start."
    )
    assert "There is none yet." in recruiter.post(START, EXAMPLE, format="json").json()["errors"][0]["detail"]
    assert Candidate.objects.count() == 0


def test_another_language_needs_a_panel_in_it(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    recruiter = callers.sign_in("recruiter")
    german = recruiter.post(START, {**EXAMPLE, "language": "de"}, format="json")
    assert german.json()["errors"][0]["detail"].startswith("No question set in “de” serves “Backend engineer”")
    assert recruiter.post(START, {**EXAMPLE, "language": "en"}, format="json").status_code == 201


def test_what_was_sent_wrongly_is_named_field_by_field(callers: Callers) -> None:
    body = {"email": "x", "phone": "12", "metadata": {"a": []}, "expires_in_hours": 0, "language": "xx"}
    wrong = callers.sign_in("recruiter").post(START, body, format="json").json()
    assert {one["pointer"] for one in wrong["errors"]} == {
        *("#/name", "#/position", "#/email", "#/phone", "#/metadata/a", "#/expires_in_hours", "#/language"),
    }


def test_a_webhook_is_brought_by_who_may_read_what_it_is_told(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    bodies = {
        START: EXAMPLE,
        "/api/v1/panel-candidates/": {
            "panel": str(world.panel.uuid),
            "new_candidate": {"full_name": "Sam Okoro", "email": "sam@example.com"},
            "webhook": EXAMPLE["webhook"],
        },
    }
    for number, scopes in enumerate((["interviews:read", "interviews:write"], ["interviews:write", "results:read"])):
        client = callers.use_key(*scopes)
        told = [client.post(page, body, format="json") for page, body in bodies.items()]
        assert [one.status_code for one in told] == [[403, 403], [201, 201]][number]
        assert WebhookEndpoint.objects.count() == InterviewPanelCandidate.objects.count() == [0, 2][number]


def test_a_webhook_that_cannot_be_is_named_and_nothing_starts(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    recruiter = callers.sign_in("recruiter")
    wrong = [{"url": "ftp://example.com"}, {"url": "https://example.com/", "secret": "short"}]
    told = [recruiter.post(START, {**EXAMPLE, "webhook": one}, format="json") for one in wrong]
    pointers = [[error["pointer"] for error in one.json()["errors"]] for one in told]
    assert ([one.status_code for one in told], pointers) == ([400, 400], [["#/webhook/url"], ["#/webhook/secret"]])
    assert (InterviewPanelCandidate.objects.count(), Candidate.objects.count()) == (0, 0)


def test_only_who_invites_may_start(callers: Callers, world: World) -> None:
    add_question_set(world.panel, "Backend engineer")
    refused = [
        callers.sign_in("reviewer").post(START, EXAMPLE, format="json").status_code,
        callers.use_key("interviews:read").post(START, EXAMPLE, format="json").status_code,
    ]
    stranger = callers.sign_in("stranger")
    assert "There is none yet." in stranger.post(START, EXAMPLE, format="json").json()["errors"][0]["detail"]
    named = stranger.post(START, {**EXAMPLE, "organization": str(world.organization.uuid)}, format="json").json()
    assert (refused, [one["pointer"] for one in named["errors"]]) == ([403, 403], ["#/organization"])


# --- The sets ----------------------------------------------------------------------------------------------------


def test_a_question_set_is_made_changed_and_taken_away(callers: Callers, world: World) -> None:
    recruiter = callers.sign_in("recruiter")
    body = {"position": "Backend engineer", "experience": "2 to 5 years", "panel": str(world.panel.uuid)}
    made = recruiter.post(SETS, body, format="json")
    row = PositionQuestionSet.objects.get()
    assert (made.status_code, made.json()) == (
        201,
        {
            "id": str(row.uuid),
            "organization": str(world.organization.uuid),
            **body,
            "panel_title": "Backend screening",
            "panel_status": "published",
            "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
        },
    )
    assert set(made.json()) == set(SET)
    read = recruiter.get(made["Location"])
    assert read.json() == made.json()
    twice = recruiter.post(SETS, {**body, "position": "BACKEND engineer"}, format="json")
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (400, "exists")
    assert recruiter.patch(made["Location"], {}, format="json").status_code == 200  # of which no line tells
    changed = recruiter.patch(made["Location"], {"experience": "senior"}, format="json", HTTP_IF_MATCH=read["ETag"])
    assert (changed.status_code, changed.json()["experience"]) == (200, "senior")
    late = recruiter.patch(made["Location"], {"experience": "junior"}, format="json", HTTP_IF_MATCH=read["ETag"])
    gone = recruiter.delete(made["Location"], HTTP_IF_MATCH=read["ETag"])
    assert (late.status_code, gone.status_code) == (412, 412)
    assert recruiter.delete(made["Location"]).status_code == 204
    lines = Change.objects.filter(subject_type="interviewpanel.positionquestionset").order_by("pk")
    assert [line.action for line in lines] == ["added", "changed", "deleted"]
    assert [(one["field"], one["before"], one["after"]) for one in lines[1].differences] == [
        ("experience", "2 to 5 years", "senior")
    ]


def test_a_set_stays_its_own_twin_and_becomes_no_others(callers: Callers, world: World) -> None:
    row, other = add_question_set(world.panel, "Backend engineer"), add_question_set(world.panel, "Designer")
    recruiter = callers.sign_in("recruiter")
    again = recruiter.patch(f"{SETS}{row.uuid}/", {"position": "Backend  ENGINEER"}, format="json")
    twin = recruiter.patch(f"{SETS}{other.uuid}/", {"position": "backend engineer"}, format="json")
    assert (again.status_code, again.json()["position"]) == (200, "Backend  ENGINEER")
    assert (twin.status_code, [(one["pointer"], one["code"]) for one in twin.json()["errors"]]) == (
        400,
        [("#/position", "exists")],
    )


def test_a_set_is_of_ones_own_panel(callers: Callers, world: World) -> None:
    row = add_question_set(world.panel, "Backend engineer")
    stranger = callers.sign_in("stranger")
    body = {"position": "Backend engineer", "panel": str(world.panel.uuid)}
    wrong = stranger.post(SETS, body, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "#/panel")
    assert (stranger.get(SETS).json()["count"], stranger.get(f"{SETS}{row.uuid}/").status_code) == (0, 404)
    assert callers.sign_in("reviewer").get(SETS).status_code == 403
    key = callers.use_key("panels:read")
    assert (key.get(SETS).json()["count"], key.post(SETS, body, format="json").status_code) == (1, 403)


def test_the_list_costs_the_same_for_one_and_for_many(
    callers: Callers, world: World, django_assert_num_queries: object
) -> None:
    recruiter = callers.sign_in("recruiter")
    for number in range(4):
        add_question_set(world.panel, "Backend engineer", str(number))
        with django_assert_num_queries(5):  # type: ignore[operator]
            assert recruiter.get(SETS).json()["count"] == number + 1
