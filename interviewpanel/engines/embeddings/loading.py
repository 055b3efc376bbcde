"""Which embedding model this process has: loaded in a thread at the start, asked for without waiting ever after.

An answer that comes before the model is there, or where there is none, is scored by stems; its version says so.
"""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewpanel.domain.embedded_scorer_model import find_misfit
from interviewpanel.engines.embeddings.model import EmbeddingModel, load_model_folder
from interviewpanel.engines.embeddings.model_files import EmbeddingsUnavailable, download_model, find_local_model
from interviewpanel.engines.model_hub import is_hub_reachable

logger = logging.getLogger(__name__)

OFF = ("", "off", "none")
FALLBACK = "The embedded scorer compares stems only."


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """The settings of this package; the names are those of the environment, in lower case."""

    embedding_model: str = "sentence-transformers/all-MiniLM-L6-v2"
    embedding_download: bool = True

    @classmethod
    def from_settings(cls, settings: Any) -> "EmbeddingSettings":
        """Read them from django.conf.settings, or from anything with the same names."""
        return cls(**{name: getattr(settings, name.upper()) for name in cls.__dataclass_fields__})

    @property
    def is_off(self) -> bool:
        return self.embedding_model.strip().lower() in OFF


@dataclass(frozen=True, slots=True)
class EmbeddingStatus:
    """The line of `manage.py doctor`."""

    is_available: bool
    is_off: bool
    detail: str


class EmbeddingLoader:
    """Loads the model once, in a thread of its own; a failure is logged once and stays until the process is restarted.

    A forked process loads its own: a model's threads do not survive a fork.
    """

    def __init__(self, read_settings: Callable[[], EmbeddingSettings]) -> None:
        self._read_settings = read_settings
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._model: EmbeddingModel | None = None

    def begin(self) -> threading.Thread:
        """Start loading, unless that was done. Returns at once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._load, name="embedding-model", daemon=True)
                self._thread.start()
            return self._thread

    def find(self) -> EmbeddingModel | None:
        """The model, where it is there by now. Never waits, never loads."""
        return self._model

    def _load(self) -> None:
        chosen = self._read_settings()
        if chosen.is_off:
            logger.info("Embeddings: EMBEDDING_MODEL is off. %s", FALLBACK)
            return
        try:
            self._model = load_chosen(chosen)
        except EmbeddingsUnavailable as error:
            logger.warning("Embeddings: none. %s %s", error, FALLBACK)
        except Exception:
            logger.exception("Embeddings: none. %s", FALLBACK)
        else:
            logger.info("Embeddings: %s.", self._model.version)


def load_chosen(chosen: EmbeddingSettings) -> EmbeddingModel:
    """The model that the settings name, fetched where that is needed and allowed. Raises EmbeddingsUnavailable."""
    folder = find_local_model(chosen.embedding_model)
    if folder is None and chosen.embedding_download:
        folder = download_model(chosen.embedding_model)
    if folder is None:
        raise EmbeddingsUnavailable(_explain_missing_model(chosen))
    return _load_fitting(folder, chosen)


def describe_embeddings(chosen: EmbeddingSettings | None = None) -> EmbeddingStatus:
    """Can a model be used here? Loads one that is on disk (a second), and downloads nothing; where a download would be
    needed it asks for some seconds whether the hub answers."""
    chosen = chosen or _read_settings()
    if chosen.is_off:
        return EmbeddingStatus(False, True, f"EMBEDDING_MODEL is off. {FALLBACK}")
    try:
        folder = find_local_model(chosen.embedding_model)
        if folder is not None:
            model = _load_fitting(folder, chosen)
            return EmbeddingStatus(True, False, f"{model.version}, on disk in {folder}.")
    except EmbeddingsUnavailable as error:
        return EmbeddingStatus(False, False, f"{error} {FALLBACK}")
    if chosen.embedding_download and is_hub_reachable():
        return EmbeddingStatus(False, False, f"Not on disk yet; fetched at the next start. Until then: {FALLBACK}")
    return EmbeddingStatus(False, False, f"{_explain_missing_model(chosen)} {FALLBACK}")


def _load_fitting(folder: Path, chosen: EmbeddingSettings) -> EmbeddingModel:
    is_path = str(folder) == str(Path(chosen.embedding_model).expanduser())
    model = load_model_folder(folder, name=folder.name if is_path else chosen.embedding_model)
    if misfit := find_misfit(model):
        raise EmbeddingsUnavailable(f"The embedding model in {folder} cannot be used. {misfit}")
    return model


def _explain_missing_model(chosen: EmbeddingSettings) -> str:
    why = "cannot be fetched now" if chosen.embedding_download else "EMBEDDING_DOWNLOAD is off"
    return (
        f"The embedding model {chosen.embedding_model} is not on this disk and {why}. "
        "Put onnx/model.onnx and tokenizer.json into a folder and give it as EMBEDDING_MODEL."
    )


def _read_settings() -> EmbeddingSettings:
    from django.conf import settings

    return EmbeddingSettings.from_settings(settings)


_loader = EmbeddingLoader(_read_settings)


def begin_loading() -> threading.Thread:
    """Start loading this process's model, by django.conf.settings. As EmbeddingLoader.begin."""
    return _loader.begin()


def find_embedding_model() -> EmbeddingModel | None:
    """This process's model, where it is there by now. As EmbeddingLoader.find."""
    return _loader.find()
