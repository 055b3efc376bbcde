"""pocketsphinx as a transcription engine: rough, English only, always there. Made by loading.py once per process.

The model lives in one child process (sphinx_child.py). It is a plain subprocess on a socket pair, since a Celery
prefork worker is daemonic and may not start multiprocessing children. It is started again when it dies, a fork of this
process gets one of its own, and it ends with this process however that ends.
"""

import contextlib
import importlib.util
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from interviewpanel.engines.transcription.base import (
    SAMPLE_RATE,
    Pcm,
    Transcription,
    TranscriptionRefused,
    TranscriptionUnavailable,
    Word,
    normalise_language,
)
from interviewpanel.engines.transcription.blocks import receive_block, send_block
from interviewpanel.engines.transcription.words import average_probability, place_words

logger = logging.getLogger(__name__)

CHILD_MODULE = "interviewpanel.engines.transcription.sphinx_child"
PROJECT_FOLDER = Path(__file__).resolve().parents[3]
# 15.5 s of audio take about 2 s on a free core; most of this is for a machine that is busy, or a queue of threads.
REQUEST_SECONDS = 60.0
CLOSE_SECONDS = 1.0


def is_installed() -> bool:
    """True when the wheel and the English model inside it are here. Does not import it."""
    found = importlib.util.find_spec("pocketsphinx")
    return found is not None and found.origin is not None and (Path(found.origin).parent / "model/en-us").is_dir()


class RecogniserProcess:
    """The child process and the way to ask it. One question at a time; threads wait for one another."""

    def __init__(self, request_seconds: float = REQUEST_SECONDS) -> None:
        self.request_seconds = request_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        _all_processes.add(self)

    @property
    def pid(self) -> int | None:
        """Of the child that is running; None before the first use and after it died."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Start the child if none runs. It reads its model (0.3 to 0.9 s) while the caller goes on.

        A machine that can start no process now may at the first segment, so that failure is left to it.
        """
        with self._lock, contextlib.suppress(OSError):
            self._ensure_started()

    def recognise(self, pcm: bytes) -> list[list[Any]]:
        """Words as [text, start seconds, end seconds, probability]. Raises TranscriptionUnavailable.

        After a failure the child is gone and the next call starts another.
        """
        deadline = time.monotonic() + self.request_seconds
        if not self._lock.acquire(timeout=self.request_seconds):
            raise TranscriptionUnavailable("pocketsphinx is busy with other segments.")
        try:
            connection = self._ensure_started()
            send_block(connection, pcm, deadline=deadline)
            reply = json.loads(receive_block(connection, deadline=deadline))
        except (OSError, EOFError, ValueError) as error:
            self._kill()
            what = f"took more than {self.request_seconds:g} s" if isinstance(error, TimeoutError) else "died"
            logger.warning("The pocketsphinx process %s; another is started for the next segment.", what)
            raise TranscriptionUnavailable(f"The pocketsphinx process {what} in the middle of a segment.") from error
        finally:
            self._lock.release()
        if "error" in reply:
            raise TranscriptionUnavailable(f"pocketsphinx could not decode the segment: {reply['error']}")
        words: list[list[Any]] = reply["words"]
        return words

    def close(self) -> None:
        """End the child, also in the middle of a segment (that one fails). The next call would start another."""
        is_mine = self._lock.acquire(timeout=CLOSE_SECONDS)
        self._kill()
        if is_mine:
            self._lock.release()

    def _ensure_started(self) -> socket.socket:
        if self._connection is not None and self.pid is not None:
            return self._connection
        if self._process is not None:
            logger.warning("The pocketsphinx process had ended (%s); starting another.", self._process.returncode)
            self._kill()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", CHILD_MODULE, str(os.getpid())],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    cwd=PROJECT_FOLDER,
                    start_new_session=True,  # Ctrl-C in a terminal is for the server, which then ends it
                )
            except OSError:
                ours.close()
                raise
        self._connection = ours
        return ours

    def _kill(self) -> None:
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        if process is not None:  # first, so that a thread waiting for its answer sees the end of the stream
            process.kill()
            process.wait()
        if connection is not None:
            connection.close()

    def forget_after_fork(self) -> None:
        """In a forked process: leave the child to the parent, whose it is, and begin with none."""
        self._lock = threading.Lock()  # the old one may be held by a thread that does not exist here
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for; without this Popen warns that it still runs
        self._process = self._connection = None


_all_processes: "weakref.WeakSet[RecogniserProcess]" = weakref.WeakSet()


def _forget_all_after_fork() -> None:
    for process in list(_all_processes):
        process.forget_after_fork()


os.register_at_fork(after_in_child=_forget_all_after_fork)


class SphinxEngine:
    """pocketsphinx with its English model. About three words in four are right on clear speech, hence `is_rough`."""

    name = "pocketsphinx"
    is_rough = True

    def __init__(self, request_seconds: float = REQUEST_SECONDS) -> None:
        self.model = f"en-us {version('pocketsphinx')}"
        self.process = RecogniserProcess(request_seconds)
        # Also at the interpreter's end; a killed interpreter closes the socket, which ends the child too.
        self._finalizer = weakref.finalize(self, _close_quietly, self.process)

    def start(self) -> None:
        """Start the child process now, so that the first segment does not wait for its model."""
        self.process.start()

    def close(self) -> None:
        """End the child process."""
        self.process.close()

    def transcribe(
        self, pcm: Pcm, *, language: str, hotwords: Sequence[str] = (), preroll_samples: int = 0
    ) -> Transcription:
        """As TranscriptionEngine.transcribe. `hotwords` are of no use to this engine and are ignored."""
        code = normalise_language(language)
        if code != "en":
            raise TranscriptionRefused(
                f"pocketsphinx knows English only, and this panel's language is {language!r}. "
                "Install a Whisper model (WHISPER_MODEL), or let candidates type their answers."
            )
        words: list[Word] = []
        if len(pcm) > preroll_samples:
            heard = [Word(*entry) for entry in self.process.recognise(pcm.astype("<i2", copy=False).tobytes())]
            words = place_words(
                heard,
                preroll_seconds=preroll_samples / SAMPLE_RATE,
                duration_seconds=(len(pcm) - preroll_samples) / SAMPLE_RATE,
            )
        return Transcription(
            text=" ".join(word.text for word in words),
            words=words,
            engine=self.name,
            model=self.model,
            language=code,
            mean_probability=average_probability(words),
            is_rough=self.is_rough,
        )


def _close_quietly(process: RecogniserProcess) -> None:
    with contextlib.suppress(OSError):
        process.close()
