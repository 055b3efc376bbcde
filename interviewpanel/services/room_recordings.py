"""Recordings that the LiveKit server makes of a room: begun after consent, ended behind the interview, kept here."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from config.work.tasks import ClaimLost, TryLater, WorkNotReady, WorkRefused
from config.work.transports import enqueue
from interviewpanel.engines.rooms import RoomsRefused, RoomsUnavailable
from interviewpanel.engines.rooms.recording import Recorded, find_recording, start_recording, stop_recording
from interviewpanel.models import Room, RoomRecording
from interviewpanel.selectors.withdrawals import find_end_of_keeping
from interviewpanel.services.events import lock_session

Store = Callable[[], None]
LOOK_AGAIN = timedelta(minutes=1)  # should the server's word that it has ended be lost
ENDING = timedelta(seconds=5)


@transaction.atomic
def begin_recording(*, room_id: int, now: datetime) -> RoomRecording | None:
    """Effect: a row, announced; nothing unless the site records rooms, before the candidate has agreed, in a pause."""
    room = Room.objects.get(pk=room_id)
    session = lock_session(room.session_id)
    if settings.LIVEKIT.recording == "off" or session.consented_at is None or session.is_over or session.is_at_rest:
        return None
    if room.recordings.exclude(work_status__in=RoomRecording.OVER).filter(is_to_end=False).exists():
        return None
    recording = RoomRecording.objects.create(room=room, has_video=session.invitation.panel.records_video, due_at=now)
    enqueue(recording)
    return recording


def rest_recordings(room: Room, now: datetime) -> None:
    """The interview is paused. Effects, in the caller's transaction: what is recorded of the room is to end now."""
    going = room.recordings.exclude(work_status__in=RoomRecording.OVER).filter(is_to_end=False)
    for recording in going:
        RoomRecording.objects.filter(pk=recording.pk).update(is_to_end=True, due_at=now, republished_at=None)
        enqueue(recording)


def keep_recording(recording: RoomRecording, now: datetime) -> Store:
    """Begin it, look at it, end it, and take its file. The work of `tasks.keep_room_recording`.

    Where the candidate has taken back the agreement meanwhile it is ended and its file removed. Raises WorkNotReady
    while it goes on, TryLater where the server does not answer, WorkRefused where there is none, or none is kept.
    """
    try:
        return _keep(recording, now)
    except RoomsUnavailable as trouble:
        raise TryLater(str(trouble), now + recording.retry_delay(recording.attempts)) from None
    except RoomsRefused as refusal:
        raise WorkRefused(str(refusal)) from None


def _keep(recording: RoomRecording, now: datetime) -> Store:
    room = recording.room
    unwanted = find_end_of_keeping(room.session)
    if not recording.egress_id:
        if unwanted:
            raise WorkRefused(unwanted)
        _begin(recording, now)
    found = find_recording(recording.egress_id)
    if unwanted and (found is None or not found.is_going):
        _remove_source(recording, now)
        raise WorkRefused(unwanted)
    if found is None:
        raise WorkRefused("The LiveKit server knows nothing of this recording any more.")
    if found.is_going:
        is_over = room.session.is_over and (room.agent_until is None or room.agent_until <= now)
        is_to_end = is_over or unwanted or recording.is_to_end
        if is_to_end and found.state == "running":
            stop_recording(recording.egress_id)
        raise WorkNotReady(now + (ENDING if is_to_end or room.session.is_over else LOOK_AGAIN))
    if found.state == "failed":
        raise WorkRefused(f"The LiveKit server could not record: {found.error or 'it does not say why'}")
    return _take_file(recording, found, now)


def _begin(recording: RoomRecording, now: datetime) -> None:
    if recording.is_to_end or recording.room.session.is_over:
        raise WorkRefused("The interview was paused or over before its recording could begin.")
    begun = start_recording(room=recording.room.name, name=recording.wanted_name, has_video=recording.has_video)
    mine = RoomRecording.objects.filter(pk=recording.pk, claim_number=recording.claim_number)
    if not mine.update(egress_id=begun.egress_id, started_at=begun.started_at or now):
        raise ClaimLost
    recording.egress_id = begun.egress_id


def _remove_source(recording: RoomRecording, now: datetime) -> None:
    """Wherever the server has written it."""
    name = recording.wanted_name
    try:
        if settings.LIVEKIT.recording == "file":
            Path(settings.LIVEKIT.recording_mount, name).unlink(missing_ok=True)
        default_storage.delete(name)
    except OSError as error:
        reason = f"A recording that is not to be kept could not be removed: {error.strerror or error}."
        raise TryLater(reason, now + recording.retry_delay(recording.attempts)) from None


def _take_file(recording: RoomRecording, found: Recorded, now: datetime) -> Store:
    """Into the site's storage, under the name that was told to the server, so that it is erased with the session."""
    name = recording.wanted_name
    source = Path(settings.LIVEKIT.recording_mount, name) if settings.LIVEKIT.recording == "file" else None
    if not default_storage.exists(name):
        if source is None:
            raise TryLater(
                "The recording is not in this site's storage. LIVEKIT_S3_BUCKET must be the bucket of that storage.",
                now + recording.retry_delay(recording.attempts),
            )
        try:
            with source.open("rb") as file:
                name = default_storage.save(name, File(file))
        except OSError as error:
            raise TryLater(
                f"The recording cannot be read in LIVEKIT_RECORDING_MOUNT: {error.strerror}.",
                now + recording.retry_delay(recording.attempts),
            ) from None
    return partial(_store, recording, found, name, source, now)


def _store(recording: RoomRecording, found: Recorded, name: str, source: Path | None, now: datetime) -> None:
    RoomRecording.objects.filter(pk=recording.pk).update(file=name, seconds=found.seconds, ended_at=now)
    if source is not None:
        transaction.on_commit(partial(source.unlink, missing_ok=True), robust=True)


def give_up_recording(recording: RoomRecording, reason: str) -> None:
    """Nothing to undo: each answer's sound is stored apart from it; the row says what became of the whole."""
