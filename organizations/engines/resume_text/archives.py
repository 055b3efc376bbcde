"""What a DOCX may be as an archive: looked at in its directory, before anything of it is unpacked.

A file of 612 KB can take 2.8 GB once it is read. Called where a résumé is stored, and again by the child that reads it.
"""

import struct
import zipfile
from typing import IO

from organizations.domain.resume_readings import ResumeUnreadable

MOST_ENTRIES = 2000
MOST_UNPACKED_BYTES = 50 * 1024 * 1024
MOST_RATIO = 100
SMALL_BYTES = 64 * 1024  # below that a ratio means nothing: a page of one repeated line is 1,000 times smaller
MOST_DIRECTORY_BYTES = 1024 * 1024
NEEDED = frozenset({"[Content_Types].xml", "word/document.xml"})
_OLDER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what Word wrote before, and wraps around a file with a password
_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 65535
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_IS_ENCRYPTED = 0x1


def check_archive(file: "IO[bytes]") -> None:
    """Raises ResumeUnreadable. The directory's own size is looked at before it is read into memory."""
    file.seek(0)
    if file.read(len(_OLDER)) == _OLDER:
        raise ResumeUnreadable("older")
    _check_directory_size(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        raise ResumeUnreadable("broken") from error
    _check_entries(entries, _measure(file))


def _measure(file: "IO[bytes]") -> int:
    return file.seek(0, 2)


def _check_directory_size(file: "IO[bytes]") -> None:
    size = _measure(file)
    file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
    tail = file.read()
    file.seek(0)
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_BYTES:
        raise ResumeUnreadable("broken")
    count, directory_bytes = struct.unpack_from("<HI", tail, place + 10)
    if count > MOST_ENTRIES or directory_bytes > MOST_DIRECTORY_BYTES:  # also the marks of a larger format
        raise ResumeUnreadable("too_large")


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    names = [one.filename for one in entries]
    if not set(names) >= NEEDED or len(set(names)) != len(names):
        raise ResumeUnreadable("broken")
    if any(one.flag_bits & _IS_ENCRYPTED for one in entries):
        raise ResumeUnreadable("encrypted")
    if any(one.compress_type not in _METHODS for one in entries):
        raise ResumeUnreadable("broken")
    packed, unpacked = sum(one.compress_size for one in entries), sum(one.file_size for one in entries)
    # Entries that share their bytes are packed in more than the file has.
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED_BYTES or packed > size:
        raise ResumeUnreadable("too_large")
    if any(one.file_size > max(SMALL_BYTES, MOST_RATIO * one.compress_size) for one in entries):
        raise ResumeUnreadable("too_large")
