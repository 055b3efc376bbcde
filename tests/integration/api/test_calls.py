"""Phone calls by the API: asked for by who may, once for one key, told as the examples say. Nobody else's."""

from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.api.calls import ASKED, CALL, CONSENT, EXAMPLE, INVITATION, NOTE
from interviewpanel.domain.calling_rules import NO_CONSENT
from interviewpanel.models import CallConsent, CallOptOut, InterviewPanelCandidate, PhoneCall
from interviewpanel.services.invitations import issue_invitation
from organizations.models import Candidate, Change, Organization
from tests.api_panels import make_panel, make_subtopic
from tests.call_rows import NUMBER, add_consent, add_phone_call
from tests.integration.api.conftest import Callers
from tests.twilio_server import TwilioServer, use_twilio

NOW = "2026-03-12T09:29:00Z"  # of the examples: a Thursday
PAGE, CALLS = "/api/v1/panel-candidates/", "/api/v1/calls/"


@pytest.fixture(autouse=True)
def a_site_that_calls(settings: Settings) -> Any:
    """Nothing is placed here: that is the worker's."""
    use_twilio(settings, TwilioServer(url="http://127.0.0.1:9"))
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amara(callers: Callers) -> InterviewPanelCandidate:
    panel = make_panel(make_subtopic(callers.fernbrook), callers.fernbrook)
    person = Candidate.objects.create(organization=callers.fernbrook, full_name="Amara Okafor", email="a@example.com")
    invitation = issue_invitation(panel=panel, candidate=person, now=timezone.now(), hours=24)
    Candidate.objects.filter(pk=invitation.candidate_id).update(phone=NUMBER)
    return InterviewPanelCandidate.objects.select_related("candidate").get(pk=invitation.pk)


def post(client: Any, row: InterviewPanelCandidate, what: str, body: Any = None, **headers: str) -> Any:
    return client.post(f"{PAGE}{row.uuid}/{what}/", body or {}, format="json", headers=headers)


def test_consent_first_then_a_call_and_what_became_of_it(callers: Callers, amara: InterviewPanelCandidate) -> None:
    key = callers.use_key("calls:write")
    refused = post(key, amara, "calls")
    assert (refused.status_code, refused.json()["detail"]) == (409, NO_CONSENT)
    agreed = post(key, amara, "call-consent", NOTE)
    assert (agreed.status_code, agreed.json()) == (200, {**CONSENT, "panel_candidate": str(amara.uuid)})
    asked = post(key, amara, "calls", **{"Idempotency-Key": "ring-once"})
    call = PhoneCall.objects.get()
    url = f"http://testserver{CALLS}{call.uuid}/"
    ids = {"id": str(call.uuid), "panel_candidate": str(amara.uuid), "organization": str(amara.organization.uuid)}
    assert (asked.status_code, asked["Location"]) == (202, url)
    assert asked.json() == {**ASKED, **ids, "status_url": url}
    again = post(key, amara, "calls", **{"Idempotency-Key": "ring-once"})
    assert (again.status_code, again.json(), PhoneCall.objects.count()) == (202, asked.json(), 1)
    assert post(key, amara, "calls").json()["detail"] == "A call to the candidate is under way."
    told = {name: value for name, value in asked.json().items() if name != "status_url"}
    assert key.get(f"{CALLS}{call.uuid}/").json() == told
    messages = [one.message for one in Change.objects.filter(subject_uuid=amara.uuid).order_by("id")]
    assert all(message.startswith("By the API key ATS (ib_") for message in messages)
    assert [message.partition("). ")[2] for message in messages] == [
        "Recorded that the candidate agreed to be called.",
        "A call was asked for.",
    ]
    assert CallConsent.objects.get().note == NOTE["note"]


def test_a_call_that_is_over_is_told_as_the_example_says(callers: Callers, amara: InterviewPanelCandidate) -> None:
    call = add_phone_call(
        amara,
        requested_at=EXAMPLE["requested_at"],
        placed_at=EXAMPLE["placed_at"],
        answered_at=EXAMPLE["answered_at"],
        ended_at=EXAMPLE["ended_at"],
        seconds=EXAMPLE["seconds"],
    )
    told = {
        **EXAMPLE,
        "id": str(call.uuid),
        "panel_candidate": str(amara.uuid),
        "organization": str(amara.organization.uuid),
        "has_recording": False,
    }
    assert callers.use_key("calls:read").get(CALLS).json()["results"] == [told]


def test_a_call_back_names_the_call_it_follows(callers: Callers, amara: InterviewPanelCandidate) -> None:
    recruiter = callers.sign_in("recruiter")
    add_consent(amara)
    first = add_phone_call(amara, outcome="no_answer", status="no-answer")
    assert post(recruiter, amara, "calls", {"call_back_of": CALL}).status_code == 400
    asked = post(recruiter, amara, "calls", {"call_back_of": str(first.uuid)})
    assert (asked.status_code, asked.json()["call_back_of"]) == (202, str(first.uuid))
    second = PhoneCall.objects.get(status="requested")
    assert (second.call_back_of, second.placed_by.email) == (first, "recruiter@fernbrook.example")


def test_who_is_not_to_be_called_is_not_called(callers: Callers, amara: InterviewPanelCandidate) -> None:
    owner = callers.sign_in("owner")
    add_consent(amara)
    told = post(owner, amara, "call-opt-out")
    assert (told.status_code, told.json()["may_be_called"]) == (200, False)
    assert CallOptOut.objects.get().way == "staff"
    refused = "This number has asked not to be called. Only the candidate can take that back, on their own page."
    assert post(owner, amara, "calls").json()["detail"] == refused
    assert post(owner, amara, "call-consent", NOTE).json()["detail"] == refused
    assert PhoneCall.objects.count() == 0


def test_who_may_and_who_may_not(callers: Callers, amara: InterviewPanelCandidate) -> None:
    add_consent(amara)
    elsewhere = callers.use_key("calls:write", organization=callers.elsewhere)
    tries = {
        "reviewer": callers.sign_in("reviewer"),
        "stranger": callers.sign_in("stranger"),
        "reads": callers.use_key("calls:read", "interviews:write"),
        "elsewhere": elsewhere,
    }
    answers = {who: [post(one, amara, what).status_code for what in WHAT] for who, one in tries.items()}
    assert answers == {
        "reviewer": [403, 403, 403],
        "stranger": [404, 404, 404],
        "reads": [403, 403, 403],
        "elsewhere": [404, 404, 404],
    }
    assert (PhoneCall.objects.count(), CallConsent.objects.count(), CallOptOut.objects.count()) == (0, 1, 0)
    assert tries["reviewer"].get(CALLS).status_code == 403
    assert elsewhere.get(CALLS).json()["results"] == []


WHAT = ("calls", "call-consent", "call-opt-out")


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_however_long_it_is(
    callers: Callers, amara: InterviewPanelCandidate, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        add_phone_call(amara, sid=f"CA{number:032x}")
    client = callers.sign_in("recruiter")
    assert client.get(CALLS, {"outcome": "person", "panel_candidate": INVITATION}).json()["results"] == []
    with django_assert_num_queries(QUERIES):
        assert len(client.get(CALLS, {"panel_candidate": str(amara.uuid)}).json()["results"]) == count


QUERIES = 5


def test_hours_that_end_before_they_begin_are_refused(callers: Callers) -> None:
    page = f"/api/v1/organizations/{callers.fernbrook.uuid}/"
    owner = callers.sign_in("owner")
    tried = owner.patch(page, {"calling_opens": "21:00"}, format="json")
    assert tried.status_code == 400
    assert "Calling hours end after they begin, on the same day." in str(tried.json())
    wrong = owner.patch(page, {"calling_prefixes": "0049"}, format="json")
    assert "“0049” is no beginning of a number." in str(wrong.json())
    assert Organization.objects.get(pk=callers.fernbrook.pk).calling_prefixes == ""
