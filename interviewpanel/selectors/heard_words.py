"""What was heard of an answer so far, as a client is told. Read by the services that tell it and by session_state."""

from interviewpanel.models import Answer, AudioSegment


def describe_segment(segment: AudioSegment) -> dict[str, object]:
    """One stretch of speech."""
    return {
        "number": segment.number,
        "text": segment.text,
        "status": segment.work_status,
        "is_rough": segment.is_rough,
    }


def describe_heard(answer: Answer) -> dict[str, object]:
    """`transcription_update` of an answer that is not joined yet. One query."""
    segments = answer.segments.filter(has_speech=True, is_answer=True).order_by("number")
    return {
        "answer_uuid": str(answer.uuid),
        "message": " ".join(one.text for one in segments if one.text),
        "is_partial": True,
        "segments": [describe_segment(one) for one in segments],
    }
