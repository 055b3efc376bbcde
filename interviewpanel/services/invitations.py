"""Private links: made, shown again, checked, revoked, replaced. Called by the admin, the API, the demo and the gate of
the socket.

A token is an HMAC-SHA256 (256 bits) over the invitation's uuid and token version with SECRET_KEY, so it can be shown
again without being stored; the row keeps only its SHA-256.
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from interviewpanel.domain.states import LIVE, SessionStatus
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.link_facts import explain_panel
from interviewpanel.selectors.withdrawals import has_withdrawn_by_link
from interviewpanel.services.announcements import announce_invited
from interviewpanel.services.events import tell_sockets
from interviewpanel.services.phone_pins import make_pins
from interviewpanel.services.session_manager import interrupt_session
from organizations.domain.clocks import write_deadline
from organizations.models import Candidate
from organizations.selectors import find_zone

PROMISED = ("retention_days", "recording_days", "kept_until")
TOKEN_LENGTH = 43  # 256 bits in URL-safe base64 without padding


class InvitationRefused(Exception):
    """The invitation cannot be made; the message says why and what to do."""


def make_token(invitation: InterviewPanelCandidate) -> str:
    return sign_link(f"interview-link:{invitation.uuid}:{invitation.token_version}")


def sign_link(message: str) -> str:
    """The token of a private link: what only who has SECRET_KEY can make of `message`, which says what kind it is."""
    digest = hmac.new(settings.SECRET_KEY.encode(), message.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def join_url(invitation: InterviewPanelCandidate) -> str:
    return f"{settings.PUBLIC_URL}/i/{make_token(invitation)}/"


def socket_url(invitation: InterviewPanelCandidate) -> str:
    """Where a client of one's own talks to the interview (docs/protocol)."""
    scheme, _, host = settings.PUBLIC_URL.partition("://")
    return f"{'wss' if scheme == 'https' else 'ws'}://{host}/ws/interview/{make_token(invitation)}/"


@transaction.atomic
def issue_invitation(
    *,
    panel: InterviewPanel,
    candidate: Candidate,
    now: datetime,
    hours: int | None = None,
    time_multiplier: float = 1.0,
    metadata: Mapping[str, Any] | None = None,
) -> InterviewPanelCandidate:
    """Invite a candidate to a published panel of the same organization. Other systems are told.

    The link ends after `hours` (INTERVIEW_LINK_HOURS by default), never later than the panel. `metadata` is what
    another system gives with it (domain/metadata.py). Raises InvitationRefused.
    """
    invitation = prepare_invitation(
        panel=panel, candidate=candidate, now=now, hours=hours, time_multiplier=time_multiplier, metadata=metadata
    )
    invitation.save()
    make_pins([invitation])
    announce_invited([invitation], now)
    return invitation


def prepare_invitation(
    *,
    panel: InterviewPanel,
    candidate: Candidate,
    now: datetime,
    hours: int | None = None,
    time_multiplier: float = 1.0,
    metadata: Mapping[str, Any] | None = None,
) -> InterviewPanelCandidate:
    """The row that `issue_invitation` saves, for who saves several at once. No query. Raises InvitationRefused."""
    check_can_invite(panel=panel, candidate=candidate, now=now)
    invitation = InterviewPanelCandidate(
        uuid=uuid.uuid4(),
        organization=panel.organization,
        panel=panel,
        candidate=candidate,
        expires_at=_find_expiry(panel, now, hours),
        time_multiplier=time_multiplier,
        metadata=dict(metadata or {}),
    )
    _promise_retention(invitation)
    invitation.token_hash = hash_token(make_token(invitation))
    return invitation


def check_can_invite(*, panel: InterviewPanel, candidate: Candidate, now: datetime) -> None:
    """Raises InvitationRefused unless the candidate can be invited to the panel now."""
    if reason := explain_panel(panel, now):
        raise InvitationRefused(reason)
    if candidate.is_erased:
        raise InvitationRefused("This candidate's data was erased. Enter them anew, if they apply again.")
    if candidate.is_trial:
        raise InvitationRefused("This is one of you, trying the panel. Begin another trial on the panel's page.")
    if panel.organization_id != candidate.organization_id:
        raise InvitationRefused("This candidate belongs to another organization.")


def _promise_retention(invitation: InterviewPanelCandidate) -> None:
    """The days that are told behind this link from now on, whatever the organization decides later."""
    invitation.retention_days = invitation.organization.retention_days
    invitation.recording_days = invitation.organization.recording_days
    invitation.kept_until = invitation.expires_at + timedelta(days=invitation.retention_days)


def _find_expiry(panel: InterviewPanel, now: datetime, hours: int | None) -> datetime:
    expires_at = now + timedelta(hours=hours or settings.INTERVIEW_LINK_HOURS)
    return expires_at if panel.closes_at is None else min(expires_at, panel.closes_at)


def prolong_link(*, invitation: InterviewPanelCandidate, now: datetime) -> None:
    """Somebody has answered what the candidate waited for, so that there is time again to read it and to begin.

    Effects: a link that ends before then works for INTERVIEW_LINK_HOURS from `now`, as a new one would, never past the
    panel's end; one that has expired opens the interview again. A link that lasts longer stays as it is, and so does
    one that was revoked, one whose candidate has withdrawn, and one whose interview has begun, which is bound to no
    expiry. `invitation` has the new value.
    """
    row = InterviewPanelCandidate.objects.select_for_update(of=("self",)).select_related("panel").get(pk=invitation.pk)
    has_begun = InterviewSession.objects.filter(invitation=row, consented_at__isnull=False).exists()
    if row.revoked_at is None and not has_begun and not has_withdrawn_by_link(row.pk):
        row.expires_at = max(row.expires_at, _find_expiry(row.panel, now, None))
        row.save(update_fields=["expires_at"])
    invitation.expires_at = row.expires_at


@transaction.atomic
def extend_invitation(*, invitation: InterviewPanelCandidate, expires_at: datetime, now: datetime) -> None:
    """Give the candidate until `expires_at`, or until the panel's end, to begin with the link they have.

    Effects: the expiry, and the date of erasure with it unless the candidate has agreed to another; one that has
    expired opens the interview again. `invitation` has the new values. Raises InvitationRefused for a link that was
    revoked, or whose candidate has withdrawn, for an interview that has begun, and where it would give no more time.
    """
    rows = InterviewPanelCandidate.objects.select_related("panel", "candidate", "organization")
    row = rows.select_for_update(of=("self",)).get(pk=invitation.pk)
    check_can_invite(panel=row.panel, candidate=row.candidate, now=now)
    if row.revoked_at is not None or has_withdrawn_by_link(row.pk):
        raise InvitationRefused("The link was revoked. Make a new one.")
    moments = list(InterviewSession.objects.filter(invitation=row).values_list("started_at", "consented_at"))
    if any(started for started, _ in moments):
        raise InvitationRefused("The interview has begun, and is bound to no deadline any more.")
    # In UTC: days are added to it, and a day of a zone with summer time is not always 24 hours.
    wanted = expires_at.astimezone(UTC)
    wanted = wanted if row.panel.closes_at is None else min(wanted, row.panel.closes_at)
    if wanted <= row.expires_at or wanted <= now:
        ends = write_deadline(row.expires_at, find_zone(row.organization))
        raise InvitationRefused(f"That is no more time: the link works until {ends}, the panel may close before.")
    row.expires_at = wanted
    if not any(consented for _, consented in moments):
        row.kept_until = wanted + timedelta(days=row.retention_days)
    row.save(update_fields=["expires_at", "kept_until"])
    invitation.expires_at, invitation.kept_until = row.expires_at, row.kept_until


def find_invitation(token: str) -> InterviewPanelCandidate | None:
    """The invitation a token belongs to, whatever its state; None for anything that is no token of ours."""
    if len(token) != TOKEN_LENGTH:
        return None
    return (
        InterviewPanelCandidate.objects.select_related("panel", "candidate", "organization")
        .filter(token_hash=hash_token(token))
        .first()
    )


@transaction.atomic
def revoke_invitation(*, invitation: InterviewPanelCandidate, now: datetime) -> None:
    """Effects: the link is refused from now on, a session not yet begun is over, an open socket is closed."""
    InterviewPanelCandidate.objects.filter(pk=invitation.pk, revoked_at__isnull=True).update(revoked_at=now)
    sessions = InterviewSession.objects.filter(invitation=invitation)
    sessions.filter(status=SessionStatus.PENDING).update(
        status=SessionStatus.REVOKED, ended_at=now, end_reason="revoked"
    )
    for session in sessions:
        tell_sockets(session, {"type": "session.revoked"})


@transaction.atomic
def reissue_invitation(*, invitation: InterviewPanelCandidate, now: datetime, hours: int | None = None) -> None:
    """Give the invitation a new link: for one that has expired, was revoked, or got into the wrong hands.

    Effects: the former link opens nothing any more, the new one ends after `hours` (INTERVIEW_LINK_HOURS by default),
    a revocation is taken back, and an open socket is closed: an interview that has begun is interrupted, and goes on by
    the new link. `invitation` has the new values afterwards. Raises InvitationRefused if the interview was held, if
    nobody can be invited to the panel now, or if the candidate has withdrawn: that is not for others to take back.
    """
    row = InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    check_can_invite(panel=row.panel, candidate=row.candidate, now=now)
    if has_withdrawn_by_link(row.pk):
        raise InvitationRefused("The candidate has withdrawn. To invite them again, make a new invitation.")
    held = (SessionStatus.COMPLETED, SessionStatus.ABANDONED)
    if InterviewSession.objects.filter(invitation=row, status__in=held).exists():
        raise InvitationRefused("The interview of this link is over, and a link holds one. Make a new invitation.")
    row.token_version += 1
    row.token_hash = hash_token(make_token(row))
    row.expires_at = _find_expiry(row.panel, now, hours)
    row.revoked_at = None
    if not InterviewSession.objects.filter(invitation=row, consented_at__isnull=False).exists():
        _promise_retention(row)  # nobody has agreed to other days yet
    changed = ("token_version", "token_hash", "expires_at", "revoked_at", *PROMISED)
    row.save(update_fields=changed)
    make_pins([row])
    for name in changed:
        setattr(invitation, name, getattr(row, name))
    sessions = InterviewSession.objects.filter(invitation=row)
    for session in sessions.filter(status__in=sorted(LIVE)):
        interrupt_session(session_id=session.pk, epoch=None, now=now)
    # The old link's connection can change nothing, even if the hint is lost.
    sessions.filter(epoch__gt=0).update(epoch=F("epoch") + 1)
    for session in sessions:
        tell_sockets(session, {"type": "session.revoked"})
