"""The candidate's page in a real browser before the real server: what it asks for, what it keeps, and bad days."""

import gzip
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from interviewpanel.models import (
    AccommodationRequest,
    Answer,
    CandidateRequest,
    InterviewSession,
    VideoChunk,
)
from interviewpanel.services.invitations import hash_token
from tests.browsers import ASKED_AND_DENIED, PHONE, TcpLine, launch, open_page
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.page_candidates import PageCandidate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
MOST_BYTES = 150_000


def list_answers(session: InterviewSession) -> list[Answer]:
    return list(Answer.objects.using(SITE).filter(session=session).order_by("number"))


def test_nothing_is_sent_before_the_interview_begins(candidate: PageCandidate) -> None:
    """Neither the device check nor the practice question leaves the browser."""
    candidate.arrive()
    candidate.agree()
    loaded = len(candidate.requests)
    candidate.see("#check-open").click()
    candidate.see("#check-record").click()
    candidate.see("#check-play").click()
    expect(candidate.see("#check-verdict")).to_have_text("We hear you well.", timeout=60_000)
    candidate.see("#check-next").click()
    candidate.see("#practice-begin").click()
    expect(candidate.see("#practice-turn")).to_contain_text("We hear you", timeout=60_000)
    candidate.see("#practice-done").click()
    expect(candidate.see("#practice-turn")).to_contain_text("only in this browser")
    candidate.see("#practice-play").click()
    asked = [request.url for request in candidate.requests[loaded:] if not request.url.startswith("blob:")]
    assert [url for url in asked if not url.endswith("capture-worklet.js")] == []
    assert candidate.sockets == []
    assert not InterviewSession.objects.using(SITE).filter(invitation__token_hash=hash_of(candidate.link)).exists()


def hash_of(link: str) -> str:
    return hash_token(link.rstrip("/").rsplit("/", 1)[-1])


def test_the_page_is_small_and_asks_nobody_else(site: LiveSite, candidate: PageCandidate) -> None:
    candidate.come_typing()
    bodies = {request.url: request.response() for request in candidate.requests if not request.url.startswith("data:")}
    own = f"localhost:{site.port}"
    assert {urlsplit(url).netloc for url in bodies} == {own}
    assert {urlsplit(url).netloc for url in candidate.sockets} == {own}
    sizes = {url: measure(url, response.body()) for url, response in bodies.items() if response is not None}
    assert sum(sizes.values()) < MOST_BYTES, sizes


def measure(url: str, body: bytes) -> int:
    """Bytes on the line: files are sent compressed outside of DEBUG; the page is not, for a secret is in it."""
    return len(gzip.compress(body)) if "/static/" in url else len(body)


def test_a_blocked_microphone_is_no_dead_end(site: LiveSite, chromium: Browser) -> None:
    browser = launch(chromium.browser_type, None, options=(ASKED_AND_DENIED, "--use-fake-device-for-media-stream"))
    try:
        with open_page(browser) as page:
            candidate = PageCandidate(page, site.invite())
            candidate.arrive()
            candidate.agree()
            candidate.see("#check-open").click()
            expect(candidate.see("#check-problem-title")).to_have_text("The microphone is blocked")
            candidate.choose_typing()
            candidate.start()
            candidate.see("#speak-instead").click()
            expect(candidate.see("#hearing-notice")).to_contain_text("Allow it for this page")
            candidate.type_answer()
            candidate.expect_question(2)
    finally:
        browser.close()


def test_who_does_not_agree_is_led_to_a_person(candidate: PageCandidate) -> None:
    candidate.arrive()
    candidate.see("#screen-welcome [data-go=consent]").click()
    candidate.see("#consent-form [type=submit]").click()
    expect(candidate.see("#consent-error")).to_contain_text("Please tick the box")
    candidate.see("#decline").click()
    form = candidate.see("#declined form")
    form.locator("textarea").fill("After four, please.")
    form.locator("[type=submit]").click()
    expect(form.locator(".result")).to_contain_text("They will write to you.")
    asked = CandidateRequest.objects.using(SITE).get(invitation__token_hash=hash_of(candidate.link))
    assert (asked.kind, asked.note) == ("human_interview", "After four, please.")
    assert candidate.sockets == []


def test_an_accommodation_is_asked_for_before_anything_else(candidate: PageCandidate) -> None:
    candidate.arrive()
    candidate.see("#accommodation summary").click()
    form = candidate.see("#accommodation-form")
    form.locator("[value=longer_pauses]").check()
    form.locator("[type=submit]").click()
    expect(form.locator(".result")).to_contain_text("A person will look at it")
    asked = AccommodationRequest.objects.using(SITE).get(invitation__token_hash=hash_of(candidate.link))
    assert (asked.needs, asked.state) == (["longer_pauses"], "asked")
    candidate.page.reload()
    expect(candidate.see("#accommodation .notice")).to_contain_text("has arrived")


def test_the_camera_is_recorded_where_the_panel_asks_for_it(site: LiveSite, candidate: PageCandidate) -> None:
    site.set_panel(records_video=True)
    try:
        candidate.arrive()
        expect(candidate.see("#screen-consent .document")).to_contain_text("Your camera is recorded too.")
        candidate.agree()
        candidate.see("#check-open").click()
        candidate.see("#camera-open").click()
        expect(candidate.see("#camera-verdict")).to_have_text("Your camera works.")
        expect(candidate.see("#camera-preview")).to_be_visible()
        candidate.see("#check-next").click()
        candidate.start()
        chunks = VideoChunk.objects.using(SITE).filter(recording__session=find_session(candidate.link))
        candidate.wait_for("pieces of the video are stored", lambda: chunks.count() >= 2)
    finally:
        site.set_panel(records_video=False)


def test_thinking_pausing_skipping_and_ending_by_hand(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    candidate.wait_for_sign("speaking", "pausing")
    candidate.see("#think").click()
    candidate.wait_for_sign("thinking", "speaking")
    candidate.see("#settings-fold summary").click()
    candidate.see("#waits-for-done").check()
    candidate.wait_for("the wish is kept", lambda: find_session(candidate.link).waits_for_done)
    candidate.see("#pause").click()
    expect(candidate.see("#paused-title")).to_have_text("Paused")
    expect(candidate.see("#resume")).to_be_focused()
    expect(candidate.see("#controls")).to_be_hidden()
    candidate.page.keyboard.press("Enter")
    expect(candidate.see("#paused")).to_be_hidden()
    candidate.see("#skip").click()
    candidate.see("#confirm button[value=no]").click()
    candidate.expect_question(1)
    candidate.see("#skip").click()
    candidate.see("#confirm-yes").click()
    candidate.expect_question(2)
    assert list_answers(find_session(candidate.link))[0].closed_reason == "skipped"
    candidate.see("#end").click()
    candidate.see("#confirm-yes").click()
    candidate.expect_screen("ended")
    assert find_session(candidate.link).end_reason == "ended_by_candidate"


def test_a_reload_goes_on_at_the_same_question_with_what_was_written(candidate: PageCandidate) -> None:
    candidate.come_typing()
    question = candidate.see("#question-text").inner_text()
    candidate.see("#typed").fill("half an ans")
    candidate.wait_for("the draft is kept", lambda: candidate.page.evaluate("sessionStorage.length") > 0)
    candidate.page.reload()
    candidate.expect_question(1)
    assert candidate.see("#question-text").inner_text() == question
    if not candidate.see("#typing").is_visible():  # with a microphone that is allowed, the page listens again
        candidate.see("#type").click()
    expect(candidate.see("#typed")).to_have_value("half an ans")
    candidate.type_answer()
    candidate.expect_question(2)


def test_a_second_window_takes_over_and_the_first_says_so(candidate: PageCandidate, chromium: Browser) -> None:
    candidate.come_typing()
    with open_page(chromium, size=PHONE) as phone:
        second = PageCandidate(phone, candidate.link)
        phone.goto(candidate.link)
        second.expect_question(1)
        candidate.expect_screen("replaced")
        candidate.see("#screen-replaced [data-reload]").click()
        candidate.expect_question(1)
        second.expect_screen("replaced")


def test_a_dead_line_is_told_and_what_was_ended_meanwhile_is_sent(site: LiveSite, chromium: Browser) -> None:
    with TcpLine(site.port) as line, open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite().replace(f":{site.port}/", f":{line.port}/"))
        candidate.come_speaking()
        candidate.wait_for_sign("speaking")
        line.cut()
        expect(candidate.see("#banner")).to_contain_text("The connection is gone")
        candidate.see("#done").click()
        expect(candidate.see("#turn")).to_contain_text("Saving your answer")
        line.restore()
        expect(candidate.see("#banner")).to_contain_text("Nothing is lost", timeout=60_000)
        candidate.expect_question(2)
        assert list_answers(find_session(candidate.link))[0].closed_reason == "done"
