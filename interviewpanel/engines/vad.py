"""Speech or not, per window of 32 ms: Silero VAD v6, which comes with faster-whisper.

The consumer feeds each open answer's frames to its `VoiceStream` and passes the windows to the turn detector. One
model is loaded per process and shared; a stream holds 1.5 kB of state.

The graph takes its first axis as time: one call hears the three windows of a 96 ms frame in a row (0.17 ms, against
0.24 ms in three calls). Hearing several sessions in one call would need a rewritten graph and a wait for others'
frames; measured, it saves a quarter (0.13 ms at 32 sessions), so it is not done.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

WINDOW_SAMPLES = 512
CONTEXT_SAMPLES = 64  # the model hears the end of the window before together with each window
STATE_SHAPE = (1, 1, 128)
BYTES_PER_SAMPLE = 2
FULL_SCALE = 32768
WINDOWS_PER_CALL = 3  # the client's usual frame of 96 ms

# The state drifts in steady noise until speech is missed (after 5 min of room noise: 42 % of it; with a reset in quiet
# moments: none). Five windows under 0.1 are a quiet moment: nobody is speaking.
RESET_AFTER_WINDOWS = 63  # 2 s
RESET_QUIET_WINDOWS = 5
RESET_PROBABILITY = 0.1


class VoiceWindow(NamedTuple):
    """One window of 512 samples: where it ends in the answer, how likely it is speech, and its mean square (0 to 1)."""

    end_sample: int
    probability: float
    energy: float


class VoiceModelError(RuntimeError):
    """The voice detector's model is not where faster-whisper should have put it."""


class VoiceStream:
    """What the model remembers of one open answer. Not for two threads at once."""

    def __init__(self, session: Any, start_sample: int = 0) -> None:
        self._session = session
        self._end_sample = start_sample
        self._partial = b""
        self._window_count = 0
        self._windows_since_reset = 0
        self._quiet_windows = 0
        self._hidden = self._cell = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._context = np.zeros(CONTEXT_SAMPLES, dtype=np.float32)

    def feed(self, pcm: bytes) -> list[VoiceWindow]:
        """Take any number of 16 kHz mono s16le samples; a window is answered when it is whole.

        How the audio is split over calls changes nothing. Raises ValueError for half a sample.
        """
        if len(pcm) % BYTES_PER_SAMPLE:
            raise ValueError(f"{len(pcm)} bytes are not whole samples; feed an even number of bytes.")
        data = self._partial + pcm
        count = len(data) // (WINDOW_SAMPLES * BYTES_PER_SAMPLE)
        self._partial = data[count * WINDOW_SAMPLES * BYTES_PER_SAMPLE :]
        samples = np.frombuffer(data, dtype="<i2", count=count * WINDOW_SAMPLES).astype(np.float32)
        samples *= np.float32(1 / FULL_SCALE)
        windows = samples.reshape(count, WINDOW_SAMPLES)
        heard: list[VoiceWindow] = []
        while len(heard) < count:
            # Calls end at every third window, wherever the feeds end, so that a reset falls on the same window always.
            until = len(heard) + WINDOWS_PER_CALL - self._window_count % WINDOWS_PER_CALL
            heard += self._hear(windows[len(heard) : until])
        return heard

    def reset(self) -> None:
        """Forget the sound heard so far (another microphone, a long pause); positions and partial windows stay."""
        self._context = np.zeros(CONTEXT_SAMPLES, dtype=np.float32)
        self._reset_state()

    def _hear(self, windows: npt.NDArray[np.float32]) -> list[VoiceWindow]:
        heard = np.empty((len(windows), CONTEXT_SAMPLES + WINDOW_SAMPLES), dtype=np.float32)
        heard[:, CONTEXT_SAMPLES:] = windows
        heard[0, :CONTEXT_SAMPLES] = self._context
        heard[1:, :CONTEXT_SAMPLES] = windows[:-1, -CONTEXT_SAMPLES:]
        self._context = windows[-1, -CONTEXT_SAMPLES:]
        inputs = {"input": heard, "h": self._hidden, "c": self._cell}
        probabilities, self._hidden, self._cell = self._session.run(None, inputs)
        energies = np.einsum("ws,ws->w", windows, windows) / WINDOW_SAMPLES
        answers: list[VoiceWindow] = []
        for probability, energy in zip(probabilities.tolist(), energies.tolist(), strict=True):
            self._end_sample += WINDOW_SAMPLES
            self._quiet_windows = self._quiet_windows + 1 if probability < RESET_PROBABILITY else 0
            answers.append(VoiceWindow(self._end_sample, probability, energy))
        self._window_count += len(windows)
        self._windows_since_reset += len(windows)
        if self._window_count % WINDOWS_PER_CALL == 0:
            self._reset_if_quiet()
        return answers

    def _reset_if_quiet(self) -> None:
        if self._quiet_windows >= RESET_QUIET_WINDOWS and self._windows_since_reset >= RESET_AFTER_WINDOWS:
            self._reset_state()

    def _reset_state(self) -> None:
        self._hidden = self._cell = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._windows_since_reset = 0


class SpeechDetector:
    """The model, shared by all sessions and threads of a process. One thread computes: the windows are tiny."""

    def __init__(self, model_path: Path | None = None) -> None:
        path = model_path or find_model()
        if not path.is_file():
            raise VoiceModelError(f"There is no voice detector at {path}; install faster-whisper again (it brings it).")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def stream(self, start_sample: int = 0) -> VoiceStream:
        """A fresh stream; `start_sample` is where its audio begins in the answer."""
        return VoiceStream(self._session, start_sample)


@functools.lru_cache(maxsize=1)
def load_speech_detector() -> SpeechDetector:
    """The process's one detector, loaded on the first call. Raises VoiceModelError."""
    return SpeechDetector()


def find_model() -> Path:
    """Where faster-whisper keeps the model; found without importing it, which costs seconds and 100 MB."""
    spec = importlib.util.find_spec("faster_whisper")
    if spec is None or spec.origin is None:
        raise VoiceModelError("The voice detector comes with faster-whisper; install it: pip install faster-whisper.")
    return Path(spec.origin).parent / "assets" / "silero_vad_v6.onnx"
