"""The recording of a call: fetched from Twilio into storage, then removed there. Durable work of two rows.

It is kept with the session, in its folder, and goes with it (services/erasure.py).
"""

import tempfile
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from config.work.tasks import ClaimLost, TryLater, WorkRefused
from config.work.transports import enqueue
from interviewpanel.engines.telephony import (
    NoSuchRecording,
    RecordingTooLarge,
    download_recording,
    remove_call,
    remove_recording,
)
from interviewpanel.models import CallRecording, InterviewSession, PhoneCall, PhoneRecording, TwilioRemoval
from interviewpanel.selectors.withdrawals import find_end_of_keeping
from interviewpanel.services.call_states import adopt_sid
from organizations.domain.delivery import DeliveryPostponed, DeliveryRefused

Store = Callable[[], None]


@transaction.atomic
def report_recorded(*, uuid: UUID, sid: str, recording_sid: str, seconds: int | None, now: datetime) -> bool:
    """Twilio has a recording of the whole call. Effects: the work of fetching it, once; of a second one, or of a call
    that has no interview, or that was erased meanwhile or its sound, the work of removing it there. False where there
    is no such call, or it has another SID."""
    call = PhoneCall.objects.select_for_update(of=("self",)).filter(uuid=uuid).first()
    if call is None and recording_sid:
        remove_at_twilio_later([recording_sid], now)
    if call is None or not recording_sid or not adopt_sid(call, sid, now):
        return False
    PhoneCall.objects.filter(pk=call.pk, recording_sid="").update(recording_sid=recording_sid)
    if call.session is None or call.session.recordings_erased_at is not None:
        remove_at_twilio_later([recording_sid], now)
        return True
    row, is_new = CallRecording.objects.get_or_create(
        call=call, defaults={"sid": recording_sid, "seconds": seconds, "due_at": now}
    )
    if is_new:
        enqueue(row)
    elif row.sid != recording_sid:  # begun twice, as the answer to the first was lost
        remove_at_twilio_later([recording_sid], now)
    return True


def fetch_call_recording(recording: CallRecording, now: datetime) -> Store:
    """The work of `tasks.fetch_call_recording`: from Twilio to storage, by way of a file of this machine.

    Raises WorkRefused where there is none or it is none, TryLater, ClaimLost where the row is gone; then no file stays.
    """
    call = PhoneCall.objects.select_related("session").get(pk=recording.call_id)
    if reason := find_end_of_keeping(call.session):
        remove_at_twilio_later([recording.sid], now)
        raise WorkRefused(reason)
    with tempfile.TemporaryFile() as file:
        try:
            size = download_recording(recording.sid, file)
        except (NoSuchRecording, RecordingTooLarge) as refusal:
            raise WorkRefused(str(refusal)) from None
        except DeliveryPostponed as refusal:
            raise TryLater(str(refusal), now + recording.retry_delay(recording.attempts)) from None
        file.seek(0)
        name = default_storage.save(recording.file.field.generate_filename(recording, "call.mp3"), File(file))
    if not CallRecording.objects.filter(pk=recording.pk).exists():
        default_storage.delete(name)
        raise ClaimLost

    def store() -> None:
        CallRecording.objects.filter(pk=recording.pk).update(file=name, size_bytes=size)
        if settings.PHONE_REMOVES_RECORDINGS:
            remove_at_twilio_later([recording.sid], now)

    return store


def give_up_recording(recording: CallRecording, reason: str) -> None:
    """It stays at Twilio, where whoever runs the site finds it by its SID."""


def remove_at_twilio_later(sids: list[str], now: datetime) -> None:
    """Effects, in the caller's transaction: the work of removing each at Twilio, once."""
    for sid in sids:
        row, is_new = TwilioRemoval.objects.get_or_create(sid=sid, defaults={"due_at": now})
        if is_new:
            enqueue(row)


def remove_at_twilio(removal: TwilioRemoval, now: datetime) -> Store:
    """The work of `tasks.remove_at_twilio`. What is not there any more is no error."""
    try:
        (remove_recording if removal.sid.startswith("RE") else remove_call)(removal.sid)
    except (DeliveryPostponed, DeliveryRefused) as refusal:
        raise TryLater(str(refusal), now + removal.retry_delay(removal.attempts)) from None
    return lambda: None


def give_up_removal(removal: TwilioRemoval, reason: str) -> None:
    """The row stays with its reason, and names what is left: docs/operations.md, dead letters."""


def forget_call(call: PhoneCall, now: datetime) -> None:
    """The row has gone. Effects, in the same transaction: the work of removing at Twilio what was recorded, and what it
    keeps of the call: the number, when, and how long."""
    remove_at_twilio_later([sid for sid in (call.recording_sid, call.sid) if sid], now)


def forget_recordings(session: InterviewSession, now: datetime) -> None:
    """Effects, in the caller's transaction: what its calls have recorded has no rows any more, and the work of removing
    it at Twilio is made, wherever the site else keeps it. The calls themselves stay."""
    calls = PhoneCall.objects.filter(session=session)
    remove_at_twilio_later(list(calls.exclude(recording_sid="").values_list("recording_sid", flat=True)), now)
    recordings = CallRecording.objects.filter(call__in=calls)
    remove_at_twilio_later(list(recordings.values_list("sid", flat=True)), now)
    recordings.delete()
    PhoneRecording.objects.filter(answer__session=session).delete()  # at Twilio too, as each goes (apps.py)
