"""A candidate's résumé: taken where it is a PDF or DOCX of bounded size, replaced, removed. Called by the admin.

It is kept, not read: nothing is parsed here. It lies in a folder of the candidate's under a name nobody can guess.
"""

import zipfile
from datetime import datetime
from pathlib import PurePath

from django.core.files.base import File
from django.db import transaction

from organizations.models import Candidate
from organizations.signals import resume_left

MOST_BYTES = 10 * 1024 * 1024
MOST_ENTRIES = 2000  # of the archive that a DOCX is; its directory is read, its content is not
TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NEITHER = "is neither a PDF nor a DOCX. Save it as one of them."


class ResumeRefused(Exception):
    """The file is not taken; the text says why and what to do."""


def check_resume(file: "File[bytes]") -> None:
    """Raises ResumeRefused. What it is, is read from its bytes; the name must say the same."""
    name, ending = str(file.name), PurePath(str(file.name)).suffix.lower()
    if ending not in TYPES:
        raise ResumeRefused(f"“{name}” {NEITHER}")
    if file.size > MOST_BYTES:
        raise ResumeRefused(f"“{name}” has {file.size / 1e6:.1f} MB. At most {MOST_BYTES // 1024**2} MB are taken.")
    file.seek(0)
    is_right = _is_pdf(file) if ending == ".pdf" else _is_docx(file)
    file.seek(0)
    if not is_right:
        raise ResumeRefused(f"“{name}” is called {ending}, but its content is something else.")


def _is_pdf(file: "File[bytes]") -> bool:
    return b"%PDF-" in file.read(1024)


def _is_docx(file: "File[bytes]") -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return len(names) <= MOST_ENTRIES and {"[Content_Types].xml", "word/document.xml"} <= set(names)


@transaction.atomic
def store_resume(*, candidate: Candidate, file: "File[bytes]", now: datetime) -> None:
    """Effects: the file, the row, and the work of removing the former file. Raises ResumeRefused."""
    check_resume(file)
    former = candidate.resume.name
    candidate.resume_name = PurePath(str(file.name)).name[-150:]
    candidate.resume_at = now
    candidate.resume.save(str(file.name), file, save=False)
    candidate.save(update_fields=["resume", "resume_name", "resume_at"])
    _leave(former, now)


@transaction.atomic
def remove_resume(*, candidate: Candidate, now: datetime) -> None:
    """Effects: the row forgets it, and the work of removing the file is made."""
    former = candidate.resume.name
    candidate.resume, candidate.resume_name, candidate.resume_at = "", "", None
    candidate.save(update_fields=["resume", "resume_name", "resume_at"])
    _leave(former, now)


def _leave(name: str | None, now: datetime) -> None:
    """Told in the transaction: who listens makes the work of removing the file a row of it, which no crash loses."""
    if name:
        resume_left.send(sender=Candidate, name=name, now=now)
