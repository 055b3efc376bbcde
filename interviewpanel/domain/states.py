"""The states of sessions and answers, and which moves between them are allowed.

Used by services/session_manager.py and its neighbours before they write; the same values are constrained in the
database by the models.
"""

from collections.abc import Mapping
from enum import StrEnum


class SessionStatus(StrEnum):
    PENDING = "pending"
    GREETING = "greeting"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    EXPIRED = "expired"
    REVOKED = "revoked"


class AnswerStatus(StrEnum):
    ASKED = "asked"
    ANSWERING = "answering"
    CLOSED = "closed"
    TRANSCRIBED = "transcribed"
    SCORED = "scored"
    SKIPPED = "skipped"
    NO_SPEECH = "no_speech"
    TECHNICAL_FAILURE = "technical_failure"


class ClosedReason(StrEnum):
    DONE = "done"
    SILENCE = "silence"
    NO_SPEECH_TIMEOUT = "no_speech_timeout"
    NO_AUDIO_TIMEOUT = "no_audio_timeout"
    MAX_DURATION = "max_duration"
    SKIPPED = "skipped"
    TYPED = "typed"
    INTERVIEW_OVER = "interview_over"


S, A = SessionStatus, AnswerStatus

LIVE = frozenset({S.GREETING, S.IN_PROGRESS, S.PAUSED, S.INTERRUPTED})
OVER = frozenset({S.COMPLETED, S.ABANDONED, S.EXPIRED, S.REVOKED})

SESSION_MOVES: Mapping[SessionStatus, frozenset[SessionStatus]] = {
    S.PENDING: frozenset({S.GREETING, S.EXPIRED, S.REVOKED}),
    S.GREETING: frozenset({S.IN_PROGRESS, S.INTERRUPTED, S.COMPLETED, S.ABANDONED}),
    S.IN_PROGRESS: frozenset({S.PAUSED, S.INTERRUPTED, S.COMPLETED, S.ABANDONED}),
    S.PAUSED: frozenset({S.IN_PROGRESS, S.INTERRUPTED, S.COMPLETED, S.ABANDONED}),
    # Back to what it was when the client went away.
    S.INTERRUPTED: frozenset({S.GREETING, S.IN_PROGRESS, S.PAUSED, S.COMPLETED, S.ABANDONED}),
    S.COMPLETED: frozenset(),
    S.ABANDONED: frozenset(),
    S.EXPIRED: frozenset(),
    S.REVOKED: frozenset(),
}

OPEN_ANSWER = frozenset({A.ASKED, A.ANSWERING})
# Nothing more will be heard or scored of these.
TERMINAL_ANSWER = frozenset({A.SCORED, A.SKIPPED, A.NO_SPEECH, A.TECHNICAL_FAILURE})

ANSWER_MOVES: Mapping[AnswerStatus, frozenset[AnswerStatus]] = {
    A.ASKED: frozenset({A.ANSWERING, A.CLOSED, A.SKIPPED}),
    A.ANSWERING: frozenset({A.CLOSED, A.SKIPPED}),
    A.CLOSED: frozenset({A.TRANSCRIBED, A.NO_SPEECH, A.TECHNICAL_FAILURE}),
    A.TRANSCRIBED: frozenset({A.SCORED, A.TECHNICAL_FAILURE}),
    A.SCORED: frozenset(),
    A.SKIPPED: frozenset(),
    # It turned out that nobody was there: that is no answer of theirs.
    A.NO_SPEECH: frozenset({A.TECHNICAL_FAILURE}),
    A.TECHNICAL_FAILURE: frozenset(),
}


class MoveRefused(Exception):
    """The state does not allow what was asked. `code` is machine-readable; the message is for a person."""

    def __init__(self, message: str, code: str = "state.conflict") -> None:
        super().__init__(message)
        self.code = code


def check_session_move(current: str, target: SessionStatus) -> None:
    """Raises MoveRefused unless a session may go from `current` to `target`."""
    if target not in SESSION_MOVES[SessionStatus(current)]:
        raise MoveRefused(f"The interview is {current.replace('_', ' ')}; it cannot become {target.replace('_', ' ')}.")


def check_answer_move(current: str, target: AnswerStatus) -> None:
    """Raises MoveRefused unless an answer may go from `current` to `target`."""
    if target not in ANSWER_MOVES[AnswerStatus(current)]:
        raise MoveRefused(f"The answer is {current.replace('_', ' ')}; it cannot become {target.replace('_', ' ')}.")
