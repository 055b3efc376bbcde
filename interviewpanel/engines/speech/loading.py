"""Which voice this process has: looked for once, logged once.

`find_speech_engine` is called by services/spoken_audio.py and by whoever shows or checks the setting;
`describe_speech` by `manage.py doctor`.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewpanel.engines.speech.base import SpeechEngine, SpeechUnavailable
from interviewpanel.engines.speech.espeak import NAME as ESPEAK
from interviewpanel.engines.speech.espeak import find_espeak
from interviewpanel.engines.speech.piper import NAME as PIPER
from interviewpanel.engines.speech.piper import find_piper

logger = logging.getLogger(__name__)
AUTO, OFF = "auto", "off"
TURNED_OFF = "SPEECH_ENGINE=off: no speech is made on this server."


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    speech_engine: str = AUTO
    speech_voices: Path | None = None


@dataclass(frozen=True, slots=True)
class SpeechStatus:
    """`engine` is None where there is none; `why` then says what to do, and else what another would need."""

    engine: SpeechEngine | None
    why: str
    is_off: bool = False


def look_for_engine(chosen: SpeechSettings) -> SpeechStatus:
    """By SPEECH_ENGINE: that one or none; auto takes Piper where it has a voice, else eSpeak NG. Never raises."""
    if chosen.speech_engine == OFF:
        return SpeechStatus(None, TURNED_OFF, is_off=True)
    ways: dict[str, Callable[[], SpeechEngine]] = {
        PIPER: lambda: find_piper(chosen.speech_voices),
        ESPEAK: find_espeak,
    }
    reasons: list[str] = []
    for name, find in ways.items():
        if chosen.speech_engine in (AUTO, name):
            try:
                return SpeechStatus(find(), " ".join(reasons))
            except SpeechUnavailable as error:
                reasons.append(str(error))
    return SpeechStatus(None, " ".join(reasons))


class SpeechLoader:
    """Looks at the first call and says the same ever after. Safe from any thread, and after a fork: engines hold no
    process and no connection."""

    def __init__(self, read_settings: Callable[[], SpeechSettings]) -> None:
        self._read_settings = read_settings
        self._lock = threading.Lock()
        self._status: SpeechStatus | None = None

    def load(self) -> SpeechStatus:
        with self._lock:
            if self._status is None:
                self._status = look_for_engine(self._read_settings())
                engine = self._status.engine
                logger.info("Speech: %s. %s", "none" if engine is None else engine.name, self._status.why)
            return self._status

    def forget(self) -> None:
        """What is installed or set has changed: look again."""
        with self._lock:
            self._status = None


def _read_settings() -> SpeechSettings:
    from django.conf import settings

    return read_speech_settings(settings)


def read_speech_settings(settings: Any) -> SpeechSettings:
    """From django.conf.settings, or from anything with the same names."""
    folder = settings.SPEECH_VOICES
    return SpeechSettings(settings.SPEECH_ENGINE, Path(folder) if folder else None)


loader = SpeechLoader(_read_settings)


def find_speech_engine() -> SpeechEngine | None:
    """The voice of this process, by django.conf.settings; None where there is none."""
    return loader.load().engine


def describe_speech() -> SpeechStatus:
    """As `find_speech_engine`, with the reason."""
    return loader.load()
