"""The page of a candidate's data in a real browser: nothing reaches over its card, and axe-core finds nothing."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser

from interviewpanel.models import Answer, InterviewPanelCandidate, InterviewSession
from organizations.models import Candidate, Organization
from questionbank.models import QuestionVersion
from tests.browsers import open_page
from tests.live_site import SITE, LiveSite

pytestmark = [pytest.mark.quick_fault, pytest.mark.timeout(300)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (320, 390, 1280)
LIST_WIDE = """() => [...document.querySelectorAll(".card *:not(.visually-hidden)")]
  .filter((one) => one.getBoundingClientRect().right > one.closest(".card").getBoundingClientRect().right)
  .map((one) => one.textContent.trim())"""


@pytest.fixture(scope="module")
def site(embedded_site: LiveSite) -> LiveSite:
    embedded_site.start_web()
    return embedded_site


def make_held(site: LiveSite) -> str:
    """The address of the page of somebody with long names, whose interview is over."""
    link, now = site.invite(), timezone.now()
    invitation = InterviewPanelCandidate.objects.using(SITE).order_by("-id").select_related("candidate")[0]
    Candidate.objects.using(SITE).filter(pk=invitation.candidate_id).update(
        full_name=f"Priya {'Raghunathan' * 6}", email=f"{'priya' * 12}{invitation.pk}@{'long.' * 20}example"
    )
    Organization.objects.using(SITE).update(contact_email=f"{'people' * 10}@fernbrook.example")
    session = InterviewSession.objects.using(SITE).create(
        organization_id=invitation.organization_id,
        invitation=invitation,
        status="completed",
        seed=1,
        clock_limit_seconds=60,
        consented_at=now - timedelta(hours=1),
        started_at=now - timedelta(hours=1),
        ended_at=now,
        consent_version="2026-1",
        consent_language="en",
        consent_hash="0" * 64,
    )
    Answer.objects.using(SITE).create(
        session=session,
        number=1,
        question_version=QuestionVersion.objects.using(SITE).order_by("id")[0],
        question_text="What is an index?",
        cell_difficulty="easy",
        asked_at=now,
        closed_at=now,
        closed_reason="typed",
        status="scored",
        transcript=f"See {'index' * 60} of it.",
    )
    return f"{link}privacy/"


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_reaches_over_its_card_and_everybody_can_read_it(
    chromium: Browser, site: LiveSite, language: str
) -> None:
    address = make_held(site)
    for width in WIDTHS:
        with open_page(chromium, size={"width": width, "height": 800}) as page:
            page.goto(f"{address}?language={language}")
            for fold in page.locator("details").all():
                fold.evaluate("fold => { fold.open = true; }")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert (wide, page.evaluate(LIST_WIDE)) == (0, []), f"at {width} px"
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(one["id"], node["html"][:160]) for one in found for node in one["nodes"]] == []
