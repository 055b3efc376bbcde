"""Recordings of sound: opened where an interview ends, joined and mixed by `tasks.join_recording`."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from config.work.tasks import ClaimLost, WorkRefused
from config.work.transports import enqueue
from interviewpanel.engines.flac import AudioUnreadable, Pcm, decode_audio
from interviewpanel.engines.flac_joining import write_flac
from interviewpanel.engines.mixing import add_voices, lay_out
from interviewpanel.models import AudioSegment, InterviewSession, JoinedVideo, Recording, TranscriptEntry
from interviewpanel.selectors.timelines import Timeline, list_unheard, read_timeline
from interviewpanel.services.events import lock_session
from interviewpanel.services.joined_videos import make_due

Kind = Recording.Kind
TRACKS = (Kind.CANDIDATE, Kind.INTERVIEWER)
SETTLING = timedelta(seconds=5)  # the closing words are noted after the end
Status = Recording.WorkStatus
GIVEN_UP = (Status.FAILED, Status.DEAD)
Store = Callable[[], None]
LinesSeen = tuple[int, int]  # how many were noted, and how many of them were cut off


def open_recordings(session: InterviewSession, now: datetime) -> list[Recording]:
    """Effects, in the caller's transaction: a row for each answer that has sound, one for all of them, and the mix,
    with a track for each voice where there are two; those that are not there yet, announced.

    An interview without a sound has none; its videos are due now. Called by the end of the interview, which happens
    once; for those that ended before there were such recordings by `open_missing_recordings`.
    """
    if session.ended_at is not None:
        make_due(session, session.ended_at)
    spoken = list(session.answers.filter(segments__isnull=False).distinct().order_by("number"))
    if not spoken or session.recordings_erased_at is not None:
        return []
    there = set(session.recordings.values_list("kind", "answer_id"))
    wanted = [
        *(Recording(session=session, kind=Kind.ANSWER, answer=answer) for answer in spoken),
        Recording(session=session, kind=Kind.INTERVIEW),
        *(Recording(session=session, kind=kind, due_at=now + SETTLING) for kind in _list_mixed(session)),
    ]
    recordings = Recording.objects.bulk_create([one for one in wanted if (one.kind, one.answer_id) not in there])
    for recording in recordings:
        enqueue(recording)
    return recordings


def _list_mixed(session: InterviewSession) -> list[Kind]:
    """Where the candidate's voice is the only one, the mix is its track as well."""
    return [Kind.MIX, *TRACKS] if session.spoken_lines.exists() else [Kind.MIX]


def mix_again(session: InterviewSession, now: datetime) -> None:
    """A line was noted after the end. Effects, in the caller's transaction, which holds the session's lock: what is
    mixed is mixed anew a little later, so that the last words are in it too."""
    mixed = session.recordings.filter(kind__in=[Kind.MIX, *TRACKS])
    again = {"work_status": Status.QUEUED, "attempts": 0, "finished_at": None}
    mixed.update(due_at=now + SETTLING, republished_at=None)
    mixed.filter(work_status__in=Recording.OVER).update(**again)
    open_recordings(session, now)


def open_missing_recordings(now: datetime) -> int:
    """Open the recordings of interviews that are over and have sound and no mix: those of an older version.

    Each in a transaction of its own. Returns of how many interviews.
    """
    mixes = Recording.objects.filter(session=OuterRef("pk"), kind=Kind.MIX)
    over = InterviewSession.objects.filter(~Exists(mixes), ended_at__isnull=False, recordings_erased_at__isnull=True)
    spoken = over.filter(answers__segments__isnull=False).distinct()
    return sum(_open_once(pk, now) for pk in spoken.order_by("id").values_list("pk", flat=True))


@transaction.atomic
def _open_once(session_id: int, now: datetime) -> bool:
    return bool(open_recordings(lock_session(session_id), now))


def join_recording(recording: Recording, now: datetime) -> Store:
    """Write the recording's file and return what stores its name. The work of the task of the same name.

    The file is written before the row, and not in its transaction: it may be large. Memory holds a stretch of sound
    and a block of each voice. A worker that loses its claim leaves a file in the session's folder that no row names;
    one whose recording was erased meanwhile removes it and raises ClaimLost.
    Raises WorkRefused for a segment that cannot be decoded.
    """
    made = _make_sound(recording)
    with tempfile.TemporaryFile() as joined:
        samples = write_flac(joined, made.parts)
        if not samples:
            raise WorkRefused("There is no sound to join.")
        joined.seek(0)
        replaced = str(recording.file.name or "")
        recording.file.save("joined.flac", File(joined), save=False)
    written = str(recording.file.name)
    if not Recording.objects.filter(pk=recording.pk).exists():
        default_storage.delete(written)
        raise ClaimLost
    values: dict[str, object] = {"file": written, "samples": samples, "has_interviewer": bool(made.heard)}
    if recording.kind == Kind.MIX:
        unheard = list_unheard(made.said, made.heard)
        values |= {"lines_said": len(made.said), "lines_heard": len(made.said) - len(unheard)}
    return partial(_store, recording, values, replaced, made.lines, now)


def _store(recording: Recording, values: dict[str, object], replaced: str, lines: LinesSeen, now: datetime) -> None:
    rows = Recording.objects.filter(pk=recording.pk)
    rows.update(**values)
    if replaced:
        transaction.on_commit(partial(default_storage.delete, replaced))
    if recording.is_on_time_line and _see_lines(recording.session) != lines:  # one came or was cut while we wrote
        rows.update(work_status=Status.QUEUED, attempts=0, due_at=now + SETTLING, finished_at=None)


@dataclass
class Made:
    """Sound to be written, block after block; `heard` fills meanwhile with the interviewer's lines that are in it."""

    parts: Iterator[Pcm]
    heard: list[str] = field(default_factory=list)
    said: Sequence[TranscriptEntry] = ()
    lines: LinesSeen = (0, 0)  # as they were when it was begun


def _see_lines(session: InterviewSession) -> LinesSeen:
    seen = session.spoken_lines.aggregate(noted=Count("pk"), cut=Count("ended_at"))
    return seen["noted"], seen["cut"]


def _make_sound(recording: Recording) -> Made:
    if not recording.is_on_time_line:
        return Made(_read_parts(_list_segments(recording)))
    timeline = read_timeline(recording.session)
    lines = len(timeline.lines), sum(line.ended_at is not None for _, line in timeline.lines)
    heard: list[str] = []
    candidate = lay_out(_read_candidate(timeline), timeline.samples)
    if recording.kind == Kind.CANDIDATE:
        return Made(candidate, lines=lines)
    interviewer = lay_out(_read_interviewer(timeline, heard), timeline.samples)
    if recording.kind == Kind.INTERVIEWER:
        return Made(interviewer, heard, lines=lines)
    return Made(add_voices(candidate, interviewer), heard, timeline.said, lines)


def _read_candidate(timeline: Timeline) -> Iterator[tuple[int, Pcm]]:
    for place, segment in timeline.segments:
        yield place.start_sample, _read_segment(segment)[: place.samples]


def _read_interviewer(timeline: Timeline, heard: list[str]) -> Iterator[tuple[int, Pcm]]:
    """Notes whose lines could be read. One that storage has lost is silence: what the candidate said is not lost with
    it, and the mix says how many lines are in it."""
    for place, line in timeline.lines:
        try:
            with default_storage.open(line.file_name) as file:
                sound = decode_audio(file.read())
        except (FileNotFoundError, AudioUnreadable):
            continue
        heard.append(line.text)
        yield place.start_sample, sound[: place.samples]


def join_again(*, session_id: int, now: datetime) -> int:
    """Put what could not be joined of an interview, sound and video, back to work, attempts anew. Returns how many."""
    given_up: list[Recording | JoinedVideo] = [
        *Recording.objects.filter(session_id=session_id, work_status__in=GIVEN_UP),
        *JoinedVideo.objects.filter(recording__session_id=session_id, work_status__in=GIVEN_UP),
    ]
    return sum(_put_back(row, now) for row in given_up)


def _put_back(row: Recording | JoinedVideo, now: datetime) -> bool:
    """False: somebody else was first."""
    given_up = type(row)._default_manager.filter(pk=row.pk, work_status__in=GIVEN_UP)
    values = {"attempts": 0, "due_at": now, "republished_at": None, "finished_at": None}
    is_put_back = bool(given_up.update(work_status=Status.QUEUED, **values))
    if is_put_back:
        enqueue(row)
    return is_put_back


def give_up_recording(recording: Recording, reason: str) -> None:
    """Nothing to undo: the segments stay, and the interview's page shows the reason."""


def _list_segments(recording: Recording) -> QuerySet[AudioSegment]:
    segments = AudioSegment.objects.filter(answer__session_id=recording.session_id)
    if recording.answer_id is not None:
        segments = segments.filter(answer_id=recording.answer_id)
    return segments.select_related("answer").order_by("answer__number", "number")


def _read_parts(segments: QuerySet[AudioSegment]) -> Iterator[Pcm]:
    return (_read_segment(segment) for segment in segments.iterator())


def _read_segment(segment: AudioSegment) -> Pcm:
    try:
        with segment.file.open("rb") as file:
            return decode_audio(file.read())
    except AudioUnreadable as error:
        part = f"Part {segment.number} of answer {segment.answer.number}"
        raise WorkRefused(f"{part} cannot be decoded: {error}") from error
