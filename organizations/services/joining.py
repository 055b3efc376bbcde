"""Accepting an invitation to an organization, by its link. Called by door_views.py.

Who has an account signs in and accepts; who has none makes one with the invited address. Nobody accepts what was sent
to another address. A link that is wrong, spent, revoked or over is one and the same: there is no such invitation.
"""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from authentication.models import User
from organizations.models import Change, Membership, MembershipInvitation
from organizations.services.history import Author, record_change
from organizations.services.locks import lock_organizations
from organizations.services.members import add_member


class InvitationOver(Exception):
    """The link opens nothing, or nothing any more."""


class NotInvited(Exception):
    """The invitation is for another address."""


class AccountExists(Exception):
    """The invited address has an account: whoever has it signs in."""


def find_invitation(token_hash: str, now: datetime) -> MembershipInvitation | None:
    """The open invitation whose link's token has this hash."""
    found = MembershipInvitation.objects.filter(token_hash=token_hash).select_related("organization").first()
    return found if found is not None and found.is_open(now) else None


@transaction.atomic
def accept_invitation(*, token_hash: str, user: User, now: datetime) -> Membership:
    """Effects: the user is a member as invited, lines in the history. Who is a member by now stays as they are.

    Raises InvitationOver, NotInvited, RoleMissing.
    """
    invitation = _lock_open(token_hash, now)
    if invitation.email != user.email.lower():
        raise NotInvited("This invitation is for another address.")
    return _accept(invitation, user, now)


@transaction.atomic
def join_as_new(*, token_hash: str, full_name: str, password: str, now: datetime) -> User:
    """Effects: a user with this password, a member as invited; lines in the history.

    Raises InvitationOver, RoleMissing; AccountExists, after as much work as making one.
    """
    invitation = _lock_open(token_hash, now)
    hashed = make_password(password)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise AccountExists
    try:
        with transaction.atomic():
            user = User.objects.create(email=invitation.email, full_name=full_name, password=hashed)
    except IntegrityError:  # another organization's invitation was quicker
        raise AccountExists from None
    _accept(invitation, user, now)
    return User.objects.get(pk=user.pk)


def _lock_open(token_hash: str, now: datetime) -> MembershipInvitation:
    found = find_invitation(token_hash, now)
    if found is None:
        raise InvitationOver
    lock_organizations([found.organization_id])
    found = find_invitation(token_hash, now)  # as it is now that nobody else changes it
    if found is None:
        raise InvitationOver
    return found


def _accept(invitation: MembershipInvitation, user: User, now: datetime) -> Membership:
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    record_change(
        row=invitation,
        action=Change.Action.CHANGED,
        organization_id=invitation.organization_id,
        actor=user,
        now=now,
        message="Accepted.",
    )
    known = Membership.objects.filter(organization=invitation.organization, user=user).first()
    return known or add_member(invitation.organization, user, invitation.role, author=Author(user, now))
