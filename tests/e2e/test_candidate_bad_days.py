"""Bad days of a candidate who speaks, on the real page against the real server: the line, the microphone, a reload, two
presses, a sleeping machine. The page says each time what is wrong, and has the button that mends it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from interviewpanel.models import Answer, AudioSegment, InterviewPanelCandidate
from interviewpanel.services.invitations import hash_token
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.overheard_lines import OverheardLine
from tests.page_candidates import PageCandidate
from tests.socket_client import find_token

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
DATA = Path(__file__).parents[1] / "data"
HEARS = ("listening", "speaking", "pausing")


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(path=DATA / "browser_microphone.js")
    return page


def come_back(candidate: PageCandidate, setting: str) -> None:
    """Speak, and load the page anew in a browser that is like this from now on."""
    candidate.come_speaking()
    candidate.page.evaluate(setting)
    candidate.page.reload()
    candidate.expect_question(1)


def expect_deaf(candidate: PageCandidate, text: str, button: str | None) -> None:
    """Nothing is heard: the sign says why, and the button is there."""
    candidate.wait_for_sign("deaf")
    expect(candidate.see("#turn")).to_contain_text(text)
    if button is None:
        expect(candidate.see("#ear-act")).to_be_hidden()
    else:
        expect(candidate.see("#ear-act")).to_have_text(button)


# --- The start, and the line ------------------------------------------------------------------------------------------


def test_two_presses_start_one_interview(candidate: PageCandidate) -> None:
    candidate.arrive()
    candidate.agree()
    candidate.check_devices()
    candidate.see("#start-interview").dblclick()
    candidate.expect_screen("interview")
    candidate.expect_question(1)
    assert len(candidate.sockets) == 1


def test_a_line_that_breaks_before_the_start_arrives_starts_again(candidate: PageCandidate) -> None:
    line = OverheardLine(candidate.page)
    line.swallow("start")
    candidate.come_speaking()
    assert line.connections == 2


def test_online_and_offline_are_noticed_at_once(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    candidate.page.context.set_offline(True)
    expect(candidate.see("#banner")).to_contain_text("The connection is gone", timeout=10_000)
    expect(candidate.see("#announcer")).to_contain_text("The connection is gone")
    assert candidate.read_sign() in HEARS
    candidate.page.context.set_offline(False)
    expect(candidate.see("#banner")).to_contain_text("You are connected again", timeout=10_000)
    candidate.see("#done").click()
    candidate.expect_question(2)


def test_a_frozen_page_goes_on_when_it_is_woken(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    session = candidate.page.context.new_cdp_session(candidate.page)
    session.send("Page.enable")
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    session.send("Page.setWebLifecycleState", {"state": "active"})
    candidate.expect_question(1)
    candidate.wait_for_sign(*HEARS)
    candidate.see("#done").click()
    candidate.expect_question(2)


def test_the_connection_is_told_once_and_never_over_the_question(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    for name in ("#banner", "#hearing-notice"):
        assert candidate.see(name).evaluate("one => one.closest('[aria-live],[role=status],[role=alert]')") is None


def test_a_refused_link_is_explained_in_the_language_of_the_page(site: LiveSite, candidate: PageCandidate) -> None:
    candidate.page.goto(f"{candidate.link}?language=de")
    candidate.agree()
    candidate.check_devices("Wir hören Sie gut.")
    mine = InterviewPanelCandidate.objects.using(SITE).filter(token_hash=hash_token(find_token(candidate.link)))
    mine.update(expires_at=timezone.now() - timedelta(minutes=1))
    candidate.see("#start-interview").click()
    candidate.expect_screen("failed")
    expect(candidate.see("#failed-text")).to_contain_text("Dieser Link")


# --- The microphone ---------------------------------------------------------------------------------------------------


def test_sound_that_the_browser_holds_after_a_reload_waits_for_one_button(candidate: PageCandidate) -> None:
    come_back(candidate, "asleepUntilTouched()")
    expect_deaf(candidate, "Your microphone is waiting for you", "Go on speaking")
    candidate.see("#ear-act").click()
    candidate.wait_for_sign(*HEARS)
    expect(candidate.see("#turn-row")).to_be_hidden()
    expect(candidate.see("#done")).to_be_focused()


def test_a_prompt_that_is_overlooked_does_not_keep_the_page_waiting(candidate: PageCandidate) -> None:
    come_back(candidate, "overlookPrompt()")
    expect_deaf(candidate, "Your browser asks you something", None)
    expect(candidate.see("#announcer")).to_contain_text(candidate.see("#question-text").inner_text())
    candidate.page.evaluate("answerPrompt()")
    candidate.wait_for_sign(*HEARS)


def test_a_microphone_that_is_busy_is_told_before_and_during_the_interview(candidate: PageCandidate) -> None:
    candidate.arrive()
    candidate.agree()
    candidate.page.evaluate("refuseMicrophone('NotReadableError')")
    candidate.see("#check-open").click()
    expect(candidate.see("#check-problem-title")).to_have_text("Another program uses the microphone")
    candidate.page.evaluate("refuseMicrophone('')")
    candidate.see("#check-again").click()
    candidate.see("#check-next").click()
    candidate.start()
    candidate.page.evaluate("refuseMicrophone('NotReadableError')")
    candidate.page.reload()
    expect_deaf(candidate, "Another program uses the microphone", "Try again")
    candidate.page.evaluate("refuseMicrophone('')")
    candidate.see("#ear-act").click()
    candidate.wait_for_sign(*HEARS)


def test_a_microphone_that_goes_away_is_taken_again_when_it_is_plugged_in(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    candidate.page.evaluate("heard[0].getAudioTracks()[0].dispatchEvent(new Event('ended'))")
    expect_deaf(candidate, "Your microphone is gone", "Try again")
    candidate.page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    candidate.wait_for_sign(*HEARS)
    assert candidate.page.evaluate("heard.length") == 2


def test_nothing_is_recorded_while_the_microphone_is_muted(candidate: PageCandidate) -> None:
    line = OverheardLine(candidate.page)
    candidate.come_speaking()
    mute = """isMuted => {
      const track = heard[0].getAudioTracks()[0];
      Object.defineProperty(track, "muted", { value: isMuted, configurable: true });
      track.dispatchEvent(new Event(isMuted ? "mute" : "unmute"));
    }"""
    candidate.page.evaluate(mute, True)
    expect_deaf(candidate, "Your microphone is muted", "Try again")
    line.tell_page("notice", code="cannot_hear_you", message="")
    expect(candidate.see("#hearing-notice")).to_be_hidden()
    candidate.page.evaluate(mute, False)
    candidate.wait_for_sign(*HEARS)


# --- What runs on meanwhile -------------------------------------------------------------------------------------------


def test_the_skip_question_goes_away_with_its_answer(candidate: PageCandidate) -> None:
    line = OverheardLine(candidate.page)
    candidate.come_speaking()
    candidate.see("#skip").click()
    expect(candidate.see("#confirm")).to_be_visible()
    line.tell_server("end_turn", answer=1)
    candidate.expect_question(2)
    expect(candidate.see("#confirm")).to_be_hidden()
    assert line.list_said("skip_question") == []


def test_ending_the_interview_sends_what_still_waits(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    candidate.page.evaluate("isSlow = true")
    expect(candidate.see("#banner")).to_contain_text("Your connection is slow", timeout=15_000)
    candidate.see("#settings-fold summary").click()
    candidate.see("#end").click()
    candidate.see("#confirm-yes").click()
    expect(candidate.see("#turn")).to_contain_text("Saving your answer")
    candidate.page.evaluate("isSlow = false")
    candidate.expect_screen("ended")
    answer = Answer.objects.using(SITE).get(session=find_session(candidate.link))
    segments = AudioSegment.objects.using(SITE).filter(answer=answer)
    assert max(one.end_sample for one in segments) > 2 * 16_000


def test_a_countdown_goes_on_through_a_repeated_question_and_a_pause(candidate: PageCandidate) -> None:
    line = OverheardLine(candidate.page)
    candidate.come_speaking()
    candidate.see("#mute").evaluate("one => one.click()")
    line.tell_page("turn_update", state="ending", reason="silence", ends_in_ms=30_000)
    candidate.wait_for_sign("ending")
    candidate.see("#repeat").click()
    candidate.wait_for_sign("ending")
    candidate.see("#pause").click()
    expect(candidate.see("#paused")).to_be_visible()
    line.tell_page("turn_update", state="ending", reason="silence", ends_in_ms=20_000)  # told before "resumed"
    candidate.see("#resume").click()
    expect(candidate.see("#paused")).to_be_hidden()


def test_after_a_reload_nothing_that_was_heard_is_asked_for_again(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    expect(candidate.see("#heard")).not_to_have_attribute("data-empty", "", timeout=30_000)
    candidate.page.evaluate("refuseMicrophone('NotReadableError')")  # so that nothing new is heard
    candidate.page.reload()
    candidate.expect_question(1)
    expect(candidate.see("#heard")).not_to_have_attribute("data-empty", "")


def test_a_pause_stays_the_same_pause_after_a_reload(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    candidate.see("#pause").click()
    expect(candidate.see("#paused-text")).to_contain_text("of breaks left")
    candidate.page.reload()
    expect(candidate.see("#paused-text")).to_contain_text("of breaks left")
    candidate.see("#resume").click()
    candidate.wait_for_sign(*HEARS)


def test_the_longest_answer_can_be_made_longer(site: LiveSite, candidate: PageCandidate) -> None:
    """By the real server, which warns half a longest turn ahead where that is less than 30 s."""
    longest = {"max_turn_seconds": 6, "silence_seconds": 5, "no_speech_seconds": 6, "min_turn_seconds": 1}
    site.set_panel(turn_settings=longest)
    try:
        candidate.come_speaking()
        candidate.see("#more-time").click()
        expect(candidate.see("#more-time")).to_be_hidden()
        candidate.expect_question(1)
        candidate.wait_for_sign(*HEARS)
    finally:
        site.set_panel(turn_settings={})


def test_a_question_that_the_voice_does_not_read_is_announced(candidate: PageCandidate) -> None:
    """There is a voice, and it fails, as before the first touch of a page that was loaded again."""
    candidate.page.add_init_script(path=DATA / "browser_voice.js")
    candidate.page.add_init_script("speechSynthesis.speak = (one) => setTimeout(() => one.onerror?.(), 1)")
    candidate.come_speaking()
    expect(candidate.see("#announcer")).to_contain_text(candidate.see("#question-text").inner_text())


def test_a_voice_that_comes_late_is_offered_in_the_device_check(candidate: PageCandidate) -> None:
    candidate.page.add_init_script(path=DATA / "browser_voice.js")
    candidate.page.add_init_script("""
      const { getVoices } = speechSynthesis;
      speechSynthesis.getVoices = () => [];
      speechSynthesis.addEventListener = (_, act) => (window.tellVoices = act);
      window.bringVoices = () => {
        speechSynthesis.getVoices = getVoices;
        tellVoices();
      };""")
    candidate.arrive()
    candidate.agree()
    candidate.see("#check-open").click()
    expect(candidate.see("#check-live")).to_be_visible()
    expect(candidate.see("#check-voice")).to_be_hidden()
    candidate.page.evaluate("bringVoices()")
    expect(candidate.see("#check-voice")).to_be_visible()


def test_a_link_that_is_withdrawn_leaves_nothing_in_the_browser(candidate: PageCandidate) -> None:
    candidate.come_speaking()
    candidate.see("#type").click()
    candidate.see("#typed").fill("half an ans")
    list_kept = """async () => [...(await indexedDB.databases()).map(({ name }) => name), ...Object.keys(localStorage)]
      .filter((name) => name.startsWith("interview-"))"""
    mine = InterviewPanelCandidate.objects.using(SITE).filter(token_hash=hash_token(find_token(candidate.link)))
    candidate.page.goto(f"{candidate.link}privacy/")
    assert len(candidate.page.evaluate(list_kept)) == 2
    mine.update(revoked_at=timezone.now())
    candidate.page.goto(candidate.link)
    candidate.wait_for("nothing is kept", lambda: candidate.page.evaluate(list_kept) == [])
