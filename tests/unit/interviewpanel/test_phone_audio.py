"""A phone line's sound: µ-law by the recommendation's own formula, one stream without seams, whole frames."""

import av
import numpy as np
import pytest
from av.audio.resampler import AudioResampler

from interviewpanel.engines.phone_audio import FRAME_BYTES, LineAudio
from tests.phone_lines import CHUNK_BYTES, to_mulaw
from tests.speech import read_clip


def decode_by_formula(mulaw: bytes) -> list[int]:
    """ITU-T G.711, µ-law: the byte is inverted; sign, exponent, mantissa; 33 is the bias, in 14 bits."""
    decoded = []
    for byte in mulaw:
        code = ~byte & 0xFF
        magnitude = (((code & 0x0F) << 1) + 33 << ((code >> 4) & 0x07)) - 33
        decoded.append(4 * (-magnitude if code & 0x80 else magnitude))
    return decoded


def hear(mulaw: bytes, *, step: int) -> bytes:
    line = LineAudio()
    frames = [frame for at in range(0, len(mulaw), step) for frame in line.feed(mulaw[at : at + step])]
    assert {len(frame) for frame in frames} <= {FRAME_BYTES}
    return b"".join([*frames, *line.flush()])


@pytest.mark.parametrize("byte", range(256))
def test_every_byte_is_the_level_that_g711_gives_it(byte: int) -> None:
    """A second of one level is that level in the middle, whatever the resampler does at its ends."""
    samples = np.frombuffer(hear(bytes([byte]) * 8000, step=CHUNK_BYTES), "<i2")
    assert samples[8000] == pytest.approx(decode_by_formula(bytes([byte]))[0], abs=2)


@pytest.mark.parametrize("step", [1, 37, CHUNK_BYTES, 16_000])
def test_how_it_is_cut_into_chunks_changes_no_sample(step: int) -> None:
    """Against PyAV's decoder and resampler over the whole: resampled chunk by chunk, each would begin and end anew."""
    mulaw = to_mulaw(read_clip("speech_rms").astype("<i2").tobytes())[:16_000]
    whole = av.AudioFrame.from_ndarray(np.array([decode_by_formula(mulaw)], "<i2"), format="s16", layout="mono")
    whole.sample_rate = 8000
    resampler = AudioResampler(format="s16", layout="mono", rate=16_000)
    wanted = np.concatenate([part.to_ndarray()[0] for part in [*resampler.resample(whole), *resampler.resample(None)]])
    heard = np.frombuffer(hear(mulaw, step=step), "<i2")
    assert len(heard) == 2 * len(mulaw) == len(wanted)
    assert np.abs(heard.astype(int) - wanted.astype(int)).max() <= 1


def test_a_frame_waits_until_it_is_whole() -> None:
    line = LineAudio()
    assert line.feed(b"") == []
    sizes = [[len(frame) for frame in line.feed(b"\xff" * CHUNK_BYTES)] for _ in range(10)]
    assert [size for size in sizes if size] == [[FRAME_BYTES]] * 2  # 96 ms each, of 200
    assert [len(frame) for frame in line.flush()] == [2 * 3200 - 2 * FRAME_BYTES]
    assert line.flush() == []
