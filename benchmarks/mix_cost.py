"""What mixing an hour of two voices costs: seconds, and memory beyond what the process had before. `make bench` has it.

Run: python -m benchmarks.mix_cost [MINUTES]
"""

import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator

import numpy as np

from interviewpanel.engines.flac import SAMPLE_RATE, Pcm, decode_audio, encode_flac
from interviewpanel.engines.flac_joining import write_flac
from interviewpanel.engines.mixing import add_voices, lay_out

STRETCH_SECONDS, TURN_SECONDS = 20, 45  # each turn: a line of the interviewer's, then a stretch of the candidate's


def make_stretch(seconds: float) -> bytes:
    """As loud and as hard to pack as speech is, near enough."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    noise = np.random.default_rng(1).normal(0, 400, len(at))
    return encode_flac((3000 * np.sin(2 * np.pi * 180 * at) * np.sin(2 * np.pi * 3 * at) + noise).astype(np.int16))


def read_voice(flac: bytes, turns: int, offset_seconds: float) -> Iterator[tuple[int, Pcm]]:
    for turn in range(turns):
        yield round((turn * TURN_SECONDS + offset_seconds) * SAMPLE_RATE), decode_audio(flac)


def main(minutes: int) -> None:
    turns = minutes * 60 // TURN_SECONDS
    samples = turns * TURN_SECONDS * SAMPLE_RATE
    line, answer = make_stretch(5), make_stretch(STRETCH_SECONDS)
    peak_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    began = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        voices = lay_out(read_voice(line, turns, 0), samples), lay_out(read_voice(answer, turns, 6), samples)
        written = write_flac(file, add_voices(*voices))
        size = file.tell()
    took = time.perf_counter() - began
    traced = tracemalloc.get_traced_memory()[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak_before
    print(f"{written / SAMPLE_RATE / 60:.0f} min of two voices, as samples {2 * 2 * written / 1e6:.0f} MB")
    print(f"{took:.1f} s; file {size / 1e6:.1f} MB; memory at most {traced / 1e6:.1f} MB of Python's")
    print(f"and {peak / 1024:.1f} MB by which the process grew")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
