"""Callers who do the same at the same moment: one does it, the others are told. On PostgreSQL they meet in earnest."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from interviewpanel.models import FileRemoval, InterviewPanel, InterviewPanelCandidate, PositionQuestionSet
from organizations.models import Candidate, Change
from tests.api_panels import INVITATIONS, make_panel, make_subtopic
from tests.integration.api.conftest import Callers
from tests.rows_besides import add_question_set
from tests.work_rows import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
POSITIONS = "/api/v1/positions/"
PERSON = {"full_name": "Amara Okafor", "email": "amara@example.com"}


@pytest.fixture
def panel(callers: Callers) -> InterviewPanel:
    return make_panel(make_subtopic(callers.fernbrook), callers.fernbrook, status="draft")


def call(client: APIClient, method: str, page: str, body: Any, **headers: str) -> int:
    return int(getattr(client, method)(page, body, format="json", **headers).status_code)


def test_of_many_who_publish_one_does(callers: Callers, panel: InterviewPanel) -> None:
    client, page = callers.use_key("panels:write"), f"/api/v1/panels/{panel.uuid}/publish/"
    found = run_at_once([lambda: call(client, "post", page, {})] * 4)
    assert sorted(found) == [200, 409, 409, 409]
    assert Change.objects.filter(message__startswith="Published.").count() == 1


def test_of_many_who_change_what_they_have_read_one_does(callers: Callers, panel: InterviewPanel) -> None:
    client, page = callers.use_key("panels:write"), f"/api/v1/panels/{panel.uuid}/"
    tag = client.get(page)["ETag"]
    found = run_at_once(
        [lambda one=one: call(client, "patch", page, {"title": f"Title {one}"}, HTTP_IF_MATCH=tag) for one in range(4)]
    )
    assert sorted(found) == [200, 412, 412, 412]


def test_of_many_who_invite_the_same_person_one_does(callers: Callers, panel: InterviewPanel) -> None:
    InterviewPanel.objects.update(status="published")
    amara = Candidate.objects.create(organization=callers.fernbrook, **PERSON)
    client, body = callers.use_key("interviews:write"), {"panel": str(panel.uuid), "candidate": str(amara.uuid)}
    found = run_at_once([lambda: call(client, "post", INVITATIONS, body)] * 4)
    assert (sorted(found), InterviewPanelCandidate.objects.count()) == ([201, 409, 409, 409], 1)


def test_of_many_who_bring_the_same_person_one_does(callers: Callers, panel: InterviewPanel) -> None:
    InterviewPanel.objects.update(status="published")
    client, body = callers.use_key("interviews:write"), {"panel": str(panel.uuid), "new_candidate": PERSON}
    found = run_at_once([lambda: call(client, "post", INVITATIONS, body)] * 4)
    assert (sorted(found)[0], set(found) - {201, 400, 409}) == (201, set())
    assert (Candidate.objects.count(), InterviewPanelCandidate.objects.count()) == (1, 1)


def test_of_many_who_start_an_interview_of_the_same_person_one_does(callers: Callers, panel: InterviewPanel) -> None:
    InterviewPanel.objects.update(status="published")
    add_question_set(panel, "Backend engineer")
    client = callers.use_key("interviews:write")
    body = {"name": "Amara Okafor", "email": "amara@example.com", "position": "Backend engineer"}
    found = run_at_once([lambda: call(client, "post", "/api/v1/interviews/start/", body)] * 4)
    assert (sorted(found), Candidate.objects.count()) == ([201, 409, 409, 409], 1)


def test_of_many_who_take_a_question_set_away_one_does(callers: Callers, panel: InterviewPanel) -> None:
    row, client = add_question_set(panel, "Backend engineer"), callers.sign_in("recruiter")
    found = run_at_once([lambda: call(client, "delete", f"{POSITIONS}{row.uuid}/", None)] * 4)
    assert sorted(found) == [204, 404, 404, 404]
    assert Change.objects.filter(subject_type="interviewpanel.positionquestionset", action="deleted").count() == 1


def test_a_panel_is_deleted_while_it_is_offered_for_positions(callers: Callers, panel: InterviewPanel) -> None:
    row, client = add_question_set(panel, "Designer"), callers.sign_in("owner")
    page, body = f"/api/v1/panels/{panel.uuid}/", {"position": "Backend engineer", "panel": str(panel.uuid)}
    found = run_at_once(
        [
            lambda: call(client, "delete", page, None),
            lambda: call(client, "delete", page, None),
            lambda: call(client, "post", POSITIONS, body),
            lambda: call(client, "patch", f"{POSITIONS}{row.uuid}/", {"experience": "senior"}),
        ]
    )
    assert (sorted(found[:2]), found[2] in {201, 400}, found[3] in {200, 400, 404}) == ([204, 404], True, True), found
    assert not PositionQuestionSet.objects.exists()


def test_of_many_who_delete_a_candidate_one_does(callers: Callers) -> None:
    amara = Candidate.objects.create(organization=callers.fernbrook, **PERSON)
    client, page = callers.sign_in("recruiter"), f"/api/v1/candidates/{amara.uuid}/"
    found = run_at_once([lambda: call(client, "delete", page, None)] * 4)
    assert sorted(found) == [204, 404, 404, 404]
    assert Change.objects.filter(subject_type="organizations.candidate", action="deleted").count() == 1


def test_of_resumes_that_are_put_at_once_one_stays_and_the_others_are_removed(callers: Callers) -> None:
    amara = Candidate.objects.create(organization=callers.fernbrook, **PERSON)
    client, page = callers.sign_in("recruiter"), f"/api/v1/candidates/{amara.uuid}/resume/"

    def put() -> int:
        file = SimpleUploadedFile("cv.pdf", b"%PDF-1.7\n%%EOF\n")
        return int(client.put(page, {"file": file}, format="multipart").status_code)

    assert run_at_once([put] * 4) == [200] * 4
    amara.refresh_from_db()
    stored = {f"{amara.resume_folder}/{name}" for name in amara.resume.storage.listdir(amara.resume_folder)[1]}
    removed = {name for removal in FileRemoval.objects.all() for name in removal.names}
    assert stored - {amara.resume.name} <= removed
    assert (len(removed), amara.resume.name in stored) == (3, True)
