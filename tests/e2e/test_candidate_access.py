"""The candidate's page for everybody: by keyboard alone, on a phone, at 200 %, in the dark, from right to left, in
German, and held against axe-core on every screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from interviewpanel.models import AudioSegment
from tests.axe_checks import check_axe
from tests.browsers import ASKED_AND_DENIED, PHONE, launch, open_page
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.page_candidates import ANSWER, SCREENS, PageCandidate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ZOOMED = {"width": 640, "height": 400}  # 1280 × 800 at 200 %
NARROW = {"width": 320, "height": 640}  # WCAG 1.4.10
MOST_TABS = 80
VOICE = Path(__file__).parents[1] / "data" / "browser_voice.js"
LIST_SMALL = """([main, least]) =>
  [...document.querySelectorAll("button, summary, textarea, .button, .choice, .scale label")]
  .map((one) => ({ one, height: one.getBoundingClientRect().height }))
  .filter(({ one, height }) => height > 0 && height < (one.matches(".primary") ? main : least))
  .map(({ one, height }) => `${one.textContent.trim()}: ${height}`)"""
MAIN_TARGET, LEAST_TARGET = 44, 24


def check_layout(page: Page, what: str) -> None:
    """Nothing is scrolled sideways; what can be pressed is large enough for a thumb."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{what} is {wide} px too wide"
    small: list[str] = page.evaluate(LIST_SMALL, [MAIN_TARGET, LEAST_TARGET])
    assert small == [], what


def check(candidate: PageCandidate, what: str) -> None:
    check_axe(candidate.page, what)
    check_layout(candidate.page, what)


def walk_all_screens(candidate: PageCandidate) -> Iterator[str]:
    """Stops at every screen and every state of it that a candidate without faults can see."""
    see = candidate.see
    candidate.arrive()
    for fold in see("#screen-welcome details").all():
        fold.evaluate("fold => { fold.open = true; }")
    yield "welcome"
    see("#screen-welcome [data-go=consent]").click()
    see("#consent-form [type=submit]").click()
    see("#decline").click()
    yield "consent, declined"
    see("#consent-agreed").check()
    see("#consent-form [type=submit]").click()
    yield "device check, before"
    see("#check-open").click()
    see("#check-record").click()
    expect(see("#check-play")).to_be_visible(timeout=30_000)
    yield "device check, live"
    see("#check-next").click()
    see("#practice-begin").click()
    yield "practice, listening"
    see("#practice-done").click()
    yield "practice, done"
    candidate.start()
    for fold in see("#screen-interview details").all():
        fold.evaluate("fold => { fold.open = true; }")
    yield "interview, listening"
    see("#pause").click()
    expect(see("#paused")).to_be_visible()
    yield "interview, paused"
    see("#resume").click()
    expect(see("#paused")).to_be_hidden()
    see("#skip").click()
    yield "interview, asked back"
    see("#confirm button[value=no]").click()
    see("#type").click()
    yield "interview, typing"
    candidate.type_answer()
    candidate.expect_question(2)
    candidate.type_answer()
    candidate.expect_screen("ended")
    yield "ended"


def test_axe_finds_nothing_on_any_screen(site: LiveSite, candidate: PageCandidate) -> None:
    stops = []
    for what in walk_all_screens(candidate):
        check(candidate, what)
        stops.append(what)
    assert len(stops) == 11
    candidate.page.goto(candidate.link)
    check_axe(candidate.page, "over")
    candidate.page.goto(candidate.link.replace("/i/", "/i/x"))
    check_axe(candidate.page, "unknown")


def test_axe_finds_nothing_where_something_went_wrong(site: LiveSite, chromium: Browser) -> None:
    browser = launch(chromium.browser_type, None, options=(ASKED_AND_DENIED, "--use-fake-device-for-media-stream"))
    try:
        with open_page(browser) as page:
            candidate = PageCandidate(page, site.invite())
            candidate.arrive()
            candidate.agree()
            candidate.see("#check-open").click()
            expect(candidate.see("#check-problem")).to_be_visible()
            check(candidate, "microphone blocked")
            candidate.choose_typing()
            check(candidate, "practice, typing")
            candidate.start()
            with open_page(browser) as second:
                second.goto(candidate.link)
                candidate.expect_screen("replaced")
                check(candidate, "replaced")
    finally:
        browser.close()


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("zoomed", ZOOMED), ("narrow", NARROW)])
def test_fits_a_small_window(site: LiveSite, chromium: Browser, name: str, size: dict[str, int]) -> None:
    with open_page(chromium, size=size, has_touch=name == "phone") as page:
        for what in walk_all_screens(PageCandidate(page, site.invite())):
            check_layout(page, f"{name}: {what}")


def test_in_german_and_from_right_to_left_nothing_is_cut(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium, size=PHONE) as page:
        candidate = PageCandidate(page, site.invite())
        page.goto(f"{candidate.link}?language=de")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(candidate.see("#screen-welcome h1")).to_have_text("Ihr Interview für Backend engineer")
        page.evaluate("document.documentElement.dir = 'rtl'")
        check_layout(page, "welcome")
        candidate.agree()
        expect(candidate.see("#screen-consent .document")).to_have_attribute("lang", "de")
        candidate.choose_typing()
        check_layout(page, "practice")
        candidate.see("#start-interview").click()
        expect(candidate.see("#turn")).to_contain_text("Tippen Sie Ihre Antwort", timeout=60_000)
        expect(candidate.see("#question-text")).to_have_attribute("lang", "en")
        check_layout(page, "interview")
        assert find_session(candidate.link).consent_language == "de"


# --- Keyboard ---------------------------------------------------------------------------------------------------------


def tab_to(candidate: PageCandidate, selector: str) -> Locator:
    """Tab until it has the focus, which can be seen there."""
    wanted = candidate.see(selector).first
    for _ in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            outline = wanted.evaluate("one => getComputedStyle(one).outlineStyle")
            assert outline != "none", f"the focus on {selector} cannot be seen"
            return wanted
        candidate.page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by the keyboard")


def press(candidate: PageCandidate, selector: str, key: str = "Enter") -> None:
    tab_to(candidate, selector)
    candidate.page.keyboard.press(key)


def expect_heading_focus(candidate: PageCandidate, screen: str) -> None:
    candidate.expect_screen(screen)
    expect(candidate.see(f"#screen-{screen} h1")).to_be_focused()


def test_a_whole_interview_by_keyboard_alone(candidate: PageCandidate) -> None:
    keyboard = candidate.page.keyboard
    candidate.arrive()
    press(candidate, "#screen-welcome [data-go=consent]")
    expect_heading_focus(candidate, "consent")
    press(candidate, "#consent-agreed", "Space")
    press(candidate, "#consent-form [type=submit]")
    expect_heading_focus(candidate, "check")
    press(candidate, "#check-open")
    expect(candidate.see("#check-verdict")).to_have_text("We hear you well.", timeout=60_000)
    press(candidate, "#check-next")
    expect_heading_focus(candidate, "practice")
    press(candidate, "#practice-begin")
    expect(candidate.see("#practice-done")).to_be_focused()
    keyboard.press("Enter")
    press(candidate, "#start-interview")
    expect_heading_focus(candidate, "interview")
    candidate.expect_question(1)
    press(candidate, "#repeat")
    press(candidate, "#think")
    press(candidate, "#done")
    candidate.expect_question(2)
    expect(candidate.see("#done")).to_be_focused()  # a button that is off for a moment keeps the focus
    press(candidate, "#type")
    expect(candidate.see("#typed")).to_be_focused()
    keyboard.type(ANSWER)
    press(candidate, "#typing [type=submit]")
    expect_heading_focus(candidate, "ended")
    press(candidate, "#feedback-form input[value='1']", "Space")
    keyboard.press("ArrowRight")
    press(candidate, "#feedback-form [type=submit]")
    expect(candidate.see("#feedback-form .result")).to_have_text("Thank you for telling us.")


def test_screen_readers_hear_the_question_once_and_never_their_own_words(candidate: PageCandidate) -> None:
    """This browser has no voice, so the question is announced; captions and the conversation are not."""
    candidate.come_speaking()
    question = candidate.see("#question-text").inner_text()
    expect(candidate.see("#announcer")).to_contain_text(question, timeout=60_000)
    expect(candidate.see("#announcer")).to_have_attribute("role", "status")
    expect(candidate.see("#conversation")).to_have_attribute("role", "log")
    expect(candidate.see("#conversation")).to_have_attribute("aria-live", "off")
    assert candidate.see("#heard").evaluate("one => one.closest('[aria-live],[role=status],[role=alert]')") is None
    assert candidate.see("#turn").evaluate("one => one.closest('[aria-live],[role=status],[role=alert]')") is None


def test_while_the_question_is_read_aloud_nothing_else_is_said_and_nothing_is_heard(candidate: PageCandidate) -> None:
    """The browser's voice would be taken for the candidate, and would talk over a screen reader."""
    page = candidate.page
    page.add_init_script(path=VOICE)
    candidate.arrive()
    candidate.agree()
    candidate.check_devices()
    candidate.see("#start-interview").click()
    expect(candidate.see("#turn")).to_have_attribute("data-state", "asking", timeout=60_000)
    expect(candidate.see("#greeting")).to_be_visible()
    page.evaluate("spoken.slice().forEach(endSpeech)")  # the greeting, sentence by sentence
    expect(candidate.see("#greeting")).to_be_hidden()
    question = candidate.see("#question-text").inner_text()
    candidate.wait_for("the question is read", lambda: page.evaluate("spoken.at(-1)") in question)
    assert candidate.see("#announcer").inner_text() == ""
    assert not AudioSegment.objects.using(SITE).filter(answer__session=find_session(candidate.link)).exists()
    candidate.see("#begin-now").click()
    candidate.wait_for_sign("listening", "speaking")
    expect(candidate.see("#begin-now")).to_be_hidden()
    expect(candidate.see("#done")).to_be_focused()
    candidate.see("#repeat").click()
    expect(candidate.see("#turn")).to_have_attribute("data-state", "asking")
    candidate.see("#mute").click()
    candidate.wait_for_sign("listening", "speaking", "pausing")
    expect(candidate.see("#mute")).to_have_attribute("aria-pressed", "true")
    candidate.see("#done").click()
    candidate.expect_question(2)
    expect(candidate.see("#announcer")).to_contain_text(candidate.see("#question-text").inner_text())


def test_every_screen_has_one_heading_that_can_take_the_focus(candidate: PageCandidate) -> None:
    candidate.arrive()
    for name in SCREENS:
        heading = candidate.see(f"#screen-{name} h1")
        expect(heading).to_have_count(1)
        expect(heading).to_have_attribute("tabindex", "-1")
