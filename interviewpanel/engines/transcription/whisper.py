"""faster-whisper as a transcription engine. Made by loading.py once per process."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from faster_whisper import WhisperModel

from interviewpanel.engines.transcription.base import (
    SAMPLE_RATE,
    Pcm,
    Transcription,
    TranscriptionRefused,
    TranscriptionUnavailable,
    Word,
    normalise_language,
)
from interviewpanel.engines.transcription.words import average_probability, place_words, shorten_hotwords

logger = logging.getLogger(__name__)

NO_SPEECH_PROBABILITY = 0.6
AVERAGE_LOG_PROBABILITY = -1.0
COMPRESSION_RATIO = 2.4

DropReason = Literal["no_speech", "repetition"]


def find_drop_reason(
    no_speech_probability: float, average_log_probability: float, compression_ratio: float
) -> DropReason | None:
    """Why a segment of Whisper's is not to be believed, or None. The limits are those of OpenAI's own decoder."""
    if no_speech_probability > NO_SPEECH_PROBABILITY and average_log_probability < AVERAGE_LOG_PROBABILITY:
        return "no_speech"
    if compression_ratio > COMPRESSION_RATIO:
        return "repetition"
    return None


class WhisperEngine:
    """A Whisper model in this process. Safe to call from several threads: CTranslate2 queues the calls."""

    name = "whisper"
    is_rough = False

    def __init__(
        self, folder: Path, *, model: str, device: str = "auto", compute_type: str = "default", beam_size: int = 5
    ) -> None:
        """Load the weights of `folder`; `model` is the name to show. Raises RuntimeError or ValueError if it cannot."""
        self.model = model
        self.beam_size = beam_size
        self._whisper = _load_weights(folder, device, compute_type)

    @property
    def description(self) -> str:
        """Model, device and arithmetic, for the log."""
        return f"{self.model} on {self._whisper.model.device}, {self._whisper.model.compute_type}"

    def transcribe(
        self, pcm: Pcm, *, language: str, hotwords: Sequence[str] = (), preroll_samples: int = 0
    ) -> Transcription:
        """As TranscriptionEngine.transcribe. Greedy in temperature (0), so the same input gives the same words."""
        code = normalise_language(language)
        if code not in self._whisper.supported_languages:
            raise TranscriptionRefused(
                f"The Whisper model {self.model} does not know the language {language!r}. "
                "Set WHISPER_MODEL to a multilingual model, or change the panel's language."
            )
        if len(pcm) <= preroll_samples:
            return self._compose([], None, code)
        try:
            segments = self._decode(pcm, code, shorten_hotwords(hotwords))
        except RuntimeError as error:  # CTranslate2's out of memory, CUDA lost
            raise TranscriptionUnavailable(f"Whisper model {self.model}: {error}") from error
        heard, dropped = _read_segments(segments)
        duration = (len(pcm) - preroll_samples) / SAMPLE_RATE
        words = place_words(heard, preroll_seconds=preroll_samples / SAMPLE_RATE, duration_seconds=duration)
        return self._compose(words, dropped, code)

    def _decode(self, pcm: Pcm, language: str, hotwords: str) -> list[Any]:
        segments, _ = self._whisper.transcribe(
            pcm.astype(np.float32) / 32_768.0,
            language=language,
            beam_size=self.beam_size,
            temperature=0.0,
            condition_on_previous_text=False,  # one wrong segment would colour the next
            hotwords=hotwords or None,
            word_timestamps=True,
            # The library's own rules off: they drop without a word, and ours must be able to say what was dropped.
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
        )
        return list(segments)

    def _compose(self, words: list[Word], dropped_reason: DropReason | None, language: str) -> Transcription:
        # Whisper's words bring their own spaces (none in Chinese or Japanese), so joining them gives its text again.
        text = "".join(word.text for word in words).strip()
        shown = [Word(word.text.strip(), word.start_seconds, word.end_seconds, word.probability) for word in words]
        return Transcription(
            text=text,
            words=shown,
            engine=self.name,
            model=self.model,
            language=language,
            mean_probability=average_probability(shown),
            dropped_reason=dropped_reason,
            is_rough=self.is_rough,
        )


def _read_segments(segments: Iterable[Any]) -> tuple[list[Word], DropReason | None]:
    """The words of the segments to believe, and the reason of the first that is not."""
    words: list[Word] = []
    first_reason: DropReason | None = None
    for segment in segments:
        reason = find_drop_reason(segment.no_speech_prob, segment.avg_logprob, segment.compression_ratio)
        if reason is not None:
            first_reason = first_reason or reason
            logger.info("Dropped %d characters that Whisper heard (%s).", len(segment.text), reason)
            continue
        for word in segment.words or ():
            words.append(Word(word.word, float(word.start), float(word.end), float(word.probability)))
    return words, first_reason


def _load_weights(folder: Path, device: str, compute_type: str) -> WhisperModel:
    """Load, and where a GPU was picked, hear one second on it: missing CUDA libraries show only at the first use."""
    whisper = WhisperModel(str(folder), device=device, compute_type=compute_type)
    if whisper.model.device != "cuda":
        return whisper
    try:
        silence = np.zeros(SAMPLE_RATE, dtype=np.float32)
        list(whisper.transcribe(silence, language="en", beam_size=1, temperature=0.0)[0])
    except RuntimeError as error:
        if device != "auto":
            raise
        logger.warning("Whisper goes to the CPU, since the GPU cannot be used: %s", error)
        return WhisperModel(str(folder), device="cpu", compute_type="default")
    return whisper
