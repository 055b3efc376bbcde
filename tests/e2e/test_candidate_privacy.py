"""The page of what is stored of a candidate, in a real browser: read, noted on, told, downloaded; by day and by night,
on a phone, in German, with addresses that are longer than a phone is wide."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.models import AnswerCorrection, CandidateFeedback, CandidateRequest, InterviewPanelCandidate
from interviewpanel.services.invitations import hash_token
from organizations.models import Candidate, Organization
from tests.axe_checks import check_axe
from tests.browsers import PHONE, open_page
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.page_candidates import ANSWER, PageCandidate
from tests.socket_client import find_token

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LONG_ADDRESS = "bewerbungen-und-rueckfragen.personalabteilung@donaudampfschifffahrtsgesellschaft-verwaltung.example"
WIDE = """() => [...document.querySelectorAll(".card, .card *")]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter((one) => !one.closest(".visually-hidden"))
  .map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 60)}`)"""


@pytest.fixture(scope="module")
def site(embedded_site: LiveSite) -> LiveSite:
    embedded_site.set_panel(max_questions=1)
    embedded_site.start_web()
    return embedded_site


@pytest.fixture(scope="module")
def link(site: LiveSite, chromium: Browser) -> str:
    """Of an interview that is over: one answer, typed."""
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        candidate.come_typing()
        candidate.type_answer()
        candidate.expect_screen("ended")
    return candidate.link


@pytest.fixture
def page(chromium: Browser, link: str) -> Iterator[Page]:
    with open_page(chromium) as page:
        page.goto(f"{link}privacy/")
        yield page


def open_folds(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def test_axe_finds_nothing(page: Page) -> None:
    open_folds(page)
    check_axe(page, "the privacy page")


@pytest.mark.parametrize("path", ["privacy/", ""])
def test_a_long_address_stays_in_its_card_on_a_phone(chromium: Browser, link: str, path: str) -> None:
    invitation = InterviewPanelCandidate.objects.using(SITE).get(token_hash=hash_token(find_token(link)))
    organizations = Organization.objects.using(SITE).filter(pk=invitation.organization_id)
    people = Candidate.objects.using(SITE).filter(pk=invitation.candidate_id)
    kept = organizations.get().contact_email, people.get().email
    organizations.update(contact_email=LONG_ADDRESS)
    people.update(email=LONG_ADDRESS)
    try:
        with open_page(chromium, size=PHONE) as page:
            page.goto(f"{link}{path}?language=de")
            expect(page.locator("html")).to_have_attribute("lang", "de")
            expect(page.get_by_text(LONG_ADDRESS).first).to_be_visible()
            open_folds(page)
            assert page.evaluate(WIDE) == []
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    finally:
        organizations.update(contact_email=kept[0])
        people.update(email=kept[1])


def test_a_note_is_kept_beside_the_answer(page: Page, link: str) -> None:
    expect(page.locator("#answer-1 blockquote")).to_contain_text(ANSWER)
    page.locator("#answer-1 summary").click()
    page.locator("#correction-1").fill("Not columns: rows.")
    page.locator("#answer-1 form [type=submit]").click()
    expect(page.locator("#answer-1 .notice")).to_contain_text("Not columns: rows.")
    note = AnswerCorrection.objects.using(SITE).get(answer__session=find_session(link))
    assert note.text == "Not columns: rows."
    expect(page.locator("#answer-1 blockquote")).to_contain_text(ANSWER)


def test_how_it_was_is_told_and_changed(page: Page, link: str) -> None:
    for rating in (2, 5):
        page.locator(f"#feedback input[value='{rating}']").check()
        page.locator("#feedback [type=submit]").click()
        expect(page.locator("[role=status]").first).to_have_text("Thank you for telling us.")
        expect(page.locator(f"#feedback input[value='{rating}']")).to_be_checked()
    assert CandidateFeedback.objects.using(SITE).get(session=find_session(link)).rating == 5


def test_a_person_is_asked_to_look_again(page: Page, link: str) -> None:
    page.locator("#human_review summary").click()
    page.locator("#note-human_review").fill("I spoke of rows.")
    page.locator("#human_review [type=submit]").click()
    expect(page.locator(".card div.notice")).to_contain_text("A person will answer here.")
    expect(page.locator("#human_review")).to_have_count(0)
    asked = CandidateRequest.objects.using(SITE).filter(invitation=find_session(link).invitation)
    assert [(one.kind, one.note) for one in asked] == [("human_review", "I spoke of rows.")]


def test_all_that_is_stored_can_be_taken_along(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_text("Download all data (JSON)").click()
    stored = json.loads(Path(download.value.path()).read_text())
    assert ANSWER in json.dumps(stored)
