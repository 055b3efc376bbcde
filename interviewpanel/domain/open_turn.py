"""What a live socket must know of an open answer to hear it; plain values. Made by selectors/open_turns."""

from dataclasses import dataclass
from datetime import datetime

from interviewpanel.domain.turn_detection import TurnMemory


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """From where an answer is heard: its row's id and number, the question, and what is stored of it already."""

    answer_id: int
    number: int
    first_sequence: int  # the first frame that is not stored
    start_sample: int
    memory: TurnMemory
    is_started: bool  # the question has been heard, as the row knows it
    heard_seconds: float  # that hearing the question takes
    think_seconds: float
    question: dict[str, object]
    asked_at: datetime
    question_sequence: int  # of the event that asked it
