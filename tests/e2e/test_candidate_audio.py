"""What a candidate says in a real browser is stored by the real server, byte for byte, whatever happens to the line."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import Answer, AudioSegment
from tests.browser_candidates import BrowserCandidate
from tests.browsers import TcpLine, make_spoken_sound, open_page
from tests.interview_checks import check_tiling, find_session
from tests.live_site import SITE, LiveSite
from tests.speech_clips import SAMPLE_RATE
from tests.speech_clips import Samples as Sound

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
FRAMES_A_SECOND = 1 / 0.096
FRAME_BYTES = 3072
SPEECH_LEVEL = 1000  # of 32,768


@pytest.fixture
def site(embedded_site: LiveSite) -> LiveSite:
    """Silence ends no answer here: only the candidate does."""
    embedded_site.set_panel(max_questions=2, turn_settings={"silence_seconds": 100, "min_turn_seconds": 100})
    if not embedded_site.processes.running:
        embedded_site.start_web()
    return embedded_site


@pytest.fixture
def candidate(site: LiveSite, line: TcpLine, chromium: Browser) -> Iterator[BrowserCandidate]:
    """Connected through the line, and speaking."""
    with open_page(chromium) as page:
        candidate = BrowserCandidate(page, site.invite(), line.port)
        candidate.arrive()
        candidate.wait_for_frames(1, 30)
        yield candidate
        assert [code for code in candidate.look("candidate.errors") if code != "answer.closed"] == []


def check_stored(candidate: BrowserCandidate, site: LiveSite, number: int) -> bytes:
    """The stored answer is exactly what was recorded: every frame once, in order, nothing lost. Returns its audio."""
    recorded = candidate.read_pcm(number)
    pcm = read_stored(candidate, site, number, len(recorded) // FRAME_BYTES)
    assert pcm == recorded, f"{len(pcm)} bytes are stored, {len(recorded)} were recorded"
    return pcm


def read_stored(candidate: BrowserCandidate, site: LiveSite, number: int, frames: int) -> bytes:
    """The sound of an answer that the candidate has ended, whose segments tile so many frames."""
    answer = Answer.objects.using(SITE).get(session=find_session(candidate.link), number=number)
    segments = list(AudioSegment.objects.using(SITE).filter(answer=answer).order_by("number"))
    check_tiling(f"answer {number}", segments)
    assert sum(segment.lost_samples for segment in segments) == 0, "sound was recorded as lost"
    assert (answer.closed_reason, answer.closing_sequence) == ("done", frames - 1)
    return b"".join(decode_audio(site.media(segment.file.name)).tobytes() for segment in segments)


def check_stored_of_tabs(tabs: list[BrowserCandidate], site: LiveSite, number: int) -> None:
    """As `check_stored`. While one tab takes over both record for a moment, under the same numbers: either is right."""
    heard = [tab.recorded[number] for tab in tabs]
    frames = max(sequence for one in heard for sequence in one) + 1
    stored = read_stored(tabs[0], site, number, frames)
    unknown = [
        at
        for at in range(frames)
        if stored[at * FRAME_BYTES : (at + 1) * FRAME_BYTES] not in [one.get(at) for one in heard]
    ]
    assert (len(stored), unknown) == (frames * FRAME_BYTES, [])


def check_is_the_file(stored: Sound, played: Sound) -> None:
    """Each second in which somebody speaks is the same second of the file: the browser has cleaned the sound, may have
    turned its sign, and may skip 10 ms."""
    offsets = []
    for at in range(0, len(stored) - SAMPLE_RATE, SAMPLE_RATE):
        block = stored[at : at + SAMPLE_RATE]
        if block.std() > SPEECH_LEVEL:
            place, likeness = find_block(block, np.concatenate([played, played]))
            assert likeness > 0.6, f"second {at // SAMPLE_RATE} of what is stored is not in the file ({likeness:.2f})"
            offsets.append(place - at)
    assert len(offsets) >= 3, "hardly anything of what is stored is speech"
    moved = [(one - offsets[0] + len(played) // 2) % len(played) - len(played) // 2 for one in offsets]
    assert max(moved) - min(moved) < 0.05 * SAMPLE_RATE, f"seconds were moved, in samples: {moved}"


def find_block(block: Sound, sound: Sound) -> tuple[int, float]:
    """Where in the sound a block is most like it, and how like (0 to 1), by normalised cross-correlation."""
    length = 2 ** int(np.ceil(np.log2(len(sound) + len(block))))
    product = np.fft.rfft(sound, length) * np.conj(np.fft.rfft(block, length))
    matches = np.fft.irfft(product, length)[: len(sound) - len(block)]
    energy = np.concatenate([[0.0], np.cumsum(sound**2)])
    energy = energy[len(block) : len(block) + len(matches)] - energy[: len(matches)]
    likeness = np.abs(matches) / (np.sqrt(energy) * np.linalg.norm(block) + 1)
    return int(np.argmax(likeness)), float(likeness.max())


def list_states(candidate: BrowserCandidate) -> list[str]:
    return [state for state, _ in candidate.look("candidate.states")]


def test_every_frame_is_stored_and_two_answers_follow_each_other(site: LiveSite, candidate: BrowserCandidate) -> None:
    candidate.wait_for_frames(1, 60)
    candidate.finish_answer()
    candidate.wait_for_frames(2, 30)
    candidate.finish_answer()

    first, _ = check_stored(candidate, site, 1), check_stored(candidate, site, 2)
    assert list_states(candidate) == ["connecting", "open", "over"]
    check_is_the_file(np.frombuffer(first, "<i2").astype(float), make_spoken_sound())
    assert candidate.look("candidate.level") > 0.02
    assert candidate.look("candidate.store.list(1, -1)") == [], "an acknowledged answer is still kept"


def test_an_outage_of_twenty_seconds_loses_no_frame(site: LiveSite, line: TcpLine, candidate: BrowserCandidate) -> None:
    line.cut()
    candidate.wait_for("it is told that the line is gone", "candidate.socket.state === 'reconnecting'")
    candidate.wait_for_frames(1, round(20 * FRAMES_A_SECOND))
    assert candidate.look("candidate.sender.unacknowledgedSeconds") >= 20

    line.restore()
    candidate.wait_for("it is back", "candidate.socket.isOpen")
    candidate.wait_for("all that was said meanwhile is on the line", "candidate.sender.unsentSeconds < 1")
    candidate.wait_for_frames(1, 20)
    candidate.finish_answer()

    check_stored(candidate, site, 1)


def test_a_pause_in_an_outage_does_not_end_an_answer_that_goes_on_after_it(
    site: LiveSite, line: TcpLine, candidate: BrowserCandidate
) -> None:
    """Eight silent seconds where three end a turn, and speech behind them; the server hears it all at once."""
    line.cut()
    candidate.wait_for("it is told that the line is gone", "candidate.socket.state === 'reconnecting'")
    for frames, frame in ((10, "pcm"), (83, "new ArrayBuffer(3072)"), (20, "pcm")):
        candidate.look(f"void (candidate.microphone.onFrame = (pcm) => candidate.sender.take({frame}))")
        candidate.wait_for_frames(1, frames)
    site.set_panel(max_questions=2, turn_settings={"silence_seconds": 3, "min_turn_seconds": 3})

    line.restore()
    candidate.wait_for("it is back", "candidate.socket.isOpen")
    candidate.finish_answer()

    check_stored(candidate, site, 1)


def test_a_line_that_goes_dead_without_a_word_is_noticed(
    site: LiveSite, line: TcpLine, candidate: BrowserCandidate
) -> None:
    """Wi-Fi to mobile: the old connection never says that it has ended."""
    before = line.opened
    line.stall()
    candidate.wait_for("it has come back by itself", "candidate.states.length >= 4 && candidate.socket.isOpen")
    assert list_states(candidate) == ["connecting", "open", "reconnecting", "open"]
    assert line.opened == before + 1
    candidate.wait_for_frames(1, 20)
    candidate.finish_answer()

    check_stored(candidate, site, 1)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_server_that_restarts_in_mid_answer_loses_no_frame(
    site: LiveSite, candidate: BrowserCandidate, end: str
) -> None:
    getattr(site.processes, end)("web")
    site.start_web()

    candidate.wait_for("it is back", "candidate.states.length >= 4 && candidate.socket.isOpen")
    code = candidate.look("candidate.states.find(([state]) => state === 'reconnecting')")[1]
    assert code == {"stop": 1012, "kill": 1006}[end]
    candidate.wait_for_frames(1, 40)
    candidate.finish_answer()

    check_stored(candidate, site, 1)


def test_a_reload_in_mid_answer_goes_on_with_the_next_frame(site: LiveSite, candidate: BrowserCandidate) -> None:
    for _ in range(2):
        candidate.arrive()
        candidate.wait_for_frames(1, 25)
    assert candidate.look("candidate.answer") == 1
    candidate.finish_answer()

    check_stored(candidate, site, 1)


def test_what_was_said_without_a_line_survives_a_reload(
    site: LiveSite, line: TcpLine, candidate: BrowserCandidate
) -> None:
    """The server has these frames from nobody but the page that was loaded later."""
    line.cut()
    candidate.wait_for_frames(1, 50)
    line.restore()
    candidate.arrive()
    candidate.wait_for_frames(1, 10)
    candidate.finish_answer()

    check_stored(candidate, site, 1)


def test_a_second_tab_takes_over_with_all_that_the_first_has_said(
    site: LiveSite, line: TcpLine, candidate: BrowserCandidate
) -> None:
    other = BrowserCandidate(candidate.page.context.new_page(), candidate.link, line.port)
    other.arrive()
    candidate.wait_for("the first tab is told", "candidate.socket.state === 'replaced'")
    assert candidate.look("candidate.sender.isTaking") is False
    other.wait_for_frames(1, 30)

    candidate.look("candidate.socket.open()")  # the person goes back to the first tab
    other.wait_for("the second tab is told", "candidate.socket.state === 'replaced'")
    candidate.wait_for_frames(1, 30)
    candidate.finish_answer()

    check_stored_of_tabs([candidate, other], site, 1)


def test_a_pause_records_nothing_and_loses_nothing(site: LiveSite, candidate: BrowserCandidate) -> None:
    candidate.look("candidate.socket.send({ type: 'pause' })")
    candidate.wait_for("it is told of the pause", "candidate.heard.some(([type]) => type === 'paused')")
    kept = len(candidate.recorded[1])
    candidate.look(
        "new Promise((done) => { let n = 0; const before = candidate.microphone.onFrame;"
        " candidate.microphone.onFrame = (...frame) => { before(...frame); if (++n === 15) done(); }; })"
    )
    assert len(candidate.recorded[1]) <= kept + 1, "the pause was recorded"
    candidate.look("candidate.socket.send({ type: 'resume' })")
    candidate.wait_for_frames(1, 40)
    candidate.finish_answer()

    check_stored(candidate, site, 1)


def test_two_minutes_at_once_go_out_at_a_pace_that_the_server_takes(
    site: LiveSite, candidate: BrowserCandidate
) -> None:
    """As after a long outage; sent as fast as the line takes it, this would be a flood and end with 4429."""
    candidate.look("candidate.microphone.stop()")
    candidate.look(
        f"for (let n = 0; n < {round(120 * FRAMES_A_SECOND)}; n += 1)"
        " candidate.sender.take(candidate.spoken[n % candidate.spoken.length])"
    )
    assert candidate.look("candidate.sender.unsentSeconds") > 60
    candidate.finish_answer()

    assert list_states(candidate) == ["connecting", "open"]
    check_stored(candidate, site, 1)
