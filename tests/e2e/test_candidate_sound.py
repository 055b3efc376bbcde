"""The modules that stand between a candidate's microphone and the socket, each in a real browser, without a server."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import (
    ASKED_AND_DENIED,
    ASKED_AND_GRANTED,
    STATIC,
    answer_with_empty_page,
    launch,
    make_silent_file,
    open_page,
)

pytestmark = pytest.mark.browser
Sound = npt.NDArray[np.float64]

RECORD = """async ({ rate, channels, seconds }) => {
  const context = new OfflineAudioContext(channels.length, rate * seconds, rate);
  await context.audioWorklet.addModule("/static/interviewpanel/candidate/capture-worklet.js");
  const buffer = context.createBuffer(channels.length, rate * seconds, rate);
  channels.forEach(({ hertz, amplitude }, number) => {
    const samples = buffer.getChannelData(number);
    for (let n = 0; n < samples.length; n += 1) samples[n] = amplitude * Math.sin((2 * Math.PI * hertz * n) / rate);
  });
  const node = new AudioWorkletNode(context, "capture");
  const frames = [];
  node.port.onmessage = ({ data }) => frames.push([[...new Int16Array(data.pcm)], data.level, data.peak]);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(node).connect(context.destination);
  source.start();
  await context.startRendering();
  return new Promise((done) => setTimeout(() => done(frames), 100));
}"""


@pytest.fixture
def page(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def record(page: Page, rate: int, *tones: tuple[float, float], seconds: int = 2) -> list[Any]:
    """The frames that the worklet makes of one tone (hertz, amplitude) per channel."""
    channels = [{"hertz": hertz, "amplitude": amplitude} for hertz, amplitude in tones]
    frames: list[Any] = page.evaluate(RECORD, {"rate": rate, "channels": channels, "seconds": seconds})
    return frames


def join_steady(frames: list[Any]) -> Sound:
    """All but the first frame, in which the tone begins; full scale is 1."""
    return np.concatenate([np.array(pcm, dtype=float) for pcm, _, _ in frames[1:]]) / 32768


def measure_noise(sound: Sound, hertz: float) -> float:
    """What is not this tone, in decibels below it."""
    phase = 2 * np.pi * hertz * np.arange(len(sound)) / 16_000
    tone = np.column_stack([np.sin(phase), np.cos(phase)])
    rest = sound - tone @ np.linalg.lstsq(tone, sound, rcond=None)[0]
    return float(20 * np.log10(rest.std() / sound.std()))


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_any_rate_becomes_sixteen_kilohertz(page: Page, rate: int) -> None:
    frames = record(page, rate, (1_000, 0.5))

    assert {len(pcm) for pcm, _, _ in frames} == {1536}
    assert len(frames) == 2 * 16_000 // 1536
    assert [round(level, 2) for _, level, _ in frames[1:]] == [0.35] * (len(frames) - 1)
    assert all(abs(peak - 0.5) < 0.01 for _, _, peak in frames[1:])
    assert measure_noise(join_steady(frames), 1_000) < -50


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
def test_the_band_of_speech_is_kept_and_what_lies_above_does_not_fold_into_it(page: Page, rate: int) -> None:
    kept = join_steady(record(page, rate, (6_500, 0.5))).std()
    gone = join_steady(record(page, rate, (9_500, 0.5))).std()

    assert 20 * np.log10(kept / np.sqrt(0.125)) > -1
    assert 20 * np.log10(gone / np.sqrt(0.125)) < -50


def test_two_channels_become_their_mean_and_too_loud_sound_is_clipped(page: Page) -> None:
    assert join_steady(record(page, 48_000, (440, 0.5), (440, -0.5))).std() < 1e-4
    loud = record(page, 16_000, (440, 3.0))
    assert (min(map(min, (pcm for pcm, _, _ in loud))), max(map(max, (pcm for pcm, _, _ in loud)))) == (-32768, 32767)
    assert {peak for _, _, peak in loud} == {1}


STORE = """async ({ name, work }) => {
  const { openFrameStore } = await import("/static/interviewpanel/candidate/frame-store.js");
  const store = await openFrameStore(name);
  const put = (answer, sequence) => store.put(answer, sequence, Uint8Array.of(answer, sequence).buffer);
  const list = async (answer, after) =>
    (await store.list(answer, after)).map(({ sequence, pcm }) => [sequence, ...new Uint8Array(pcm)]);
  if (work === "fill") for (const n of [3, 0, 10, 2, 1]) await Promise.all([put(1, n), put(2, n), put(10, n)]);
  if (work === "forget") await store.forget(2, 2);
  if (work === "keep only") await store.keepOnly(2);
  if (work === "clear") await store.clear();
  const answers = {};
  for (const answer of [1, 2, 10]) answers[answer] = [await list(answer, 0), await store.findLast(answer)];
  return [store.isDurable, answers];
}"""


def test_the_store_keeps_frames_through_a_reload_and_forgets_only_what_it_is_told(page: Page) -> None:
    def work(what: str) -> Any:
        return page.evaluate(STORE, {"name": "frames", "work": what})

    def full(answer: int) -> list[Any]:
        return [[[n, answer, n] for n in (1, 2, 3, 10)], 10]

    assert work("fill") == [True, {"1": full(1), "2": full(2), "10": full(10)}]
    page.reload()
    assert work("look") == [True, {"1": full(1), "2": full(2), "10": full(10)}]
    assert work("forget")[1]["2"] == [[[3, 2, 3], [10, 2, 10]], 10]
    assert work("keep only") == [True, {"1": [[], -1], "2": [[[3, 2, 3], [10, 2, 10]], 10], "10": [[], -1]}]
    assert work("clear") == [True, {"1": [[], -1], "2": [[], -1], "10": [[], -1]}]


def test_without_a_database_the_frames_are_kept_in_memory(page: Page) -> None:
    page.evaluate("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    durable, answers = page.evaluate(STORE, {"name": "frames", "work": "fill"})
    assert (durable, answers["2"]) == (False, [[[1, 2, 1], [2, 2, 2], [3, 2, 3], [10, 2, 10]], 10])


OPEN = """async () => {
  const { openMicrophone } = await import("/static/interviewpanel/candidate/microphone.js");
  try {
    (await openMicrophone()).stop();
    return "open";
  } catch (error) {
    return `${error.name}: ${error.code}`;
  }
}"""


def test_each_way_a_microphone_fails_has_its_name(page: Page, chromium: Browser, address: str, tmp_path: Path) -> None:
    silence = make_silent_file(tmp_path / "silence.wav")
    assert page.evaluate(OPEN) == "open"
    page.evaluate("delete window.AudioWorkletNode")
    assert page.evaluate(OPEN) == "MicrophoneError: unsupported"
    page.reload()
    page.evaluate("void (AudioWorklet.prototype.addModule = () => Promise.reject(new Error('no such file')))")
    assert page.evaluate(OPEN) == "MicrophoneError: failed"

    for options, microphone, code in ((ASKED_AND_DENIED, silence, "blocked"), (ASKED_AND_GRANTED, None, "missing")):
        browser = launch(chromium.browser_type, microphone, options=[options])
        with open_page(browser) as other:
            other.goto(address)
            assert other.evaluate(OPEN) == f"MicrophoneError: {code}"
        browser.close()


def test_a_page_that_is_not_served_safely_says_so(page: Page) -> None:
    """Browsers give a microphone to pages over HTTPS, and of the machine itself, only."""
    page.route("http://interviews.example/", answer_with_empty_page)
    page.route(
        "http://interviews.example/static/**",
        lambda route: route.fulfill(path=STATIC / route.request.url.partition("/static/")[2]),
    )
    page.goto("http://interviews.example/")
    assert page.evaluate(OPEN) == "MicrophoneError: insecure"


def test_a_level_is_heard_from_the_microphone_and_its_end_is_told(page: Page) -> None:
    heard = page.evaluate("""async () => {
      const { openMicrophone } = await import("/static/interviewpanel/candidate/microphone.js");
      const microphone = await openMicrophone();
      const { echoCancellation, noiseSuppression, autoGainControl } = microphone.track.getSettings();
      const levels = [];
      await new Promise((done) => {
        microphone.onFrame = (pcm, level) => levels.push([pcm.byteLength, level]) === 30 && done();
      });
      const lost = new Promise((done) => { microphone.onLost = () => done("lost"); });
      microphone.track.dispatchEvent(new Event("ended"));
      return { levels, label: microphone.label, asked: [echoCancellation, noiseSuppression, autoGainControl],
        end: await lost, isStopped: microphone.isStopped };
    }""")
    assert {size for size, _ in heard["levels"]} == {3072}
    assert 0.01 < max(level for _, level in heard["levels"]) <= 1
    assert (heard["label"], heard["asked"]) == ("Fake Default Audio Input", [True, True, True])
    assert (heard["end"], heard["isStopped"]) == ("lost", True)


SPEAK = """async (muted) => {
  const speech = await import("/static/interviewpanel/candidate/speech.js");
  speech.setMuted(muted);
  return [await speech.speak("What is an index for?", "en"), speech.hasVoice("en"), speech.isMuted];
}"""


def test_a_browser_without_a_voice_stays_silent_and_never_hangs(page: Page) -> None:
    assert page.evaluate(SPEAK, False) == ["silent", False, False]
    assert page.evaluate(SPEAK, True) == ["silent", False, True]
