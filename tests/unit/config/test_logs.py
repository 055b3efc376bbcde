"""No candidate's token reaches a log, by whatever way it comes into a record."""

import io
import logging
from collections.abc import Callable

import pytest
from uvicorn.logging import AccessFormatter

from config.logs import TokenScrubber, scrub_every_logger, scrub_tokens

TOKEN = "f3Zk9-secret_Token"
Say = Callable[[logging.Logger], None]


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    """A logger of its own whose one handler scrubs, and what it has written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(TokenScrubber())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, written


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("GET /i/abc/", "GET /i/[token]/"),
        ("GET /api/v1/recordings/WyJz:abc/ 200", "GET /api/v1/recordings/[token]/ 200"),
        ("GET /phone/0f-1/sound/WyJz:abc/ 200", "GET /phone/0f-1/sound/[token]/ 200"),
        ("POST /phone/0f-1/said/?said=12-1 200", "POST /phone/0f-1/said/?said=12-1 200"),
        ("/api/v1/interviews/1/recordings/ 200", "/api/v1/interviews/1/recordings/ 200"),
        ("GET /share/abc/answers/2.flac", "GET /share/[token]/answers/2.flac"),
        ("/admin/reports/reportshare/5/change/ and /share/", "/admin/reports/reportshare/5/change/ and /share/"),
        ('"WebSocket /ws/interview/abc/" [accepted]', '"WebSocket /ws/interview/[token]/" [accepted]'),
        ("http://a.example/i/abc?x=1 and /i/def", "http://a.example/i/[token]?x=1 and /i/[token]"),
        ("ws/interview/https://a.example/i/abc/", "ws/interview/[token]//a.example/i/[token]/"),
        ("/admin/join/abc-1/ 302", "/admin/join/[token]/ 302"),
        ("/admin/password_reset/link/MQ/abc-1/ 200", "/admin/password_reset/link/MQ/[token]/ 200"),
        ("/admin/interviewpanel/5/ and /i/", "/admin/interviewpanel/5/ and /i/"),
    ],
)
def test_tokens_in_paths_are_replaced_and_nothing_else(text: str, scrubbed: str) -> None:
    assert scrub_tokens(text) == scrubbed


def fail(logger: logging.Logger) -> None:
    try:
        raise ValueError(f"no such path: /i/{TOKEN}/")
    except ValueError:
        logger.exception("Failed")


@pytest.mark.parametrize(
    "say",
    [
        lambda logger: logger.warning(f"Not Found: /i/{TOKEN}/"),
        lambda logger: logger.warning("Not Found: %s", f"/i/{TOKEN}/"),
        lambda logger: logger.warning("Not Found: /i/%s/", TOKEN),
        lambda logger: logger.warning("Not Found: %(path)s", {"path": f"/i/{TOKEN}/"}),
        lambda logger: logger.warning("%s", ValueError(f"ws/interview/{TOKEN}/")),
        lambda logger: logger.warning("one place %s", f"/i/{TOKEN}/", "two arguments"),  # noqa: PLE1205
        lambda logger: logger.warning("%d", f"/i/{TOKEN}/"),
        fail,
    ],
    ids=["message", "argument", "joined", "named", "object", "too many", "wrong kind", "exception"],
)
def test_the_token_is_gone_and_the_line_stays(log: tuple[logging.Logger, io.StringIO], say: Say) -> None:
    logger, written = log
    say(logger)

    assert TOKEN not in written.getvalue()
    assert "[token]" in written.getvalue()


def test_an_exception_that_another_handler_has_formatted_already(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    first = io.StringIO()
    logger.handlers.insert(0, logging.StreamHandler(first))
    fail(logger)

    assert TOKEN in first.getvalue()
    assert TOKEN not in written.getvalue()
    assert "ValueError: no such path: /i/[token]/" in written.getvalue()


def test_a_line_without_a_token_is_untouched(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.warning("%s of %d", "one", 2)

    assert written.getvalue() == "one of 2\n"


def test_uvicorns_own_loggers_are_scrubbed_and_keep_the_arguments_that_its_formatter_needs() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(AccessFormatter('%(client_addr)s "%(request_line)s" %(status_code)s', use_colors=False))
    access = logging.getLogger("uvicorn.access")
    access.addHandler(handler)
    try:
        scrub_every_logger()
        scrub_every_logger()
        access.warning('%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", f"/i/{TOKEN}/", "1.1", 200)
    finally:
        access.removeHandler(handler)

    assert written.getvalue() == '127.0.0.1:5 "GET /i/[token]/ HTTP/1.1" 200 OK\n'
    assert [type(one) for one in handler.filters] == [TokenScrubber]
