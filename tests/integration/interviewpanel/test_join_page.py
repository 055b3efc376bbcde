"""The page behind a candidate's link: what it tells whom, what it keeps to itself, and that it begins nothing."""

import html
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import (
    AccommodationRequest,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewPanelQuestionDistribution,
    InterviewSession,
)
from interviewpanel.selectors.consent import write_invitation_consent
from interviewpanel.services.invitations import issue_invitation, make_token
from interviewpanel.services.session_manager import open_session
from interviewpanel.views.strings import write_strings
from organizations.models import Candidate, Organization
from questionbank.models import Category, Topic

pytestmark = pytest.mark.django_db

UNKNOWN = "A" * 43
SCRIPTS = Path(__file__).parents[3] / "interviewpanel/static/interviewpanel/candidate"


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


def read_page_data(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="page-data" type="application/json">(.*?)</script>', page)
    assert found is not None, "the page carries no data for its scripts"
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_tells_who_asks_for_what_and_for_how_long(client: Client, invitation: InterviewPanelCandidate) -> None:
    response = client.get(path_of(invitation))
    page = response.content.decode()
    assert response.status_code == 200
    for text in (
        "Fernbrook &amp; Sons",
        "Hello Priya",
        "Your interview for Backend &lt;Engineer&gt;",
        "an automated interviewer",
        "up to 45 minutes of talking",
        "and 15 minutes of breaks, not counted",
        "It is erased after 180 days.",
        "within 10 days",
        "Nothing is recorded yet.",
        'fill="#7a1f5c"',
        "people@fernbrook.invalid",
        "Request an accommodation",
        "Ask for an interview by a person",
    ):
        assert text in page
    assert "Internal name" not in page
    assert "interview_robot" not in page


def test_counts_the_questions_that_will_be_asked(client: Client, invitation: InterviewPanelCandidate) -> None:
    category = Category.objects.create(name="Databases")
    topic = Topic.objects.create(category=category, name="Indexes")
    rows = InterviewPanelQuestionDistribution.objects
    rows.create(panel=invitation.panel, category=category, easy_count=2, hard_count=1)
    rows.create(panel=invitation.panel, category=category, topic=topic, medium_count=4)
    assert b"7 questions" in client.get(path_of(invitation)).content
    InterviewPanel.objects.update(max_questions=5)
    assert b"5 questions" in client.get(path_of(invitation)).content


def test_shows_the_very_text_whose_hash_will_be_kept(client: Client, invitation: InterviewPanelCandidate) -> None:
    for language in ("en", "de"):
        page = html.unescape(client.get(path_of(invitation), {"language": language}).content.decode())
        consent = write_invitation_consent(invitation, language)
        shown = re.search(rf'<div class="document" lang="{language}">(.*?)</div>', page, re.DOTALL)
        assert shown is not None
        assert tuple(re.findall(r"<p>(.*?)</p>", shown[1])) == consent.paragraphs
        data = read_page_data(page)
        sent = (data["consentVersion"], data["consentLanguage"], data["consentHash"])
        assert sent == (consent.version, language, consent.hash)


def test_is_in_the_language_of_the_panel_until_another_is_asked_for(
    client: Client, invitation: InterviewPanelCandidate
) -> None:
    InterviewPanel.objects.update(language="de")
    german = client.get(path_of(invitation), headers={"Accept-Language": "en"})
    assert german["Content-Language"] == "de"
    assert '<html lang="de" dir="ltr">' in german.content.decode()
    assert read_page_data(german.content.decode())["language"] == "de"
    english = client.get(path_of(invitation), {"language": "en"})
    assert english["Content-Language"] == "en"
    data = read_page_data(english.content.decode())
    assert (data["pageLanguage"], data["language"]) == ("en", "de")
    assert client.get(path_of(invitation), {"language": "xx"})["Content-Language"] == "de"


def test_the_scripts_know_what_they_need_and_no_more(client: Client, invitation: InterviewPanelCandidate) -> None:
    token = make_token(invitation)
    data = read_page_data(client.get(path_of(invitation)).content.decode())
    assert data.pop("strings")["turnListening"] == "We are listening"
    assert data == {
        "token": token,
        "storeName": f"interview-{invitation.uuid.hex[:16]}",
        "pageLanguage": "en",
        "socketPath": f"/ws/interview/{token}/",
        "language": "en",
        "hasBegun": False,
        "isWaiting": False,
        "isVideo": False,
        "isSpokenHere": False,
        "prefersTyping": False,
        "consentVersion": "2026-1",
        "consentLanguage": "en",
        "consentHash": write_invitation_consent(invitation, "en").hash,
        "links": {name: f"/i/{token}/{name}/" for name in ("privacy", "feedback", "video")},
    }


def test_every_sentence_of_a_script_is_there() -> None:
    """A key that is missing would be shown as it is."""
    scripts = "".join(path.read_text() for path in SCRIPTS.glob("*.js"))
    known = write_strings()
    said = set(re.findall(r'\bsay\(\s*"(\w+)"', scripts))
    assert said - set(known) == set()
    unused = {key for key in known if not re.search(rf'["`]{key}["`]', scripts)}
    # What is made of a name and an end, such as `${title}Hint`, is looked for by its end.
    assert {key for key in unused if not re.search(r"(Hint|Title|Text|Yes|More)$|^problem", key)} == set()


def test_begins_nothing(client: Client, invitation: InterviewPanelCandidate) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path_of(invitation))
        client.head(path_of(invitation))
    assert not InterviewSession.objects.exists()
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_shows_what_became_of_a_request(client: Client, invitation: InterviewPanelCandidate) -> None:
    now = timezone.now()
    AccommodationRequest.objects.create(
        organization=invitation.organization,
        invitation=invitation,
        needs=["extra_time"],
        state="declined",
        asked_at=now,
        decided_at=now,
        reply="We wrote to you <yesterday>.",
    )
    page = client.get(path_of(invitation)).content.decode()
    assert "Your request was not granted." in page
    assert "We wrote to you &lt;yesterday&gt;." in page


def test_says_that_an_interview_under_way_goes_on(client: Client, invitation: InterviewPanelCandidate) -> None:
    session = open_session(invitation=invitation, now=timezone.now())
    InterviewSession.objects.filter(pk=session.pk).update(
        status=SessionStatus.IN_PROGRESS, consented_at=timezone.now(), started_at=timezone.now()
    )
    InterviewPanelCandidate.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    page = client.get(path_of(invitation))
    assert page.status_code == 200
    assert read_page_data(page.content.decode())["hasBegun"] is True


@pytest.mark.parametrize("token", ["known", UNKNOWN])
def test_the_address_is_kept_by_nobody(client: Client, invitation: InterviewPanelCandidate, token: str) -> None:
    response = client.get(path_of(invitation) if token == "known" else f"/i/{token}/")
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not response.cookies
    page = response.content.decode()
    assert set(re.findall(r"<script (?!id)[^>]*>", page)) <= {
        f'<script type="module" src="/static/interviewpanel/candidate/{name}.js">' for name in ("brand", "main")
    }
    assert re.findall(r"\s(?:style|on[a-z]+)=", page) == []
    assert re.findall(r'(?:src|href|action)="https?:', page) == []


def test_the_root_leads_to_the_admin(client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/admin/")
