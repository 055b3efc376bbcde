"""Joins decoded sound into one FLAC file, part after part, so that an hour of it is never in memory at once.

Called by services.recordings.
"""

from collections.abc import Iterable
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame

from interviewpanel.engines.flac import SAMPLE_RATE, Pcm


def write_flac(file: BinaryIO, parts: Iterable[Pcm]) -> int:
    """Write the parts, 16 kHz mono int16, as one FLAC file, bit-exact. Returns the number of samples.

    `file` must be seekable: length and checksum are written at its beginning, last. What a part raises is raised.
    """
    samples = 0
    with av.open(file, "w", format="flac", options={"metadata_header_padding": "0"}) as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE)
        stream.layout = "mono"
        stream.format = "s16"
        for part in parts:
            frame = AudioFrame.from_ndarray(np.ascontiguousarray(part).reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, samples
            samples += len(part)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return samples
