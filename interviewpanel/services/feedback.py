"""What a candidate says afterwards: how the interview was for them, and what was misheard. Called by their views."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from interviewpanel.models import Answer, AnswerCorrection, CandidateFeedback, InterviewPanelCandidate
from interviewpanel.models.requests import MOST_NOTE_CHARACTERS
from interviewpanel.selectors.recordings import find_held_session

RATINGS = range(1, 6)


class FeedbackRefused(Exception):
    """What was said cannot be kept; the message says why and what to do."""


@transaction.atomic
def give_feedback(
    *, invitation: InterviewPanelCandidate, rating: int | None, comment: str, now: datetime
) -> CandidateFeedback:
    """Keep it, in place of what the candidate said before. It reaches nobody who rates. Raises FeedbackRefused."""
    if rating not in RATINGS:
        raise FeedbackRefused(gettext("Choose how it was, from 1 (bad) to 5 (very good)."))
    _check_length(comment)
    _lock_unerased(invitation)
    session = find_held_session(invitation)
    if session is None or not session.is_over:
        raise FeedbackRefused(gettext("You can say how it was once the interview is over."))
    values = {"rating": rating, "comment": comment.strip(), "at": now}
    row, _ = CandidateFeedback.objects.update_or_create(session=session, defaults=values)
    return row


@transaction.atomic
def correct_answer(
    *, invitation: InterviewPanelCandidate, number: int, text: str, now: datetime
) -> AnswerCorrection | None:
    """Keep a note beside the transcript of an answer; the transcript and the recording stay as they are.

    In place of an earlier note; an empty one takes that back, and the result is None. Raises FeedbackRefused.
    """
    _check_length(text)
    _lock_unerased(invitation)
    session = find_held_session(invitation)
    answer = Answer.objects.filter(session=session, number=number).first() if session is not None else None
    if answer is None:
        raise FeedbackRefused(gettext("There is no answer %(number)s in this interview.") % {"number": number})
    if answer.is_open:
        raise FeedbackRefused(gettext("This question is still open. Say or write it in your answer."))
    if not text.strip():
        AnswerCorrection.objects.filter(answer=answer).delete()
        return None
    values = {"text": text.strip(), "at": now}
    row, _ = AnswerCorrection.objects.update_or_create(answer=answer, defaults=values)
    return row


def _check_length(text: str) -> None:
    if len(text) > MOST_NOTE_CHARACTERS:
        values = {"length": len(text), "most": MOST_NOTE_CHARACTERS}
        raise FeedbackRefused(gettext("This is too long: %(length)s characters. Use %(most)s at most.") % values)


def _lock_unerased(invitation: InterviewPanelCandidate) -> None:
    """So that nothing is written while it is being erased, or after."""
    if InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=invitation.pk).erased_at is not None:
        raise FeedbackRefused(gettext("Everything about this interview was erased."))
