"""Where a Whisper model lies, or whether it can be fetched. Called by loading.py, and by nothing per answer.

A model is a folder (a path), a size ("small") or a hub name ("owner/model"). The disk is asked first; the hub only
when allowed, and never for long: a machine without a network must be talking to its candidate within seconds.
"""

import logging
import threading
import urllib.error
import urllib.request
from pathlib import Path

import huggingface_hub
from faster_whisper.utils import available_models
from faster_whisper.utils import download_model as fetch_from_hub

logger = logging.getLogger(__name__)

WEIGHTS_FILE = "model.bin"
REACH_SECONDS = 4.0
DOWNLOAD_SECONDS = 90.0


class UnknownModel(ValueError):
    """WHISPER_MODEL names nothing that could exist."""


def find_local_model(name: str) -> Path | None:
    """The folder of a model that is on this disk (a path, or the hub's cache), complete with its weights; else None.

    Raises UnknownModel for a path that does not hold a model and for a size that does not exist.
    """
    folder = Path(name).expanduser()
    if _is_path(name, folder):
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


def is_hub_reachable(endpoint: str | None = None, seconds: float = REACH_SECONDS) -> bool:
    """True when the hub answers anything within `seconds`. In a thread: name resolution has no limit of its own."""
    answered = threading.Event()

    def ask() -> None:
        try:
            request = urllib.request.Request(endpoint or huggingface_hub.constants.ENDPOINT, method="HEAD")  # noqa: S310
            with urllib.request.urlopen(request, timeout=seconds):  # noqa: S310 - the hub client's own setting
                answered.set()
        except urllib.error.HTTPError as error:
            error.close()
            answered.set()  # an answer, if not a welcome one
        except (OSError, ValueError) as error:
            logger.debug("The model hub did not answer: %s", error)

    asking = threading.Thread(target=ask, name="whisper-hub", daemon=True)
    asking.start()
    asking.join(seconds)
    return answered.is_set()


def download_model(
    name: str, *, reach_seconds: float = REACH_SECONDS, download_seconds: float = DOWNLOAD_SECONDS
) -> Path | None:
    """Fetch a model from the hub into its cache; None when the hub is out of reach, has no such model, or is too slow.

    A download that is too slow goes on in its thread, so that the next start of a process finds the model on disk.
    """
    if huggingface_hub.constants.HF_HUB_OFFLINE or not is_hub_reachable(seconds=reach_seconds):
        return None
    found: list[Path] = []

    def fetch() -> None:
        try:
            found.append(Path(fetch_from_hub(name)))
        except Exception as error:  # whatever the hub's client raises: the caller falls back and says so
            logger.warning("The Whisper model %s could not be downloaded: %s", name, str(error).splitlines()[0])

    fetching = threading.Thread(target=fetch, name="whisper-download", daemon=True)
    fetching.start()
    fetching.join(download_seconds)
    if fetching.is_alive():
        logger.warning("The Whisper model %s is still downloading after %.0f s.", name, download_seconds)
    return found[0] if found and (found[0] / WEIGHTS_FILE).is_file() else None


def _is_path(name: str, folder: Path) -> bool:
    return folder.is_absolute() or name.startswith(("./", "../", "~")) or folder.is_dir()
