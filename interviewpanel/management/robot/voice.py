"""What the robot can say: prepared Opus recordings, decoded to the samples that a microphone would give.

`bin/make_robot_voice` makes the recordings and `index.json`, which says where each part of an answer lies.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from interviewpanel.management.robot.frames import FRAME_SAMPLES, SAMPLE_RATE

VOICE_DIR = Path(__file__).parent / "voice"
ROOM_AMPLITUDE = 6.0  # standard deviation, about -75 dB: no microphone is digitally silent
TAIL_SECONDS = 0.2


@dataclass(frozen=True)
class Speech:
    """Samples (16 kHz mono s16le) and the words spoken in them."""

    pcm: bytes
    text: str

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / SAMPLE_RATE


class Voice:
    """The recordings of one folder."""

    def __init__(self, folder: Path = VOICE_DIR) -> None:
        self._folder = folder
        self._index: dict[str, list[dict[str, float | str]]] = json.loads((folder / "index.json").read_text())

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._index)

    def read_words(self, key: str, parts: int | None = None) -> str:
        """What `load_speech` says, in words."""
        return " ".join(str(part["text"]) for part in self._index[key][:parts])

    def load_speech(self, key: str, parts: int | None = None) -> Speech:
        """The first `parts` parts of the recording `key` (all of them by default), with a breath of quiet after."""
        end_seconds = float(self._index[key][:parts][-1]["end_seconds"]) + TAIL_SECONDS
        samples = decode_audio(self._folder / f"{key}.opus")[: int(end_seconds * SAMPLE_RATE)]
        return Speech(add_room(samples), self.read_words(key, parts))


def decode_audio(path: Path) -> NDArray[np.int16]:
    """16 kHz mono samples of an audio file."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(path)) as container:
        pieces = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        pieces += resampler.resample(None)
    return np.concatenate([piece.to_ndarray().reshape(-1) for piece in pieces]).astype(np.int16)


def add_room(samples: NDArray[np.int16]) -> bytes:
    """The same sound in a quiet room: faint noise, the same every time."""
    noise = np.random.default_rng(len(samples)).normal(0, ROOM_AMPLITUDE, len(samples))
    return np.clip(samples + noise, -32768, 32767).astype("<i2").tobytes()


def stay_quiet(chance: random.Random) -> Iterator[bytes]:
    """Frames of a quiet room, without end."""
    noise = np.random.default_rng(chance.getrandbits(32))
    while True:
        yield noise.normal(0, ROOM_AMPLITUDE, FRAME_SAMPLES).astype("<i2").tobytes()
