"""Where an embedding model lies, fetching it, and its files as bytes. Called by loading.py and model.py.

A model is a folder (a path) or a hub name ("owner/model") with two files: the network as ONNX and the tokenizer as
JSON. Neither is code, and nothing else of a repository is fetched or read.
"""

from pathlib import Path

import huggingface_hub  # its parts are imported when they are asked for: its HTTP client is a large one

from interviewpanel.engines.model_hub import DOWNLOAD_SECONDS, REACH_SECONDS, fetch_in_time, is_path

WEIGHTS_FILE = "onnx/model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MOST_BYTES = {WEIGHTS_FILE: 200_000_000, TOKENIZER_FILE: 20_000_000}
"""all-MiniLM-L6-v2 has 90 and 0.5 MB. What is far larger is not this kind of model, and would not be quick enough."""


class EmbeddingsUnavailable(Exception):
    """No embedding model can be used here; the message says why and what to do. The scorer compares stems instead."""


def find_local_model(name: str) -> Path | None:
    """The folder of a model that is on this disk (a path, or the hub's cache) with both files; else None.

    Raises EmbeddingsUnavailable for a path that lacks one of them and for a name that is neither path nor owner/model.
    """
    if is_path(name):
        folder = Path(name).expanduser()
        for file in MOST_BYTES:
            if not (folder / file).is_file():
                raise EmbeddingsUnavailable(
                    f"EMBEDDING_MODEL is {name!r}, and {folder / file} is not there. "
                    f"Give a folder with {WEIGHTS_FILE} and {TOKENIZER_FILE}, or a hub name (owner/model)."
                )
        return folder
    if name.count("/") != 1:
        raise EmbeddingsUnavailable(
            f"EMBEDDING_MODEL is {name!r}. Give a folder, a hub name (owner/model), or off for none."
        )
    cached = {file: _find_cached(name, file) for file in MOST_BYTES}
    tokenizer = cached[TOKENIZER_FILE]
    return tokenizer.parent if tokenizer is not None and cached[WEIGHTS_FILE] is not None else None


def download_model(
    name: str, *, reach_seconds: float = REACH_SECONDS, download_seconds: float = DOWNLOAD_SECONDS
) -> Path | None:
    """Fetch the two files into the hub's cache; None when the hub is out of reach, lacks them, or is too slow."""
    return fetch_in_time(
        f"embedding model {name}",
        lambda: _fetch(name),
        reach_seconds=reach_seconds,
        download_seconds=download_seconds,
    )


def read_bounded(folder: Path, file: str) -> bytes:
    """A file of a model. Raises EmbeddingsUnavailable where it is missing, empty or too large, before it is read."""
    path = folder / file
    try:
        size = path.stat().st_size
        if not 0 < size <= MOST_BYTES[file]:
            raise EmbeddingsUnavailable(
                f"{path} has {size:,} bytes; an embedding model's has up to {MOST_BYTES[file]:,}. "
                "Remove it, so that it is fetched again, or give another folder as EMBEDDING_MODEL."
            )
        return path.read_bytes()
    except OSError as error:
        raise EmbeddingsUnavailable(f"{path} cannot be read: {error.strerror}.") from error


def _find_cached(name: str, file: str) -> Path | None:
    try:
        cached = huggingface_hub.try_to_load_from_cache(name, file)
    except ValueError:  # not a name that a repository can have
        return None
    return Path(cached) if isinstance(cached, str) else None


def _fetch(name: str) -> Path:
    for file, most in MOST_BYTES.items():
        size = huggingface_hub.get_hf_file_metadata(huggingface_hub.hf_hub_url(name, file)).size
        if size is not None and size > most:
            raise EmbeddingsUnavailable(f"{file} has {size:,} bytes there; at most {most:,} are fetched.")
    for file in MOST_BYTES:
        fetched = Path(huggingface_hub.hf_hub_download(name, file))
    return fetched.parent  # of the tokenizer, the last: it lies at the top
