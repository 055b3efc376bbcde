"""Real speech to text on pocketsphinx: how rough, how sure, and the same every time."""

import re
from collections.abc import Iterator

import jiwer
import numpy as np
import pytest

from interviewpanel.engines.transcription import SAMPLE_RATE, Transcription, TranscriptionRefused
from interviewpanel.engines.transcription.sphinx import SphinxEngine, is_installed
from tests.speech import CLIPS, read_clip, read_text


@pytest.fixture(scope="module")
def shared_engine() -> Iterator[SphinxEngine]:
    engine = SphinxEngine()
    yield engine
    engine.close()


@pytest.fixture
def fresh_engine() -> Iterator[SphinxEngine]:
    engine = SphinxEngine()
    yield engine
    engine.close()


def test_the_wheel_brings_its_model() -> None:
    assert is_installed()


@pytest.mark.parametrize("name", CLIPS)
def test_speech_becomes_text_roughly(shared_engine: SphinxEngine, name: str) -> None:
    heard = shared_engine.transcribe(read_clip(name), language="en-GB")

    assert jiwer.wer(read_text(name), heard.text) <= 0.45
    assert (heard.engine, heard.language, heard.is_rough, heard.dropped_reason) == ("pocketsphinx", "en", True, None)
    assert heard.model.startswith("en-us ")
    assert re.fullmatch(r"[a-z' .-]+", heard.text), "no silence, noise or pronunciation marks"


def test_words_carry_times_and_a_probability_that_was_measured(shared_engine: SphinxEngine) -> None:
    clip = read_clip("speech_kal16")

    heard = shared_engine.transcribe(clip, language="en")

    assert heard.text == " ".join(word.text for word in heard.words)
    starts = [word.start_seconds for word in heard.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start_seconds < word.end_seconds <= len(clip) / SAMPLE_RATE for word in heard.words)
    probabilities = [word.probability for word in heard.words if word.probability is not None]
    assert len(probabilities) == len(heard.words)
    assert all(0 <= probability <= 1 for probability in probabilities)
    assert len(set(probabilities)) > 3, "pocketsphinx itself would call every word certain"
    assert heard.mean_probability == pytest.approx(np.mean(probabilities))


def test_wrong_words_are_less_sure_than_right_ones(shared_engine: SphinxEngine) -> None:
    right: list[float] = []
    wrong: list[float] = []
    for name in CLIPS:
        heard = shared_engine.transcribe(read_clip(name), language="en")
        matched = jiwer.process_words(read_text(name), heard.text)
        for chunk in matched.alignments[0]:
            for word in heard.words[chunk.hyp_start_idx : chunk.hyp_end_idx]:
                (right if chunk.type == "equal" else wrong).append(word.probability or 0.0)

    assert right
    assert wrong
    assert np.mean(right) > np.mean(wrong) + 0.2


def test_what_was_said_before_changes_nothing(shared_engine: SphinxEngine, fresh_engine: SphinxEngine) -> None:
    loud = (np.random.default_rng(3).normal(0, 6_000, 2 * SAMPLE_RATE)).astype(np.int16)
    first = fresh_engine.transcribe(read_clip("speech_rms"), language="en")

    shared_engine.transcribe(read_clip("speech_kal16"), language="en")
    shared_engine.transcribe(loud, language="en")

    assert shared_engine.transcribe(read_clip("speech_rms"), language="en") == first


def test_preroll_is_context_only(shared_engine: SphinxEngine) -> None:
    clip = read_clip("speech_kal16")
    whole = shared_engine.transcribe(clip, language="en").words
    preroll_samples = round(whole[5].start_seconds * SAMPLE_RATE)

    heard = shared_engine.transcribe(clip, language="en", preroll_samples=preroll_samples)

    assert [word.text for word in heard.words] == [word.text for word in whole[5:]]
    assert heard.words[0].start_seconds == pytest.approx(0, abs=1e-4)
    assert heard.words[-1].end_seconds == pytest.approx(whole[-1].end_seconds - preroll_samples / SAMPLE_RATE, abs=1e-9)


@pytest.mark.parametrize("samples", [1, 160, SAMPLE_RATE])
def test_silence_is_no_words(shared_engine: SphinxEngine, samples: int) -> None:
    assert shared_engine.transcribe(np.zeros(samples, dtype=np.int16), language="en") == Transcription(
        text="",
        words=[],
        engine="pocketsphinx",
        model=shared_engine.model,
        language="en",
        mean_probability=None,
        is_rough=True,
    )


def test_other_languages_are_refused_with_what_to_do(shared_engine: SphinxEngine) -> None:
    with pytest.raises(TranscriptionRefused, match=r"English only.*'de-DE'.*WHISPER_MODEL"):
        shared_engine.transcribe(read_clip("speech_rms"), language="de-DE")
