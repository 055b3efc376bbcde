"""Speech to text: one Protocol, faster-whisper where a model is at hand, else pocketsphinx (rough, and says so).

Called by services.transcripts (`load_engine`) and `manage.py doctor` (`describe_engines`).
"""

from interviewpanel.engines.transcription.base import (
    SAMPLE_RATE,
    EngineStatus,
    Transcription,
    TranscriptionEngine,
    TranscriptionRefused,
    TranscriptionUnavailable,
    Word,
    normalise_language,
)

__all__ = [
    "SAMPLE_RATE",
    "EngineStatus",
    "Transcription",
    "TranscriptionEngine",
    "TranscriptionRefused",
    "TranscriptionUnavailable",
    "Word",
    "normalise_language",
]
