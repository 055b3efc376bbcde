"""FLAC keeps every bit; Opus and other files come out as 16 kHz mono; rubbish is refused with a reason."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from interviewpanel.engines.flac import SAMPLE_RATE, AudioUnreadable, decode_audio, encode_flac

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("samples", [1, 15, 512, 1_536, 4_607, 4_608, 4_609, 15 * SAMPLE_RATE + 1])
def test_flac_gives_back_every_bit(samples: int) -> None:
    pcm = np.random.default_rng(samples).integers(-32_768, 32_768, samples).astype(np.int16)

    decoded = decode_audio(encode_flac(pcm))

    assert decoded.dtype == np.int16
    assert np.array_equal(decoded, pcm)


def test_flac_of_the_same_samples_is_the_same_file() -> None:
    pcm = np.arange(SAMPLE_RATE, dtype=np.int16)

    assert encode_flac(pcm) == encode_flac(pcm)


def test_flac_takes_samples_that_are_a_view_of_others() -> None:
    pcm = np.arange(4_000, dtype=np.int16)

    assert np.array_equal(decode_audio(encode_flac(pcm[::2])), pcm[::2])


def test_silence_costs_next_to_nothing() -> None:
    assert len(encode_flac(np.zeros(15 * SAMPLE_RATE, dtype=np.int16))) < 4_000


@pytest.mark.parametrize(
    "pcm",
    [
        np.zeros(0, dtype=np.int16),
        np.zeros(16, dtype=np.float32),
        np.zeros((2, 16), dtype=np.int16),
    ],
)
def test_flac_refuses_what_is_not_one_row_of_int16(pcm: np.ndarray) -> None:
    with pytest.raises(ValueError, match="one row of int16 samples"):
        encode_flac(pcm)


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    pcm = np.arange(-800, 800, dtype=np.int16)
    path = tmp_path / "segment.flac"
    path.write_bytes(encode_flac(pcm))

    assert np.array_equal(decode_audio(path), pcm)
    assert np.array_equal(decode_audio(str(path)), pcm)


def test_opus_becomes_16_khz_mono() -> None:
    pcm = decode_audio(DATA / "speech_kal16.opus")

    assert (pcm.dtype, pcm.ndim) == (np.int16, 1)
    assert len(pcm) / SAMPLE_RATE == pytest.approx(6.31, abs=0.05)
    assert 2_000 < np.abs(pcm.astype(np.int32)).max() <= 32_767


def test_stereo_at_another_rate_is_mixed_and_resampled() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(2)
        wav.setsampwidth(2)
        wav.setframerate(48_000)
        wav.writeframes(np.full(2 * 48_000, 1_000, dtype="<i2").tobytes())

    pcm = decode_audio(file.getvalue())

    assert len(pcm) == pytest.approx(SAMPLE_RATE, abs=32)
    assert np.median(pcm) == pytest.approx(1_000, abs=2)


@pytest.mark.parametrize("file", [b"", b"not audio at all " * 50])
def test_rubbish_is_refused(file: bytes) -> None:
    with pytest.raises(AudioUnreadable, match=f"No audio can be read from {len(file)} bytes"):
        decode_audio(file)


def test_a_file_cut_in_the_middle_is_refused_not_shortened() -> None:
    file = encode_flac(np.random.default_rng(1).integers(-9_000, 9_000, SAMPLE_RATE).astype(np.int16))

    with pytest.raises(AudioUnreadable, match="No audio can be read"):
        decode_audio(file[: len(file) // 2])


def test_a_missing_file_says_which(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        decode_audio(tmp_path / "nowhere.opus")
