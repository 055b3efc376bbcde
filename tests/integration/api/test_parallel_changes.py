"""Several who change the same at once, by the API: one does, the others are told."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from authentication.services.token_families import open_family
from organizations.models import Candidate, Membership
from questionbank.models import Category
from tests.api_banks import make_bank
from tests.integration.api.conftest import Callers, use
from tests.staff import make_member
from tests.work_rows import run_at_once

AT_ONCE = 4


def do_at_once(call: Callable[[int], int]) -> Counter[int]:
    """The statuses of the calls, which begin together."""
    return Counter(run_at_once([partial(call, number) for number in range(AT_ONCE)]))


@pytest.mark.parametrize("says", ["If-Match", "seen"])
def test_one_version_is_made_of_what_was_read(transactional_db: None, callers: Callers, says: str) -> None:
    bank, client = make_bank(callers.fernbrook, callers.elsewhere), callers.sign_in("recruiter")
    page = f"/api/v1/questions/{bank.question.uuid}/"
    header = {"HTTP_IF_MATCH": client.get(page)["ETag"]} if says == "If-Match" else {}
    seen = {"seen": 1} if says == "seen" else {}

    def change(number: int) -> int:
        return int(client.patch(page, {"text": f"Mine is {number}?", **seen}, format="json", **header).status_code)

    refused = 412 if says == "If-Match" else 409
    assert do_at_once(change) == {200: 1, refused: AT_ONCE - 1}
    assert bank.question.versions.count() == 2


def test_a_name_is_added_once(transactional_db: None, callers: Callers) -> None:
    client = callers.sign_in("recruiter")

    def add(number: int) -> int:
        return int(client.post("/api/v1/categories/", {"name": "Databases"}, format="json").status_code)

    assert do_at_once(add) == {201: 1, 409: AT_ONCE - 1}
    assert Category.objects.count() == 1


def test_a_candidate_is_added_once_by_many_lists(transactional_db: None, callers: Callers) -> None:
    client = callers.use_key("candidates:write")
    rows = {"candidates": [{"full_name": "Amara Okafor", "email": "amara@example.com"}]}

    def add(number: int) -> int:
        return int(client.post("/api/v1/candidates/bulk/", rows, format="json").status_code)

    assert set(do_at_once(add)) <= {200, 409}
    assert Candidate.objects.count() == 1


def test_of_two_administrators_who_demote_each_other_one_stays(transactional_db: None, callers: Callers) -> None:
    clients = [callers.sign_in("owner")]
    other = make_member("other@fernbrook.example", {callers.fernbrook: "admin"})
    clients.append(use(open_family(user=other, now=timezone.now()).access))
    members = {one.user.email: one for one in Membership.objects.select_related("user")}
    emails = ("other@fernbrook.example", "owner@fernbrook.example")
    pages = [f"/api/v1/members/{members[email].uuid}/" for email in emails]

    def demote(number: int) -> int:
        sent = {"role": "hr", "reason": "Mine now"}
        return int(clients[number % 2].patch(pages[number % 2], sent, format="json").status_code)

    found = do_at_once(demote)
    assert Membership.objects.filter(role="admin").count() == 1
    assert set(found) <= {200, 401, 403, 404, 409}


def test_a_candidate_is_added_once_by_many_calls(transactional_db: None, callers: Callers) -> None:
    client = callers.use_key("candidates:write")
    person = {"full_name": "Amara Okafor", "email": "amara@example.com"}

    def add(number: int) -> int:
        return int(client.post("/api/v1/candidates/", person, format="json").status_code)

    assert do_at_once(add) == {201: 1, 400: AT_ONCE - 1}
    assert Candidate.objects.count() == 1
