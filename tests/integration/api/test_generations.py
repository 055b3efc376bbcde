"""The generation log by the API: listed, followed, cancelled, asked for again."""

from collections.abc import Iterator

import pytest
from django.conf import settings as site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from organizations.models import Change
from questionbank.api import generations as examples
from questionbank.models import Generation
from tests.integration.api.conftest import Callers
from tests.models_at_hand import model_at_hand
from tests.rows_besides import add_generation

PAGE = "/api/v1/generations/"


@pytest.fixture(autouse=True)
def model(settings: Settings) -> Iterator[None]:
    with model_at_hand(settings):
        yield


def test_the_log_names_each_once_and_is_cut(callers: Callers) -> None:
    whole = add_generation(callers.fernbrook, kind="batch", req_id="")
    part = add_generation(callers.fernbrook, kind="batch_part", req_id="", parent=whole)
    other = add_generation(callers.fernbrook, work_status="failed", last_error="Refused.", req_id="REQ-7")
    add_generation(callers.elsewhere)
    client = callers.use_key("generation:read")
    assert [one["id"] for one in client.get(PAGE).json()["results"]] == [str(other.uuid), str(whole.uuid)]

    def find(**wanted: str) -> list[str]:
        return [one["id"] for one in client.get(PAGE, wanted).json()["results"]]

    assert find(req_id="REQ-7") == find(status="failed") == find(operation="screening") == [str(other.uuid)]
    assert find(status="success") == []
    assert find(parent=str(whole.uuid)) == [str(part.uuid)]
    assert client.get(PAGE, {"status": "lost"}).json()["errors"][0]["pointer"] == "#/status"
    assert client.get(f"{PAGE}{other.uuid}/").json() == {
        **examples.EXAMPLE,
        "id": str(other.uuid),
        "status_url": f"{site.PUBLIC_URL}{PAGE}{other.uuid}/",
        "organization": str(callers.fernbrook.uuid),
        "operation": "screening",
        "req_id": "REQ-7",
        "user": None,
        "status": "failed",
        "steps": 2,
        "steps_done": 0,
        "doing": "",
        "error": "Refused.",
        **dict.fromkeys(("tokens", "prompt_tokens", "completion_tokens"), 0),
        "asked_at": other.created_at.isoformat().replace("+00:00", "Z"),
        "started_at": None,
        "completed_at": None,
        "parts": [],
    }
    told = client.get(f"{PAGE}{whole.uuid}/").json()["parts"]
    assert [(one["id"], one["parent"]) for one in told] == [(str(part.uuid), str(whole.uuid))]


def test_it_is_followed_cheaply_by_its_tag(callers: Callers) -> None:
    row = add_generation(callers.fernbrook)
    client = callers.use_key("generation:read")
    first = client.get(f"{PAGE}{row.uuid}/")
    headers = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert client.get(f"{PAGE}{row.uuid}/", **headers).status_code == 304
    Generation.objects.filter(pk=row.pk).update(steps_done=1)
    assert client.get(f"{PAGE}{row.uuid}/", **headers).json()["steps_done"] == 1


def test_it_is_cancelled_and_asked_for_again(callers: Callers) -> None:
    row = add_generation(callers.fernbrook, steps_done=1)
    client = callers.sign_in("recruiter")
    told = client.post(f"{PAGE}{row.uuid}/cancel/")
    assert (told.status_code, told.json()["status"], told.json()["error"]) == (200, "failed", examples.FAILED["error"])
    assert client.post(f"{PAGE}{row.uuid}/cancel/").status_code == 409
    again = client.post(f"{PAGE}{row.uuid}/retry/")
    assert (again.status_code, again["Location"]) == (202, f"{site.PUBLIC_URL}{PAGE}{row.uuid}/")
    assert set(again.json()) == set(examples.WAITING)
    assert {name: again.json()[name] for name in ("status", "steps_done", "doing", "error")} == {
        "status": "in_progress",
        "steps_done": 1,
        "doing": "Waiting for a worker",
        "error": "",
    }
    refused = client.post(f"{PAGE}{row.uuid}/retry/")
    assert (refused.status_code, refused.json()["detail"]) == (409, "Only what has failed is asked for again.")
    lines = Change.objects.filter(subject_type="questionbank.generation").order_by("pk")
    assert [line.message for line in lines] == ["Cancelled. By the API.", "Asked for once more. By the API."]


def test_who_may(callers: Callers) -> None:
    row = add_generation(callers.fernbrook)
    assert callers.sign_in("reviewer").get(PAGE).status_code == 403
    assert callers.sign_in("stranger").get(f"{PAGE}{row.uuid}/").status_code == 404
    assert callers.use_key("generation:read").post(f"{PAGE}{row.uuid}/cancel/").status_code == 403
    assert callers.use_key("generation:write").post(f"{PAGE}{row.uuid}/cancel/").status_code == 200


def test_constant_queries(callers: Callers) -> None:
    client = callers.sign_in("recruiter")
    counts = []
    for number in range(3):
        add_generation(callers.fernbrook, req_id=f"REQ-{number}")
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert len(set(counts)) == 1
