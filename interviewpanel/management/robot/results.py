"""What came of the robot's interview: what it said and what was heard, for the word error rate."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from interviewpanel.domain.word_errors import WordErrors, count_all_word_errors
from interviewpanel.management.robot.frames import Counts


@dataclass
class AnswerResult:
    """One question: what the robot did, what it said word for word, and what the server heard."""

    answer: int
    question: str
    step: str
    reference: str = ""
    answer_uuid: str = ""
    heard: str = ""
    is_final: bool = False
    closed_reason: str = ""
    score: str = ""

    @property
    def is_spoken(self) -> bool:
        return self.step not in ("skip", "typed") and bool(self.reference)


@dataclass
class InterviewResult:
    """The whole interview."""

    answers: list[AnswerResult] = field(default_factory=list)
    is_completed: bool = False
    closing: str = ""
    seconds: float = 0.0
    reconnects: int = 0
    frames: Counts = field(default_factory=Counts)

    @property
    def word_errors(self) -> WordErrors:
        """Over the spoken answers whose transcript is whole."""
        return count_all_word_errors(
            (answer.reference, answer.heard) for answer in self.answers if answer.is_spoken and answer.is_final
        )

    def to_dict(self) -> dict[str, object]:
        errors = self.word_errors
        return {
            **asdict(self),
            "answers": [{**asdict(answer), "is_spoken": answer.is_spoken} for answer in self.answers],
            "format": "interviewbot-robot-result/1",
            "word_errors": errors.errors,
            "words": errors.words,
            "word_error_rate": errors.rate,
        }
