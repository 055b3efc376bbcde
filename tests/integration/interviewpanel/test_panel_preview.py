"""The preview of the candidate's page: as a panel would show it, with nothing made and nothing to be sent."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from organizations.models import Candidate
from tests.interview_rows import World, make_world
from tests.panel_pages import name_page
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(primary_colour="#7a1f5c", retention_days=90)


@pytest.fixture
def recruiter(world: World) -> Client:
    return sign_in(make_member("recruiter@fernbrook.example", {world.organization: "hr"}))


def test_it_is_the_candidates_page_of_this_panel(world: World, recruiter: Client) -> None:
    InterviewPanel.objects.update(status="draft", records_video=True, consent_addition="Ask Fern & Brook.")
    response = recruiter.get(name_page("preview", world.panel))
    page = response.content.decode()
    for text in (
        "Preview: candidates see this page like this.",
        "Your interview for Backend Engineer",
        "up to 30 minutes of talking",
        "It is erased after 90 days.",
        "Your camera is recorded too.",
        "<p>Ask Fern &amp; Brook.</p>",
        'fill="#7a1f5c"',
        "candidate/preview.js",
    ):
        assert text in page, text
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_it_speaks_the_other_language_too(world: World, recruiter: Client) -> None:
    page = recruiter.get(name_page("preview", world.panel), {"language": "de"}).content.decode()
    assert '<html lang="de"' in page
    assert "Ein Computerprogramm von Fernbrook" in page


def test_nothing_is_made_and_nothing_can_be_sent(world: World, recruiter: Client) -> None:
    address = name_page("preview", world.panel)
    page = recruiter.get(address).content.decode()
    found = re.search(r'<script id="page-data" type="application/json">(.*?)</script>', page)
    assert found is not None
    data = json.loads(found[1])
    assert (data["socketPath"], data["hasBegun"]) == ("/ws/interview/preview/", False)
    for below in ("requests/", "accommodations/", "feedback/"):
        answer = recruiter.post(f"{address}{below}", {"kind": "human_interview", "note": "Hello"})
        assert recruiter.get(answer["Location"])["Location"] == reverse("admin:index")  # "There is no such panel."
    assert recruiter.post(address).status_code == 405
    for model in (InterviewPanelCandidate, InterviewSession, Candidate):
        assert not model.objects.exists()


def test_a_panel_that_is_not_there_has_none(world: World, recruiter: Client) -> None:
    assert recruiter.get(reverse("admin:interviewpanel_interviewpanel_preview", args=[999_999])).status_code == 404
    InterviewPanel.objects.update(consent_version="2027-9")
    assert recruiter.get(name_page("preview", world.panel)).status_code == 404
