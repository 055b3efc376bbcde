"""Sound for tests: spoken sentences from `tests/data/speech`, and noise made by numpy with a seed."""

import math
from functools import cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
VOICES = ("rms", "slt", "kal16")
Samples = npt.NDArray[np.float64]


@cache
def load_speech(voice: str) -> Samples:
    """A sentence as samples of s16 scale at 16 kHz."""
    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
    pieces: list[Samples] = []
    with av.open(str(Path(__file__).parent / "data" / "speech" / f"{voice}.opus")) as container:
        for frame in container.decode(audio=0):
            pieces += [part.to_ndarray().ravel().astype(np.float64) for part in resampler.resample(frame)]
    return np.concatenate(pieces)


def make_quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE))


def make_room_noise(seconds: float, level: float, seed: int = 1) -> Samples:
    """Pink noise, as of fans and traffic, with a root mean square of `level`."""
    count = SAMPLE_RATE * math.ceil(seconds)  # a length without large prime factors: its transform is fast
    frequencies = np.fft.rfftfreq(count)
    frequencies[0] = 1
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count)) / np.sqrt(frequencies)
    noise = np.fft.irfft(spectrum, count)
    return np.asarray(level * noise / noise.std(), dtype=np.float64)[: round(seconds * SAMPLE_RATE)]


def make_typing(seconds: float, peak: float, seed: int = 1) -> Samples:
    """Key strokes: bursts of noise that die away in some milliseconds, three to twelve a second."""
    randomness = np.random.default_rng(seed)
    sound = make_room_noise(seconds, 20, seed)
    at = 0
    while (at := at + int(randomness.uniform(0.08, 0.35) * SAMPLE_RATE)) + 800 < len(sound):
        fading = np.exp(-np.arange(800) / randomness.uniform(40, 160))
        sound[at : at + 800] += peak * randomness.uniform(0.3, 1) * fading * randomness.standard_normal(800)
    return sound


def to_pcm(samples: Samples) -> bytes:
    return np.clip(samples, -32768, 32767).astype("<i2").tobytes()
