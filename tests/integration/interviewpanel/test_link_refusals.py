"""Links that open nothing: what is said to whom, the same to every stranger, and that no answer leaves a trace."""

import io
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import AsyncClient, Client
from django.utils import timezone
from pytest_django import Settings

from config.logs import TokenScrubber
from config.page_headers import PRIVATE_HEADERS
from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.links import LinkRefused, check_link
from interviewpanel.services.invitations import make_token, revoke_invitation
from interviewpanel.services.session_manager import open_session
from tests.live_interviews import invite, make_panel

pytestmark = pytest.mark.django_db

UNKNOWN = "A" * 43


@pytest.fixture
def invitation() -> InterviewPanelCandidate:
    return invite(make_panel())


def path_of(invitation: InterviewPanelCandidate) -> str:
    return f"/i/{make_token(invitation)}/"


@pytest.mark.parametrize("path", [f"/i/{UNKNOWN}/", "/i/x/", "/i/a/b/c/", "/i/%00/", f"/i/{'é' * 43}/"])
def test_every_unknown_token_gets_the_same_page(client: Client, invitation: InterviewPanelCandidate, path: str) -> None:
    first, response = client.get(f"/i/{'B' * 43}/"), client.get(path)
    assert (response.status_code, response.content) == (404, first.content)
    assert dict(response.headers) == dict(first.headers)
    assert b"This link is not valid" in response.content
    assert b"Fernbrook" not in response.content


def test_an_older_link_is_as_unknown_as_any(client: Client, invitation: InterviewPanelCandidate) -> None:
    path = path_of(invitation)
    InterviewPanelCandidate.objects.update(token_version=2, token_hash="of the second link")
    assert client.get(path).content == client.get(f"/i/{UNKNOWN}/").content


def expire(invitation: InterviewPanelCandidate) -> None:
    InterviewPanelCandidate.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def revoke(invitation: InterviewPanelCandidate) -> None:
    revoke_invitation(invitation=invitation, now=timezone.now())


def archive(invitation: InterviewPanelCandidate) -> None:
    InterviewPanel.objects.update(status=InterviewPanel.Status.ARCHIVED)


def open_tomorrow(invitation: InterviewPanelCandidate) -> None:
    InterviewPanel.objects.update(opens_at=timezone.now() + timedelta(days=1))


def end(invitation: InterviewPanelCandidate) -> None:
    session = open_session(invitation=invitation, now=timezone.now())
    InterviewSession.objects.filter(pk=session.pk).update(
        status=SessionStatus.COMPLETED, consented_at=timezone.now(), ended_at=timezone.now()
    )


@pytest.mark.parametrize(
    ("change", "status", "code", "reason"),
    [
        (expire, 410, 4401, "This link has expired."),
        (revoke, 410, 4401, "This link was withdrawn."),
        (archive, 403, 4403, "This interview is closed."),
        (open_tomorrow, 403, 4403, "This interview "),
        (end, 410, 4410, "This interview is over."),
    ],
)
def test_says_why_a_link_opens_nothing_as_the_socket_does(
    client: Client,
    invitation: InterviewPanelCandidate,
    change: Callable[[InterviewPanelCandidate], None],
    status: int,
    code: int,
    reason: str,
) -> None:
    change(invitation)
    response = client.get(path_of(invitation))
    assert response.status_code == status
    assert reason in response.content.decode()
    assert b"page-data" not in response.content
    assert b'href="privacy/' in response.content
    fresh = InterviewPanelCandidate.objects.select_related("panel").get()
    with pytest.raises(LinkRefused, match=reason) as refused:
        check_link(fresh, timezone.now())
    assert refused.value.close_code == code


def test_no_token_reaches_a_log(client: Client, invitation: InterviewPanelCandidate) -> None:
    """Django logs a refusal with its path, through the filter that config/settings.py puts on the handler."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.addFilter(TokenScrubber())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        expire(invitation)
        client.get(path_of(invitation))
        client.post(path_of(invitation))
        client.get(f"/i/{UNKNOWN}/")
    finally:
        logger.removeHandler(handler)
    assert log.getvalue().splitlines() == [
        "Gone: /i/[token]/",
        "Method Not Allowed (POST): /i/[token]/",
        "Not Found: /i/[token]/",
    ]


# --- Every answer below a link is private ----------------------------------------------------------------------------

ANSWERS = [
    ("GET", "{link}", 200),
    ("GET", "{bare}", 301),
    ("GET", "{link}privacy", 301),
    ("GET", "{link}privacy/", 200),
    ("GET", "{link}data.json", 200),
    ("GET", "{link}audio", 404),
    ("GET", "{link}no/such/page/", 404),
    ("GET", "{link}nothing", 301),
    ("POST", "{link}", 405),
    ("GET", "{link}requests/", 405),
    ("POST", "{link}requests/", 400),
    ("PUT", "{link}video/00000000-0000-4000-8000-000000000000/0", 425),
    ("GET", "/i/unknown/privacy/", 404),
]


def check_private(headers: dict[str, str]) -> None:
    assert {name: headers.get(name) for name in PRIVATE_HEADERS} == PRIVATE_HEADERS
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_below_a_link_is_private(
    client: Client, invitation: InterviewPanelCandidate, method: str, path: str, status: int
) -> None:
    link = path_of(invitation)
    response = client.generic(method, path.format(link=link, bare=link.rstrip("/")))
    assert response.status_code == status
    check_private(dict(response.headers))


def test_so_is_a_link_that_opens_nothing(client: Client, invitation: InterviewPanelCandidate) -> None:
    expire(invitation)
    response = client.get(path_of(invitation))
    assert response.status_code == 410
    check_private(dict(response.headers))


def test_so_is_a_way_to_the_secure_address(
    client: Client, invitation: InterviewPanelCandidate, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = client.get(path_of(invitation))
    assert (response.status_code, response["Location"]) == (301, f"https://testserver{path_of(invitation)}")
    check_private(dict(response.headers))


async def test_so_is_what_a_server_of_the_other_kind_answers(async_client: AsyncClient) -> None:
    response = await async_client.get("/i/unknown/nothing/")
    assert response.status_code == 404
    check_private(dict(response.headers))


@pytest.mark.parametrize("path", ["/health/live", "/admin/login/", "/i"])
def test_what_is_no_link_keeps_headers_of_its_own(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.headers.get("X-Robots-Tag") is None
    assert response["Referrer-Policy"] == "same-origin"
