"""Erasing one candidate's interview, when its time is over or when the candidate asked for it. What remains, and why:
docs/decisions/0015-what-erasure-leaves.md.

Called by the sweep (`erase_due`), the admin (`grant_erasure`) and `manage.py erase_interview`. The rows go in one
transaction, which also makes the work of removing the files (services/file_removals.py): no process that dies in
between leaves one behind.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.db.models.fields.reverse_related import ForeignObjectRel

from authentication.models import User
from interviewpanel.domain.calling import ENDED
from interviewpanel.domain.states import LIVE
from interviewpanel.models import CandidateRequest, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.erasures import list_due_invitations
from interviewpanel.services.file_removals import remove_session_files
from interviewpanel.services.invitations import revoke_invitation
from interviewpanel.services.spoken_audio import forget_spoken
from organizations.domain.names import collect_names
from organizations.models import Candidate, Organization
from organizations.services.history import forget_changes, forget_person, forget_word, record_change
from organizations.services.messages import forget_messages
from organizations.services.stored_answers import forget_answers
from organizations.services.webhooks import forget_deliveries
from questionbank.services.asked_questions import forget_interview_questions
from questionbank.services.model_calls import forget_interviews

logger = logging.getLogger(__name__)

MOST_IN_ONE_SWEEP = 50
ERASED_NAME = "Erased candidate"
Reason = InterviewPanelCandidate.ErasedBecause
# What stays of these is made nameless here; every other row that hangs on an invitation or a session goes.
KEPT_MODELS: frozenset[type[Model]] = frozenset({InterviewSession, CandidateRequest})
# What an interview took and how it ended tells of a person; that it was held, and when, does not.
PLAIN_SESSION: dict[str, object] = {
    "end_reason": "",
    "interrupted_from": "",
    "pause_reason": "",
    "waits_for_done": False,
    "lease_until": None,
    "lease_owner": "",
    "event_sequence": 0,
    "transcript_sequence": 0,
    "clock_used_seconds": 0.0,
    "pause_used_seconds": 0.0,
    "grace_used_seconds": 0.0,
    "empty_answers_in_row": 0,
    "kept_until": None,
    "recordings_kept_until": None,
    "recordings_erased_at": None,
}
# Accommodations tell of a person more than anything else does; what another system gave may be anything.
PLAIN_INVITATION: dict[str, object] = {
    "metadata": {},
    "time_multiplier": 1.0,
    "silence_multiplier": 1.0,
    "extra_break_seconds": 0,
    "prefers_typing": False,
}


class ErasureRefused(Exception):
    """It cannot be erased now; the message says why and what to do."""


def erase_due(now: datetime) -> int:
    """Erase what has been kept as long as was told, some of it each sweep, the oldest first. Returns how many."""
    count = 0
    for pk in list_due_invitations(now, most=MOST_IN_ONE_SWEEP):
        try:
            count += erase_interview(invitation_id=pk, reason=Reason.RETENTION, now=now)
        except ErasureRefused:
            continue  # it goes on just now
        except Exception:
            logger.exception("Invitation %s could not be erased; the next sweep tries again.", pk)
    return count


@transaction.atomic
def grant_erasure(*, request: CandidateRequest, user: User, now: datetime) -> int:
    """A person grants what a candidate asked for: all that the organization has of this candidate goes.

    Effects: the request is answered; every interview of the candidate is erased. Returns how many were.
    Raises ErasureRefused if somebody has answered already, or while an interview goes on.
    """
    open_ones = CandidateRequest.objects.filter(
        pk=request.pk, kind=CandidateRequest.Kind.ERASURE, answered_at__isnull=True
    )
    candidate = Candidate.objects.filter(invitations__requests__in=open_ones).first()
    if candidate is None:
        raise ErasureRefused("This is answered already. Load the page again to see how.")
    invitations = candidate.invitations.filter(erased_at__isnull=True).order_by("pk")
    locked = list(invitations.select_for_update(of=("self",)).values_list("pk", flat=True))
    if not open_ones.update(answered_at=now, answered_by=user):
        raise ErasureRefused("Somebody has answered this already. Load the page again to see how.")
    return sum(erase_interview(invitation_id=pk, reason=Reason.REQUEST, now=now) for pk in locked)


@transaction.atomic
def erase_interview(*, invitation_id: int, reason: str, now: datetime) -> bool:
    """Erase everything the candidate said, wrote or can be recognised by. False if that was done before.

    Effects in order: the link opens nothing; all rows of the interview go, and the work of removing its files is made;
    what remains is made nameless; the candidate goes, unless another interview needs them; the history forgets, and
    says that it was erased. Raises ErasureRefused while the interview goes on.
    """
    invitation = InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    if invitation.erased_at is not None:
        return False
    sessions = list(
        InterviewSession.objects.select_for_update(of=("self",)).filter(invitation=invitation).order_by("pk")
    )
    if any(session.status in LIVE for session in sessions):
        raise ErasureRefused(
            "The interview goes on just now. Erase it when it is over; a withdrawal of the candidate ends it at once."
        )
    if invitation.calls.exclude(status__in=sorted(ENDED)).exists():
        raise ErasureRefused("A call to the candidate is under way. Erase it when the call is over.")
    revoke_invitation(invitation=invitation, now=now)
    candidate_id = invitation.candidate_id
    for session in sessions:
        _erase_session(session, invitation, now)
    _erase_invitation(invitation, reason, now)
    _forget_candidate(candidate_id)
    _record_erasure(invitation_id, reason, now)
    # A restored backup knows nothing of this: docs/operations.md says what to do with the line.
    transaction.on_commit(lambda: logger.info("Invitation %s was erased: %s.", invitation.uuid, reason))
    return True


def _erase_session(session: InterviewSession, invitation: InterviewPanelCandidate, now: datetime) -> None:
    _delete_dependents(session)
    remove_session_files(session, now)
    InterviewSession.objects.filter(pk=session.pk).update(
        **PLAIN_SESSION,
        clock_limit_seconds=invitation.panel.max_minutes * 60,
    )
    # What a late connection still writes is refused.
    InterviewSession.objects.filter(pk=session.pk, epoch__gt=0).update(epoch=F("epoch") + 1)
    forget_history(InterviewSession, [session.pk])
    forget_answers(about=session.uuid)
    forget_interviews(session.uuid, invitation.uuid)
    forget_interview_questions(session.uuid)


def _erase_invitation(invitation: InterviewPanelCandidate, reason: str, now: datetime) -> None:
    forget_spoken(invitation, now)
    _delete_dependents(invitation)
    requests = CandidateRequest.objects.filter(invitation=invitation)
    forget_history(CandidateRequest, requests.values_list("pk", flat=True))
    requests.update(note="", reply="")
    requests.filter(answered_at__isnull=True).update(answered_at=now)
    forget_history(InterviewPanelCandidate, [invitation.pk])
    forget_name_on_panel(invitation)
    forget_messages(about=invitation.uuid)
    forget_deliveries(about=invitation.uuid)
    forget_answers(about=invitation.uuid)
    InterviewPanelCandidate.objects.filter(pk=invitation.pk).update(
        **PLAIN_INVITATION,
        candidate=_find_nobody(invitation.organization),
        erased_at=now,
        erased_because=reason,
    )


def _record_erasure(invitation_id: int, reason: str, now: datetime) -> None:
    """A line without a name. Who granted a request stands in the line of the request."""
    row = InterviewPanelCandidate.objects.select_related("candidate", "panel").get(pk=invitation_id)
    words = f"Erased: {Reason(reason).label.lower()}."
    record_change(row=row, action="deleted", organization_id=row.organization_id, actor=None, now=now, message=words)


def _delete_dependents(row: Model) -> None:
    """Whatever hangs on the row, of any app, also what is added to the product later: it goes unless it is named."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in KEPT_MODELS:
            continue
        model = relation.related_model
        dependents = model._base_manager.filter(**{relation.field.name: row})
        forget_history(model, dependents.values_list("pk", flat=True))
        dependents.delete()


def _find_nobody(organization: Organization) -> Candidate:
    """The one nameless candidate of the organization, in whose place all erased ones were invited."""
    values = {"full_name": ERASED_NAME}  # without an address, which somebody could have
    nobody, _ = Candidate.objects.get_or_create(organization=organization, is_erased=True, defaults=values)
    return nobody


def _forget_candidate(candidate_id: int) -> None:
    """Another interview may still need them; the last that is erased takes them away."""
    candidate = Candidate.objects.select_for_update(of=("self",)).filter(pk=candidate_id, is_erased=False).first()
    if candidate is not None and not candidate.invitations.exists():
        candidate.delete()


def forget_history(model: type[Model], pks: Any) -> None:
    """The history keeps who did what and when; how the row was called then, which is a name, and its values not."""
    forget_changes(model=model, pks=pks)


def forget_name(candidate: Candidate) -> None:
    """Lines of the history about other rows may name the candidate as well: the name goes, the line says all else."""
    if not candidate.is_erased:
        names = collect_names(candidate.full_name, candidate.email, candidate.phone)
        forget_person(organization_id=candidate.organization_id, words=names.whole)


def forget_name_on_panel(invitation: InterviewPanelCandidate) -> None:
    """A name of one word, in lines about the panel that its bearer was invited to."""
    candidate = invitation.candidate
    if not candidate.is_erased:
        word = collect_names(candidate.full_name).single
        forget_word(organization_id=invitation.organization_id, word=word, row=invitation.panel)
