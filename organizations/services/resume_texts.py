"""Reading résumés: as work of the file that was stored. Called by services/resumes.py, tasks.py and the admin.

What is read is data about a person, and their words: it goes with the file. Apps above add what they look for in a
text (`add_finder`), as they start.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from config.work.tasks import WorkRefused
from config.work.transports import enqueue
from organizations.domain.resume_readings import (
    MOST_SAMPLES,
    SAMPLE_CHARACTERS,
    HiddenText,
    ResumeReading,
    ResumeUnreadable,
)
from organizations.engines.resume_text import Kind, read_text
from organizations.models import Candidate, ResumeText
from organizations.signals import resume_read

Store = Callable[[], None]
Finder = Callable[[str], list[str]]
INSTRUCTIONS = "instructions"  # of the finder that looks for words to a grader
KINDS: dict[str, Kind] = {".pdf": "pdf", ".docx": "docx"}
GONE = "The file is not there any more. Store the résumé again."

_finders: dict[str, Finder] = {}


class NothingToRead(Exception):
    """The candidate has no résumé; the message says so."""


def add_finder(reason: str, find: Finder) -> None:
    """`find` tells the stretches of a visible text that a person should look at. Called as the site starts; adding the
    same twice changes nothing."""
    _finders[reason] = find


def find_told(text: str) -> list[str]:
    """What any of them finds."""
    return [stretch for find in _finders.values() for stretch in find(text)]


def queue_reading(*, candidate: Candidate, now: datetime) -> ResumeText | None:
    """In the caller's transaction, which holds the candidate's row. Effects: what was read before goes; a row for the
    file there is now, and its work is announced. None without a file."""
    ResumeText.objects.filter(candidate=candidate).delete()
    name = candidate.resume.name
    if not name:
        return None
    row = ResumeText.objects.create(
        organization_id=candidate.organization_id, candidate=candidate, file_name=name, due_at=now
    )
    enqueue(row)
    return row


@transaction.atomic
def read_again(*, candidate: Candidate, now: datetime) -> ResumeText:
    """A person asks for it. Effects: those of `queue_reading`. Raises NothingToRead."""
    locked = Candidate.objects.select_for_update(of=("self",), no_key=True).filter(pk=candidate.pk).first()
    row = None if locked is None else queue_reading(candidate=locked, now=now)
    if row is None:
        raise NothingToRead("This candidate has no résumé that could be read.")
    return row


def read_resume(row: ResumeText) -> Store:
    """Starts a process, waits for it, 20 s at most. Raises WorkRefused where the file is gone, and what may go better
    another time."""
    try:
        with default_storage.open(row.file_name, "rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise WorkRefused(GONE) from error
    try:
        reading = read_text(content, KINDS[PurePath(row.file_name).suffix.lower()])
    except ResumeUnreadable as refusal:
        return partial(_keep, row, {"refusal": refusal.code, "text": "", "text_hash": "", "flags": []})
    return partial(_keep, row, _describe(reading))


def _describe(reading: ResumeReading) -> dict[str, Any]:
    found = [_describe_flag(reason, find(reading.text)) for reason, find in _finders.items()]
    return {
        "refusal": "",
        "text": reading.text,
        "characters": len(reading.text),
        "text_hash": hashlib.sha256(reading.text.encode()).hexdigest(),
        "pages": reading.pages,
        "is_cut": reading.is_cut,
        "flags": [asdict(one) for one in (*reading.hidden, *found) if one.characters],
    }


def _describe_flag(reason: str, stretches: list[str]) -> HiddenText:
    """Of words that are seen: nothing is left out of the text."""
    samples = tuple(stretch[:SAMPLE_CHARACTERS] for stretch in stretches[:MOST_SAMPLES])
    return HiddenText(reason, sum(map(len, stretches)), samples)


def _keep(row: ResumeText, values: dict[str, Any]) -> None:
    """In the transaction that ends the row. Effects: what was read; apps above are told of a text."""
    is_there = ResumeText.objects.filter(pk=row.pk).update(**values)
    if is_there and values["text"]:
        resume_read.send(sender=ResumeText, resume_text_id=row.pk)


def leave_unread(row: ResumeText, reason: str) -> None:
    """Why stands in `last_error`; the page of the candidate says that it failed."""
