"""Invitations by the API: made, sent, extended, replaced, revoked. Named: Amara, whom Fernbrook invites."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from interviewpanel.api import invitation_examples as examples
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.invitations import make_token
from organizations.engines import sms
from organizations.models import Candidate, Change, Message
from tests.api_examples import swap
from tests.api_panels import begin, invite, make_panel, make_subtopic
from tests.integration.api.conftest import Callers

PAGE = "/api/v1/panel-candidates/"
NOW = "2026-03-02T09:30:00Z"  # of the examples
SITE = {
    "https://interviews.example.com": "http://localhost:4545",
    "wss://interviews.example.com": "ws://localhost:4545",
}


@pytest.fixture(autouse=True)
def time_of_the_examples() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def panel(callers: Callers) -> InterviewPanel:
    return make_panel(make_subtopic(callers.fernbrook), callers.fernbrook)


@pytest.fixture
def recruiter(callers: Callers) -> APIClient:
    return callers.sign_in("recruiter")


def name_all(panel: InterviewPanel) -> dict[str, str]:
    """What the examples show, and what there is in its place."""
    row = InterviewPanelCandidate.objects.get()
    return {
        **SITE,
        examples.ID: str(row.uuid),
        examples.PANEL_ID: str(panel.uuid),
        examples.CANDIDATE["id"]: str(row.candidate.uuid),
        examples.IN_LIST["organization"]: str(panel.organization.uuid),
        examples.LINK: make_token(row),
    }


def list_lines() -> list[tuple[str, str, str, str]]:
    lines = Change.objects.filter(
        subject_type__in=("interviewpanel.interviewpanelcandidate", "organizations.candidate")
    )
    return [(one.subject_type, one.action, one.message, one.reason) for one in lines.order_by("pk")]


def test_one_is_invited_and_told_as_the_examples_say(panel: InterviewPanel, recruiter: APIClient) -> None:
    sent = swap(examples.NEW, {examples.PANEL_ID: str(panel.uuid)})
    made = recruiter.post(PAGE, sent, format="json")
    values = name_all(panel)
    assert (made.status_code, made["Location"], made["Cache-Control"]) == (
        *(201, f"{PAGE}{values[examples.ID]}/"),
        "no-store",
    )
    told = made.json()
    webhook = told.pop("webhook")
    assert (webhook["url"], webhook["secret"].startswith("whsec_")) == (examples.MADE["webhook"]["url"], True)
    assert told == swap(examples.TOLD, values)
    read = recruiter.get(made["Location"])
    assert (read.json(), read["Cache-Control"]) == (told, "no-store")
    assert recruiter.get(made["Location"], HTTP_IF_NONE_MATCH=read["ETag"]).status_code == 304
    assert recruiter.get(PAGE).json()["results"] == [swap(examples.IN_LIST, values)]
    assert [(one[0], one[1]) for one in list_lines()] == [
        ("organizations.candidate", "added"),
        ("interviewpanel.interviewpanelcandidate", "added"),
    ]


def test_a_call_that_is_repeated_invites_once(callers: Callers, panel: InterviewPanel) -> None:
    client = callers.use_key("interviews:write", "results:read")
    sent = swap(examples.NEW, {examples.PANEL_ID: str(panel.uuid)})
    first, again = (client.post(PAGE, sent, format="json", HTTP_IDEMPOTENCY_KEY="one") for _ in range(2))
    assert (first.status_code, again.status_code, again["Cache-Control"]) == (201, 201, "no-store")
    assert first.json() == again.json()
    assert (InterviewPanelCandidate.objects.count(), Message.objects.count()) == (1, 1)


def test_what_is_wrong_invites_nobody(callers: Callers, panel: InterviewPanel, recruiter: APIClient) -> None:
    theirs = make_panel(make_subtopic(callers.elsewhere, "Joins"), callers.elsewhere)
    stranger = Candidate.objects.create(organization=callers.elsewhere, full_name="Mallory", email="m@example.com")
    person, ours = examples.NEW["new_candidate"], str(panel.uuid)
    wrong: list[tuple[dict[str, Any], list[str]]] = [
        ({"panel": ours}, ["#/candidate"]),
        ({"panel": ours, "candidate": str(stranger.uuid), "new_candidate": person}, ["#/candidate"]),
        ({"panel": ours, "candidate": str(stranger.uuid)}, ["#/candidate"]),
        ({"panel": ours, "candidate": str(panel.uuid)}, ["#/candidate"]),
        ({"panel": str(theirs.uuid), "new_candidate": person}, ["#/panel"]),
        ({"panel": [], "new_candidate": []}, ["#/new_candidate", "#/panel"]),
        (
            {"panel": ours, "new_candidate": {"full_name": "", "email": "no", "phone": "12"}},
            [*("#/new_candidate/email", "#/new_candidate/full_name"), "#/new_candidate/phone"],
        ),
        ({"panel": ours, "new_candidate": person, "metadata": {"a": []}}, ["#/metadata/a"]),
        ({"panel": ours, "new_candidate": person, "metadata": {"a" * 65: 1}}, ["#/metadata"]),
        (
            {"panel": ours, "new_candidate": person, "expires_in_hours": 2161, "send": "post"},
            ["#/expires_in_hours", "#/send"],
        ),
    ]
    for sent, pointers in wrong:
        answer = recruiter.post(PAGE, sent, format="json")
        assert answer.status_code == 400, answer.content
        assert sorted({one["pointer"] for one in answer.json()["errors"]}) == sorted(pointers)
    assert (Candidate.objects.count(), InterviewPanelCandidate.objects.count(), list_lines()) == (1, 0, [])


def test_a_webhook_that_cannot_be_invites_nobody(panel: InterviewPanel, recruiter: APIClient) -> None:
    sent = {**examples.NEW, "panel": str(panel.uuid), "webhook": {"url": "https://127.0.0.1/"}}
    answer = recruiter.post(PAGE, sent, format="json")
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (400, ["#/webhook/url"])
    assert (Candidate.objects.count(), InterviewPanelCandidate.objects.count()) == (0, 0)


def test_the_service_refuses_in_its_own_words(panel: InterviewPanel, recruiter: APIClient) -> None:
    invite(recruiter, panel)
    amara = Candidate.objects.get()

    def refuse(**values: Any) -> tuple[int, str]:
        answer = recruiter.post(PAGE, {"panel": str(panel.uuid), **values}, format="json")
        return answer.status_code, answer.json()["detail"]

    told = "Amara Okafor has an open link to this panel already. Send that one again, or make it new."
    assert refuse(candidate=str(amara.uuid)) == (409, told)
    again = recruiter.post(PAGE, swap(examples.NEW, {examples.PANEL_ID: str(panel.uuid)}), format="json")
    assert [(one["pointer"], one["code"]) for one in again.json()["errors"]] == [("#/new_candidate/email", "exists")]
    noor = {"full_name": "Noor", "email": "noor@example.com"}
    assert refuse(new_candidate=noor, send="sms") == (409, sms.NOT_SET_UP)
    InterviewPanel.objects.update(status="draft")
    assert refuse(new_candidate=noor) == (
        409,
        "The panel “Backend screening” is draft. Publish it first, then invite.",
    )
    assert (Candidate.objects.count(), InterviewPanelCandidate.objects.count()) == (1, 1)


def test_links_are_sent_extended_replaced_and_revoked(panel: InterviewPanel, recruiter: APIClient) -> None:
    told = invite(recruiter, panel, send=None)
    page = f"{PAGE}{told['id']}/"

    def act(name: str, body: Any) -> Any:
        answer = recruiter.post(f"{page}{name}/", body, format="json")
        return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()["detail"])

    assert (told["last_message"], act("send", examples.SEND)["last_message"]["kind"]) == (None, "invitation")
    assert act("remind", {})["last_message"]["kind"] == "reminder"
    extended = act("extend", examples.EXTEND)
    assert (extended["expires_at"], extended["token"]) == (examples.EXTEND["expires_at"], told["token"])
    earlier = act("extend", {**examples.EXTEND, "expires_at": "2026-03-09T18:00:00Z"})
    assert earlier == (
        *(409,),
        "That is no more time: the link works until 10 Mar 2026, 18:00 (UTC), the panel may close before.",
    )
    revoked = act("revoke", examples.REVOKE)
    assert (revoked["state"], revoked["revoked_at"]) == ("revoked", NOW)
    assert act("revoke", examples.REVOKE) == (409, "The link was revoked already.")
    assert act("send", {}) == (409, "The link was revoked. Make a new one.")
    new = act("reissue", examples.REISSUE)
    assert (new["state"], new["token"] == told["token"], new["expires_at"]) == (
        *("waiting", False),
        "2026-03-03T09:30:00Z",
    )
    assert [one["kind"] for one in new["messages"]] == ["new_link", "extended", "reminder", "invitation"]
    assert [(one[2], one[3]) for one in list_lines()][2:] == [
        ("Invitation to be sent by e-mail. By the API.", ""),
        ("Reminder to be sent by e-mail. By the API.", ""),
        ("Link extended until 10 Mar 2026, 18:00 (UTC). To be sent by e-mail. By the API.", "The candidate was ill."),
        ("Link revoked. By the API.", "The job is filled."),
        ("New link made. To be sent by e-mail. By the API.", "The first link went to an old address."),
    ]
    begin(InterviewPanelCandidate.objects.get(), status="completed", ended_at=NOW)
    assert act("reissue", {}) == (409, "The interview is over.")
    missing = recruiter.post(f"{page}revoke/", {}, format="json").json()["errors"]
    assert [one["pointer"] for one in missing] == ["#/reason"]


def test_one_call_with_a_key_of_its_own_writes_once(panel: InterviewPanel, recruiter: APIClient) -> None:
    page = f"{PAGE}{invite(recruiter, panel, send=None)['id']}/remind/"
    answers = [recruiter.post(page, {}, format="json", HTTP_IDEMPOTENCY_KEY="once") for _ in range(3)]
    assert ([one.status_code for one in answers], Message.objects.count()) == ([200] * 3, 1)
