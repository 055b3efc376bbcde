"""Reads what of an interview can be heard and seen on its review page: answers, videos, the interview as it went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import (
    Answer,
    InterviewSession,
    Recording,
    RoomRecording,
    TranscriptEntry,
    VideoRecording,
)
from interviewpanel.selectors.captions import place_segments
from interviewpanel.selectors.recordings import WHOLE_KINDS, describe_voices, list_room_recordings
from interviewpanel.selectors.timelines import Timeline, lay_timeline, list_unheard
from reports.domain.review_recordings import RoomView, SoundView, VideoView, WholeLine, WholeView

CANDIDATE, INTERVIEWER = "Candidate", "Interviewer"


@dataclass(frozen=True)
class Links:
    """Where this reader's page plays from; the addresses of the admin's page are not those of the shared one."""

    sound: Callable[[int], str]  # of an answer, by its number
    video: Callable[[VideoRecording], str]
    captions: Callable[[VideoRecording], str]
    whole: Callable[[str], str]  # of the whole interview: `mix`, `candidate` or `interviewer`
    whole_captions: Callable[[], str]
    room: Callable[[RoomRecording], str]


def read_sound(answer: Answer, session: InterviewSession, links: Links) -> SoundView:
    if session.recordings_erased_at is not None:
        return SoundView(state=f"erased on {date_format(timezone.localtime(session.recordings_erased_at))}")
    recording = getattr(answer, "recording", None)
    if recording is None:
        if not answer.segments.all():
            return SoundView(state="no sound was recorded")
        return SoundView(state="not joined yet" if session.is_over else "joined when the interview is over")
    if recording.work_status != recording.WorkStatus.DONE:
        return SoundView(state="could not be joined" if recording.is_over else "being joined")
    return SoundView(url=links.sound(answer.number), seconds=recording.samples / SAMPLE_RATE)


def read_videos(session: InterviewSession, answers: Sequence[Answer], links: Links) -> tuple[VideoView, ...]:
    videos = session.videos.select_related("joined").order_by("started_at", "id")
    return tuple(
        VideoView(
            url=links.video(video),
            captions_url=links.captions(video),
            label=f"Video {place}",
            language=session.invitation.panel.language,
            origins={answer.number: place_answer(video, answer) for answer in answers if answer.segments.all()},
        )
        for place, video in enumerate(videos, start=1)
    )


def read_rooms(session: InterviewSession, links: Links) -> tuple[RoomView, ...]:
    """One query."""
    return tuple(
        RoomView(
            label=f"Room {place}",
            url=links.room(row) if row.file else "",
            state="" if row.file else ("could not be kept" if row.is_over else "being recorded"),
            seconds=row.seconds,
        )
        for place, row in enumerate(list_room_recordings(session), start=1)
    )


def place_answer(video: VideoRecording, answer: Answer) -> tuple[tuple[float, float], ...]:
    """For each stretch of the answer: from which second of the answer, and at which second of the video it is."""
    placed = [(one.start_sample / SAMPLE_RATE, origin) for one, origin in place_segments(video, answer)]
    return tuple((round(start, 3), round(origin + start, 3)) for start, origin in placed if origin + start >= 0)


def read_whole(session: InterviewSession, answers: Sequence[Answer], links: Links) -> WholeView | None:
    """The interview as it went; None while it is not made. Three queries."""
    done = session.recordings.filter(kind__in=WHOLE_KINDS.values(), work_status=Recording.WorkStatus.DONE)
    made = {row.kind: row for row in done}
    mix = made.get(Recording.Kind.MIX)
    if mix is None:
        return None
    said = session.transcript.filter(speaker=TranscriptEntry.Speaker.INTERVIEWER).order_by("sequence")
    segments = [segment for answer in answers for segment in sorted(answer.segments.all(), key=lambda one: one.number)]
    timeline = lay_timeline(session, segments, list(session.spoken_lines.order_by("started_at", "id")), list(said))
    tracks = ((CANDIDATE, "candidate"), (INTERVIEWER, "interviewer"))
    return WholeView(
        url=links.whole("mix"),
        captions_url=links.whole_captions(),
        language=session.invitation.panel.language,
        seconds=mix.samples / SAMPLE_RATE,
        voices=describe_voices(mix),
        lines=tuple(list_lines(timeline, {answer.pk: answer.number for answer in answers})),
        tracks=tuple((label, links.whole(name)) for label, name in tracks if WHOLE_KINDS[name] in made),
    )


def list_lines(timeline: Timeline, numbers: dict[int, int]) -> list[WholeLine]:
    """All that was said by both, in the order of the time line. What was not heard as words is not in it."""
    lines = [
        WholeLine(
            second=place.start_sample / SAMPLE_RATE,
            speaker=CANDIDATE,
            text=segment.text,
            answer=numbers[segment.answer_id],
        )
        for place, segment in timeline.segments
        if segment.text
    ]
    lines += [
        WholeLine(second=place.start_sample / SAMPLE_RATE, speaker=INTERVIEWER, text=line.text)
        for place, line in timeline.lines
    ]
    lines += [
        WholeLine(second=timeline.find_second(entry.started_at), speaker=INTERVIEWER, text=entry.text)
        for entry in list_unheard(timeline.said, [line.text for _, line in timeline.lines])
        if entry.text
    ]
    return sorted(lines, key=lambda line: line.second)
