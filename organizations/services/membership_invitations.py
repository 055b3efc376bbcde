"""Inviting somebody to an organization: asked for, made anew, revoked. Accepting is joining.py.

Called by the admin; `end_invitations` by members.py, `end_sent_invitations` where a user is deactivated. Nothing here
asks whether the address has an account, so that nobody learns it. The link is an HMAC of the row's uuid and version;
the row holds its hash only.
"""

import base64
import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac

from authentication.models import User
from organizations.models import Change, Membership, MembershipInvitation, Organization
from organizations.services.history import Author, record_change
from organizations.services.locks import lock_organizations
from organizations.services.staff_mail_queue import queue_invitation

LIFETIME = timedelta(days=7)
Action = Change.Action


class InvitationRefused(Exception):
    """This address cannot be invited, or this invitation is over; the message says why and what to do."""


def make_token(invitation: MembershipInvitation) -> str:
    value = f"{invitation.uuid}:{invitation.token_version}"
    digest = salted_hmac("organizations.membership_invitation", value, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_invitation_link(invitation: MembershipInvitation) -> str:
    """The whole address. It goes to whoever is invited, and to nobody else."""
    return f"{settings.PUBLIC_URL}{reverse('staff_invitation_link', args=[make_token(invitation)])}"


@transaction.atomic
def invite_member(organization: Organization, email: str, role: str, *, author: Author) -> MembershipInvitation:
    """Effects: the invitation, a line in the history, and where this site sends e-mail, an e-mail with the link.

    Raises InvitationRefused for who is a member already, or invited already: both stand on the members' page.
    """
    lock_organizations([organization.pk])
    address = email.strip().lower()
    if Membership.objects.filter(organization=organization, user__email__iexact=address).exists():
        raise InvitationRefused("This person is a member already. Change the role on the member's page.")
    if _list_pending(organization).filter(email=address).exists():
        raise InvitationRefused("This address is invited already. Make a new link on the invitation's page.")
    invitation = MembershipInvitation(
        organization=organization,
        email=address,
        role=Membership.Role(role),
        invited_by=author.user,
        expires_at=author.now + LIFETIME,
    )
    invitation.token_hash = hash_token(make_token(invitation))
    invitation.save(force_insert=True)
    _record(invitation, Action.ADDED, author, f"Invited as {invitation.get_role_display()}.")
    queue_invitation(invitation, author.now)
    return invitation


@transaction.atomic
def renew_invitation(invitation: MembershipInvitation, *, author: Author) -> MembershipInvitation:
    """Effects: a new link for another seven days, the one before opens nothing any more; a line in the history; an
    e-mail. Raises InvitationRefused."""
    row = _lock_pending(invitation)
    row.token_version += 1
    row.token_hash = hash_token(make_token(row))
    row.expires_at = author.now + LIFETIME
    row.save(update_fields=["token_version", "token_hash", "expires_at"])
    _record(row, Action.CHANGED, author, "A new link was made.")
    queue_invitation(row, author.now)
    return row


@transaction.atomic
def withdraw_invitation(invitation: MembershipInvitation, *, author: Author) -> None:
    """Effects: its link opens nothing any more; a line in the history. Raises InvitationRefused."""
    _withdraw(_lock_pending(invitation), author)


@transaction.atomic
def end_sent_invitations(user: User, *, author: Author) -> None:
    """Effects: what the user has sent out in any organization and nobody has accepted yet is revoked."""
    sent = MembershipInvitation.objects.filter(invited_by=user, accepted_at=None, withdrawn_at=None)
    lock_organizations(set(sent.values_list("organization_id", flat=True)))
    for row in sent.select_for_update().order_by("pk"):
        _withdraw(row, author)


def end_invitations(organization: Organization, user: User, *, author: Author, also_own: bool) -> None:
    """Effects: what the user has sent out there and nobody has accepted yet is revoked: who is sent away does not
    come back by a link of their own making. `also_own`: and what was sent to them.

    In the transaction of the caller, who has locked the organization.
    """
    theirs = Q(invited_by=user) | (Q(email=user.email.lower()) if also_own else Q(pk__in=()))
    for row in _list_pending(organization).filter(theirs).select_for_update().order_by("pk"):
        _withdraw(row, author)


def _list_pending(organization: Organization) -> QuerySet[MembershipInvitation]:
    return MembershipInvitation.objects.filter(
        organization=organization, accepted_at__isnull=True, withdrawn_at__isnull=True
    )


def _lock_pending(invitation: MembershipInvitation) -> MembershipInvitation:
    lock_organizations([invitation.organization_id])
    row = MembershipInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not row.is_pending:
        raise InvitationRefused("This invitation is over: it was accepted or revoked. Invite the person anew.")
    return row


def _withdraw(row: MembershipInvitation, author: Author) -> None:
    row.withdrawn_at = author.now
    row.save(update_fields=["withdrawn_at"])
    _record(row, Action.CHANGED, author, "Revoked.")


def _record(invitation: MembershipInvitation, action: Change.Action, author: Author, message: str) -> None:
    record_change(
        row=invitation,
        action=action,
        organization_id=invitation.organization_id,
        actor=author.user,
        now=author.now,
        message=message,
        reason=author.reason,
    )
