"""What is kept of creating calls: whose rights it asks, what it forgets, and what becomes of a call that takes long."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.signals import post_save
from django.utils import timezone
from rest_framework.test import APIClient

from authentication.services.token_families import open_family
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.erasure import erase_interview
from organizations.models import Candidate, Membership, StoredAnswer, StoredAnswerSubject
from organizations.services import stored_answers
from organizations.services.stored_answers import Answer, Begun, begin_call, forget_call, store_answer
from tests.integration.api.conftest import Callers, use
from tests.interview_rows import World, make_world
from tests.rows_besides import add_question_set
from tests.staff import make_member

CANDIDATES, INVITATIONS, START = "/api/v1/candidates/", "/api/v1/panel-candidates/", "/api/v1/interviews/start/"
WHO = {"full_name": "Amara Okafor", "email": "amara@example.com"}
TOLD = Answer(201, {"id": "0f8fad5b-d9cb-469f-a165-70867728950e"}, {}, [1])


@pytest.fixture
def world(db: None) -> World:
    made = make_world("Fernbrook")
    add_question_set(made.panel, "Backend engineer")
    return made


@pytest.fixture
def callers(world: World) -> Callers:
    return Callers(world.organization, make_world("Elsewhere").organization)


def send(client: APIClient, page: str, body: dict[str, Any], key: str = "k") -> Any:
    return client.post(page, body, format="json", HTTP_IDEMPOTENCY_KEY=key)


def invite(client: APIClient, world: World, candidate: str) -> Any:
    sent = {"candidate": candidate, "panel": str(world.panel.uuid), "metadata": {"note": "Amara"}}
    return send(client, INVITATIONS, sent, "second")


@pytest.mark.parametrize("role", ["reviewer", ""])
def test_who_has_lost_the_right_is_not_told_again(callers: Callers, role: str) -> None:
    user = make_member("both@example.com", {callers.fernbrook: "hr", callers.elsewhere: "hr"})
    sent = {"name": "Amara", "position": "backend engineer", "organization": str(callers.fernbrook.uuid)}
    client = use(open_family(user=user, now=timezone.now()).access)
    assert [send(client, START, sent).status_code for _ in range(2)] == [201, 201]
    own = Membership.objects.filter(user=user, organization=callers.fernbrook)
    if role:
        own.update(role=role)
    else:
        own.delete()
    answer = send(use(open_family(user=user, now=timezone.now()).access), START, sent)
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "Your rights are less than they were at the first call with this key.",
    )


def test_who_has_more_rights_than_then_is_told_again(callers: Callers) -> None:
    client = callers.sign_in("recruiter")
    first = send(client, CANDIDATES, WHO)
    user = Membership.objects.get(user__email="recruiter@fernbrook.example").user
    Membership.objects.create(user=user, organization=callers.elsewhere, role="hr")
    assert send(client, CANDIDATES, WHO).json() == first.json()


def test_what_was_erased_is_not_told_again_and_does_not_come_back(callers: Callers, world: World) -> None:
    client = callers.use_key()
    who = send(client, CANDIDATES, WHO).json()["id"]
    assert invite(client, world, who).status_code == 201
    erase_interview(invitation_id=InterviewPanelCandidate.objects.get().pk, reason="request", now=timezone.now())
    for again in (send(client, CANDIDATES, WHO), invite(client, world, who)):
        assert (again.status_code, again.json()["detail"]) == (
            409,
            "What the first call with this key was about has been erased since.",
        )
    assert not Candidate.objects.filter(full_name=WHO["full_name"]).exists()
    assert list(StoredAnswer.objects.values_list("answer", "request_hash")) == [(b"", "")] * 2


def test_with_a_candidate_what_was_answered_about_them_goes(callers: Callers) -> None:
    client = callers.sign_in("owner")
    rows = {"candidates": [WHO, {"full_name": "Sam Okoro", "email": "sam@example.com"}]}
    sent = send(client, f"{CANDIDATES}bulk/", rows)
    assert sent.status_code == 200
    assert client.delete(f"{CANDIDATES}{sent.json()['candidates'][1]['id']}/").status_code == 204
    assert send(client, f"{CANDIDATES}bulk/", rows).status_code == 409


def test_of_a_key_only_a_hash_is_kept(callers: Callers) -> None:
    send(callers.sign_in("owner"), CANDIDATES, WHO, WHO["email"])
    row = StoredAnswer.objects.get()
    assert len(row.key_hash) == 64
    assert "amara" not in f"{row} {row.key_hash} {row.caller}"


def begin(seconds: float = 0, body: str = "h") -> Begun | Answer:
    return begin_call(caller="c", key="k", request_hash=body, now=BEGAN + timedelta(seconds=seconds))


BEGAN = timezone.now()


@pytest.mark.django_db
def test_a_call_that_was_taken_over_does_not_count() -> None:
    first = begin()
    with pytest.raises(stored_answers.StillUnderWay):
        begin(119)
    second = begin(121)
    assert isinstance(first, Begun)
    assert isinstance(second, Begun)
    with pytest.raises(stored_answers.TakenOver):
        store_answer(call=first, answer=TOLD)
    forget_call(call=first)
    store_answer(call=second, answer=TOLD)
    assert begin(300) == TOLD
    assert [str(one) for one in StoredAnswerSubject.objects.all()] == [TOLD.body["id"]]


@pytest.mark.django_db
def test_what_is_answered_in_time_is_not_taken_over() -> None:
    first = begin()
    assert isinstance(first, Begun)
    store_answer(call=first, answer=TOLD)
    assert begin(121) == TOLD


def test_of_a_call_that_was_taken_over_nothing_is_kept(callers: Callers) -> None:
    """The other begins while this one is at work."""

    def begin_meanwhile(**_: object) -> None:
        StoredAnswer.objects.update(created_at=timezone.now())

    post_save.connect(begin_meanwhile, Candidate)
    try:
        answer = send(callers.sign_in("owner"), CANDIDATES, WHO)
    finally:
        post_save.disconnect(begin_meanwhile, Candidate)
    assert (answer.status_code, Candidate.objects.filter(email=WHO["email"]).exists()) == (409, False)


@pytest.mark.django_db
def test_a_day_later_all_is_gone() -> None:
    first = begin()
    assert isinstance(first, Begun)
    store_answer(call=first, answer=TOLD)
    stored_answers.remove_old_answers(now=BEGAN + timedelta(hours=25))
    assert not StoredAnswer.objects.exists()
    assert not StoredAnswerSubject.objects.exists()
