"""The hub that models are fetched from: does it answer, and fetching in time. Called by the engines' own loading.

The disk is asked first, by them; the hub only when allowed, and never for long: a machine without a network must be
talking to its candidate within seconds.
"""

import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import huggingface_hub

logger = logging.getLogger(__name__)

REACH_SECONDS = 4.0
DOWNLOAD_SECONDS = 90.0


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

    asking = threading.Thread(target=ask, name="model-hub", daemon=True)
    asking.start()
    asking.join(seconds)
    return answered.is_set()


def fetch_in_time(
    what: str,
    fetch: Callable[[], Path],
    *,
    reach_seconds: float = REACH_SECONDS,
    download_seconds: float = DOWNLOAD_SECONDS,
) -> Path | None:
    """The folder that `fetch` gives; None when the hub is out of reach, refuses, or is too slow. Logs why.

    A download that is too slow goes on in its thread, so that the next start of a process finds the model on disk.
    """
    if huggingface_hub.constants.HF_HUB_OFFLINE or not is_hub_reachable(seconds=reach_seconds):
        return None
    found: list[Path] = []

    def run() -> None:
        try:
            found.append(fetch())
        except Exception as error:  # whatever the hub's client raises: the caller falls back and says so
            told = str(error) or type(error).__name__
            logger.warning("The %s could not be downloaded: %s", what, told.splitlines()[0])

    fetching = threading.Thread(target=run, name="model-download", daemon=True)
    fetching.start()
    fetching.join(download_seconds)
    if fetching.is_alive():
        logger.warning("The %s is still downloading after %.0f s.", what, download_seconds)
    return found[0] if found else None


def is_path(name: str) -> bool:
    """Whether a model's name means a folder rather than the hub's owner/model."""
    folder = Path(name).expanduser()
    return folder.is_absolute() or name.startswith(("./", "../", "~")) or folder.is_dir()
