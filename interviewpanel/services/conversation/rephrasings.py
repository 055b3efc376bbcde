"""The question in other words, as the candidate wishes: prepared when it is asked; else the same words, more slowly."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from interviewpanel.models import Answer, InterviewSession, PreparedLine, TranscriptEntry
from interviewpanel.services.answers import get_open_answer
from interviewpanel.services.conversation.lines import Kind, State, open_line, take_line
from interviewpanel.services.events import add_transcript_entry, lock_session, record_event
from interviewpanel.services.spoken_audio import describe_speech


def prepare_rephrasing(session: InterviewSession, answer: Answer, now: datetime) -> None:
    """Effects: a line is due. A follow-up is short and plain already."""
    if not answer.is_follow_up:
        open_line(session, Kind.REPHRASING, now=now, answer=answer)


@transaction.atomic
def rephrase_question(*, session_id: int, epoch: int, answer_id: int, now: datetime) -> None:
    """The candidate has not understood the question. It is counted and shown to the reviewer, and never scored.

    Effects in order: the line is used, or late from now on; the count; the transcript, once; the event
    `question_rephrased`, with other words or, where there are none, to be read again slowly. Asked again, the same
    words come again. Raises MoveRefused if the question is closed.
    """
    session = lock_session(session_id, epoch=epoch)
    answer = get_open_answer(session, answer_id)
    text = find_rephrasing(session, answer)
    if not text and answer.times_rephrased == 0:
        line = take_line(session, Kind.REPHRASING, now=now, answer=answer)
        text = line.text if line else ""
        if text:
            kind = TranscriptEntry.Kind.REPHRASING
            add_transcript_entry(session, kind=kind, text=text, answer=answer, started_at=now)
    Answer.objects.filter(pk=answer.pk).update(times_rephrased=F("times_rephrased") + 1)
    payload: dict[str, object] = {
        "answer": answer.number,
        "answer_uuid": str(answer.uuid),
        "message": text or answer.question_text,
        "is_slow": not text,
        **describe_speech(session, text or answer.question_text, now),
    }
    record_event(session, "question_rephrased", payload, now)


def find_rephrasing(session: InterviewSession, answer: Answer) -> str:
    """The other words that this question was said in already; empty where there are none."""
    used: PreparedLine | None = session.prepared_lines.filter(
        answer=answer, kind=Kind.REPHRASING, state=State.USED
    ).first()
    return used.text if used else ""
