"""Who is told what of invitations, and who may do what with them; lists. Named: Amara, whom Fernbrook invites."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from organizations.models import Candidate, Message
from tests.api_panels import begin, invite, make_panel, make_subtopic
from tests.integration.api.conftest import Callers

PAGE = "/api/v1/panel-candidates/"
NOW = "2026-03-02T09:30:00Z"


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


def test_the_link_is_told_to_who_may_send_it_and_the_deadline_not_to_raters(
    callers: Callers, panel: InterviewPanel, recruiter: APIClient
) -> None:
    told = {name: one for name, one in invite(recruiter, panel).items() if name != "webhook"}
    page = f"{PAGE}{told['id']}/"
    secrets = ("join_url", "token", "socket_url")
    reviewer = callers.sign_in("reviewer")
    rater, reader, writer = (
        reviewer.get(page).json(),
        callers.use_key("interviews:read").get(page).json(),
        callers.use_key("interviews:write").get(page).json(),
    )
    hidden = dict.fromkeys((*secrets, "expires_at", "metadata", "last_message", "messages"))
    assert rater == {**told, **hidden, "state": "not_begun"}
    assert reader == {**told, **dict.fromkeys(secrets)}
    assert writer == told
    assert reviewer.get(f"{PAGE}?state=waiting").json()["count"] == 0
    InterviewPanelCandidate.objects.update(expires_at="2026-03-01T00:00:00Z")
    assert reviewer.get(page).json()["state"] == "not_begun"
    assert recruiter.get(page).json()["state"] == "expired"


def test_who_is_to_rate_first_is_told_no_link(panel: InterviewPanel, recruiter: APIClient) -> None:
    page = f"{PAGE}{invite(recruiter, panel)['id']}/"
    InterviewPanel.objects.update(rates_blind="everyone")
    session = begin(InterviewPanelCandidate.objects.get())
    assert recruiter.get(page).json()["join_url"] is not None
    version = panel.distribution.get().subtopic.questions.first().current_version  # type: ignore[union-attr]
    session.answers.create(
        number=1,
        question_version=version,
        question_text="Why?",
        cell_difficulty="medium",
        transcript="Because.",
        asked_at=session.started_at,
    )
    told = recruiter.get(page).json()
    assert (told["join_url"], told["token"], told["socket_url"]) == (None, None, None)
    assert (told["state"], told["interview"]) == ("begun", {"id": str(session.uuid), "status": "in_progress"})


def test_each_reaches_their_own_and_does_what_their_role_says(
    callers: Callers, panel: InterviewPanel, recruiter: APIClient
) -> None:
    page = f"{PAGE}{invite(recruiter, panel)['id']}/"
    calls = [("get", ""), *(("post", f"{one}/") for one in ("revoke", "reissue", "extend", "send", "remind"))]
    body = {"reason": "No.", "expires_at": "2026-03-20T09:30:00Z"}
    found = {
        name: [getattr(client, method)(f"{page}{path}", body, format="json").status_code for method, path in calls]
        for name, client in {
            "stranger": callers.sign_in("stranger"),
            "reviewer": callers.sign_in("reviewer"),
            "reader": callers.use_key("interviews:read"),
            "their key": callers.use_key("interviews:write", organization=callers.elsewhere),
            "panels": callers.use_key("panels:write"),
        }.items()
    }
    assert found == {
        "stranger": [404] * 6,
        "reviewer": [200, *[403] * 5],
        "reader": [200, *[403] * 5],
        "their key": [404] * 6,
        "panels": [403] * 6,
    }
    row = InterviewPanelCandidate.objects.get()
    assert (row.revoked_at, row.token_version, Message.objects.count()) == (None, 1, 1)


def test_trials_and_what_was_erased_are_not_there(panel: InterviewPanel, recruiter: APIClient) -> None:
    page = f"{PAGE}{invite(recruiter, panel)['id']}/"
    InterviewPanelCandidate.objects.update(is_trial=True)
    assert (recruiter.get(PAGE).json()["count"], recruiter.get(page).status_code) == (0, 404)
    InterviewPanelCandidate.objects.update(is_trial=False, erased_at=NOW, erased_because="request")
    assert (recruiter.get(PAGE).json()["count"], recruiter.get(page).status_code) == (0, 404)


def test_a_list_is_searched_filtered_and_takes_as_many_queries_for_many(
    panel: InterviewPanel, recruiter: APIClient
) -> None:
    invite(recruiter, panel)
    amara = Candidate.objects.get()

    def read(query: str = "") -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = recruiter.get(f"{PAGE}{query}").json()["results"]
        return len(rows), len(queries)

    read()
    _, few = read()
    for number in range(5):
        person = {"full_name": f"Person {number}", "email": f"person{number}@example.com"}
        begin(InterviewPanelCandidate.objects.get(uuid=invite(recruiter, panel, new_candidate=person)["id"]))
    assert read() == (6, few)
    names = (
        "?search=amara",
        "?state=begun",
        "?state=waiting",
        "?state=over",
        f"?candidate={amara.uuid}",
        "?page_size=4",
    )
    assert [read(query)[0] for query in (*names, f"?panel={panel.uuid}", f"?panel={amara.uuid}")] == [
        *(1, 5, 1, 0, 1, 4),
        *(6, 0),
    ]
    for wrong in ("state=asleep", "panel=1", "created_before=0001-01-01T00:00:00%2B14:00"):
        answer = recruiter.get(f"{PAGE}?{wrong}").json()
        assert [one["pointer"] for one in answer["errors"]] == [f"#/{wrong.partition('=')[0]}"]
