"""How long the answers are beside the interview clock. Pure; called by the narrative, the page and the terminal.

The clock is wall time. Audio that is sent faster than it was spoken (a recording played to the interviewer, what a
page kept during a lost connection) makes answers that are longer than the clock ran; both are shown then, and why.
"""

from collections.abc import Sequence

from reports.domain.answer_cards import AnswerCard
from reports.domain.wording import describe_duration

# Rounding and the beginning of a turn; only more than this is told.
TOLERANCE_SECONDS = 1.0
REASON = "audio arrived faster than real time"


def sum_recorded_seconds(answers: Sequence[AnswerCard]) -> float:
    """Seconds of audio in the answers that were heard; typed and skipped ones have none."""
    return sum(card.duration_seconds or 0.0 for card in answers if card.transcription and not card.is_typed)


def describe_surplus(
    answers: Sequence[AnswerCard], clock_seconds: float | None, limit_seconds: float | None = None
) -> str:
    """`1 min 09 s of answers: audio arrived faster than real time`; empty where the clock holds the answers.

    Empty too where the clock stands at the panel's limit: it is told no further, so nothing can be compared with it.
    """
    if clock_seconds is not None and limit_seconds is not None and clock_seconds >= limit_seconds:
        return ""
    recorded_seconds = sum_recorded_seconds(answers)
    if clock_seconds is None or recorded_seconds <= clock_seconds + TOLERANCE_SECONDS:
        return ""
    return f"{describe_duration(recorded_seconds)} of answers: {REASON}"
