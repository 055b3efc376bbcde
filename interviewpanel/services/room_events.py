"""What the server tells of its rooms, whatever order it comes in, however often. Called by the webhook's view.

Nothing is remembered of events as such: a connection has an id and a time, a room too, and only what is newer than
what is known changes it.
"""

import uuid
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from config.work.transports import enqueue
from interviewpanel.engines.rooms.events import Participant, RoomEvent
from interviewpanel.models import Room, RoomRecording

JOINED, LEFT = frozenset({"participant_joined"}), frozenset({"participant_left", "participant_connection_aborted"})


def take_event(event: RoomEvent, *, now: datetime) -> bool:
    """Effects: the room, its candidate's connection or its recording are as told. False: of no room of ours, or old."""
    if event.recorded is not None:
        return _take_recorded(event, now)
    with transaction.atomic():
        room = Room.objects.select_for_update(of=("self",)).filter(name=event.room).first()
        if room is None:
            return False
        if event.kind == "room_started":
            return _start(room, event)
        if event.kind == "room_finished":
            return _finish(room, event, now)
        if event.participant is None or event.participant.identity != room.candidate_identity:
            return False
        if event.kind in JOINED:
            return _join(room, event.participant)
        if event.kind in LEFT:
            return _leave(room, event.participant, now)
        if event.kind == "track_published" and event.track_source == "microphone" and room.microphone_at is None:
            room.microphone_at = now
            room.save(update_fields=["microphone_at"])
            return True
    return False


def _start(room: Room, event: RoomEvent) -> bool:
    is_known = event.room_sid == room.sid and room.closed_at is not None
    is_older = room.opened_at is not None and event.room_sid != room.sid and event.room_at < room.opened_at
    if is_known or is_older:
        return False
    room.state, room.sid, room.opened_at, room.closed_at = Room.State.OPEN, event.room_sid, event.room_at, None
    room.save(update_fields=["state", "sid", "opened_at", "closed_at"])
    return True


def _finish(room: Room, event: RoomEvent, now: datetime) -> bool:
    """Of the room as it is open now, or of one that nobody told us was opened; an older one has no say."""
    is_older = room.opened_at is not None and event.room_sid != room.sid and event.room_at < room.opened_at
    if is_older or room.state == Room.State.CLOSED:
        return False
    room.state, room.sid, room.closed_at, room.needs_agent = Room.State.CLOSED, event.room_sid, now, False
    if room.is_candidate_there:
        room.candidate_left_at = now
    room.save(update_fields=["state", "sid", "closed_at", "needs_agent", "candidate_left_at"])
    return True


def _join(room: Room, participant: Participant) -> bool:
    if participant.sid == room.candidate_sid or is_older(room, participant):
        return False
    room.candidate_sid, room.candidate_joined_at = participant.sid, participant.joined_at
    room.candidate_left_at, room.needs_agent = None, True
    room.agent_failures, room.agent_after = 0, None
    room.save()
    return True


def _leave(room: Room, participant: Participant, now: datetime) -> bool:
    """That the newest connection has ended; also told before that it began, which then comes too late."""
    if is_older(room, participant) or (participant.sid == room.candidate_sid and room.candidate_left_at is not None):
        return False
    room.candidate_sid, room.candidate_joined_at = participant.sid, participant.joined_at
    room.candidate_left_at, room.needs_agent = now, False
    room.save()
    return True


def is_older(room: Room, participant: Participant) -> bool:
    known = room.candidate_joined_at
    return known is not None and participant.sid != room.candidate_sid and participant.joined_at < known


def _take_recorded(event: RoomEvent, now: datetime) -> bool:
    """How a recording stands is asked of the server by its work; here it only becomes due."""
    recorded = event.recorded
    assert recorded is not None
    if recorded.is_going:
        return False
    try:
        row_uuid = uuid.UUID(PurePosixPath(recorded.file).stem)
    except ValueError:
        return False  # of somebody else's
    with transaction.atomic():
        rows = RoomRecording.objects.filter(uuid=row_uuid)
        row = rows.first()
        if row is not None:
            rows.filter(work_status=RoomRecording.WorkStatus.QUEUED).update(due_at=now, republished_at=None)
            enqueue(row)
            return True
    return _remove_stray(recorded.file)


def _remove_stray(file: str) -> bool:
    """A recording that ended after its interview was erased. Effect: it goes; only what we have named ourselves."""
    name = file.removeprefix(f"{settings.LIVEKIT.recording_folder}/")
    parts = PurePosixPath(name).parts
    if len(parts) != 3 or parts[0] != "recordings" or ".." in parts:
        return False
    if settings.LIVEKIT.recording == "file":
        Path(settings.LIVEKIT.recording_mount, *parts).unlink(missing_ok=True)
    elif settings.LIVEKIT.recording == "s3":
        default_storage.delete(name)
    return True
