"""Speech to text: one Protocol, faster-whisper where a model is at hand, else pocketsphinx (rough, and says so).

Called by services.transcripts (`load_engine`) and `manage.py doctor` (`describe_engines`).
"""

from interviewpanel.engines.transcription.base import (
    SAMPLE_RATE,
    EngineStatus,
    Pcm,
    Transcription,
    TranscriptionEngine,
    TranscriptionRefused,
    TranscriptionUnavailable,
    Word,
    normalise_language,
)
from interviewpanel.engines.transcription.loading import EngineSettings, build_engine, describe_engines, load_engine

__all__ = [
    "SAMPLE_RATE",
    "EngineSettings",
    "EngineStatus",
    "Pcm",
    "Transcription",
    "TranscriptionEngine",
    "TranscriptionRefused",
    "TranscriptionUnavailable",
    "Word",
    "build_engine",
    "describe_engines",
    "load_engine",
    "normalise_language",
]
