"""Voices laid on a time line and put together, block after block, so that an hour of them is never in memory at once.

Called by services.recordings; the blocks go to flac_joining.write_flac.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from interviewpanel.engines.flac import SAMPLE_RATE, Pcm

BLOCK_SAMPLES = 4 * SAMPLE_RATE  # 128 kB


def lay_out(parts: Iterable[tuple[int, Pcm]], samples: int) -> Iterator[Pcm]:
    """One voice from the first sample to `samples`, in blocks, silent where nobody talks.

    `parts`: where each begins, and its sound; in order, none over another. What lies beyond `samples` is left out.
    """
    block, at = np.zeros(BLOCK_SAMPLES, np.int16), 0
    for start, sound in parts:
        first, left = start, sound[: max(0, samples - start)]
        while len(left):
            while first >= at + BLOCK_SAMPLES:
                yield block
                block, at = np.zeros(BLOCK_SAMPLES, np.int16), at + BLOCK_SAMPLES
            place = first - at
            taken = left[: BLOCK_SAMPLES - place]
            block[place : place + len(taken)] = taken
            first, left = first + len(taken), left[len(taken) :]
    while at < samples:
        yield block[: samples - at]
        block, at = np.zeros(BLOCK_SAMPLES, np.int16), at + BLOCK_SAMPLES


def add_voices(one: Iterable[Pcm], other: Iterable[Pcm]) -> Iterator[Pcm]:
    """Both at once; where they are louder together than a sample can be, as loud as it can be. As many blocks each."""
    for left, right in zip(one, other, strict=True):
        both = left.astype(np.int32) + right
        yield np.clip(both, -32768, 32767).astype(np.int16)
