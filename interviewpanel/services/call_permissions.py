"""May a candidate be called: consent recorded and taken back, opting out, and all that stands against a call now.

Called by the admin, the API, the candidate's page and the conversation on the line. Consent is of one number for one
invitation; an opt-out is of one number against the whole organization, and stays when everything else is erased.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from authentication.models import User
from interviewpanel.domain.calling_rules import list_call_obstacles
from interviewpanel.engines.telephony import explain_telephony
from interviewpanel.models import CallConsent, CallOptOut, InterviewPanelCandidate
from interviewpanel.selectors.calls import find_consent, has_opted_out, hash_number, load_callable, read_callees
from interviewpanel.selectors.links import ERASED
from organizations.models import Change, Organization
from organizations.services.history import record_change

GivenBy, Way = CallConsent.GivenBy, CallOptOut.Way
MOST_NOTE = 500


class ConsentRefused(Exception):
    """It cannot be recorded; the text says why and what to do."""


def explain_call(invitation_id: int, now: datetime) -> list[str]:
    """Why the candidate cannot be called now, all of it; empty where they can."""
    (callee,) = read_callees([load_callable(invitation_id, now)], now, site_refusal=explain_telephony())
    return list_call_obstacles(callee, now)


@transaction.atomic
def record_consent(
    *, invitation: InterviewPanelCandidate, user: User | None, note: str, now: datetime, message: str = ""
) -> CallConsent:
    """A recruiter writes down that the candidate agreed, and how.

    Effects: the row and a line of the history; what was there for this number before is taken back. `message` is put
    before the line, such as which API key it was. Raises ConsentRefused: without a number, a note, or where the number
    has opted out, which only the candidate can take back.
    """
    note = " ".join(note.split())
    locked = _lock(invitation)
    if not note:
        raise ConsentRefused("Write how the candidate agreed: when, and by which e-mail or talk.")
    if len(note) > MOST_NOTE:
        raise ConsentRefused(f"This is too long: {len(note)} characters. Use {MOST_NOTE} at most.")
    if not locked.candidate.phone:
        raise ConsentRefused("The candidate has no phone number here. Add it first.")
    if has_opted_out(locked.organization, locked.candidate.phone):
        raise ConsentRefused(
            "This number has asked not to be called. Only the candidate can take that back, on their own page."
        )
    made = _give(locked, GivenBy.RECRUITER, user, note, now)
    _tell(locked, user, f"{message} Recorded that the candidate agreed to be called.".strip(), now)
    return made


@transaction.atomic
def give_consent(*, invitation: InterviewPanelCandidate, now: datetime) -> CallConsent:
    """The candidate agrees on their own page. Effects: the row, a line of the history; an opt-out of this number is
    taken back. Raises ConsentRefused without a number."""
    locked = _lock(invitation)
    if not locked.candidate.phone:
        raise ConsentRefused(gettext("No phone number of yours is stored here."))
    hashed = hash_number(locked.organization, locked.candidate.phone)
    CallOptOut.objects.filter(organization=locked.organization, number_hash=hashed).delete()
    made = _give(locked, GivenBy.CANDIDATE, None, "", now)
    _tell(locked, None, "The candidate agreed to be called, on their page.", now)
    return made


@transaction.atomic
def withdraw_consent(*, invitation: InterviewPanelCandidate, user: User | None, now: datetime) -> bool:
    """Effects: no consent of this invitation is in force, so that a call that was asked for is not placed any more; a
    line of the history. False where there was none."""
    locked = _lock(invitation)
    changed = CallConsent.objects.filter(invitation=locked, withdrawn_at__isnull=True).update(withdrawn_at=now)
    if changed:
        _tell(locked, user, "The agreement to be called is taken back.", now)
    return bool(changed)


@transaction.atomic
def record_opt_out(
    *,
    organization: Organization,
    number: str,
    way: str,
    now: datetime,
    invitation: InterviewPanelCandidate | None = None,
    user: User | None = None,
    message: str = "",
) -> bool:
    """Whoever has this number is not called by this organization any more: said in a call, on a page, to a recruiter.

    Effects: the opt-out, as a keyed hash; consents to this number are taken back; with `invitation`, a line of its
    history. A call that goes on is not ended here: who hears the wish says good-bye. False where it was so before.
    """
    if not number:
        return False
    _, is_new = CallOptOut.objects.get_or_create(
        organization=organization,
        number_hash=hash_number(organization, number),
        defaults={"way": way, "recorded_by": user, "at": now},
    )
    consents = CallConsent.objects.filter(organization=organization, number=number, withdrawn_at__isnull=True)
    consents.update(withdrawn_at=now)
    if is_new and invitation is not None:
        _tell(invitation, user, f"{message} Not to be called any more. {Way(way).label}.".strip(), now)
    return is_new


def _lock(invitation: InterviewPanelCandidate) -> InterviewPanelCandidate:
    rows = InterviewPanelCandidate.objects.select_related("candidate", "organization", "panel")
    locked = rows.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.erased_at is not None:
        raise ConsentRefused(gettext(ERASED))
    return locked


def _give(
    invitation: InterviewPanelCandidate, given_by: str, user: User | None, note: str, now: datetime
) -> CallConsent:
    if (before := find_consent(invitation)) is not None:
        CallConsent.objects.filter(pk=before.pk).update(withdrawn_at=now)
    return CallConsent.objects.create(
        organization=invitation.organization,
        invitation=invitation,
        number=invitation.candidate.phone,
        given_by=given_by,
        recorded_by=user,
        note=note,
        given_at=now,
    )


def _tell(invitation: InterviewPanelCandidate, user: User | None, message: str, now: datetime) -> None:
    record_change(
        row=invitation,
        action=Change.Action.CHANGED,
        organization_id=invitation.organization_id,
        actor=user,
        now=now,
        message=message,
    )
