"""What a candidate asks a person to do: kept, seen in the admin, answered there. Called by the candidate's views.

Nothing here decides: people review results, and grant an erasure (services/erasure.py). Only a withdrawal acts at once:
nobody has to agree to it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from authentication.models import User
from interviewpanel.domain.states import LIVE, SessionStatus
from interviewpanel.models import CandidateRequest, InterviewPanelCandidate, InterviewSession
from interviewpanel.models.requests import MOST_NOTE_CHARACTERS
from interviewpanel.selectors.links import ERASED
from interviewpanel.selectors.recordings import find_held_session
from interviewpanel.selectors.withdrawals import WITHDRAWN_REASON, has_withdrawn_by_link
from interviewpanel.services.invitations import prolong_link, revoke_invitation
from interviewpanel.services.session_manager import end_session

MOST_ROWS = 20  # of one invitation
NEVER_TOO_OFTEN = (CandidateRequest.Kind.WITHDRAW, CandidateRequest.Kind.ERASURE)
KINDS: tuple[str, ...] = tuple(CandidateRequest.Kind.values)
READABLE_AFTER_REVIEW = timedelta(days=30)


class RequestRefused(Exception):
    """What is asked for cannot be; the message says why and what to do."""


@transaction.atomic
def ask_people(*, invitation: InterviewPanelCandidate, kind: str, note: str, now: datetime) -> CandidateRequest:
    """Keep a request until somebody answers it. One that is open already is not doubled; its note is changed.

    Effects: the row; of a withdrawal also: an interview under way ends, one that has not begun cannot begin, and what
    is still to be heard, rated or reported of one that was held is not (selectors/withdrawals).
    Raises RequestRefused.
    """
    note = note.strip()
    if kind not in KINDS:
        values: dict[str, object] = {"kind": kind[:40], "kinds": ", ".join(KINDS)}
        raise RequestRefused(gettext("There is no request “%(kind)s”; choose of: %(kinds)s.") % values)
    if len(note) > MOST_NOTE_CHARACTERS:
        values = {"length": len(note), "most": MOST_NOTE_CHARACTERS}
        raise RequestRefused(gettext("This is too long: %(length)s characters. Use %(most)s at most.") % values)
    locked = InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.erased_at is not None:
        raise RequestRefused(gettext(ERASED))
    _check_can_be(locked, kind)
    row, is_new = CandidateRequest.objects.get_or_create(
        invitation=locked,
        kind=kind,
        answered_at=None,
        defaults={"organization_id": locked.organization_id, "note": note, "asked_at": now},
    )
    if not is_new and note and note != row.note:
        row.note = note
        row.save(update_fields=["note"])
    if kind == CandidateRequest.Kind.WITHDRAW:
        _stop_interview(locked, now)
    return row


def _check_can_be(invitation: InterviewPanelCandidate, kind: str) -> None:
    """What the page offers just now. Erasure always; an open withdrawal can still be given a note."""
    session = find_held_session(invitation)
    is_over = session is not None and session.is_over
    if kind == CandidateRequest.Kind.HUMAN_REVIEW and not is_over:
        raise RequestRefused(gettext("You can ask for a review once the interview is over."))
    if kind == CandidateRequest.Kind.HUMAN_INTERVIEW and (is_over or has_withdrawn_by_link(invitation.pk)):
        raise RequestRefused(gettext("The interview is over. You can ask that a person reviews the result."))
    rows = CandidateRequest.objects.filter(invitation=invitation)
    if kind == CandidateRequest.Kind.WITHDRAW and rows.filter(kind=kind, answered_at__isnull=False).exists():
        raise RequestRefused(gettext("You have withdrawn already."))
    if kind in NEVER_TOO_OFTEN:
        return
    if rows.count() >= MOST_ROWS:
        raise RequestRefused(gettext("You have asked very often. Please write to the people who invited you."))


def _stop_interview(invitation: InterviewPanelCandidate, now: datetime) -> None:
    for session in InterviewSession.objects.filter(invitation=invitation, status__in=sorted(LIVE)):
        end_session(session_id=session.pk, now=now, reason=WITHDRAWN_REASON, is_abandoned=True)
    held = (SessionStatus.COMPLETED, SessionStatus.ABANDONED)
    if not InterviewSession.objects.filter(invitation=invitation, status__in=held).exists():
        revoke_invitation(invitation=invitation, now=now)


@transaction.atomic
def answer_request(*, request: CandidateRequest, user: User, reply: str, now: datetime) -> None:
    """Somebody has done what was asked, or says why not. The candidate reads the reply.

    Effects: the row; where a review is answered, the interview is kept for another month at least, so that the
    candidate can read the reply; of who asked for a person instead of the interview, the link is open again for as long
    as a new one would be (see `prolong_link`), as the reply may be to take it after all. Raises RequestRefused.
    """
    reply = reply.strip()
    if not reply:
        raise RequestRefused("Write in the reply what was done: the candidate reads it.")
    InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=request.invitation_id)
    values = {"answered_at": now, "answered_by": user, "reply": reply}
    if not CandidateRequest.objects.filter(pk=request.pk, answered_at__isnull=True).update(**values):
        raise RequestRefused("Somebody has answered this already. Load the page again to see how.")
    if request.kind == CandidateRequest.Kind.HUMAN_REVIEW:
        readable_until = now + READABLE_AFTER_REVIEW
        sessions = InterviewSession.objects.filter(invitation_id=request.invitation_id, kept_until__lt=readable_until)
        sessions.update(kept_until=readable_until)
    for name, value in values.items():
        setattr(request, name, value)
    if request.kind == CandidateRequest.Kind.HUMAN_INTERVIEW:
        prolong_link(invitation=request.invitation, now=now)
