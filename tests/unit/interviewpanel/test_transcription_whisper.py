"""The real WhisperModel on a model of two megabytes that the test builds: it hears its script whatever the audio."""

from pathlib import Path

import numpy as np
import pytest

from interviewpanel.engines.transcription import SAMPLE_RATE, Transcription, TranscriptionRefused, Word
from interviewpanel.engines.transcription.whisper import WhisperEngine, find_drop_reason
from tests.tiny_whisper import DEFAULT_SCRIPT, build_tiny_whisper

SAID = " ".join(DEFAULT_SCRIPT)
NOISE = np.random.default_rng(7).normal(0, 3_000, 5 * SAMPLE_RATE).astype(np.int16)


def load_tiny(folder: Path, **wanted: object) -> WhisperEngine:
    """An engine on a model built to order."""
    build_tiny_whisper(folder, **wanted)  # type: ignore[arg-type]
    return WhisperEngine(folder, model="tiny-test", device="cpu", compute_type="float32")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    return load_tiny(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    return load_tiny(tmp_path_factory.mktemp("multilingual"), is_multilingual=True)


def test_it_hears_words_with_times_and_probabilities(engine: WhisperEngine) -> None:
    heard = engine.transcribe(NOISE, language="en")

    assert (heard.text, heard.engine, heard.model, heard.language) == (SAID, "whisper", "tiny-test", "en")
    assert (heard.dropped_reason, heard.is_rough) == (None, False)
    assert tuple(word.text for word in heard.words) == DEFAULT_SCRIPT
    times = [second for word in heard.words for second in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= 5
    assert all(type(word.start_seconds) is float and type(word.probability) is float for word in heard.words)
    assert all(0.9 < (word.probability or 0) <= 1 for word in heard.words)
    assert heard.mean_probability == pytest.approx(np.mean([word.probability for word in heard.words]))


def test_the_same_audio_gives_the_same_result(engine: WhisperEngine, tmp_path: Path) -> None:
    first = engine.transcribe(NOISE, language="en", hotwords=["b"])
    engine.transcribe(NOISE[::-1].copy(), language="en")

    assert engine.transcribe(NOISE, language="en", hotwords=["b"]) == first
    assert load_tiny(tmp_path).transcribe(NOISE, language="en", hotwords=["b"]) == first


def test_hotwords_reach_the_decoder_as_its_prompt(engine: WhisperEngine) -> None:
    # " b" is two byte tokens behind one of "what came before": the first three places of the script, a timestamp and
    # two words, are passed over; the fourth must be a timestamp again, so that its word is not said either.
    heard = engine.transcribe(NOISE, language="en", hotwords=["the b", "of a b"])

    assert heard.text == " ".join(DEFAULT_SCRIPT[3:])


def test_hotwords_without_a_term_are_no_prompt(engine: WhisperEngine) -> None:
    assert engine.transcribe(NOISE, language="en", hotwords=["the", ""]).text == SAID


def test_words_of_the_preroll_are_removed_and_times_count_from_its_end(engine: WhisperEngine) -> None:
    whole = engine.transcribe(NOISE, language="en").words
    cut = 4
    preroll_samples = round((whole[cut].start_seconds + whole[cut].end_seconds) / 2 * SAMPLE_RATE)
    preroll_seconds = preroll_samples / SAMPLE_RATE

    heard = engine.transcribe(NOISE, language="en", preroll_samples=preroll_samples)

    kept = [word for word in whole if (word.start_seconds + word.end_seconds) / 2 >= preroll_seconds]
    assert 0 < len(kept) < len(whole)
    assert heard.text == " ".join(word.text for word in kept)
    assert heard.words == [
        Word(
            word.text,
            max(word.start_seconds - preroll_seconds, 0.0),
            word.end_seconds - preroll_seconds,
            word.probability,
        )
        for word in kept
    ]


@pytest.mark.parametrize("samples", [0, 8_000])
def test_nothing_but_preroll_is_nothing_said(engine: WhisperEngine, samples: int) -> None:
    assert engine.transcribe(NOISE[:samples], language="en", preroll_samples=samples) == Transcription(
        text="", words=[], engine="whisper", model="tiny-test", language="en", mean_probability=None
    )


@pytest.mark.parametrize(
    ("no_speech", "log_probability", "compression", "reason"),
    [
        (0.61, -1.01, 1.0, "no_speech"),
        (0.60, -1.01, 1.0, None),
        (0.61, -1.00, 1.0, None),
        (1.00, -0.50, 1.0, None),
        (0.00, -9.00, 1.0, None),
        (0.00, 0.00, 2.41, "repetition"),
        (0.00, 0.00, 2.40, None),
        (0.61, -1.01, 2.41, "no_speech"),
    ],
)
def test_what_is_dropped(no_speech: float, log_probability: float, compression: float, reason: str | None) -> None:
    assert find_drop_reason(no_speech, log_probability, compression) == reason


def test_a_model_that_loops_is_not_believed(tmp_path: Path) -> None:
    looping = load_tiny(tmp_path, script=("no",) * 40)

    heard = looping.transcribe(NOISE, language="en")

    assert (heard.text, heard.words, heard.dropped_reason) == ("", [], "repetition")
    assert heard.mean_probability is None


def test_a_model_that_doubts_there_was_speech_and_is_unsure_is_not_believed(tmp_path: Path) -> None:
    doubting = load_tiny(tmp_path / "unsure", is_multilingual=True, is_silent=True, certainty=0.3)
    sure = load_tiny(tmp_path / "sure", is_multilingual=True, is_silent=True)

    dropped = doubting.transcribe(NOISE, language="en")

    assert (dropped.text, dropped.words, dropped.dropped_reason) == ("", [], "no_speech")
    assert sure.transcribe(NOISE, language="en").text == SAID


@pytest.mark.parametrize("language", ["en", "de", "de-AT"])
def test_a_multilingual_model_takes_the_panels_language(multilingual: WhisperEngine, language: str) -> None:
    heard = multilingual.transcribe(NOISE, language=language)

    assert (heard.text, heard.language) == (SAID, language[:2])


def test_a_language_the_model_does_not_know_is_refused_with_what_to_do(
    engine: WhisperEngine, multilingual: WhisperEngine
) -> None:
    with pytest.raises(TranscriptionRefused, match=r"does not know the language 'de'.*multilingual model"):
        engine.transcribe(NOISE, language="de")
    with pytest.raises(TranscriptionRefused, match="'tlh'"):
        multilingual.transcribe(NOISE, language="tlh")


def test_the_log_line_names_model_device_and_arithmetic(engine: WhisperEngine) -> None:
    assert engine.description == "tiny-test on cpu, float32"
