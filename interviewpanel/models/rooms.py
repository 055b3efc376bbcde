"""`Room`: where an interview is held by LiveKit, as work that looks after it; and what the server records there."""

import uuid
from datetime import timedelta
from pathlib import PurePosixPath

from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from interviewpanel.models.sessions import InterviewSession


def make_room_name() -> str:
    """Nobody can guess it, and it tells nothing."""
    return f"interview-{uuid.uuid4()}"


def name_room_recording(recording: "RoomRecording", filename: str) -> str:
    return f"recordings/{recording.room.session.uuid}/{recording.uuid}{PurePosixPath(filename).suffix}"


class Room(WorkItem):
    """One interview's room. The work: opened when somebody wants in, done when the interview is over and it is closed.

    What the server tells of it may come twice, late or never, so nothing here is more than the newest that was heard.
    """

    class State(models.TextChoices):
        WANTED = "wanted"
        OPEN = "open"
        CLOSED = "closed"  # nobody was in it for a while, or the interview is over; whoever joins opens it again

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.OneToOneField(InterviewSession, on_delete=models.CASCADE, related_name="room")
    name = models.CharField(max_length=60, unique=True, default=make_room_name, editable=False)
    state = models.CharField(max_length=6, choices=State.choices, default=State.WANTED)
    sid = models.CharField(max_length=60, blank=True, help_text="The server's; another each time it is opened.")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    # The candidate's newest connection, as the server knows it.
    candidate_sid = models.CharField(max_length=60, blank=True)
    candidate_joined_at = models.DateTimeField(null=True, blank=True)
    candidate_left_at = models.DateTimeField(null=True, blank=True)
    microphone_at = models.DateTimeField(null=True, blank=True, help_text="When sound of theirs was first offered.")

    # The interviewer: one agent at a time, by a lease that it renews.
    needs_agent = models.BooleanField(default=False)
    agent_owner = models.CharField(max_length=100, blank=True)
    agent_until = models.DateTimeField(null=True, blank=True)
    agent_failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    agent_after = models.DateTimeField(null=True, blank=True, help_text="Not tried again before.")

    task_name = "interviewpanel.tasks.look_after_room"
    queue = "outbound"
    max_attempts = 12

    class Meta(WorkItem.Meta):
        abstract = False
        constraints = [
            *WorkItem.Meta.constraints,
            models.CheckConstraint(name="room_state", condition=Q(state__in=["wanted", "open", "closed"])),
        ]
        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(fields=["needs_agent"], condition=Q(needs_agent=True), name="rooms_that_need_an_agent"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        return timedelta(seconds=min(2.0**attempts, 300.0))

    @property
    def candidate_identity(self) -> str:
        """In the room. Random: it is no name, and not the id of anything else."""
        return f"candidate-{self.uuid}"

    @property
    def is_candidate_there(self) -> bool:
        return self.candidate_joined_at is not None and self.candidate_left_at is None


class RoomRecording(WorkItem):
    """What LiveKit's egress records of a room: begun after consent, ended with the interview, then kept here. One each
    time the room is opened, and behind each pause another: an egress cannot rest.

    The work: begun at the server, looked at until it has ended, its file taken into this site's storage.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="recordings")
    has_video = models.BooleanField(default=False)
    is_to_end = models.BooleanField(default=False, help_text="The interview was paused; another goes on behind it.")
    egress_id = models.CharField(max_length=60, blank=True, db_index=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    file = models.FileField(upload_to=name_room_recording, max_length=200, blank=True)

    task_name = "interviewpanel.tasks.keep_room_recording"
    queue = "outbound"
    max_attempts = 12

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["room", "id"]

    def __str__(self) -> str:
        return f"Recording of {self.room}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        return timedelta(seconds=min(2.0**attempts, 300.0))

    @property
    def suffix(self) -> str:
        return ".mp4" if self.has_video else ".ogg"

    @property
    def content_type(self) -> str:
        return "video/mp4" if self.has_video else "audio/ogg"

    @property
    def wanted_name(self) -> str:
        """In storage, among all that was recorded of the session, so that it is erased with the rest."""
        return name_room_recording(self, f"room{self.suffix}")
