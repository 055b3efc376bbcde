"""What our code asks of storage beyond Django's own: parts of files, many names at once, names that are kept.

Both storages answer it, a folder and a bucket (bucket_storage.py). Called by ranges.py, services and move_media.
"""

import os
import posixpath
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from django.core.files.base import File
from django.core.files.storage import Storage, default_storage

READ_BYTES = 256 * 1024
FEW_NAMES = 3  # a bucket is asked for each; of more the folders are listed, a thousand names a request


class Bucket(Protocol):
    """What only a bucket can be asked (bucket_storage.py)."""

    @property
    def place(self) -> str: ...
    def is_public(self, name: str) -> bool: ...
    def keeps_versions(self) -> bool | None: ...


def find_bucket() -> Bucket | None:
    """Where files lie; None where that is a folder."""
    return cast("Bucket", default_storage) if hasattr(default_storage, "is_public") else None


def read_span(name: str, offset: int, size_bytes: int) -> Iterator[bytes]:
    """So many bytes of a stored file from `offset` on, never more than READ_BYTES in memory."""
    if (read := getattr(default_storage, "read_span", None)) is not None:
        yield from read(name, offset, size_bytes, chunk_bytes=READ_BYTES)
        return
    with default_storage.open(name) as file:
        file.seek(offset)
        while size_bytes > 0 and (content := file.read(min(READ_BYTES, size_bytes))):
            size_bytes -= len(content)
            yield content


def find_missing(names: Sequence[str]) -> str | None:
    """The first of the names that storage does not have; None where all are there."""
    if len(names) <= FEW_NAMES:
        return next((name for name in names if not default_storage.exists(name)), None)
    there: dict[str, frozenset[str]] = {}
    for name in names:
        folder, file = posixpath.split(name)
        if folder not in there:
            there[folder] = _list_names(default_storage, folder)
        if file not in there[folder]:
            return name
    return None


def _list_names(storage: Storage, folder: str) -> frozenset[str]:
    try:
        return frozenset(storage.listdir(folder)[1])
    except FileNotFoundError:
        return frozenset()


def write_exactly(storage: Storage, name: str, content: "File[bytes]") -> None:
    """Store it under that very name, in place of what is there: for names that say what is in the file."""
    if (write := getattr(storage, "write_exactly", None)) is not None:
        write(name, content)
        return
    saved = storage.save(name, content)
    if saved != name:  # there was one: ours takes its place in one step
        os.replace(storage.path(saved), storage.path(name))
