"""The real Silero model: what is speech and what is not, state over calls, and the reset in quiet."""

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interviewpanel.engines.vad import SpeechDetector, VoiceModelError, VoiceStream, VoiceWindow, load_speech_detector
from tests.speech_clips import (
    SAMPLE_RATE,
    VOICES,
    Samples,
    load_speech,
    make_quiet,
    make_room_noise,
    make_typing,
    to_pcm,
)

WINDOW = 512


def hear(sound: Samples) -> list[VoiceWindow]:
    return load_speech_detector().stream().feed(to_pcm(sound))


def share_of_speech(windows: list[VoiceWindow]) -> float:
    return sum(window.probability >= 0.5 for window in windows) / len(windows)


class CountingSession:
    """The real session; counts the calls and the windows in each."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.windows_per_call: list[int] = []

    def run(self, names: None, inputs: dict[str, Any]) -> list[Any]:
        self.windows_per_call.append(len(inputs["input"]))
        outputs: list[Any] = self.session.run(names, inputs)
        return outputs


def open_counted_stream() -> tuple[CountingSession, VoiceStream]:
    session = CountingSession(load_speech_detector()._session)
    return session, VoiceStream(session)


@pytest.mark.parametrize("voice", VOICES)
def test_speech_is_found_where_it_is(voice: str) -> None:
    speech = load_speech(voice)
    windows = hear(np.concatenate([make_quiet(2), speech, make_quiet(2)]))
    first, last = 2 * SAMPLE_RATE, 2 * SAMPLE_RATE + len(speech)
    inside = [window for window in windows if first < window.end_sample <= last]
    # The detector may hold on for a moment after the last word, not longer.
    outside = [
        window for window in windows if window.end_sample <= first or window.end_sample > last + SAMPLE_RATE // 4
    ]

    assert share_of_speech(inside) > 0.75
    assert share_of_speech(outside) == 0


@pytest.mark.parametrize("voice", VOICES)
def test_speech_in_room_noise_is_found(voice: str) -> None:
    speech = load_speech(voice)
    noise = make_room_noise(len(speech) / SAMPLE_RATE, level=100)
    assert share_of_speech(hear(speech + noise)) > 0.75


@pytest.mark.parametrize(
    "sound",
    [
        make_quiet(20),
        make_room_noise(20, 50),
        make_room_noise(20, 2000),
        np.random.default_rng(3).normal(0, 3000, 20 * SAMPLE_RATE),
        10_000 * np.sin(2 * np.pi * 440 * np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE),
        make_typing(20, 1500),
        make_typing(20, 15_000),
    ],
    ids=["silence", "room", "loud room", "hiss", "tone", "typing", "loud typing"],
)
def test_what_is_not_speech_is_not_found(sound: Samples) -> None:
    windows = hear(sound)
    assert len(windows) == 20 * SAMPLE_RATE // WINDOW
    # No two windows in a row: that would be a start of speech.
    loud = [window.end_sample // WINDOW for window in windows if window.probability >= 0.5]
    assert all(after - before > 1 for before, after in pairwise(loud))
    assert share_of_speech(windows) < 0.015


def test_energy_is_the_mean_square_of_the_window() -> None:
    loud, quiet = hear(np.concatenate([np.full(WINDOW, 16384.0), np.zeros(WINDOW)]))
    assert (loud.end_sample, loud.energy) == (WINDOW, 0.25)
    assert (quiet.end_sample, quiet.energy) == (2 * WINDOW, 0.0)


def test_how_the_audio_is_split_changes_nothing() -> None:
    pcm = to_pcm(np.concatenate([make_quiet(3), load_speech("rms"), make_room_noise(4, 200), load_speech("slt")]))
    whole = load_speech_detector().stream().feed(pcm)

    randomness = random.Random(5)
    stream = load_speech_detector().stream()
    pieces: list[VoiceWindow] = []
    at = 0
    while at < len(pcm):
        length = 2 * randomness.choice([1, 160, 511, 512, 513, 1024, 1536, 5000])
        pieces += stream.feed(pcm[at : at + length])
        at += length
    assert pieces[-1].end_sample == whole[-1].end_sample
    # A call may hold fewer windows than in one piece, and sums in another order differ in the last digits.
    np.testing.assert_allclose(pieces, whole, atol=2e-5)

    frames = load_speech_detector().stream()
    assert [window for at in range(0, len(pcm), 3072) for window in frames.feed(pcm[at : at + 3072])] == whole


def test_a_frame_of_three_windows_is_one_call() -> None:
    session, stream = open_counted_stream()
    pcm = to_pcm(load_speech("rms"))
    for at in range(0, 10 * 3072, 3072):
        stream.feed(pcm[at : at + 3072])
    assert session.windows_per_call == [3] * 10


def test_partial_windows_wait_for_the_rest() -> None:
    session, stream = open_counted_stream()
    assert stream.feed(bytes(1022)) == []
    assert session.windows_per_call == []
    assert [window.end_sample for window in stream.feed(bytes(2))] == [WINDOW]
    assert stream.feed(b"") == []


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="3 bytes are not whole samples"):
        load_speech_detector().stream().feed(bytes(3))


def test_a_stream_that_takes_over_begins_where_the_audio_does() -> None:
    assert [window.end_sample for window in load_speech_detector().stream(9216).feed(bytes(2048))] == [9728, 10240]


def test_sessions_do_not_hear_each_other() -> None:
    speech = to_pcm(load_speech("rms"))
    alone = load_speech_detector().stream().feed(speech)
    first, second = load_speech_detector().stream(), load_speech_detector().stream()
    mixed: list[VoiceWindow] = []
    for at in range(0, len(speech), 3072):
        mixed += first.feed(speech[at : at + 3072])
        second.feed(to_pcm(make_room_noise(0.096, 3000, seed=at)))
    assert mixed == alone


def test_steady_noise_does_not_wear_the_detector_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two minutes of a noisy room before a quiet speaker: without the reset half of the words would be missed."""
    speech = np.concatenate([load_speech(voice) for voice in VOICES]) / 2

    def measure_hits(noise_seconds: int) -> float:
        sound = make_room_noise(noise_seconds + len(speech) / SAMPLE_RATE, level=600)
        sound[noise_seconds * SAMPLE_RATE :][: len(speech)] += speech
        return share_of_speech(hear(sound)[noise_seconds * SAMPLE_RATE // WINDOW :])

    fresh, worn = measure_hits(5), measure_hits(120)
    monkeypatch.setattr("interviewpanel.engines.vad.RESET_AFTER_WINDOWS", 10**9)
    without_reset = measure_hits(120)

    assert worn > 0.95 * fresh
    assert without_reset < 0.6 * fresh


def count_resets(sound: Samples) -> list[int]:
    """The windows after which the state was zero again."""
    stream = load_speech_detector().stream()
    pcm = to_pcm(sound)
    resets = []
    for number, at in enumerate(range(0, len(pcm) - 3071, 3072), 1):
        stream.feed(pcm[at : at + 3072])
        if not stream._hidden.any():
            resets.append(3 * number)
    return resets


def test_the_state_is_reset_every_two_seconds_of_quiet() -> None:
    assert count_resets(make_quiet(8)) == [63, 126, 189]


def test_the_state_is_not_reset_while_someone_speaks() -> None:
    speech = load_speech("rms")
    resets = count_resets(np.concatenate([speech, make_quiet(4)]))
    spoken = hear(np.concatenate([speech, make_quiet(4)]))
    assert resets != []
    for at in resets:
        assert all(window.probability < 0.1 for window in spoken[at - 5 : at])


def test_resetting_by_hand_keeps_the_position() -> None:
    stream = load_speech_detector().stream()
    stream.feed(to_pcm(load_speech("rms"))[: 2 * (10 * WINDOW + 100)])
    stream.reset()
    fresh = load_speech_detector().stream()
    fresh.feed(to_pcm(load_speech("rms"))[2 * 10 * WINDOW : 2 * (10 * WINDOW + 100)])
    rest = to_pcm(load_speech("slt"))[: 2 * (WINDOW - 100)]
    (after,), (expected,) = stream.feed(rest), fresh.feed(rest)
    assert after == expected._replace(end_sample=11 * WINDOW)


def test_one_thread_computes() -> None:
    options = load_speech_detector()._session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)


def test_the_model_is_loaded_once() -> None:
    assert load_speech_detector() is load_speech_detector()


def test_a_missing_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(VoiceModelError, match=r"no voice detector at .*gone\.onnx; install faster-whisper again"):
        SpeechDetector(tmp_path / "gone.onnx")
