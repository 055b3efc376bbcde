"""A post that the database ends for want of a lock is done once more, then refused in words; all else stays a fault."""

from collections.abc import Callable

import psycopg
import pytest
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.lost_locks import WORDS

Trouble = Callable[[], Exception]
seen: list[tuple[str, bytes]] = []
troubles: list[Exception] = []


def deed(request: HttpRequest) -> HttpResponse:
    messages.info(request, "Done.")
    assert not hasattr(request, "_noted")
    setattr(request, "_noted", True)  # noqa: B010
    seen.append((request.POST.get("reason", ""), request.FILES["file"].read() if request.FILES else b""))
    if troubles:
        raise troubles.pop()
    return HttpResponse(", ".join(one.message for one in messages.get_messages(request)))


urlpatterns = [path("admin/deed/", deed), path("elsewhere/", deed)]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    seen.clear()
    troubles.clear()


def make_trouble(kind: type[psycopg.Error]) -> OperationalError:
    error = OperationalError("ended")
    error.__cause__ = kind()
    return error


def make_deadlock() -> OperationalError:
    return make_trouble(psycopg.errors.DeadlockDetected)


def test_what_was_ended_once_is_done_again_with_its_words_and_its_file(client: Client) -> None:
    troubles.append(make_deadlock())
    answer = client.post("/admin/deed/", {"reason": "Hm.", "file": SimpleUploadedFile("a.csv", b"a,b")})
    assert (answer.status_code, answer.content, seen) == (200, b"Done.", [("Hm.", b"a,b")] * 2)


@pytest.mark.parametrize(
    "make",
    [
        make_deadlock,
        lambda: make_trouble(psycopg.errors.SerializationFailure),
        lambda: make_trouble(psycopg.errors.LockNotAvailable),
        lambda: OperationalError("database is locked"),
    ],
)
def test_what_is_ended_twice_is_refused_in_words(client: Client, make: Trouble) -> None:
    troubles.extend([make(), make()])
    answer = client.post("/admin/deed/", {"reason": "Hm."})
    assert (answer.status_code, answer.content.decode(), len(seen)) == (409, WORDS, 2)


@pytest.mark.parametrize(
    ("method", "address", "make"),
    [
        ("post", "/admin/deed/", lambda: make_trouble(psycopg.errors.AdminShutdown)),
        ("post", "/elsewhere/", make_deadlock),
        ("get", "/admin/deed/", make_deadlock),
    ],
)
def test_any_other_fault_and_any_other_address_is_left_alone(
    client: Client, method: str, address: str, make: Trouble
) -> None:
    troubles.append(make())
    with pytest.raises(OperationalError):
        getattr(client, method)(address)
    assert len(seen) == 1
