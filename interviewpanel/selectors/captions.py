"""Captions of what can be played: of an answer, of the whole interview, of a video. Read by the views and the admin.

They are written from the stored words at each call, so that they are there as soon as the words are.
"""

from dataclasses import replace

from django.db.models import QuerySet
from django.utils.translation import gettext

from interviewpanel.domain.captions import (
    MIDDLE,
    TOP,
    Cue,
    Observation,
    SpokenWord,
    find_origins,
    make_cues,
    make_question_cue,
    move_words,
    spread_words,
    write_webvtt,
)
from interviewpanel.domain.timelines import Place
from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import Answer, AudioSegment, InterviewSession, Recording, VideoRecording
from interviewpanel.selectors.timelines import Timeline, list_unheard, read_timeline


def write_answer_captions(answer: Answer) -> str:
    """On the clock of the answer's recording."""
    segments = list(answer.segments.order_by("number"))
    return write_webvtt(make_cues(read_spoken(segments), _measure_seconds(segments), MIDDLE))


def write_session_captions(session: InterviewSession) -> str:
    """On the clock of the whole recording: answer after answer, each with its question above, which is not heard."""
    cues: list[Cue] = []
    start = 0.0
    for answer in _list_spoken_answers(session):
        segments = sorted(answer.segments.all(), key=lambda segment: segment.number)
        end = start + _measure_seconds(segments)
        words = move_words(read_spoken(segments), start)
        cues += [make_question_cue(answer.question_text, start, words, end), *make_cues(words, end, MIDDLE)]
        start = end
    return write_webvtt(cues)


def write_video_captions(video: VideoRecording) -> str:
    """The whole interview, as far as the camera saw it, on the video's own clock."""
    joined = getattr(video, "joined", None)
    end = joined.seconds if joined is not None and joined.work_status == joined.WorkStatus.DONE else float("inf")
    words: list[SpokenWord] = []
    cues: list[Cue] = []
    for answer in video.session.answers.order_by("number").prefetch_related("segments"):
        spoken = [word for segment, origin in place_segments(video, answer) for word in _place_words(segment, origin)]
        words += spoken
        asked = answer.asked_at.timestamp() - video.started_at.timestamp()
        if asked >= 0:
            talk = [word for word in spoken if word.start_seconds > asked]
            cues.append(make_question_cue(answer.question_text, asked, talk, end))
    cues += make_cues([word for word in words if word.start_seconds < end], end)
    return write_webvtt(cue for cue in cues if cue.start_seconds < min(cue.end_seconds, end))


def write_recording_captions(recording: Recording) -> str:
    """On the recording's own clock."""
    if recording.answer is not None:
        return write_answer_captions(recording.answer)
    return (write_mix_captions if recording.is_on_time_line else write_session_captions)(recording.session)


def write_mix_captions(session: InterviewSession) -> str:
    """On the interview's time line, with both speakers by name: that of the mix, and of its tracks."""
    timeline = read_timeline(session)
    end = timeline.samples / SAMPLE_RATE
    words = [word for place, segment in timeline.segments for word in read_placed(place, segment)]
    cues = [replace(cue, voice=gettext("Candidate")) for cue in make_cues(words, end, MIDDLE)]
    for cue in _make_interviewer_cues(timeline, words, end):
        cues.append(replace(cue, voice=gettext("Interviewer")))
    return write_webvtt(cue for cue in cues if cue.start_seconds < cue.end_seconds)


def read_placed(place: Place, segment: AudioSegment) -> list[SpokenWord]:
    """The words of a stretch, on the clock of the time line that it is placed on."""
    return move_words(read_spoken([segment]), (place.start_sample - segment.start_sample) / SAMPLE_RATE)


def _make_interviewer_cues(timeline: Timeline, words: list[SpokenWord], end: float) -> list[Cue]:
    """What is heard of them, as long as it is heard; what the candidate's browser said, until the candidate talks."""
    cues: list[Cue] = []
    for place, line in timeline.lines:
        start, stop = place.start_sample / SAMPLE_RATE, place.end_sample / SAMPLE_RATE
        cues += make_cues(spread_words(line.text, start, stop), stop, TOP)
    for entry in list_unheard(timeline.said, [line.text for _, line in timeline.lines]):
        start = timeline.find_second(entry.started_at)
        talk = [word for word in words if word.start_seconds > start]
        cues.append(make_question_cue(entry.text, start, talk, end))
    return cues


def place_segments(video: VideoRecording, answer: Answer) -> list[tuple[AudioSegment, float]]:
    """Each stretch of an answer's sound, with the second of the video at which the answer's sound would have begun.

    As near as the times of storing tell (find_origins): measured in Chromium 0.2 s, through pauses and reloads; where
    a line is slow to the end of an answer, as late as the line.
    """
    segments = sorted(answer.segments.all(), key=lambda segment: segment.number)
    stored = [Observation(_end_seconds(one), one.created_at.timestamp()) for one in segments]
    began = video.started_at.timestamp()
    return [(segment, origin - began) for segment, origin in zip(segments, find_origins(stored), strict=True)]


def _place_words(segment: AudioSegment, origin: float) -> list[SpokenWord]:
    return move_words(read_spoken([segment]), origin)


def read_spoken(segments: list[AudioSegment]) -> list[SpokenWord]:
    """The words of an answer's segments, in seconds from the answer's first sample."""
    return [word for segment in segments for word in _read_segment(segment)]


def _read_segment(segment: AudioSegment) -> list[SpokenWord]:
    start, end = segment.start_sample / SAMPLE_RATE, _end_seconds(segment)
    if segment.needs_transcription and segment.work_status in (segment.WorkStatus.FAILED, segment.WorkStatus.DEAD):
        return [SpokenWord(gettext("[not understood]"), start, end)]
    if not segment.words:
        return spread_words(segment.text, start, end)
    # Words are stored without the spaces between them, which some languages do not have.
    space = " " if " " in segment.text or len(segment.words) == 1 else ""
    return [
        SpokenWord(f"{space}{word['text'].strip()}", float(word["start"]), min(float(word["end"]), end))
        for word in segment.words
    ]


def _list_spoken_answers(session: InterviewSession) -> QuerySet[Answer]:
    spoken = session.answers.filter(segments__isnull=False).distinct()
    return spoken.order_by("number").prefetch_related("segments")


def _measure_seconds(segments: list[AudioSegment]) -> float:
    return sum(segment.end_sample - segment.start_sample for segment in segments) / SAMPLE_RATE


def _end_seconds(segment: AudioSegment) -> float:
    return segment.end_sample / SAMPLE_RATE
