"""The process that holds pocketsphinx: shared, killed, stopped, closed, forked and orphaned."""

import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import jiwer
import pytest

from interviewpanel.engines.transcription import TranscriptionUnavailable
from interviewpanel.engines.transcription.sphinx import PROJECT_FOLDER, SphinxEngine
from tests.speech import CLIPS, read_clip, read_text


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


def test_two_threads_at_once_each_get_their_own_words(engine: SphinxEngine) -> None:
    alone = {name: engine.transcribe(read_clip(name), language="en") for name in CLIPS}

    with ThreadPoolExecutor(4) as pool:
        asked = [(name, pool.submit(engine.transcribe, read_clip(name), language="en")) for name in CLIPS * 2]

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
