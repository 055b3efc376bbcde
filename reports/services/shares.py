"""Shared reports: links made, shown again, found, counted and revoked. Called by the admin and views/shares.py.

A token is an HMAC-SHA256 (256 bits) over the share's uuid with SECRET_KEY, as candidates' links are: it can be copied
again by who made it, and a copied database opens nothing. Nobody guesses 256 bits, so that nothing counts the attempts.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from authentication.models import User
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.blind_ratings import may_see_scores
from interviewpanel.selectors.withdrawals import has_withdrawn
from interviewpanel.services.events import lock_session
from interviewpanel.services.invitations import TOKEN_LENGTH, hash_token, sign_link
from reports.domain.shares import Ending, find_end, name_ending
from reports.models import InterviewReport, ReportShare


class ShareRefused(Exception):
    """The report cannot be shared; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a link shows and for how long."""

    purpose: str
    days: int
    includes_names: bool = True
    includes_audio: bool = False


def make_share_token(share: ReportShare) -> str:
    return sign_link(f"report-share:{share.uuid}")


def share_url(share: ReportShare) -> str:
    return f"{settings.PUBLIC_URL}/share/{make_share_token(share)}/"


@transaction.atomic
def make_share(*, session: InterviewSession, terms: Terms, created_by: User, now: datetime) -> ReportShare:
    """Make a link to the report of an interview. Nothing is sent: who made it hands it on.

    The interview is locked meanwhile, so that erasing it takes away every share that is made. Raises ShareRefused
    without a purpose, for a time that no link may last, without a report that is made, for a candidate who has
    withdrawn or was erased, and for who is to rate before seeing scores.
    """
    if not terms.purpose.strip():
        raise ShareRefused("Say who reads it and what for.")
    try:
        expires_at = find_end(now, terms.days)
    except ValueError as error:
        raise ShareRefused(str(error)) from error
    session = lock_session(session.pk)
    check_can_share(session, created_by)
    share = ReportShare(
        uuid=uuid.uuid4(),
        organization_id=session.organization_id,
        session=session,
        purpose=terms.purpose.strip(),
        includes_names=terms.includes_names,
        includes_audio=terms.includes_audio,
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
    )
    share.token_hash = hash_token(make_share_token(share))
    share.save()
    return share


def check_can_share(session: InterviewSession, person: User) -> None:
    """Raises ShareRefused where there is no report that this person may hand on."""
    if session.invitation.erased_at is not None:
        raise ShareRefused("This interview was erased, and its report with it.")
    if has_withdrawn(session):
        raise ShareRefused("The candidate has withdrawn; the report is handed on to nobody.")
    if not may_see_scores(person, session):
        raise ShareRefused("Rate the interview yourself first; then its scores are shown, and can be shared.")
    report = InterviewReport.objects.filter(session=session).defer("document").first()
    if report is None or report.made_at is None:
        raise ShareRefused("The report is not made yet. Share it when it is.")


def find_share(token: str) -> ReportShare | None:
    """The share a token belongs to, whatever its state; None for anything that is no token of ours."""
    if len(token) != TOKEN_LENGTH:
        return None
    rows = ReportShare.objects.select_related("organization", "created_by", "session__invitation__candidate")
    return rows.filter(token_hash=hash_token(token), session__invitation__erased_at__isnull=True).first()


def find_ending(share: ReportShare, now: datetime) -> Ending:
    """Why it opens nothing; empty while it opens. A withdrawal counts from the moment it is stored."""
    return name_ending(
        expires_at=share.expires_at,
        revoked_at=share.revoked_at,
        has_withdrawn=has_withdrawn(share.session),
        now=now,
    )


def count_opening(*, share: ReportShare, now: datetime) -> None:
    """Effects: one opening more, and when it was. Not who: whoever has the link is let in."""
    ReportShare.objects.filter(pk=share.pk).update(opened_count=F("opened_count") + 1, last_opened_at=now)


def revoke_share(*, share: ReportShare, now: datetime) -> bool:
    """Effects: the link opens nothing from now on. False where it was revoked before, or is over."""
    rows = ReportShare.objects.filter(pk=share.pk, revoked_at__isnull=True, expires_at__gt=now)
    return bool(rows.update(revoked_at=now))
