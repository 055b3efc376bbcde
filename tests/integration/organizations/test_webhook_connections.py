"""What a URL may lead to, tried with real servers and a resolver that says what it is told to."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from organizations.engines.webhooks import KEPT_CHARACTERS, Outcome, make_ssl_context, post_event, read_retry_after
from tests.certificates import make_server_context
from tests.processes import find_free_port
from tests.webhook_servers import WebhookServer, drip, hang_up, keep_silent, reply, run_webhook_server, stutter

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NAME = "hooks.example.org"


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    with run_webhook_server() as server:
        yield server


def post(url: str, *, allow_private: bool = True, **options: Any) -> Outcome:
    return post_event(url, {"webhook-id": "msg_1"}, b"{}", allow_private=allow_private, now=NOW, **options)


@contextlib.contextmanager
def heard_connections() -> Iterator[tuple[int, list[Any]]]:
    """A port of this machine, and who has connected to it."""
    heard: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1], heard
        listener.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            heard.append(listener.accept())


def tell(*addresses: str) -> Any:
    return lambda host, port: list(addresses)


# --- Addresses -------------------------------------------------------------------------------------------------------

INWARDS = ["127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "fe80::1%eth0", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]


@pytest.mark.parametrize("address", INWARDS)
def test_a_name_that_leads_inwards_is_not_connected_to(server: WebhookServer, address: str) -> None:
    outcome = post(f"https://{NAME}:{server.port}/", allow_private=False, resolve=tell(address))
    told = "The name leads to this machine or into a private network. Nothing was sent."
    assert (outcome.status, outcome.error, server.taken) == (None, told, [])


def test_one_address_inwards_among_others_forbids_the_name() -> None:
    with heard_connections() as (port, heard):
        outcome = post(f"https://{NAME}:{port}/", allow_private=False, resolve=tell("1.1.1.1", "127.0.0.1"))
    assert ("private network" in outcome.error, heard) == (True, [])


def test_a_name_that_means_something_else_after_the_check_changes_nothing(server: WebhookServer) -> None:
    """The name is asked for once; what is connected to is what was looked at."""
    asked: list[str] = []
    with run_webhook_server(host="127.0.0.2", port=server.port) as other:

        def resolve(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

        outcome = post(f"http://{NAME}:{server.port}/x", resolve=resolve)
        assert (outcome.status, asked, len(server.taken), other.taken) == (204, [NAME], 1, [])
    assert server.taken[0].headers["host"] == f"{NAME}:{server.port}"


def test_the_next_address_is_tried_where_one_does_not_answer(server: WebhookServer) -> None:
    assert post(f"http://{NAME}:{server.port}/", resolve=tell("127.0.0.9", "127.0.0.1")).status == 204


def test_this_machines_own_names_are_found_by_its_resolver_and_refused(server: WebhookServer) -> None:
    assert post(f"http://localhost:{server.port}/").status == 204
    outcome = post(f"https://{socket.gethostname()}.:{server.port}/", allow_private=False)
    assert (outcome.status, outcome.error != "") == (None, True)


# --- TLS -------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def fresh_certificates() -> Iterator[None]:
    yield
    make_ssl_context.cache_clear()


def trust(monkeypatch: pytest.MonkeyPatch, authority: Path) -> None:
    """As a process that was started so."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    make_ssl_context.cache_clear()


def test_name_and_certificate_are_the_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = make_server_context(tmp_path, NAME)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with run_webhook_server(tls=context) as server:
        untrusted = post(f"https://{NAME}:{server.port}/", resolve=tell("127.0.0.1"))
        trust(monkeypatch, trusted)
        good = post(f"https://{NAME}:{server.port}/", resolve=tell("127.0.0.1"))
        wrong = post(f"https://other.example.org:{server.port}/", resolve=tell("127.0.0.1"))
        assert (good.status, good.error, len(server.taken)) == (204, "", 1)
    assert names == [NAME, NAME, "other.example.org"]
    for refused in (untrusted, wrong):
        assert (refused.status, refused.error.startswith("No connection: ")) == (None, True)
        assert "certificate verify failed" in refused.error.lower()


def test_old_tls_is_not_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = make_server_context(tmp_path, NAME)
    trust(monkeypatch, trusted)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with run_webhook_server(tls=context) as server:
        outcome = post(f"https://{NAME}:{server.port}/", resolve=tell("127.0.0.1"))
        assert (outcome.status, server.taken) == (None, [])


# --- Answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slow", [keep_silent, drip()])
def test_who_is_slow_is_not_waited_for(server: WebhookServer, slow: Any) -> None:
    server.replies = [slow]
    begun = time.monotonic()
    outcome = post(server.url, seconds=0.5)
    assert 0.4 < time.monotonic() - begun < 3
    assert outcome.error.endswith("within 0.5 seconds.")
    assert 400 < outcome.milliseconds < 3000


def test_a_name_that_is_slow_to_find_is_not_waited_for() -> None:
    release = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        release.wait(30)
        return ["127.0.0.1"]

    outcome = post(f"http://{NAME}/", seconds=0.3, resolve=resolve)
    release.set()
    assert (outcome.status, outcome.error) == (None, "It did not answer within 0.3 seconds.")


def test_a_redirection_is_not_followed(server: WebhookServer) -> None:
    with run_webhook_server() as other:
        server.replies = [reply(307, Location=other.url)]
        outcome = post(server.url)
        assert (outcome.status, other.taken) == (307, [])
    told = f"It answered with a redirection to {other.url} (307), which is not followed. Give the final URL."
    assert outcome.error == told


def test_of_a_huge_answer_little_is_read_and_less_is_kept(server: WebhookServer) -> None:
    server.replies = [reply(200, b"\0x" * 20_000_000, Content_Type="text/plain")]
    outcome = post(server.url)
    assert (outcome.status, outcome.error, outcome.answer) == (200, "", "�x" * (KEPT_CHARACTERS // 2))


@pytest.mark.parametrize(("odd", "words"), [(hang_up, "could not be read"), (stutter, "could not be read")])
def test_what_is_no_answer_is_a_failure(server: WebhookServer, odd: Any, words: str) -> None:
    server.replies = [odd]
    outcome = post(server.url)
    assert (outcome.status, words in outcome.error) == (None, True), outcome


def test_nobody_there_is_a_failure() -> None:
    assert post(f"http://127.0.0.1:{find_free_port()}/").error.startswith("No connection: ")


def test_retry_after_is_seconds_or_a_date() -> None:
    def read(value: str) -> float | None:
        return read_retry_after([(b"Retry-After", value.encode())], NOW)

    assert (read("120"), read("Sat, 21 Nov 2026 09:05:00 GMT"), read("Sat, 21 Nov 2026 08:00:00 GMT")) == (120, 300, 0)
    assert [read(odd) for odd in ("", "soon", "-5", "1e9", "٣")] == [None] * 5
    assert read("9" * 5000) == 999_999_999
    assert read_retry_after([], NOW) is None
