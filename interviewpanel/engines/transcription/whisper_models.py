"""Where a Whisper model lies, or whether it can be fetched. Called by loading.py, and by nothing per answer.

A model is a folder (a path), a size ("small") or a hub name ("owner/model"). The disk is asked first; the hub only
when allowed, and never for long (engines/model_hub.py).
"""

from pathlib import Path

from faster_whisper.utils import available_models
from faster_whisper.utils import download_model as fetch_from_hub

from interviewpanel.engines.model_hub import DOWNLOAD_SECONDS, REACH_SECONDS, fetch_in_time, is_path

WEIGHTS_FILE = "model.bin"


class UnknownModel(ValueError):
    """WHISPER_MODEL names nothing that could exist."""


def find_local_model(name: str) -> Path | None:
    """The folder of a model that is on this disk (a path, or the hub's cache), complete with its weights; else None.

    Raises UnknownModel for a path that does not hold a model and for a size that does not exist.
    """
    folder = Path(name).expanduser()
    if is_path(name):
        if (folder / WEIGHTS_FILE).is_file():
            return folder
        raise UnknownModel(
            f"WHISPER_MODEL is {name!r}, and {folder / WEIGHTS_FILE} is not there. Give the folder of a model "
            "converted for CTranslate2, or a size such as small."
        )
    if "/" not in name and name not in available_models():
        raise UnknownModel(
            f"WHISPER_MODEL is {name!r}. Give a folder, a hub name (owner/model), or one of: "
            f"{', '.join(available_models())}."
        )
    try:
        cached = Path(fetch_from_hub(name, local_files_only=True))
    except (OSError, ValueError):
        return None
    return cached if (cached / WEIGHTS_FILE).is_file() else None  # an interrupted download leaves a folder without it


def download_model(
    name: str, *, reach_seconds: float = REACH_SECONDS, download_seconds: float = DOWNLOAD_SECONDS
) -> Path | None:
    """Fetch a model from the hub into its cache; None where it is out of reach, has no such model, or is too slow."""
    folder = fetch_in_time(
        f"Whisper model {name}",
        lambda: Path(fetch_from_hub(name)),
        reach_seconds=reach_seconds,
        download_seconds=download_seconds,
    )
    return folder if folder is not None and (folder / WEIGHTS_FILE).is_file() else None
