"""Speech to and from files, by PyAV: FLAC for what is kept, anything FFmpeg reads for what is decoded.

Called by services.audio_segments (store and read a segment), by the transcription task and by the robot candidate,
whose answers are Opus.
"""

import io
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

SAMPLE_RATE = 16_000

Pcm = npt.NDArray[np.int16]


class AudioUnreadable(ValueError):
    """The bytes or the file hold no audio that can be decoded."""


def encode_flac(pcm: Pcm) -> bytes:
    """16 kHz mono int16 samples as a FLAC file, bit-exact. Raises ValueError for another type or shape, or none."""
    if pcm.dtype != np.int16 or pcm.ndim != 1 or len(pcm) == 0:
        raise ValueError(f"FLAC takes one row of int16 samples, at least one; got {pcm.dtype} of shape {pcm.shape}.")
    file = io.BytesIO()
    # FFmpeg leaves 8 KiB for tags that never come: more than a second of quiet speech.
    with av.open(file, "w", format="flac", options={"metadata_header_padding": "0"}) as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE)
        stream.layout = "mono"
        stream.format = "s16"
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(pcm).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        for packet in stream.encode(frame):
            container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return file.getvalue()


def decode_audio(source: bytes | str | Path) -> Pcm:
    """The first audio track of a file (its bytes or its path) as 16 kHz mono int16; bit-exact if it was that already.

    Raises AudioUnreadable for anything that is not audio, and OSError for a path that cannot be opened.
    """
    opened = io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")  # noqa: SIM115 - closed below
    with opened:
        try:
            with av.open(opened, "r", metadata_errors="ignore") as container:
                if not container.streams.audio:
                    raise AudioUnreadable(f"There is no audio track in {_name_source(source)}.")
                return _read_samples(container)
        except (av.error.FFmpegError, UnicodeDecodeError) as error:
            raise AudioUnreadable(f"No audio can be read from {_name_source(source)}: {error}") from error


def _read_samples(container: "av.container.InputContainer") -> Pcm:
    resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    parts: list[Pcm] = []
    for frame in container.decode(container.streams.audio[0]):
        parts += [out.to_ndarray()[0] for out in resampler.resample(frame)]
    parts += [out.to_ndarray()[0] for out in resampler.resample(None)]
    return np.concatenate(parts).astype(np.int16, copy=False) if parts else np.zeros(0, dtype=np.int16)


def _name_source(source: bytes | str | Path) -> str:
    return f"{len(source)} bytes" if isinstance(source, bytes) else str(source)
