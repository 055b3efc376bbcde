"""Moving questions through draft, review, live and retired. Called by the admin.

Which moves there are: domain/question_states.py. Who may make one is asked by the admin, per question.
"""

from datetime import datetime

from django.db import transaction

from questionbank.domain.question_states import Move, QuestionMoveRefused, QuestionStatus, find_move
from questionbank.models import Question
from questionbank.services.versions import describe_content, find_content_problems, lock_question

MOST_REASON_CHARACTERS = 300


@transaction.atomic
def move_question(*, question: Question, target: str, reason: str, now: datetime) -> Move:
    """Move one question to another state and keep why. Effects: the row, and the question given here like it.

    Raises QuestionMoveRefused where there is no such move from where the question is now, where a reason is wanted and
    missing or too long, or where the question would go live and could not be scored.
    """
    row = lock_question(question.pk)
    move = find_move(row.status, target)
    _check_move(row, move, reason.strip())
    row.status, row.status_reason, row.status_changed_at = target, reason.strip(), now
    row.save(update_fields=["status", "status_reason", "status_changed_at"])
    question.status, question.status_reason, question.status_changed_at = target, row.status_reason, now
    return move


def _check_move(question: Question, move: Move, reason: str) -> None:
    if move.needs_reason and not reason:
        raise QuestionMoveRefused("Write why: whoever meets this question later reads it.")
    if len(reason) > MOST_REASON_CHARACTERS:
        raise QuestionMoveRefused(
            f"The reason has {len(reason)} characters. Shorten it to {MOST_REASON_CHARACTERS}; details stand "
            "better in the version's note."
        )
    if move.target != QuestionStatus.LIVE:
        return
    version = question.current_version
    if version is None:
        raise QuestionMoveRefused("Nothing is written yet. Write the question first.")
    if problems := find_content_problems(describe_content(version), kind=question.kind):
        first = problems[0]
        raise QuestionMoveRefused(
            f"Answers to it could not be scored ({first.field}: {first.message}). Edit the question first."
        )
