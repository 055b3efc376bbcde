"""The text of a résumé, read by a child process that may break without harm. Called by services/resume_texts.py.

`read_text` starts one process for one file. Nothing that opens PDF or DOCX is ever loaded into this one.
"""

import logging
import signal
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from config.guarded_children import ChildSaysTooMuch, ChildTooSlow, run_guarded
from organizations.domain.hidden_characters import strip_hidden
from organizations.domain.resume_readings import (
    MOST_CHARACTERS,
    MOST_PAGES,
    REASONS,
    REFUSALS,
    SAMPLE_CHARACTERS,
    HiddenText,
    ResumeReading,
    ResumeUnreadable,
    merge_hidden,
)

logger = logging.getLogger(__name__)

Kind = Literal["pdf", "docx"]
CHILD_MODULE = "organizations.engines.resume_text.child"
PROJECT_FOLDER = Path(__file__).resolve().parents[3]
MOST_SECONDS = 19.0  # with the killing, 20
MOST_TOLD_BYTES = 4 * 1024 * 1024
# Nothing of ours: no keys, no addresses of databases. One thread for numpy, which reserves memory for each.
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# How a library ends that finds no memory, or falls over what it reads.
_FELL_OVER = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP})
_TOO_SLOW = frozenset({signal.SIGXCPU, signal.SIGALRM})


class ReaderDied(Exception):
    """Something ended the child that was not the file. Another attempt may do."""


class _Hidden(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    reason: str
    characters: int
    samples: list[Annotated[str, StringConstraints(max_length=SAMPLE_CHARACTERS)]]


class _Told(BaseModel):
    """What a child says is believed no more than the file that it has read."""

    model_config = ConfigDict(strict=True, extra="forbid")
    refusal: str = ""
    text: Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)] = ""
    pages: int | None = None
    hidden: list[_Hidden] = []
    is_cut: bool = False


def read_text(content: bytes, kind: Kind, *, most_seconds: float = MOST_SECONDS) -> ResumeReading:
    """The text that a person sees, and what was left out of it.

    Takes 20 s at most, and blocks. Raises ResumeUnreadable, which the same file will bring about again, and ReaderDied.
    """
    return _judge(_parse(_run(content, kind, most_seconds)))


def _parse(output: bytes) -> _Told:
    try:
        return _Told.model_validate_json(output)
    except ValidationError as error:
        raise ReaderDied("The process that reads résumés did not say what it has read.") from error


def _judge(told: _Told) -> ResumeReading:
    if told.refusal:
        raise ResumeUnreadable(told.refusal if told.refusal in REFUSALS else "broken")
    text, unseen = strip_hidden(told.text)
    found = tuple(HiddenText(one.reason, one.characters, tuple(one.samples)) for one in told.hidden)
    hidden = merge_hidden([[one for one in found if one.reason in REASONS], unseen])
    clean = tuple(
        HiddenText(one.reason, one.characters, tuple(strip_hidden(sample)[0] for sample in one.samples))
        for one in hidden
    )
    pages = None if told.pages is None else max(0, min(told.pages, MOST_PAGES))
    return ResumeReading(text=text[:MOST_CHARACTERS], pages=pages, hidden=clean, is_cut=told.is_cut)


def _run(content: bytes, kind: Kind, most_seconds: float) -> bytes:
    try:
        status, output = run_guarded(
            [sys.executable, "-m", CHILD_MODULE, kind],
            said=content,
            most_seconds=most_seconds,
            most_bytes=MOST_TOLD_BYTES,
            environment=ENVIRONMENT,
            cwd=PROJECT_FOLDER,
        )
    except ChildTooSlow as error:
        raise ResumeUnreadable("timeout") from error
    except ChildSaysTooMuch as error:  # no reading of a résumé
        raise ResumeUnreadable("broken") from error
    _check_status(status)
    return output


def _check_status(status: int) -> None:
    if status == 0:
        return
    if -status in _FELL_OVER:
        raise ResumeUnreadable("too_heavy")
    if -status in _TOO_SLOW:
        raise ResumeUnreadable("timeout")
    raise ReaderDied(f"The process that reads résumés ended with status {status}.")
