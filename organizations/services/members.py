"""Who belongs to an organization. Called by the admin and by `manage.py seed_demo`.

A membership gives the user the group of its role, whose permissions open the admin; in which organization they count
is decided by the membership (organizations/selectors.py). Every change of a membership is a line of the history.
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from authentication.domain.roles import SUPERADMIN
from authentication.models import User
from authentication.services.passwords import end_password_links
from authentication.services.sessions import sign_out_everywhere
from organizations.domain.differences import make_difference
from organizations.models import Change, Membership, Organization
from organizations.services.history import Author, record_change
from organizations.services.locks import lock_organizations
from organizations.services.membership_invitations import end_invitations

Role = Membership.Role


class RoleMissing(Exception):
    """The role has no group yet: `manage.py create_roles` has not run."""


class MemberRefused(Exception):
    """This cannot be done with this member; the message says why and what to do."""


@transaction.atomic
def add_member(organization: Organization, user: User, role: str, *, author: Author | None = None) -> Membership:
    """Make the user a member with this role, or change the role of one who is.

    Effects: the membership, the group of the role (that of the former role goes, unless another membership needs it),
    the user may sign in to the admin, and a line in the history; whose role is changed is signed out everywhere, and
    invitations that they have sent are revoked.
    Raises RoleMissing; MemberRefused for the last administrator, and for one's own role.
    """
    author = author or Author(None, timezone.now())
    lock_organizations([organization.pk])
    membership, is_new = Membership.objects.get_or_create(
        organization=organization, user=user, defaults={"role": Role(role)}
    )
    before = Role(membership.role)
    if not is_new and before != role:
        _check_not_oneself(membership, author)
        _check_not_last(membership)
        membership.role = Role(role)
        membership.save(update_fields=["role"])
    _match_groups(user)
    if is_new:
        _record(membership, Change.Action.ADDED, author, message=f"Joined as {membership.get_role_display()}.")
    elif before != role:
        _record(membership, Change.Action.CHANGED, author, before=before)
        sign_out_everywhere(user)
        end_invitations(organization, user, author=author, also_own=False)
    return membership


@transaction.atomic
def add_member_by_email(
    organization: Organization, email: str, role: str, *, full_name: str = "", author: Author | None = None
) -> Membership:
    """As add_member; who is not known yet becomes a user without a password, which they set by a link.

    For superadmins: it tells whether there is such a user. Administrators invite (membership_invitations.py). Links
    made before for somebody without a password open nothing any more: another organization may have them.
    Raises RoleMissing; MemberRefused also for who has an account with a password: whoever chose that may have joined by
    another organization's link and not read mail at this address. They accept an invitation.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, full_name=full_name)
    elif user.has_usable_password() and not organization.memberships.filter(user=user).exists():
        raise MemberRefused(f"{email} has an account already. Invite this address: whoever reads mail there accepts.")
    else:
        end_password_links(user)
    return add_member(organization, user, role, author=author)


@transaction.atomic
def remove_member(organization: Organization, user: User, *, author: Author | None = None) -> None:
    """Effects: the membership goes, and what no other membership needs: the role's group, the way into the admin; the
    user is signed out everywhere; invitations to them and from them are revoked; a line in the history.

    Raises MemberRefused for the last administrator and oneself.
    """
    author = author or Author(None, timezone.now())
    lock_organizations([organization.pk])
    membership = Membership.objects.filter(organization=organization, user=user).first()
    if membership is not None:
        _check_not_oneself(membership, author)
        _check_not_last(membership)
        _record(membership, Change.Action.DELETED, author, message=f"Was {membership.get_role_display()}.")
        membership.delete()
        sign_out_everywhere(user)
        end_invitations(organization, user, author=author, also_own=True)
    _match_groups(user)


@transaction.atomic
def check_may_go(users: Iterable[User]) -> None:
    """Before users are deactivated or deleted, all of them, in the caller's transaction: until it ends, nobody else
    takes an administrator away. Raises MemberRefused if an organization would have no administrator.
    """
    going = {user.pk for user in users}
    led = Membership.objects.filter(user__in=going, role=Role.ADMIN, user__is_active=True)
    lock_organizations(set(led.values_list("organization_id", flat=True)))
    for membership in led.select_related("organization", "user").order_by("organization_id", "pk"):
        if not _list_administrators(membership.organization_id).exclude(user__in=going).exists():
            raise MemberRefused(_say_last(membership))


def is_last_administrator(membership: Membership) -> bool:
    if membership.role != Role.ADMIN:
        return False
    return not _list_administrators(membership.organization_id).exclude(pk=membership.pk).exists()


def _list_administrators(organization_id: int) -> QuerySet[Membership]:
    return Membership.objects.filter(organization_id=organization_id, role=Role.ADMIN, user__is_active=True)


def _check_not_last(membership: Membership) -> None:
    if is_last_administrator(membership):
        raise MemberRefused(_say_last(membership))


def _say_last(membership: Membership) -> str:
    return (
        f"{membership.user} is the last administrator of {membership.organization}. "
        "Make somebody else an administrator first."
    )


def _check_not_oneself(membership: Membership, author: Author) -> None:
    if author.user is not None and author.user.pk == membership.user_id:
        raise MemberRefused("Nobody changes or ends their own membership. Ask another administrator.")


def _record(
    membership: Membership,
    action: Change.Action,
    author: Author,
    *,
    message: str = "",
    before: Membership.Role | None = None,
) -> None:
    changed = [make_difference("role", "Role", str(before.label), membership.get_role_display())] if before else []
    record_change(
        row=membership,
        action=action,
        organization_id=membership.organization_id,
        actor=author.user,
        now=author.now,
        message=message,
        differences=changed,
        reason=author.reason,
    )


def _match_groups(user: User) -> None:
    held = set(Membership.objects.filter(user=user).values_list("role", flat=True))
    groups = {group.name: group for group in Group.objects.filter(name__in=[*Role.values, SUPERADMIN])}
    if missing := held - groups.keys():
        raise RoleMissing(f"There is no group “{min(missing)}” yet. Run `manage.py create_roles` first.")
    user.groups.remove(*(groups[role] for role in Role.values if role in groups and role not in held))
    user.groups.add(*(groups[role] for role in held))
    is_staff = bool(held) or user.is_superuser or user.groups.filter(name=SUPERADMIN).exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
