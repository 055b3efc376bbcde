"""A candidate's résumé: taken where it is a PDF or DOCX of bounded size, replaced, removed. Called by the admin.

Nothing is parsed here: that is work of its own (resume_texts.py). It lies in a folder of the candidate's under a name
nobody can guess.
"""

from datetime import datetime
from pathlib import PurePath

from django.core.files.base import File
from django.db import transaction

from organizations.domain.resume_readings import ResumeUnreadable
from organizations.engines.resume_text.archives import check_archive
from organizations.models import Candidate
from organizations.services.resume_texts import queue_reading
from organizations.signals import resume_left

MOST_BYTES = 10 * 1024 * 1024
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
    is_right = _is_pdf(file) if ending == ".pdf" else _is_docx(file, name)
    file.seek(0)
    if not is_right:
        raise ResumeRefused(f"“{name}” is called {ending}, but its content is something else.")


def _is_pdf(file: "File[bytes]") -> bool:
    return b"%PDF-" in file.read(1024)


def _is_docx(file: "File[bytes]", name: str) -> bool:
    """By the directory of the archive that a DOCX is; its content is not read. Raises ResumeRefused."""
    try:
        check_archive(file)
    except ResumeUnreadable as refusal:
        if refusal.code == "broken":
            return False
        raise ResumeRefused(f"“{name}” is not taken. {refusal}") from refusal
    return True


@transaction.atomic
def store_resume(*, candidate: Candidate, file: "File[bytes]", now: datetime) -> None:
    """Effects: the file, the row, the work of reading it and that of removing the former file. Raises ResumeRefused.

    Of two at once the second waits, so that the file of the first is known and removed.
    """
    check_resume(file)
    former = _lock_former(candidate)
    candidate.resume_name = PurePath(str(file.name)).name[-150:]
    candidate.resume_at = now
    candidate.resume.save(str(file.name), file, save=False)
    candidate.save(update_fields=["resume", "resume_name", "resume_at"])
    queue_reading(candidate=candidate, now=now)
    _leave(former, candidate, now)


@transaction.atomic
def remove_resume(*, candidate: Candidate, now: datetime) -> None:
    """Effects: the row forgets it and its text, and the work of removing the file is made. Raises ResumeRefused."""
    former = _lock_former(candidate)
    candidate.resume, candidate.resume_name, candidate.resume_at = "", "", None
    candidate.save(update_fields=["resume", "resume_name", "resume_at"])
    queue_reading(candidate=candidate, now=now)
    _leave(former, candidate, now)


def _lock_former(candidate: Candidate) -> str:
    """The name of the file that is there now; the candidate's row is locked until the transaction ends."""
    rows = Candidate.objects.select_for_update(of=("self",), no_key=True).filter(pk=candidate.pk)
    former: str | None = rows.values_list("resume", flat=True).first()
    if former is None:
        raise ResumeRefused("This candidate was deleted meanwhile.")
    return former


def _leave(name: str, candidate: Candidate, now: datetime) -> None:
    """Told in the transaction: who listens makes the work of removing the file a row of it, which no crash loses."""
    if name:
        resume_left.send(sender=Candidate, name=name, candidate_id=candidate.pk, now=now)
