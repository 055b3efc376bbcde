"""Candidates who type, on the real page against the real server: nothing written is lost, and nobody is listened to."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.models import Answer, AnswerCorrection, AudioSegment
from tests.browsers import TcpLine, open_page
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.overheard_lines import OverheardLine
from tests.page_candidates import ANSWER, PageCandidate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
MICROPHONE = Path(__file__).parents[1] / "data" / "browser_microphone.js"


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(path=MICROPHONE)
    return page


def read_answer(candidate: PageCandidate, number: int = 1) -> Answer:
    return Answer.objects.using(SITE).get(session=find_session(candidate.link), number=number)


def count_heard(candidate: PageCandidate) -> int:
    return int(candidate.page.evaluate("heard.length"))


def write(candidate: PageCandidate, text: str = ANSWER) -> None:
    """In the field, not sent; seen by the page."""
    candidate.see("#type").click()
    candidate.see("#typed").fill(text)


def test_who_types_is_not_listened_to_after_a_reload_either(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    write(candidate, "half an ans")
    candidate.page.reload()
    candidate.expect_question(1)
    assert candidate.read_sign() == "typing"
    expect(candidate.see("#typed")).to_have_value("half an ans")
    assert count_heard(candidate) == 0
    candidate.see("#speak-instead").click()
    candidate.wait_for_sign("listening", "speaking", "pausing")
    assert count_heard(candidate) == 1


def test_another_window_listens_only_once_it_is_asked_to(candidate: PageCandidate, chromium: Browser) -> None:
    candidate.come_typing()
    with open_page(chromium) as page:
        page.add_init_script(path=MICROPHONE)
        other = PageCandidate(page, candidate.link)
        page.goto(candidate.link)
        other.wait_for_sign("deaf")
        expect(other.see("#turn")).to_contain_text("May we listen?")
        assert count_heard(other) == 0
        other.see("#ear-act").click()
        other.wait_for_sign("listening", "speaking", "pausing")


def test_while_somebody_types_the_microphone_gives_silence(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    write(candidate)
    assert candidate.page.evaluate("heard[0].getAudioTracks()[0].enabled") is False
    candidate.see("#speak-instead").click()
    candidate.wait_for("it listens again", lambda: candidate.page.evaluate("heard[0].getAudioTracks()[0].enabled"))


def test_a_choice_made_without_a_line_is_told_to_the_server_later(site: LiveSite, chromium: Browser) -> None:
    with TcpLine(site.port) as line, open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite().replace(f":{site.port}/", f":{line.port}/"))
        candidate.come_speaking()
        line.cut()
        expect(candidate.see("#banner")).to_contain_text("The connection is gone")
        candidate.see("#type").click()
        line.restore()
        candidate.wait_for("silence ends nothing", lambda: find_session(candidate.link).waits_for_done)
        assert not candidate.see("#waits-for-done").is_checked()


def test_what_was_written_before_speaking_is_sent_with_the_answer(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    write(candidate)
    candidate.see("#speak-instead").click()
    expect(candidate.see("#draft-kept")).to_be_visible()
    candidate.see("#done").click()
    candidate.expect_question(2)
    assert read_answer(candidate).typed_text == ANSWER
    expect(candidate.see("#draft-kept")).to_be_hidden()


def test_ending_the_interview_sends_what_stands_in_the_field(candidate: PageCandidate) -> None:
    candidate.come_typing()
    candidate.see("#typed").fill(ANSWER)
    candidate.see("#settings-fold summary").click()
    candidate.see("#end").click()
    candidate.see("#confirm-yes").click()
    candidate.expect_screen("ended")
    assert (read_answer(candidate).typed_text, find_session(candidate.link).end_reason) == (
        ANSWER,
        "ended_by_candidate",
    )


def test_text_that_came_too_late_is_offered_as_a_note(candidate: PageCandidate) -> None:
    """As after an outage, or where the longest time ends an answer: the server closes it, and has not got the text."""
    line = OverheardLine(candidate.page)
    candidate.come_typing()
    candidate.see("#typed").fill(ANSWER)
    line.tell_server("end_turn", answer=1)
    candidate.expect_question(2)
    expect(candidate.see("#typed")).to_have_value("")
    expect(candidate.see("#leftover-text")).to_have_text(ANSWER)
    candidate.page.reload()  # and it is still there
    candidate.expect_question(2)
    expect(candidate.see("#leftover-title")).to_have_text("What you wrote for question 1 came too late")
    candidate.see("#leftover-add").click()
    expect(candidate.see("#leftover")).to_be_hidden()
    note = AnswerCorrection.objects.using(SITE).get(answer__session=find_session(candidate.link))
    assert (note.answer.number, note.text) == (1, ANSWER)
    candidate.page.reload()
    candidate.expect_question(2)
    expect(candidate.see("#leftover")).to_be_hidden()


def test_at_the_last_moment_text_does_not_wait_for_sound(candidate: PageCandidate) -> None:
    line = OverheardLine(candidate.page)
    candidate.come_speaking()
    write(candidate)
    candidate.page.evaluate("isSlow = true")
    candidate.page.wait_for_function("document.querySelector('#turn').dataset.state === 'typing'")
    line.tell_page("turn_update", state="ending", reason="max_duration", ends_in_ms=1600, more_time_left=0)
    assert line.wait_for("answer_text")["text"] == ANSWER
    candidate.expect_question(2)
    assert read_answer(candidate).typed_text == ANSWER
    expect(candidate.see("#leftover")).to_be_hidden()


def test_a_dead_line_stops_the_clock_of_the_last_moment(candidate: PageCandidate) -> None:
    line = OverheardLine(candidate.page)
    candidate.come_typing()
    candidate.see("#typed").fill("half an ans")
    line.tell_page("turn_update", state="ending", reason="max_duration", ends_in_ms=2500, more_time_left=3)
    candidate.wait_for_sign("ending")
    line.cut()
    candidate.wait_for_sign("typing")
    now = candidate.page.evaluate("performance.now()")
    line.wait_for("sync")
    candidate.page.wait_for_function("then => performance.now() > then", arg=now + 1500)
    assert line.list_said("answer_text") == []
    expect(candidate.see("#typed")).to_have_value("half an ans")


def test_the_longest_time_is_announced_early_and_can_be_made_longer(candidate: PageCandidate) -> None:
    line = OverheardLine(candidate.page)
    candidate.come_typing()
    expect(candidate.see("#more-time")).to_be_hidden()
    line.tell_page("turn_update", state="ending", reason="max_duration", ends_in_ms=30_000, more_time_left=2)
    expect(candidate.see("#turn-row")).to_be_visible()
    expect(candidate.see("#announcer")).to_contain_text("The time for this answer is nearly over")
    candidate.see("#more-time").click()
    assert line.wait_for("more_time")["answer"] == 1
    line.tell_page("turn_update", state="listening", reason="")
    expect(candidate.see("#more-time")).to_be_hidden()
    expect(candidate.see("#typed")).to_be_focused()
    line.tell_page("turn_update", state="ending", reason="max_duration", ends_in_ms=30_000, more_time_left=0)
    expect(candidate.see("#more-time")).to_have_attribute("aria-disabled", "true")


def test_a_text_that_the_server_cannot_take_stays_in_the_field(candidate: PageCandidate) -> None:
    """Escaped, it is longer than a message may be; whatever the server says of it, nothing is "saving" for ever."""
    candidate.come_typing()
    text = "\u0001" * 12_000
    candidate.see("#typed").fill(text)
    candidate.see("#typing [type=submit]").click()
    expect(candidate.see("#typed-error")).not_to_be_empty()
    expect(candidate.see("#typed")).to_have_value(text)
    candidate.type_answer()
    candidate.expect_question(2)
    assert not AudioSegment.objects.using(SITE).filter(answer=read_answer(candidate)).exists()
