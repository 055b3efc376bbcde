"""Texts said by this server's voice, kept: ordered ahead, made once by whoever comes first, looked up when needed.

`order_speech` and `describe_speech` are called under the lock of a session by the services that greet, ask and close;
`speak_text` by a way in that has no voice of its own; `make_sound` is the work of tasks.speak_text. A text of the bank
is made once for all interviews of an organization, what was worded for a candidate once for their invitation, with
which it goes. Nobody waits: what is not made when it is needed is said by the browser.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from config.work.tasks import WorkRefused, perform
from config.work.transports import enqueue
from interviewpanel.engines.flac import encode_flac
from interviewpanel.engines.speech import (
    SpeechEngine,
    SpeechFailed,
    SpeechUnavailable,
    Voice,
    choose_voice,
    find_speech_engine,
)
from interviewpanel.engines.speech.base import prepare_text
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession, SpokenAudio
from interviewpanel.models.spoken_audio import name_spoken_folder
from interviewpanel.services.file_removals import open_removal

Status = SpokenAudio.WorkStatus
Store = Callable[[], None]
MOST_AT_ONCE = 200
TRIED_AGAIN_AFTER = timedelta(minutes=10)  # what was given up, if it is wanted again
UNUSED = timedelta(days=90)
MOST_IN_ONE_SWEEP = 100
OTHERS_TAKE_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class Speaker:
    """The voice of a panel: whose, and how its sound is told from that of any other voice."""

    engine: SpeechEngine
    voice: Voice
    language: str

    @property
    def key(self) -> dict[str, str]:
        return {
            "engine": self.engine.name,
            "engine_version": self.voice.version,
            "voice": self.voice.name,
            "language": self.language,
        }


def find_speaker(panel: InterviewPanel) -> Speaker | None:
    """None where this server has no voice for the panel's language."""
    engine = find_speech_engine()
    if engine is None:
        return None
    try:
        voice = choose_voice(engine, language=panel.language, voice=panel.voice_name)
    except (SpeechUnavailable, SpeechFailed):
        return None
    return Speaker(engine, voice, panel.language)


def is_spoken_here(panel: InterviewPanel) -> bool:
    """Whether the panel wants this server's voice in its candidates' browsers."""
    return panel.interviewer_voice == InterviewPanel.InterviewerVoice.SERVER


def order_speech(
    panel: InterviewPanel, texts: Iterable[str], *, now: datetime, invitation: InterviewPanelCandidate | None = None
) -> list[SpokenAudio]:
    """Effects: what of these texts was never said in the panel's voice is due to be, in this order; nothing where the
    browser speaks. `invitation`: they are worded for its candidate. In the caller's transaction; the session is locked.
    """
    speaker = find_speaker(panel) if is_spoken_here(panel) else None
    if speaker is None:
        return []
    wanted = {_hash(text): text for text in texts if _can_be_said(text)}
    return _order(speaker, panel.organization_id, dict(list(wanted.items())[:MOST_AT_ONCE]), invitation, now)


def _order(
    speaker: Speaker,
    organization_id: int,
    wanted: dict[str, str],
    invitation: InterviewPanelCandidate | None,
    now: datetime,
) -> list[SpokenAudio]:
    rows = SpokenAudio.objects.filter(
        **speaker.key, organization_id=organization_id, invitation=invitation, text_hash__in=wanted
    )
    known = {row.text_hash: row for row in rows}
    due = [_put_back(row, now) for row in known.values()]
    new = [
        SpokenAudio(
            organization_id=organization_id,
            invitation=invitation,
            **speaker.key,
            text=wanted[one],
            text_hash=one,
            due_at=now,
            used_at=now,
        )
        for one in wanted
        if one not in known
    ]
    # Sorted: two who order the same at the same moment wait for each other in one order, and one of them makes it.
    SpokenAudio.objects.bulk_create(sorted(new, key=lambda row: row.text_hash), ignore_conflicts=True)
    made = {row.text_hash: row for row in rows.filter(work_status=Status.QUEUED)} if new or any(due) else {}
    ordered = [made[one] for one in wanted if one in made]
    for row in ordered:
        enqueue(row)
    return ordered


def _put_back(row: SpokenAudio, now: datetime) -> bool:
    """Given up a while ago, and wanted again: what was missing may be there by now."""
    if row.work_status not in (Status.FAILED, Status.DEAD):
        return False
    given_up = SpokenAudio.objects.filter(
        pk=row.pk, work_status=row.work_status, finished_at__lt=now - TRIED_AGAIN_AFTER
    )
    values = {"attempts": 0, "due_at": now, "republished_at": None, "finished_at": None}
    return bool(given_up.update(work_status=Status.QUEUED, **values))


def describe_speech(session: InterviewSession, text: str, now: datetime) -> dict[str, object]:
    """What an event says of its text's sound: `{"audio": {address, seconds}}`, nothing where the browser is to speak.

    The address is below the candidate's own link. Effect: the use is counted. The session is locked.
    """
    if not is_spoken_here(session.invitation.panel):
        return {}
    audio = find_sound(session, text)
    if audio is None:
        return {}
    SpokenAudio.objects.filter(pk=audio.pk).update(use_count=F("use_count") + 1, used_at=now)
    return {"audio": {"address": f"spoken/{audio.uuid}", "seconds": round(audio.seconds, 1)}}


def find_sound(session: InterviewSession, text: str) -> SpokenAudio | None:
    """The text in the voice of the session's panel, if it is made: everybody's, or this candidate's own."""
    speaker = find_speaker(session.invitation.panel)
    if speaker is None:
        return None
    for_them = Q(invitation__isnull=True) | Q(invitation=session.invitation_id)
    rows = SpokenAudio.objects.filter(for_them, **speaker.key, organization_id=session.organization_id)
    return rows.filter(text_hash=_hash(text), work_status=Status.DONE).first()


def speak_text(text: str, *, session: InterviewSession, is_bank_text: bool) -> SpokenAudio | None:
    """The text as sound, made now if it was not before. For ways in that have no voice of their own, whatever the panel
    leaves to browsers. Blocks for some seconds; not inside a transaction.

    None: there is no voice for it here, or it did not say it (then the reason is on the row).
    """
    speaker, now = find_speaker(session.invitation.panel), timezone.now()
    if speaker is None or not _can_be_said(text):
        return None
    if (audio := find_sound(session, text)) is None:
        owner = None if is_bank_text else session.invitation
        with transaction.atomic():
            _order(speaker, session.organization_id, {_hash(text): text}, owner, now)
        audio = SpokenAudio.objects.get(
            **speaker.key, organization_id=session.organization_id, invitation=owner, text_hash=_hash(text)
        )
        _make_now(audio)
    if audio.work_status != Status.DONE:
        return None
    SpokenAudio.objects.filter(pk=audio.pk).update(use_count=F("use_count") + 1, used_at=now)
    return audio


def _make_now(audio: SpokenAudio) -> None:
    """By this thread, or with the worker that has just begun it."""
    until = time.monotonic() + OTHERS_TAKE_SECONDS
    perform(audio.task_name, audio.pk)
    audio.refresh_from_db()
    while audio.work_status == Status.RUNNING and time.monotonic() < until:
        threading.Event().wait(LOOK_AGAIN_SECONDS)
        audio.refresh_from_db()


def make_sound(audio: SpokenAudio) -> Store:
    """Say it, outside any transaction. Returns what stores the name of its file.

    A worker that loses its claim leaves a file in the row's folder that no row names; it goes with the folder.
    Raises WorkRefused where this process has another voice, and SpeechFailed.
    """
    engine = find_speech_engine()
    if engine is None or engine.name != audio.engine:
        raise WorkRefused(f"The worker has no {audio.engine}, which was to say it: install it there as well.")
    voice = choose_voice(engine, language=audio.language, voice=audio.voice)
    if (voice.name, voice.version) != (audio.voice, audio.engine_version):
        raise WorkRefused(f"The worker's {audio.engine} has not this voice: {audio.voice}, {audio.engine_version}.")
    speech = engine.speak(audio.text, language=audio.language, voice=audio.voice)
    flac = encode_flac(np.frombuffer(speech.pcm, dtype="<i2").astype(np.int16, copy=False))
    audio.file.save("speech.flac", ContentFile(flac), save=False)
    values: dict[str, Any] = {"file": audio.file.name, "seconds": speech.seconds}

    def store() -> None:
        SpokenAudio.objects.filter(pk=audio.pk).update(**values)

    return store


def give_up_sound(audio: SpokenAudio, reason: str) -> None:
    """The row says why. The browser speaks."""


def remove_sound(audio: SpokenAudio, now: datetime) -> None:
    """Effects: its files are due to be removed. Of a candidate's, their invitation's going sees to them all."""
    if audio.invitation_id is None:
        open_removal(folders=[audio.folder], now=now)


def forget_spoken(invitation: InterviewPanelCandidate, now: datetime) -> None:
    """Effects: all that was said for this candidate goes, and its files are due to be removed.

    Before an invitation is deleted, too: Django takes no care to delete rows first whose key to it may be empty, and
    the guard between tenants is asked at once.
    """
    count, _ = SpokenAudio.objects.filter(invitation=invitation).delete()
    if count:
        open_removal(folders=[name_spoken_folder(invitation)], now=now)


@transaction.atomic
def forget_unused(now: datetime) -> int:
    """Delete what no interview has needed for long, some of it each sweep: texts that were changed, voices that were
    replaced. Returns how much."""
    unused = SpokenAudio.objects.filter(invitation__isnull=True, used_at__lt=now - UNUSED).order_by("used_at")
    keys = list(unused.values_list("pk", flat=True)[:MOST_IN_ONE_SWEEP])
    if not keys:
        return 0
    locked = SpokenAudio.objects.select_for_update().filter(pk__in=keys, used_at__lt=now - UNUSED)
    count, _ = SpokenAudio.objects.filter(pk__in=[row.pk for row in locked.order_by("pk")]).delete()
    return count


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _can_be_said(text: str) -> bool:
    try:
        prepare_text(text)
    except SpeechFailed:
        return False
    return True
