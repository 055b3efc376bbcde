"""Interviews in which this server's voice was heard, as by phone: lines whose sound the test makes itself, as tones,
so that what lies where in a mix can be measured. Used by the tests of mixes, their captions and the review page.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from interviewpanel.engines.flac import Pcm, encode_flac
from interviewpanel.models import InterviewSession, SpokenLine
from interviewpanel.services.spoken_lines import note_spoken_line
from tests.live_interviews import after

RATE = 16_000


@dataclass
class StoredName:
    name: str


@dataclass
class MadeSound:
    """As a `SpokenAudio` is: a file in storage and its length."""

    file: StoredName
    seconds: float
    pcm: Pcm


def make_tone(seconds: float, hertz: float = 440.0, loudness: int = 8000) -> Pcm:
    at = np.arange(round(seconds * RATE)) / RATE
    return (loudness * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def make_sound(seconds: float, name: str = "line") -> MadeSound:
    pcm = make_tone(seconds)
    stored = default_storage.save(f"spoken/shared/{name}.flac", ContentFile(encode_flac(pcm)))
    return MadeSound(StoredName(stored), seconds, pcm)


def speak(session: InterviewSession, text: str, at: float, *, seconds: float = 2.0) -> SpokenLine:
    return speak_at(session, text, after(at), seconds=seconds)


def speak_at(session: InterviewSession, text: str, at: datetime, *, seconds: float = 2.0) -> SpokenLine:
    line = note_spoken_line(session_id=session.pk, text=text, sound=make_sound(seconds), started_at=at)
    assert line is not None
    return line


def find_loud(pcm: Pcm, *, least: int = 20) -> list[tuple[float, float]]:
    """From which second to which it is not silent, to a tenth of a second; gaps shorter than that are none."""
    tenth = RATE // 10
    padded = np.pad(pcm.astype(np.int32), (0, -len(pcm) % tenth))
    loud = np.abs(padded).reshape(-1, tenth).max(axis=1) > least
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    return [(start / 10, end / 10) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def store_at(session: InterviewSession, *, number: int, at: tuple[float, ...]) -> None:
    """When the parts of an answer were stored: tests make them all in one moment of the machine's own clock."""
    segments = session.answers.get(number=number).segments.order_by("number")
    for segment, second in zip(segments, at, strict=True):
        type(segment).objects.filter(pk=segment.pk).update(created_at=after(second))
