"""Speech or not, per window of 32 ms: Silero VAD v6, which comes with faster-whisper."""

from __future__ import annotations

from typing import NamedTuple


class VoiceWindow(NamedTuple):
    """One window of 512 samples: where it ends in the answer, how likely it is speech, and its mean square (0 to 1)."""

    end_sample: int
    probability: float
    energy: float


class VoiceStream:
    """The voice detector's state for one open answer."""

    def feed(self, pcm: bytes) -> list[VoiceWindow]:
        """Take any number of 16 kHz mono s16le samples; a window is answered when it is whole."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget what was heard (a pause, another microphone); positions go on."""
        raise NotImplementedError


class SpeechDetector:
    """The model, loaded once per process and shared by all sessions and threads."""

    def stream(self, start_sample: int = 0) -> VoiceStream:
        raise NotImplementedError


def load_speech_detector() -> SpeechDetector:
    """The process's one detector, loaded on the first call."""
    raise NotImplementedError
