"""The candidate's page plays what this server has said ahead, and reads it by the browser's voice where that fails.

The server speaks by eSpeak NG, the system's or the wheel's; the browser's own voice is one that never ends (see
data/browser_voice.js), and notes what it was given.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from interviewpanel.models import InterviewSession, SessionEvent, SpokenAudio, SpokenLine
from interviewpanel.services.invitations import hash_token
from tests.live_site import SITE, LiveSite
from tests.page_candidates import PageCandidate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
VOICE = Path(__file__).parents[1] / "data" / "browser_voice.js"
# Four times as fast, so that nobody waits for half a minute of greeting; what ended is noted.
EAR = """
  window.heard = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.rate = this.playbackRate;
    this.playbackRate *= 4;
    this.addEventListener("ended", () => window.heard.push(new URL(this.src).pathname));
    return play.call(this);
  };
"""


@pytest.fixture
def spoken(site: LiveSite, candidate: PageCandidate) -> Iterator[PageCandidate]:
    site.set_panel(interviewer_voice="server")
    candidate.page.add_init_script(path=VOICE)
    candidate.page.add_init_script(EAR)
    yield candidate
    site.set_panel(interviewer_voice="browser")


def come(candidate: PageCandidate) -> InterviewSession:
    """Until the interview has begun; what is said first was made while the consent was read."""
    candidate.arrive()
    mine = SpokenAudio.objects.using(SITE).filter(invitation__token_hash=find_hash(candidate))
    candidate.wait_for("the greeting is said", lambda: mine.filter(work_status="done").exists())
    others = SpokenAudio.objects.using(SITE).exclude(work_status="done")
    candidate.wait_for("the questions are said", lambda: not others.exists())
    candidate.agree()
    candidate.choose_typing()
    candidate.see("#start-interview").click()
    candidate.expect_screen("interview")
    sessions = InterviewSession.objects.using(SITE).filter(invitation__token_hash=find_hash(candidate))
    candidate.wait_for("the question is asked", lambda: sessions.filter(events__type="next_question").exists())
    return sessions.get()


def find_hash(candidate: PageCandidate) -> str:
    return hash_token(candidate.link.rstrip("/").rsplit("/", 1)[-1])


def list_told(session: InterviewSession) -> list[str]:
    events = SessionEvent.objects.using(SITE).filter(session=session).order_by("sequence")
    return [event.payload["audio"]["address"] for event in events if "audio" in event.payload]


def list_heard(candidate: PageCandidate) -> list[str]:
    return [path.split("/", 3)[3] for path in candidate.page.evaluate("heard")]


def list_noted(candidate: PageCandidate) -> list[tuple[str, bool]]:
    """For the recording: each line's sound, and whether it was heard to its end."""
    sounds = {
        str(audio.file.name): f"spoken/{audio.uuid}" for audio in SpokenAudio.objects.using(SITE).exclude(file="")
    }
    lines = SpokenLine.objects.using(SITE).filter(session__invitation__token_hash=find_hash(candidate))
    return [(sounds[line.file_name], line.ended_at is None) for line in lines.order_by("started_at")]


def test_greeting_and_question_are_played_and_then_the_turn_begins(spoken: PageCandidate) -> None:
    session = come(spoken)
    spoken.wait_for("both are heard", lambda: len(list_heard(spoken)) == 2)
    told = list_told(session)
    assert (list_heard(spoken), spoken.page.evaluate("spoken")) == (told, [])
    expect(spoken.see("#begin-now")).to_be_hidden()
    spoken.expect_question(1)
    spoken.see("#repeat").click()
    spoken.wait_for("it is heard again", lambda: list_heard(spoken) == [*told, told[1]])
    spoken.see("#rephrase").click()
    spoken.wait_for("it is heard slowly", lambda: len(list_heard(spoken)) == 4)
    assert (list_heard(spoken)[3], spoken.page.evaluate("rate"), spoken.page.evaluate("spoken")) == (told[1], 0.75, [])
    assert list_noted(spoken) == [(told[0], True), (told[1], True), (told[1], True), (told[1], True)]


def test_where_the_sound_cannot_be_had_the_browser_reads_it(spoken: PageCandidate) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=503)

    spoken.page.route("**/spoken/*-*", refuse)
    come(spoken)
    greeting = "Hello "
    spoken.wait_for("the browser speaks", lambda: spoken.page.evaluate("spoken[0] ?? ''").startswith(greeting))
    assert (list_heard(spoken), list_noted(spoken)) == ([], [])
    expect(spoken.see("#begin-now")).to_be_visible()


def test_who_does_not_want_to_hear_the_rest_begins(spoken: PageCandidate) -> None:
    session = come(spoken)
    spoken.wait_for("the greeting sounds", lambda: list_noted(spoken) != [])
    spoken.see("#begin-now").click()
    spoken.expect_question(1)
    assert list_heard(spoken) == []
    cut = [(list_told(session)[0], False)]
    spoken.wait_for("it is noted that it was cut off", lambda: list_noted(spoken) == cut)
