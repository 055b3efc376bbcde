"""Who may be called now, and which calls there were. Read by services, the admin, the API and the candidate's page."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from interviewpanel.domain.calling import ENDED
from interviewpanel.domain.calling_rules import Callee, CallingHours
from interviewpanel.domain.link_acts import Act, find_obstacle
from interviewpanel.domain.states import LIVE
from interviewpanel.models import CallConsent, CallOptOut, InterviewPanelCandidate, InterviewSession, PhoneCall
from interviewpanel.selectors.link_facts import annotate_link_facts, read_link_facts
from organizations.models import Candidate, Organization
from organizations.selectors import find_candidate_zone


def hash_number(organization: Organization, number: str) -> str:
    """Keyed, so that nobody who reads the table can try all numbers; of one organization, so that none can compare."""
    message = f"call-opt-out:{organization.uuid}:{number}"
    return hmac.new(settings.SECRET_KEY.encode(), message.encode(), hashlib.sha256).hexdigest()


def annotate_call_facts(rows: QuerySet[InterviewPanelCandidate], now: datetime) -> QuerySet[InterviewPanelCandidate]:
    """Adds what `read_callees` needs, with candidate, panel and organization."""
    consents = CallConsent.objects.filter(
        invitation=OuterRef("pk"), number=OuterRef("candidate__phone"), withdrawn_at__isnull=True
    )
    open_calls = PhoneCall.objects.filter(candidate_is_same()).exclude(status__in=sorted(ENDED))
    connected = InterviewSession.objects.filter(invitation=OuterRef("pk"), status__in=sorted(LIVE), lease_until__gt=now)
    return (
        annotate_link_facts(rows)
        .annotate(has_consent=Exists(consents), is_being_called=Exists(open_calls), is_connected=Exists(connected))
        .select_related("candidate", "panel", "organization")
    )


def candidate_is_same() -> Q:
    """Calls of the candidate, about whichever invitation: a phone has one line."""
    return Q(invitation__candidate=OuterRef("candidate"))


def load_callable(invitation_id: int, now: datetime) -> InterviewPanelCandidate:
    """The row with what `read_callees` needs."""
    return annotate_call_facts(InterviewPanelCandidate.objects.all(), now).get(pk=invitation_id)


def read_callees(rows: Sequence[InterviewPanelCandidate], now: datetime, *, site_refusal: str) -> list[Callee]:
    """Of rows of `annotate_call_facts`, in their order. One query, for the opt-outs. `site_refusal`: the engine's."""
    hashes = [hash_number(row.organization, row.candidate.phone) for row in rows]
    opted_out = set(CallOptOut.objects.filter(number_hash__in=hashes).values_list("number_hash", flat=True))
    return [_read_callee(row, hashed in opted_out, site_refusal, now) for row, hashed in zip(rows, hashes, strict=True)]


def _read_callee(row: InterviewPanelCandidate, has_opted_out: bool, site_refusal: str, now: datetime) -> Callee:
    organization, annotated = row.organization, vars(row)
    own = tuple(word.strip() for word in organization.calling_prefixes.split(",") if word.strip())
    return Callee(
        number=row.candidate.phone,
        has_consent=annotated["has_consent"],
        has_opted_out=has_opted_out,
        hours=find_hours(row.candidate, organization),
        site_prefixes=tuple(settings.PHONE_CALL_PREFIXES),
        own_prefixes=own,
        is_being_called=annotated["is_being_called"],
        is_connected=annotated["is_connected"],
        site_refusal=site_refusal,
        link_refusal=find_obstacle(Act.SEND, read_link_facts(row, now), now),
        is_trial=row.is_trial,
    )


def find_hours(candidate: Candidate, organization: Organization) -> CallingHours:
    """In the candidate's time zone; the organization's where it is not known."""
    zone = find_candidate_zone(candidate, organization)
    return CallingHours(organization.calling_opens, organization.calling_closes, organization.calling_days, zone)


def has_opted_out(organization: Organization, number: str) -> bool:
    rows = CallOptOut.objects.filter(organization=organization, number_hash=hash_number(organization, number))
    return bool(number) and rows.exists()


def find_consent(invitation: InterviewPanelCandidate) -> CallConsent | None:
    """The one in force for the number that the candidate has now."""
    rows = CallConsent.objects.filter(
        invitation=invitation, number=invitation.candidate.phone, withdrawn_at__isnull=True
    )
    return rows.select_related("recorded_by").first()


def list_calls() -> QuerySet[PhoneCall]:
    """With all that lists and pages show of a call, in one query."""
    return PhoneCall.objects.select_related(
        "organization",
        "invitation__candidate",
        "invitation__panel",
        "session",
        "placed_by",
        "recording",
        "call_back_of",
    )
