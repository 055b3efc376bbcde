"""The states of a question and which moves between them are allowed, by whom, and whether a reason is asked for.

Used by services/question_states before it writes and by the admin for its buttons; the database constrains the values.

draft → review → live → retired is the way of every question; who turns one down retires it. Back goes one step, so that
somebody reads it again: from live and from retired to review, from review to draft.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class QuestionStatus(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    LIVE = "live"
    RETIRED = "retired"


S = QuestionStatus
CHANGE, PUBLISH = "change", "publish"
"""What a move needs in the question's organization: the permission to change it, or to let candidates be asked it."""


@dataclass(frozen=True)
class Move:
    """One button: where it leads, what it says, what it needs."""

    target: QuestionStatus
    label: str
    done: str  # what the history says
    permission: str = CHANGE
    needs_reason: bool = False


MOVES: Mapping[QuestionStatus, tuple[Move, ...]] = {
    S.DRAFT: (
        Move(S.REVIEW, "Send to review", "Sent to review."),
        Move(S.RETIRED, "Give up", "Retired.", needs_reason=True),
    ),
    S.REVIEW: (
        Move(S.LIVE, "Put live", "Put live.", permission=PUBLISH),
        Move(S.DRAFT, "Back to draft", "Taken back to draft.", needs_reason=True),
        Move(S.RETIRED, "Turn down", "Turned down.", needs_reason=True),
    ),
    S.LIVE: (
        Move(S.RETIRED, "Retire", "Retired.", needs_reason=True),
        Move(S.REVIEW, "Back to review", "Taken back to review.", needs_reason=True),
    ),
    S.RETIRED: (Move(S.REVIEW, "Bring back to review", "Brought back to review.", needs_reason=True),),
}

RETIREMENT_REASONS: Mapping[str, str] = {
    "leaked": "Leaked: candidates can know it beforehand",
    "outdated": "Outdated: the answer has changed",
    "too_easy": "Too easy",
    "too_hard": "Too hard",
    "does_not_discriminate": "Does not tell good answers from bad",
    "unclear": "Unclear: it is misunderstood",
    "unfair": "Unfair to some candidates",
    "duplicate": "Another question asks the same",
    "other": "Another reason",
}


OTHER_REASON = "other"


def write_reason(because: str, details: str) -> str:
    """What is kept of a reason that was chosen (a key of RETIREMENT_REASONS, or "") and told in one's own words."""
    chosen = "" if because == OTHER_REASON else RETIREMENT_REASONS.get(because, "")
    return ". ".join(part.rstrip(".") for part in (chosen, details.strip()) if part)


class QuestionMoveRefused(Exception):
    """The question's state does not allow what was asked; the message says why and what to do."""


def list_moves(current: str) -> tuple[Move, ...]:
    """The moves out of a state, the usual one first."""
    return MOVES[QuestionStatus(current)]


def find_move(current: str, target: str) -> Move:
    """Raises QuestionMoveRefused where there is no way from `current` to `target`."""
    for move in list_moves(current):
        if move.target == target:
            return move
    ways = " or ".join(str(move.target) for move in list_moves(current))
    raise QuestionMoveRefused(f"The question is {current}; from there it can become {ways}, not {target}.")
