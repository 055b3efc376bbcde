"""The time line of an interview that was held: which sound of whom lies where. Read by services/recordings.py, by the
captions of the whole interview and by the review page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from interviewpanel.domain.timelines import Place, Spoken, Stretch, measure_end, place_lines, place_stretches
from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import AudioSegment, InterviewSession, SpokenLine, TranscriptEntry


@dataclass(frozen=True)
class Timeline:
    """Its beginning is when the candidate agreed; its last sample is the last that is heard."""

    began_at: datetime
    segments: tuple[tuple[Place, AudioSegment], ...]
    lines: tuple[tuple[Place, SpokenLine], ...]
    said: tuple[TranscriptEntry, ...]  # what the interviewer said, by whatever voice

    @property
    def samples(self) -> int:
        return measure_end([place for place, _ in (*self.segments, *self.lines)])

    def find_second(self, at: datetime) -> float:
        """Never before the beginning."""
        return max(0.0, (at - self.began_at).total_seconds())


def list_unheard(said: Sequence[TranscriptEntry], heard: Sequence[str]) -> list[TranscriptEntry]:
    """What the interviewer said that is in no sound of ours. A way in may say more around a line than the line."""
    texts = [" ".join(text.split()) for text in heard]
    return [entry for entry in said if not any(" ".join(entry.text.split()) in text for text in texts)]


def read_timeline(session: InterviewSession) -> Timeline:
    """Three queries, however long it took."""
    segments = AudioSegment.objects.filter(answer__session=session).select_related("answer")
    said = session.transcript.filter(speaker=TranscriptEntry.Speaker.INTERVIEWER).order_by("sequence")
    return lay_timeline(
        session,
        list(segments.order_by("answer__number", "number")),
        list(session.spoken_lines.order_by("started_at", "id")),
        list(said),
    )


def lay_timeline(
    session: InterviewSession,
    segments: Sequence[AudioSegment],
    lines: Sequence[SpokenLine],
    said: Sequence[TranscriptEntry],
) -> Timeline:
    """Of rows that were read already, each in its order."""
    began_at = session.started_at or session.created_at

    def second(at: datetime) -> float:
        return (at - began_at).total_seconds()

    stretches = [Stretch(one.answer_id, one.start_sample, one.end_sample, second(one.created_at)) for one in segments]
    spoken = [
        Spoken(second(one.started_at), round(one.seconds * SAMPLE_RATE), second(one.ended_at) if one.ended_at else None)
        for one in lines
    ]
    return Timeline(
        began_at,
        tuple(zip(place_stretches(stretches), segments, strict=True)),
        tuple(zip(place_lines(spoken), lines, strict=True)),
        tuple(said),
    )
