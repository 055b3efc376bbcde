"""What every speech-to-text engine takes, gives and raises.

Used by the engines beside this file and, through the package, by services.transcripts, the report and
`manage.py doctor`. Nothing here imports Django or a model: the recogniser's child process loads this package too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000

Pcm = npt.NDArray[np.int16]


class TranscriptionUnavailable(Exception):
    """The engine could not do it now (still loading, out of memory, its process died): trying again may work."""


class TranscriptionRefused(Exception):
    """The engine will never do this (a language it does not know): trying again is pointless."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as heard. Times are seconds from the start of the segment, pre-roll not counted.

    `probability` is the engine's own, 0 to 1; None where the engine measured none. It is never made up.
    """

    text: str
    start_seconds: float
    end_seconds: float
    probability: float | None

    def to_dict(self) -> dict[str, Any]:
        """As stored in a JSON column; times to the millisecond, probability to three places."""
        probability = None if self.probability is None else round(self.probability, 3)
        return {
            "text": self.text,
            "start": round(self.start_seconds, 3),
            "end": round(self.end_seconds, 3),
            "probability": probability,
        }


@dataclass(frozen=True, slots=True)
class Transcription:
    """What one segment says, and which engine and model heard it.

    `dropped_reason` is set when something was heard and thrown away: "no_speech" (the model doubts that anybody spoke)
    or "repetition" (it looped). `text` then holds what is left, often nothing. `is_rough` must be shown wherever the
    text is shown.
    """

    text: str
    words: list[Word]
    engine: str
    model: str
    language: str
    mean_probability: float | None
    dropped_reason: str | None = None
    is_rough: bool = False


class TranscriptionEngine(Protocol):
    """Speech to text. One per process, safe to call from several threads."""

    @property
    def name(self) -> str:
        """The engine: "whisper" or "pocketsphinx"."""

    @property
    def model(self) -> str:
        """The model as configured or shipped, for provenance."""

    @property
    def is_rough(self) -> bool:
        """True where many words are wrong, so that a reader must be told."""

    def transcribe(
        self, pcm: Pcm, *, language: str, hotwords: Sequence[str] = (), preroll_samples: int = 0
    ) -> Transcription:
        """Hear one segment (16 kHz mono int16, at most about 16 s); its first `preroll_samples` are only context.

        Words of the pre-roll are not returned and times count from the end of it. `hotwords` are terms to expect.
        The same input gives the same result. Raises TranscriptionUnavailable (retry) or TranscriptionRefused (do not).
        """


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One line of `manage.py doctor`: an engine, whether it can be used here, whether it is the chosen one, and why."""

    name: str
    model: str
    is_available: bool
    is_chosen: bool
    is_rough: bool
    detail: str


def normalise_language(language: str) -> str:
    """ "en-US" → "en": engines know primary subtags only."""
    return language.strip().replace("_", "-").split("-")[0].lower()
