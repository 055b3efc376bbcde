"""Real speech to text on pocketsphinx, and its process killed, stopped, shared, forked and orphaned."""

import fcntl
import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jiwer
import numpy as np
import pytest

from interviewpanel.engines.flac import decode_audio
from interviewpanel.engines.transcription import (
    SAMPLE_RATE,
    Pcm,
    Transcription,
    TranscriptionRefused,
    TranscriptionUnavailable,
)
from interviewpanel.engines.transcription.sphinx import PROJECT_FOLDER, SphinxEngine, is_installed

DATA = Path(__file__).parents[2] / "data"
CLIPS = ("speech_rms", "speech_kal16")


def read_clip(name: str) -> Pcm:
    return decode_audio(DATA / f"{name}.opus")


def read_text(name: str) -> str:
    return re.sub(r"[^a-z ]", "", (DATA / f"{name}.txt").read_text(encoding="utf-8").strip().lower())


@pytest.fixture(scope="module")
def shared_engine() -> Iterator[SphinxEngine]:
    engine = SphinxEngine()
    yield engine
    engine.close()


@pytest.fixture
def engine() -> Iterator[SphinxEngine]:
    """One that may be broken."""
    engine = SphinxEngine()
    yield engine
    engine.close()


def get_child(engine: SphinxEngine) -> int:
    engine.start()
    assert engine.process.pid is not None
    return engine.process.pid


def run_script(source: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", source],
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_wheel_brings_its_model() -> None:
    assert is_installed()


@pytest.mark.parametrize("name", CLIPS)
def test_speech_becomes_text_roughly(shared_engine: SphinxEngine, name: str) -> None:
    heard = shared_engine.transcribe(read_clip(name), language="en-GB")

    assert jiwer.wer(read_text(name), heard.text) <= 0.45
    assert (heard.engine, heard.language, heard.is_rough, heard.dropped_reason) == ("pocketsphinx", "en", True, None)
    assert heard.model.startswith("en-us ")
    assert re.fullmatch(r"[a-z' .-]+", heard.text), "no silence, noise or pronunciation marks"


def test_words_carry_times_and_a_probability_that_was_measured(shared_engine: SphinxEngine) -> None:
    clip = read_clip("speech_kal16")

    heard = shared_engine.transcribe(clip, language="en")

    assert heard.text == " ".join(word.text for word in heard.words)
    starts = [word.start_seconds for word in heard.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start_seconds < word.end_seconds <= len(clip) / SAMPLE_RATE for word in heard.words)
    probabilities = [word.probability for word in heard.words if word.probability is not None]
    assert len(probabilities) == len(heard.words)
    assert all(0 <= probability <= 1 for probability in probabilities)
    assert len(set(probabilities)) > 3, "pocketsphinx itself would call every word certain"
    assert heard.mean_probability == pytest.approx(np.mean(probabilities))


def test_wrong_words_are_less_sure_than_right_ones(shared_engine: SphinxEngine) -> None:
    right: list[float] = []
    wrong: list[float] = []
    for name in CLIPS:
        heard = shared_engine.transcribe(read_clip(name), language="en")
        matched = jiwer.process_words(read_text(name), heard.text)
        for chunk in matched.alignments[0]:
            for word in heard.words[chunk.hyp_start_idx : chunk.hyp_end_idx]:
                (right if chunk.type == "equal" else wrong).append(word.probability or 0.0)

    assert right
    assert wrong
    assert np.mean(right) > np.mean(wrong) + 0.2


def test_what_was_said_before_changes_nothing(shared_engine: SphinxEngine, engine: SphinxEngine) -> None:
    loud = (np.random.default_rng(3).normal(0, 6_000, 2 * SAMPLE_RATE)).astype(np.int16)
    first = engine.transcribe(read_clip("speech_rms"), language="en")

    shared_engine.transcribe(read_clip("speech_kal16"), language="en")
    shared_engine.transcribe(loud, language="en")

    assert shared_engine.transcribe(read_clip("speech_rms"), language="en") == first


def test_preroll_is_context_only(shared_engine: SphinxEngine) -> None:
    clip = read_clip("speech_kal16")
    whole = shared_engine.transcribe(clip, language="en").words
    preroll_samples = round(whole[5].start_seconds * SAMPLE_RATE)

    heard = shared_engine.transcribe(clip, language="en", preroll_samples=preroll_samples)

    assert [word.text for word in heard.words] == [word.text for word in whole[5:]]
    assert heard.words[0].start_seconds == pytest.approx(0, abs=1e-4)
    assert heard.words[-1].end_seconds == pytest.approx(whole[-1].end_seconds - preroll_samples / SAMPLE_RATE, abs=1e-9)


@pytest.mark.parametrize("samples", [1, 160, SAMPLE_RATE])
def test_silence_is_no_words(shared_engine: SphinxEngine, samples: int) -> None:
    assert shared_engine.transcribe(np.zeros(samples, dtype=np.int16), language="en") == Transcription(
        text="",
        words=[],
        engine="pocketsphinx",
        model=shared_engine.model,
        language="en",
        mean_probability=None,
        is_rough=True,
    )


def test_other_languages_are_refused_with_what_to_do(shared_engine: SphinxEngine) -> None:
    with pytest.raises(TranscriptionRefused, match=r"English only.*'de-DE'.*WHISPER_MODEL"):
        shared_engine.transcribe(read_clip("speech_rms"), language="de-DE")


def test_two_threads_at_once_each_get_their_own_words(shared_engine: SphinxEngine) -> None:
    alone = {name: shared_engine.transcribe(read_clip(name), language="en") for name in CLIPS}

    with ThreadPoolExecutor(4) as pool:
        asked = [(name, pool.submit(shared_engine.transcribe, read_clip(name), language="en")) for name in CLIPS * 2]

    assert [(name, future.result()) for name, future in asked] == [(name, alone[name]) for name in CLIPS * 2]


def test_a_process_killed_in_the_middle_is_an_error_and_then_replaced(engine: SphinxEngine) -> None:
    clip = read_clip("speech_kal16")
    child = get_child(engine)
    os.kill(child, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.transcribe, clip, language="en")
        wait_for_unread_bytes(engine)
        os.kill(child, signal.SIGKILL)
        with pytest.raises(TranscriptionUnavailable, match="process died in the middle of a segment"):
            asked.result(30)

    heard = engine.transcribe(clip, language="en")
    assert jiwer.wer(read_text("speech_kal16"), heard.text) <= 0.45
    assert engine.process.pid not in {None, child}


def test_a_process_that_died_between_segments_is_replaced_unasked(engine: SphinxEngine) -> None:
    child = get_child(engine)
    os.kill(child, signal.SIGKILL)
    wait_for_end(child)

    assert engine.transcribe(read_clip("speech_kal16"), language="en").words


def test_a_process_that_hangs_is_given_up_in_time(engine: SphinxEngine) -> None:
    clip = read_clip("speech_kal16")
    child = get_child(engine)
    os.kill(child, signal.SIGSTOP)
    engine.process.request_seconds = 0.2

    with pytest.raises(TranscriptionUnavailable, match=r"took more than 0\.2 s"):
        engine.transcribe(clip, language="en")

    engine.process.request_seconds = 60
    assert engine.transcribe(clip, language="en").words


def test_closing_ends_the_process(engine: SphinxEngine) -> None:
    child = get_child(engine)

    engine.close()

    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert engine.process.pid is None


def test_closing_does_not_wait_for_a_segment(engine: SphinxEngine) -> None:
    os.kill(get_child(engine), signal.SIGSTOP)  # would never answer
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.transcribe, read_clip("speech_kal16"), language="en")
        wait_for_unread_bytes(engine)
        engine.close()

        with pytest.raises(TranscriptionUnavailable, match="process died"):
            asked.result(30)


def test_the_process_holds_neither_django_nor_whisper() -> None:
    done = run_script(
        "import sys, interviewpanel.engines.transcription.sphinx_child\n"
        "print([name for name in ('django', 'faster_whisper', 'ctranslate2') if name in sys.modules])"
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")


FORKING = """
import os, sys
from pathlib import Path
from interviewpanel.engines.flac import decode_audio
from interviewpanel.engines.transcription.sphinx import SphinxEngine
engine = SphinxEngine()
clip = decode_audio(Path("tests/data/speech_kal16.opus"))
before = engine.transcribe(clip, language="en")
parents = engine.process.pid
child = os.fork()
heard = engine.transcribe(clip, language="en")
own = engine.process.pid
assert heard == before
assert (own == parents) == (child != 0), (own, parents, child)
if child == 0:
    engine.process._lock.acquire()  # held when the process ends: must not matter to the parent
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert engine.transcribe(clip, language="en") == before
print("both heard the same")
"""


def test_a_fork_gets_a_process_of_its_own() -> None:
    done = run_script(FORKING)

    assert (done.stdout, done.stderr) == ("both heard the same\n", "")


ORPHANING = """
import os, sys
from interviewpanel.engines.transcription.sphinx import SphinxEngine
engine = SphinxEngine()
engine.start()
print(engine.process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("is_killed", [True, False])
def test_the_process_ends_with_its_parent_however_that_ends(is_killed: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANING], cwd=PROJECT_FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watched = os.pidfd_open(child)
        if is_killed:
            parent.kill()
        else:
            parent.stdin.close()
        assert wait_for_pidfd(watched)
        parent.wait(30)


def wait_for_unread_bytes(engine: SphinxEngine) -> None:
    """Return when a request lies in the socket of the (stopped) process."""
    connection = engine.process._connection
    assert connection is not None
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0" * 4) != b"\0" * 4:
            return
    raise AssertionError("Nothing was sent in 30 s.")


def wait_for_end(pid: int) -> None:
    """Return when a child of this process has ended; it stays to be reaped by its owner."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def wait_for_pidfd(watched: int) -> bool:
    """True when the process behind a pidfd has ended, within 30 s."""
    try:
        readable, _, _ = select.select([watched], [], [], 30)
        return bool(readable)
    finally:
        os.close(watched)
