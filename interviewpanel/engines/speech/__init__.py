"""Speech out: a text to sound, by a voice of this machine. What makes it is a program apart; nothing here is needed:
where there is none, the candidate's browser speaks.

Called by services/spoken_audio.py, which keeps what was made.
"""

from interviewpanel.engines.speech.base import (
    Speech,
    SpeechEngine,
    SpeechFailed,
    SpeechUnavailable,
    Voice,
    choose_voice,
)
from interviewpanel.engines.speech.loading import SpeechStatus, describe_speech, find_speech_engine

__all__ = [
    "Speech",
    "SpeechEngine",
    "SpeechFailed",
    "SpeechStatus",
    "SpeechUnavailable",
    "Voice",
    "choose_voice",
    "describe_speech",
    "find_speech_engine",
]
