"""Sound of a room to frames of the protocol, and speech to sound of a room. No input or output."""

import numpy as np
from av.audio.frame import AudioFrame as AvFrame
from av.audio.resampler import AudioResampler

from interviewpanel.engines.flac import SAMPLE_RATE, Pcm
from interviewpanel.engines.rooms.lines import SPOKEN_PIECE_SECONDS, SPOKEN_RATE, SoundFrame

FRAME_SAMPLES = 1_536  # 96 ms, as a browser sends them
FRAME_BYTES = FRAME_SAMPLES * 2
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
PIECE_BYTES = int(SPOKEN_RATE * SPOKEN_PIECE_SECONDS) * 2


class FrameCutter:
    """One stream of sound, any rate and one or two channels, as 16 kHz mono s16le in pieces of 96 ms.

    The resampler keeps its state from frame to frame, so that no click stands where two of them meet.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._format: tuple[int, int] | None = None
        self._resampler: AudioResampler | None = None

    def take(self, frame: SoundFrame) -> list[bytes]:
        """Whole pieces that are ready now, each FRAME_BYTES long."""
        if self._resampler is None or self._format != (frame.sample_rate, frame.num_channels):
            self._format = (frame.sample_rate, frame.num_channels)
            self._resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        samples = np.frombuffer(frame.data, dtype=np.int16).reshape(1, -1)
        given = AvFrame.from_ndarray(samples, format="s16", layout="mono" if frame.num_channels == 1 else "stereo")
        given.sample_rate = frame.sample_rate
        for made in self._resampler.resample(given):
            self._rest += made.to_ndarray().tobytes()
        ready = len(self._rest) // FRAME_BYTES
        pieces = [bytes(self._rest[at * FRAME_BYTES : (at + 1) * FRAME_BYTES]) for at in range(ready)]
        del self._rest[: ready * FRAME_BYTES]
        return pieces

    def forget(self) -> None:
        """What is left of before is no part of what comes."""
        self._rest.clear()


def cut_speech(pcm: Pcm) -> list[bytes]:
    """16 kHz mono speech as 48 kHz s16le, 100 ms a piece, the last one filled up with silence."""
    frame = AvFrame.from_ndarray(np.ascontiguousarray(pcm).reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    resampler = AudioResampler(format="s16", layout="mono", rate=SPOKEN_RATE)
    made = b"".join(one.to_ndarray().tobytes() for given in (frame, None) for one in resampler.resample(given))
    return [made[at : at + PIECE_BYTES].ljust(PIECE_BYTES, b"\0") for at in range(0, len(made), PIECE_BYTES)]
