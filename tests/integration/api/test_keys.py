"""API keys by the API: made and shown once by administrators, used, revoked with a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organizations.api.keys import EXAMPLE, MADE, REVOKED, SHOWN
from organizations.models import ApiKey, Change
from tests.integration.api.conftest import Callers, use
from tests.integration.api.examples import assert_as_told

PAGE = "/api/v1/api-keys/"


def test_a_key_is_made_shown_once_used_and_revoked(callers: Callers) -> None:
    owner = callers.sign_in("owner")
    made = owner.post(PAGE, EXAMPLE, format="json")
    row, told = ApiKey.objects.get(), made.json()
    key = told.pop("key")
    assert (made.status_code, made["Cache-Control"], key.startswith(told["prefix"])) == (201, "no-store", True)
    assert told == owner.get(made["Location"]).json()
    shown = {**SHOWN, "prefix": told["prefix"]}
    assert_as_told(told, shown)
    assert set(MADE) - set(shown) == {"key"}
    assert (told["name"], told["scopes"], told["revoked_at"]) == (EXAMPLE["name"], EXAMPLE["scopes"], None)
    assert row.expires_at is not None
    assert timedelta(days=364) < row.expires_at - timezone.now() < timedelta(days=366)
    assert key not in str(list(ApiKey.objects.values()))
    assert use(key).get("/api/v1/candidates/").status_code == 200
    assert owner.post(f"{made['Location']}revoke/", {}, format="json").status_code == 400
    revoked = owner.post(f"{made['Location']}revoke/", {"reason": "Replaced"}, format="json")
    assert (revoked.status_code, set(revoked.json()), revoked.json()["revoked_at"] is None) == (
        200,
        set(REVOKED),
        False,
    )
    assert use(key).get("/api/v1/candidates/").status_code == 401
    assert owner.post(f"{made['Location']}revoke/", {"reason": "Again"}, format="json").status_code == 409
    lines = Change.objects.filter(subject_type="organizations.apikey").order_by("pk")
    assert [(line.action, line.message, line.reason) for line in lines] == [
        ("added", "May: candidates:write, interviews:write. By the API.", ""),
        ("changed", "Revoked. By the API.", "Replaced"),
    ]


def test_a_call_that_is_repeated_shows_the_same_key_and_makes_no_other(callers: Callers) -> None:
    owner = callers.sign_in("owner")
    answers = [owner.post(PAGE, EXAMPLE, format="json", HTTP_IDEMPOTENCY_KEY="one").json()["key"] for _ in range(2)]
    assert (answers[0] == answers[1], ApiKey.objects.count()) == (True, 1)
    assert answers[0].encode() not in b"".join(bytes(one) for one in owner_answers()), (
        "what is kept of the answer is encrypted"
    )


def owner_answers() -> list[bytes]:
    from organizations.models import StoredAnswer

    return list(StoredAnswer.objects.values_list("answer", flat=True))


@pytest.mark.parametrize("who", ["recruiter", "reviewer"])
def test_only_administrators_see_and_make_keys(callers: Callers, who: str) -> None:
    client = callers.sign_in(who)
    assert (client.get(PAGE).status_code, client.post(PAGE, EXAMPLE, format="json").status_code) == (403, 403)


def test_a_key_makes_no_keys_and_nobody_sees_anothers(callers: Callers) -> None:
    key = callers.use_key()
    assert (key.get(PAGE).status_code, key.post(PAGE, EXAMPLE, format="json").status_code) == (403, 403)
    row = ApiKey.objects.get()
    stranger = callers.sign_in("stranger")
    assert (stranger.get(PAGE).json()["results"], stranger.get(f"{PAGE}{row.uuid}/").status_code) == ([], 404)
    assert stranger.post(f"{PAGE}{row.uuid}/revoke/", {"reason": "Mine"}, format="json").status_code == 404


def test_what_is_no_scope_is_refused(callers: Callers) -> None:
    wrong = callers.sign_in("owner").post(PAGE, {**EXAMPLE, "scopes": ["everything"], "days": 0}, format="json").json()
    assert {one["pointer"] for one in wrong["errors"]} == {"#/scopes", "#/days"}
