"""A reviewer hears, rates and overrides in a real browser: a word that is clicked is heard, a score is shown after the
rating, and the report that is made again says who decided."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from interviewpanel.models import AnswerRating, InterviewPanel, InterviewSession, Recording
from reports.models import InterviewReport
from tests.axe_checks import check_axe
from tests.browsers import open_page
from tests.interview_checks import find_session, wait_for_work
from tests.live_site import SITE, LiveSite
from tests.processes import wait_until
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

REVIEWER = "reviewer@demo.invalid"
NOTE_SEEKS = """() => {
  window.sought = [];
  const audio = document.getElementById("review-audio");
  audio.addEventListener("seeking", () => window.sought.push(audio.currentTime));
}"""
AUDIO = "document.getElementById('review-audio')"


@pytest.fixture(scope="module")
def session(site: LiveSite) -> InterviewSession:
    """Two questions, answered by the robot's voice; reviewers are to rate before they see a score."""
    site.set_panel(max_questions=2, rates_blind=InterviewPanel.RatesBlind.REVIEWERS)
    link = site.invite()
    site.manage("interview_robot", link)
    wait_for_work(seconds=120)
    session = find_session(link)
    recordings = Recording.objects.using(SITE).filter(session=session)
    wait_until("recordings are joined", lambda: {row.work_status for row in recordings.all()} == {"done"}, seconds=60)
    return session


@pytest.fixture
def recruiter(site: LiveSite, chromium: Browser) -> Iterator[RecruiterPage]:
    with open_page(chromium) as page:
        yield RecruiterPage(page, site.port)


def open_review(recruiter: RecruiterPage, session: InterviewSession) -> None:
    """From the list of interviews, whose first column leads there."""
    recruiter.open("/admin/interviewpanel/interviewsession/")
    recruiter.see(f"a[href*='/interview/{session.pk}/review/']").first.click()
    expect(recruiter.see("#review-player")).to_be_visible()
    recruiter.page.evaluate(NOTE_SEEKS)


def second_of(element: Locator, name: str = "data-s") -> float:
    value = element.get_attribute(name)
    assert value is not None
    return float(value)


def expect_sought(page: Page, seconds: float) -> None:
    """The player went to exactly that second, and plays from there."""
    page.wait_for_function("window.sought.length > 0")
    assert page.evaluate("window.sought.pop()") == pytest.approx(seconds, abs=0.02)
    page.wait_for_function(f"{AUDIO}.paused === false && {AUDIO}.currentTime > {seconds}")
    page.evaluate("window.sought = []")


def expect_paused(page: Page) -> None:
    page.wait_for_function(f"{AUDIO}.paused")


def rate(recruiter: RecruiterPage, number: int, level: int) -> None:
    form = recruiter.see(f"#answer-{number} .review-form[open]")
    for part in form.locator(".review-segments").all():
        part.locator("label").nth(level).click()
    form.locator("textarea").fill("Names the idea, and not what it costs.")
    form.get_by_role("button").last.click()
    recruiter.expect_said(f"Answer {number}: rated")


def hear_words(recruiter: RecruiterPage) -> None:
    """By mouse and by keyboard."""
    page = recruiter.page
    words = recruiter.see("#answer-1 .w")
    sixth = words.nth(5)
    sixth.click()
    expect_sought(page, second_of(sixth))
    expect(recruiter.see("#answer-1 .is-said")).to_have_count(1)
    page.keyboard.press(" ")
    expect_paused(page)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect_sought(page, second_of(words.nth(1)))
    page.keyboard.press("]")
    assert page.evaluate(f"{AUDIO}.playbackRate") == 1.25
    page.keyboard.press(" ")
    expect_paused(page)
    page.keyboard.press("j")
    expect(recruiter.see("#answer-2")).to_be_focused()


def hear_quote(recruiter: RecruiterPage) -> None:
    """Shown in the transcript, and played to its end."""
    page = recruiter.page
    page.evaluate(NOTE_SEEKS)
    quote = recruiter.see(".review-quote[data-from]").first
    quote.click()
    expect_sought(page, second_of(quote, "data-from"))
    shown = recruiter.see(f"[data-marks~='{quote.get_attribute('data-quote')}']")
    expect(shown.first).to_have_class(re.compile(r"\bis-shown\b"))
    expect_paused(page)  # at the end of the quote
    assert page.evaluate(f"{AUDIO}.currentTime") == pytest.approx(second_of(quote, "data-to"), abs=0.5)


def test_a_reviewer_hears_words_and_quotes_rates_and_then_sees_the_scores(
    recruiter: RecruiterPage, session: InterviewSession
) -> None:
    recruiter.sign_in(REVIEWER)
    open_review(recruiter, session)
    expect(recruiter.see(".review-why")).to_have_text(
        "This panel asks you to rate first. Rate 2 more answers, then the scorecard is shown."
    )
    expect(recruiter.see(".review-result .desk-number")).to_have_count(0)
    expect(recruiter.see(".review-ring, .review-quote")).to_have_count(0)
    recruiter.picture("review-before-rating")

    hear_words(recruiter)
    rate(recruiter, 1, 3)
    expect(recruiter.see("#answer-1 .review-result")).to_contain_text("your rating: 75")
    expect(recruiter.see("#answer-2 .review-result")).to_have_text("rate first")
    rate(recruiter, 2, 2)
    expect(recruiter.see(".review-ring")).to_be_visible()
    expect(recruiter.see("#answer-2 .review-people")).to_contain_text("before the automatic score was shown")
    assert [row.is_blind for row in AnswerRating.objects.using(SITE).order_by("pk")] == [True, True]
    recruiter.picture("review-after-rating")

    hear_quote(recruiter)


def test_an_override_needs_a_reason_and_the_report_says_who_decided(
    site: LiveSite, recruiter: RecruiterPage, session: InterviewSession
) -> None:
    before = InterviewReport.objects.using(SITE).get(session=session)
    recruiter.sign_in()
    open_review(recruiter, session)
    recruiter.see("#answer-1 summary.desk-button").get_by_text("Rate").click()
    rate(recruiter, 1, 3)
    recruiter.see("#answer-1").get_by_text("Override the score").first.click()
    form = recruiter.see("#answer-1 .review-form[open] form")
    form.get_by_label("New score").fill("88")
    form.get_by_role("button").click()
    expect(form.get_by_role("alert").first).to_contain_text("Say why")
    form.get_by_label("Reason").fill("Right in other words: I listened to it twice.")
    form.get_by_role("button").click()
    recruiter.expect_said("Answer 1: score set to 88 of 100.")
    expect(recruiter.see("#answer-1 .review-result")).to_contain_text("of 100, set by a person")
    expect(recruiter.see("#answer-1 .review-both")).to_contain_text("88")
    recruiter.picture("review-overridden")

    def is_made_again() -> bool:
        report = InterviewReport.objects.using(SITE).get(session=session)
        return report.work_status == "done" and report.made_at != before.made_at

    wait_until("the report is made again", is_made_again, seconds=60)
    recruiter.page.reload()
    link = recruiter.page.get_by_role("link", name="PDF")
    address = urljoin(recruiter.page.url, link.get_attribute("href") or "")
    file = site.folder / "scorecard.pdf"
    file.write_bytes(recruiter.page.request.get(address).body())
    told = " ".join(" ".join(page.extract_text() for page in PdfReader(file).pages).split())
    assert "Who decided what" in told
    assert "Demo Recruiter set the score to 88" in told
    assert "Right in other words: I listened to it twice." in told
    assert "Demo Recruiter rated it 75 of 100" in told


def test_what_a_person_decided_is_what_others_are_shown(
    recruiter: RecruiterPage, chromium: Browser, site: LiveSite, session: InterviewSession
) -> None:
    """Behind the override: a decision from the page itself, and the report by a link, for who has no account."""
    recruiter.sign_in()
    open_review(recruiter, session)
    recruiter.page.get_by_role("link", name="Decide …").first.click()
    recruiter.page.get_by_role("radio", name="Advance").check()
    recruiter.page.get_by_label("Reason").fill("Knows what it costs.")
    recruiter.page.get_by_role("button", name="Decide about 1 candidate").click()
    expect(recruiter.see("#review-player")).to_be_visible()  # back where it was decided from
    recruiter.picture("review-decided")
    recruiter.page.get_by_role("link", name="Share …").first.click()
    recruiter.page.get_by_label("Who reads it, and what for").fill("The lead of the team")
    recruiter.page.get_by_role("button", name="Make the link").click()
    recruiter.expect_said("The link is made.")
    address = recruiter.see(".links-address input").input_value()
    path = address[address.index("/share/") :]
    site.links.append(f"http://localhost:{site.port}{path}")
    with open_page(chromium) as reader:
        reader.goto(f"http://localhost:{site.port}{path}")
        expect(reader.locator("body")).to_contain_text("Demo Recruiter set the score to 88")
        expect(reader.locator("body")).to_contain_text("Right in other words: I listened to it twice.")


def test_the_page_is_for_everybody_and_fits_a_phone(recruiter: RecruiterPage, session: InterviewSession) -> None:
    recruiter.sign_in()
    open_review(recruiter, session)
    recruiter.expect_fits()
    check_axe(recruiter.page, "the review page", ".review")
    recruiter.page.set_viewport_size({"width": 400, "height": 800})
    recruiter.page.emulate_media(color_scheme="dark")
    recruiter.expect_fits()
    recruiter.picture("review-phone")
