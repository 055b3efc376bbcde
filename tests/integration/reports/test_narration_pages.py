"""Who wrote what, wherever a report is read: the PDF, the review page, the shared page, the API."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import Settings

from interviewpanel.models import InterviewSession
from reports.models import InterviewNarrative, InterviewReport
from reports.services.shares import Terms, make_share, make_share_token
from tests.interview_rows import World, make_interview
from tests.narrated_reports import begin, tell, write
from tests.narrators import Evidence, honest, lie, serve_narrator
from tests.ollama_server import fail_with
from tests.staff import make_member, sign_in
from tests.told_interviews import call_for, page_of

BY_MODEL = "Written by llama3.1:8b from the scores; every sentence names its answer."
BY_TEMPLATE = "Written by template: fixed sentences filled from the scores."


@pytest.fixture
def session(world: World) -> InterviewSession:
    return make_interview(world)


def half_lie(evidence: Evidence) -> dict[str, object]:
    """What is true, and behind it what is not."""
    said, lies = honest(evidence), lie(evidence)
    return {**said, "strengths": [*said["strengths"], *lies["strengths"]]}  # type: ignore[misc]


@pytest.fixture
def staff(world: World) -> Client:
    return sign_in(make_member("hr@fernbrook.example", {world.organization: "hr"}))


def review(session: InterviewSession, client: Client) -> str:
    page = client.get(reverse("admin:reports_interviewreport_review", args=[session.pk])).content.decode()
    return " ".join(page.split())


def test_the_pdf_and_the_shared_page_say_who_wrote_what_and_nothing_of_what_was_dropped(
    session: InterviewSession, settings: Settings, world: World
) -> None:
    with serve_narrator(settings, half_lie):
        tell(session)
    with InterviewReport.objects.get(session=session).pdf.open() as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
        pdf = " ".join(" ".join(page.extract_text() for page in pages).split())
    terms = Terms(purpose="A second opinion", days=7, includes_names=False)
    user = make_member("admin@fernbrook.example", {world.organization: "admin"})
    share = make_share(session=session, terms=terms, created_by=user, now=timezone.now() + timedelta(seconds=1))
    shared = Client().get(reverse("share", args=[make_share_token(share)])).content.decode()
    for page in (pdf, shared):
        assert BY_MODEL in page
        assert "Shows a way of working on Indexing." in page
        assert "What would change your mind about Indexing?" in page
        assert "99 of 100" not in page
        assert "left out" not in page.replace("is left out and", "").replace("left out of the score", "")
    assert BY_TEMPLATE in pdf
    assert "ollama (llama3.1:8b), prompt narrate_interview/ 2+" in pdf.replace(
        "narrate_interview/2+", "narrate_interview/ 2+"
    )
    assert "Priya" not in shared


def test_the_review_page_tells_staff_what_was_dropped(
    session: InterviewSession, settings: Settings, staff: Client
) -> None:
    with serve_narrator(settings, half_lie):
        tell(session)
    page = review(session, staff)
    assert BY_MODEL in page
    assert "18 sentences of the model did not pass the checks and were left out" in page
    assert "<strong>Strengths:</strong> 2 sentences: has a number that was not computed." in page
    assert "99 of 100" not in page


def test_the_review_page_says_what_the_narrative_waits_for(
    session: InterviewSession, settings: Settings, staff: Client
) -> None:
    with serve_narrator(settings, fail_with(400, "does not support formats")):
        begin(session)
        assert "A language model is being asked." in review(session, staff)
        write(session)
    page = review(session, staff)
    assert "The language model could not be had: " in page
    assert "does not support formats" in page
    InterviewNarrative.objects.all().delete()
    assert "by template" in review(session, staff)


def test_the_api_tells_authors_and_writer(session: InterviewSession, settings: Settings, world: World) -> None:
    with serve_narrator(settings, honest):
        tell(session)
    callers = call_for(world.organization)
    story = callers.sign_in("hr").get(page_of(session, "evaluation")).json()["narrative"]
    assert (story["author"], story["authors"]["strengths"], story["authors"]["red_flags"]) == (
        *("llama3.1:8b", "llama3.1:8b", "template"),
    )
    assert story["writer"]["engine"] == "ollama"
    assert len(story["writer"]["evidence_hash"]) == 64
    assert story["skills"][0]["text"] == "Uses Indexing on a case of its own."
