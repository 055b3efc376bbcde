"""The sound of a phone line as the rest of the house hears it: 8 kHz µ-law in, frames of 16 kHz mono s16le out.

By PyAV's own decoder (G.711) and resampler, kept as one stream: cut into pieces and resampled one by one, sound would
click fifty times a second. Called by consumers/phone.py for a live line and services/phone_recordings.py for a recorded
answer. And the other way: a sound of ours as Twilio plays it.
"""

import io
import wave

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.resampler import AudioResampler

from interviewpanel.engines.flac import Pcm

LINE_RATE = 8_000
SAMPLE_RATE = 16_000
FRAME_BYTES = 2 * 1_536  # 96 ms, as a browser's frames


class LineAudio:
    """One line's sound from its beginning. `feed` gives whole frames; what is no whole frame yet waits."""

    def __init__(self) -> None:
        decoder = av.CodecContext.create("pcm_mulaw", "r")
        assert isinstance(decoder, AudioCodecContext)
        decoder.sample_rate, decoder.layout = LINE_RATE, "mono"
        self._decoder = decoder
        self._resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        self._waiting = b""

    def feed(self, mulaw: bytes) -> list[bytes]:
        """Frames of 3,072 bytes. Any number of bytes may be fed; none gives none."""
        if not mulaw:
            return []
        for decoded in self._decoder.decode(av.Packet(mulaw)):
            decoded.pts = None
            self._take(self._resampler.resample(decoded))
        return self._cut()

    def flush(self) -> list[bytes]:
        """The end of the line: what the resampler still holds, the last frame as short as it is."""
        self._take(self._resampler.resample(None))
        frames = self._cut()
        rest, self._waiting = self._waiting, b""
        return [*frames, rest] if rest else frames

    def _take(self, parts: list[av.AudioFrame]) -> None:
        self._waiting += b"".join(part.to_ndarray().astype("<i2").tobytes() for part in parts)

    def _cut(self) -> list[bytes]:
        whole = len(self._waiting) // FRAME_BYTES * FRAME_BYTES
        frames = [self._waiting[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]
        self._waiting = self._waiting[whole:]
        return frames


def write_wav(pcm: Pcm) -> bytes:
    """16 kHz mono samples as a WAV of 16 bit, sample by sample the same; Twilio makes of it what the line carries."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(pcm.astype("<i2", copy=False).tobytes())
    return file.getvalue()
