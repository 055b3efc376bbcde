"""How the reading of a résumé went, and its text, by the API."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from organizations.api.candidate_resumes import NO_RESUME, READ, RESUME_WAITS, TEXT
from organizations.api.candidates import EXAMPLE
from organizations.domain.resume_readings import REFUSALS
from organizations.models import ResumeText
from tests.integration.api.conftest import Callers
from tests.resume_bombs import pack_tightly, scan
from tests.resume_files import SEEN, UNSEEN, make_page
from tests.work import do_due

pytestmark = pytest.mark.django_db(transaction=True)

CANDIDATES = "/api/v1/candidates/"
CV = make_page(f"<p>{SEEN}</p><p style='color: white'>{UNSEEN}</p>")


@pytest.fixture
def owner(callers: Callers) -> APIClient:
    return callers.sign_in("owner")


def add(client: APIClient, content: bytes = CV, name: str = "cv.pdf", **values: Any) -> str:
    page = f"{CANDIDATES}{client.post(CANDIDATES, {**EXAMPLE, **values}, format='json').json()['id']}/"
    if content:
        stored = client.put(f"{page}resume/", {"file": SimpleUploadedFile(name, content)}, format="multipart")
        assert (stored.status_code, stored.json()["resume"]) == (200, RESUME_WAITS)
    return page


def test_it_waits_is_read_and_told_with_what_is_hidden(owner: APIClient) -> None:
    page = add(owner)
    waits = owner.get(f"{page}resume-text/")
    assert (waits.status_code, waits["Retry-After"], waits.json()["state"]) == (202, "3", "waiting")
    do_due(ResumeText)
    state = owner.get(page).json()["resume"]
    flag = {**READ["flags"][0], "characters": len(UNSEEN), "samples": [UNSEEN]}
    assert state == {**READ, "pages": 1, "characters": len(SEEN), "flags": [flag]}
    text = owner.get(f"{page}resume-text/")
    assert (text.status_code, text.json()) == (200, {**state, "is_cut": False, "text": SEEN})
    assert text.json().keys() == TEXT.keys()


def test_one_without_a_resume_has_no_text(owner: APIClient) -> None:
    page = add(owner, b"")
    assert (owner.get(page).json()["resume"], owner.get(f"{page}resume-text/").status_code) == (NO_RESUME, 404)


def test_what_cannot_be_read_says_what_to_do(owner: APIClient) -> None:
    page = add(owner, scan())
    do_due(ResumeText)
    refused = owner.get(f"{page}resume-text/")
    assert (refused.status_code, refused.json()["detail"]) == (409, REFUSALS["scan"])
    told = owner.get(page).json()["resume"]
    assert (told["state"], told["detail"]) == ("refused", REFUSALS["scan"])


def test_a_bomb_is_not_even_stored(owner: APIClient) -> None:
    page = add(owner, b"")
    file = SimpleUploadedFile("cv.docx", pack_tightly())
    refused = owner.put(f"{page}resume/", {"file": file}, format="multipart")
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["pointer"], REFUSALS["too_large"] in error["detail"]) == (400, "#/file", True)


def test_who_sees_the_candidate_reads_it_and_nobody_else(callers: Callers, owner: APIClient) -> None:
    page = f"{add(owner)}resume-text/"
    do_due(ResumeText)
    found = {
        "reviewer": callers.sign_in("reviewer").get(page).status_code,
        "key": callers.use_key("candidates:read").get(page).status_code,
        "another key": callers.use_key("questions:read").get(page).status_code,
        "stranger": callers.sign_in("stranger").get(page).status_code,
        "nobody": APIClient().get(page).status_code,
    }
    assert found == {"reviewer": 200, "key": 200, "another key": 403, "stranger": 404, "nobody": 401}


def test_a_list_reads_no_text_and_as_many_queries_for_many(owner: APIClient) -> None:
    def read() -> tuple[list[str], int, bool]:
        with CaptureQueriesContext(connection) as queries:
            rows = owner.get(CANDIDATES).json()["results"]
        reads_text = any('"organizations_resumetext"."text",' in one["sql"] for one in queries)
        return [row["resume"]["state"] for row in rows], len(queries), reads_text

    add(owner)
    states, few, reads_text = read()
    for number in range(3):
        add(owner, full_name=f"Person {number}", email=f"person{number}@example.com")
    assert (states, reads_text, read()) == (["waiting"], False, (["waiting"] * 4, few, False))
