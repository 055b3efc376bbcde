"""Which engine this process uses: decided once, logged once, never asked again per answer.

`load_engine` is called by services.transcripts and, so that the log says it at the start, by the server and the worker
as they start; `describe_engines` by `manage.py doctor`.
"""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewpanel.engines.transcription import sphinx
from interviewpanel.engines.transcription.base import (
    EngineStatus,
    TranscriptionEngine,
    TranscriptionUnavailable,
)

logger = logging.getLogger(__name__)

AUTO, WHISPER, POCKETSPHINX = "auto", "whisper", "pocketsphinx"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The settings of this package; the names are those of the environment, in lower case."""

    transcription_engine: str = AUTO
    whisper_model: str = "small"
    whisper_device: str = "auto"
    whisper_compute_type: str = "default"
    whisper_beam_size: int = 5
    whisper_download: bool = True

    @classmethod
    def from_settings(cls, settings: Any) -> "EngineSettings":
        """Read them from django.conf.settings, or from anything with the same names."""
        return cls(**{name: getattr(settings, name.upper()) for name in cls.__dataclass_fields__})


def build_engine(chosen: EngineSettings) -> TranscriptionEngine:
    """Make the engine that the settings and this machine allow, and log which it is and why.

    `auto` takes Whisper when its model is on disk or can be fetched, else pocketsphinx. Raises TranscriptionUnavailable
    when the engine that was asked for by name cannot be had.
    """
    if chosen.transcription_engine == POCKETSPHINX:
        return _build_sphinx("TRANSCRIPTION_ENGINE asks for it")
    try:
        return _build_whisper(chosen)
    except TranscriptionUnavailable as error:
        if chosen.transcription_engine == WHISPER:
            raise
        return _build_sphinx(str(error))


class EngineLoader:
    """Makes the engine at the first call and gives the same one ever after, or the same refusal. Safe from any thread.

    A forked process makes its own: a model's threads do not survive a fork. The parent's engine is kept there, not
    freed, since freeing it would wait for those threads.
    """

    def __init__(self, read_settings: Callable[[], EngineSettings]) -> None:
        self._read_settings = read_settings
        self._parents_engines: list[TranscriptionEngine | None] = []
        self._engine: TranscriptionEngine | None = None
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._parents_engines.append(self._engine)
        self._engine = None
        self._failure: str | None = None

    def load(self) -> TranscriptionEngine:
        """Raises TranscriptionUnavailable when no engine can be had: at once, and until the process is restarted."""
        with self._lock:
            if self._failure is not None:
                raise TranscriptionUnavailable(self._failure)
            if self._engine is None:
                try:
                    self._engine = build_engine(self._read_settings())
                except TranscriptionUnavailable as error:
                    self._failure = str(error)
                    logger.error("Transcription: no engine. %s", error)
                    raise
            return self._engine


def describe_engines(chosen: EngineSettings | None = None) -> list[EngineStatus]:
    """Each engine: can it be used here, is it the one that would be chosen, and what falls back to what.

    Loads no weights and downloads nothing; where a download would be needed it asks for some seconds whether the hub
    answers.
    """
    chosen = chosen or _read_settings()
    has_whisper, whisper_detail = _check_whisper(chosen)
    has_sphinx = sphinx.is_installed()
    takes_whisper = chosen.transcription_engine == WHISPER or (chosen.transcription_engine == AUTO and has_whisper)
    if chosen.transcription_engine == AUTO:
        whisper_detail += " Preferred to pocketsphinx." if has_whisper else " Falls back to pocketsphinx."
    sphinx_detail = (
        "Rough: about one word in four is wrong. English only."
        if has_sphinx
        else "Not installed: pip install -r requirements.txt brings it."
    )
    return [
        EngineStatus(WHISPER, chosen.whisper_model, has_whisper, takes_whisper, False, whisper_detail),
        EngineStatus(POCKETSPHINX, "en-us", has_sphinx, not takes_whisper, True, sphinx_detail),
    ]


def _build_sphinx(reason: str) -> TranscriptionEngine:
    if not sphinx.is_installed():
        raise TranscriptionUnavailable(f"{reason} And pocketsphinx is not installed: pip install -r requirements.txt.")
    engine = sphinx.SphinxEngine()
    engine.start()
    logger.warning(
        "Transcription: pocketsphinx (%s), rough: about one word in four is wrong, English only. Reason: %s",
        engine.model,
        reason,
    )
    return engine


def _build_whisper(chosen: EngineSettings) -> TranscriptionEngine:
    # Here and not above: these bring CTranslate2, which the recogniser's child and a server's start can do without.
    from interviewpanel.engines.transcription.whisper import WhisperEngine
    from interviewpanel.engines.transcription.whisper_models import UnknownModel, download_model, find_local_model

    try:
        folder = find_local_model(chosen.whisper_model)
    except UnknownModel as error:
        raise TranscriptionUnavailable(str(error)) from error
    if folder is None and chosen.whisper_download:
        folder = download_model(chosen.whisper_model)
    if folder is None:
        raise TranscriptionUnavailable(_explain_missing_model(chosen))
    try:
        engine = WhisperEngine(
            folder,
            model=chosen.whisper_model,
            device=chosen.whisper_device,
            compute_type=chosen.whisper_compute_type,
            beam_size=chosen.whisper_beam_size,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise TranscriptionUnavailable(
            f"The Whisper model in {folder} cannot be loaded (WHISPER_DEVICE={chosen.whisper_device}, "
            f"WHISPER_COMPUTE_TYPE={chosen.whisper_compute_type}): {error}"
        ) from error
    logger.info("Transcription: Whisper %s, from %s", engine.description, folder)
    return engine


def _explain_missing_model(chosen: EngineSettings) -> str:
    why = "the model hub cannot be reached" if chosen.whisper_download else "WHISPER_DOWNLOAD is off"
    return (
        f"The Whisper model {chosen.whisper_model} is not on this disk and {why}. "
        "Put a converted model on the disk and give its folder as WHISPER_MODEL."
    )


def _check_whisper(chosen: EngineSettings) -> tuple[bool, str]:
    from interviewpanel.engines.model_hub import is_hub_reachable
    from interviewpanel.engines.transcription.whisper_models import UnknownModel, find_local_model

    try:
        folder: Path | None = find_local_model(chosen.whisper_model)
    except UnknownModel as error:
        return False, str(error)
    if folder is not None:
        return True, f"On disk in {folder}."
    if chosen.whisper_download and is_hub_reachable():
        return True, "Not on disk yet; downloaded at the first use."
    return False, _explain_missing_model(chosen)


def _read_settings() -> EngineSettings:
    from django.conf import settings

    return EngineSettings.from_settings(settings)


_loader = EngineLoader(_read_settings)


def load_engine() -> TranscriptionEngine:
    """The engine of this process, by django.conf.settings. As EngineLoader.load."""
    return _loader.load()
