"""The examples of signing in, keys and candidates: sent as they are, and compared with what is really answered."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from authentication.api import views as signing_in
from organizations.api import candidates, keys
from tests.integration.api.conftest import Callers
from tests.staff import make_member


def describe(told: dict[str, Any]) -> dict[str, str]:
    """Which fields there are, and of which kind: the values are each time others."""
    return {name: type(value).__name__ for name, value in told.items()}


def test_signing_in(callers: Callers) -> None:
    make_member("hr@demo.example", {callers.fernbrook: "hr"})
    client = APIClient()
    sent = {"email": "hr@demo.example", "password": "correct horse"}
    told = client.post("/api/v1/auth/token/", sent, format="json")
    assert (told.status_code, describe(told.json())) == (200, describe(signing_in.EXAMPLE))
    sent = {"refresh": told.json()["refresh"]}
    assert set(sent) == set(signing_in.REFRESH_EXAMPLE)
    again = client.post("/api/v1/auth/token/refresh/", sent, format="json").json()
    assert describe(again) == describe(signing_in.EXAMPLE)
    assert client.post("/api/v1/auth/token/verify/", {"token": again["access"]}, format="json").status_code == 204
    assert client.post("/api/v1/auth/token/sign-out/", {"refresh": again["refresh"]}, format="json").status_code == 204


def test_keys(callers: Callers) -> None:
    owner = callers.sign_in("owner")
    made = owner.post("/api/v1/api-keys/", keys.EXAMPLE, format="json").json()
    assert describe(made) == describe(keys.MADE)
    page = f"/api/v1/api-keys/{made['id']}/"
    assert describe(owner.get(page).json()) == describe(keys.SHOWN)
    (listed,) = owner.get("/api/v1/api-keys/").json()["results"]
    assert describe(listed) == describe(keys.SHOWN)
    revoked = owner.post(f"{page}revoke/", {"reason": "Replaced"}, format="json").json()
    assert describe(revoked) == describe(keys.REVOKED)


@pytest.mark.parametrize("who", ["recruiter", "key"])
def test_candidates(callers: Callers, who: str) -> None:
    client = callers.use_key() if who == "key" else callers.sign_in(who)
    made = client.post("/api/v1/candidates/", candidates.EXAMPLE, format="json").json()
    changes = {"id": made["id"], "organization": made["organization"], "created_at": made["created_at"]}
    assert made == {**candidates.ANSWER, **changes}
    page = f"/api/v1/candidates/{made['id']}/"
    assert client.get(page).json() == made
    assert client.get("/api/v1/candidates/").json()["results"] == [made]
    changed = client.patch(page, candidates.CHANGE_EXAMPLE, format="json").json()
    assert changed == {**candidates.CHANGED, **changes}
    file = SimpleUploadedFile("cv.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
    stored = client.put(f"{page}resume/", {"file": file}, format="multipart").json()
    assert describe(stored) == describe(candidates.STORED)
    assert (stored["has_resume"], stored["resume_name"]) == (True, "cv.pdf")
