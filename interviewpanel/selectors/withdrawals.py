"""Whether a candidate has taken back the agreement. Asked by all that would hear, rate, report or take more of them:
as the work begins, and once more where it would store.
"""

from interviewpanel.models import CandidateRequest, InterviewSession

WITHDRAWN_REASON = "withdrawn"  # as `end_reason` of an interview that was ended by it
# Of the work that is not done for it: `last_error` of its row.
NOTHING_MORE = "withdrawn: the candidate has taken back the agreement, so nothing more is made of the interview"
# The same, of what comes after the time for which sound and video were kept.
ERASED_ALREADY = "erased: the time for which sound and video were kept is over, so none is taken any more"


def find_end_of_keeping(session: InterviewSession | None) -> str:
    """Why a recording that comes now is not kept: for `last_error` of its work. Empty: it is."""
    if session is None or has_withdrawn(session):
        return NOTHING_MORE
    return "" if session.recordings_erased_at is None else ERASED_ALREADY


def has_withdrawn(session: InterviewSession) -> bool:
    """One query, whatever `session` knew when it was read: a withdrawal counts from the moment it is stored."""
    return session.end_reason == WITHDRAWN_REASON or has_withdrawn_by_link(session.invitation_id)


def has_withdrawn_by_link(invitation_id: int) -> bool:
    """Answered or not: nobody has to agree to a withdrawal, and no reply takes it back."""
    rows = CandidateRequest.objects.filter(invitation_id=invitation_id, kind=CandidateRequest.Kind.WITHDRAW)
    return rows.exists()
