"""The page behind a candidate's link: what it tells whom, what it keeps to itself, and that it begins nothing."""

import io
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.logs import TokenScrubber
from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.services.invitations import issue_invitation, make_token, revoke_invitation
from interviewpanel.services.session_manager import LinkRefused, check_link, open_session
from organizations.models import Candidate, Organization

pytestmark = pytest.mark.django_db

UNKNOWN = "A" * 43


@pytest.fixture
def invitation() -> InterviewPanelCandidate:
    """Priya, invited by Fernbrook, with half as much time again."""
    organization = Organization.objects.create(
        name="Fernbrook & Sons", slug="fernbrook", primary_colour="#7a1f5c", contact_email="people@fernbrook.invalid"
    )
    panel = InterviewPanel.objects.create(
        organization=organization,
        title="Internal name of the panel",
        job_title="Backend <Engineer>",
        status=InterviewPanel.Status.PUBLISHED,
        max_minutes=30,
    )
    priya = Candidate.objects.create(organization=organization, full_name="Priya R.", email="priya@example.invalid")
    return issue_invitation(panel=panel, candidate=priya, now=timezone.now(), time_multiplier=1.5)


def path_of(invitation: InterviewPanelCandidate) -> str:
    return f"/i/{make_token(invitation)}/"


def test_tells_who_asks_for_what_and_for_how_long(client: Client, invitation: InterviewPanelCandidate) -> None:
    response = client.get(path_of(invitation))
    page = response.content.decode()
    assert response.status_code == 200
    for text in (
        "Fernbrook &amp; Sons",
        "Your interview for Backend &lt;Engineer&gt;",
        "The interviewer is automated.",
        "45 minutes of talking",
        "Nothing is recorded before you have agreed to it.",
        "The page on which you speak is not here yet",
        f"manage.py interview_robot http://localhost:4545{path_of(invitation)}",
        'fill="#7a1f5c"',
        "people@fernbrook.invalid",
    ):
        assert text in page
    assert "Internal name" not in page
    assert "Priya" not in page


def test_begins_nothing(client: Client, invitation: InterviewPanelCandidate) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path_of(invitation))
        client.head(path_of(invitation))
    assert not InterviewSession.objects.exists()
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_says_that_an_interview_under_way_goes_on(client: Client, invitation: InterviewPanelCandidate) -> None:
    session = open_session(invitation=invitation, now=timezone.now())
    InterviewSession.objects.filter(pk=session.pk).update(
        status=SessionStatus.IN_PROGRESS, consented_at=timezone.now(), started_at=timezone.now()
    )
    InterviewPanelCandidate.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    page = client.get(path_of(invitation))
    assert page.status_code == 200
    assert b"it goes on where it was" in page.content


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
        (open_tomorrow, 403, 4403, "This interview opens on "),
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
    assert b"interview_robot" not in response.content
    fresh = InterviewPanelCandidate.objects.select_related("panel").get()
    with pytest.raises(LinkRefused, match=reason) as refused:
        check_link(fresh, timezone.now())
    assert refused.value.close_code == code


@pytest.mark.parametrize("token", ["known", UNKNOWN])
def test_the_address_is_kept_by_nobody(client: Client, invitation: InterviewPanelCandidate, token: str) -> None:
    response = client.get(path_of(invitation) if token == "known" else f"/i/{token}/")
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert not response.cookies
    assert b"<script" not in response.content
    assert b"style=" not in response.content


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


def test_the_root_leads_to_the_admin(client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/admin/")
