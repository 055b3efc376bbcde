"""Who belongs to an organization. Called by the admin and by `manage.py seed_demo`.

A membership gives the user the group of its role, whose permissions open the admin; in which organization they count
is decided by the membership (organizations/selectors.py).
"""

from django.contrib.auth.models import Group
from django.db import transaction

from authentication.domain.roles import SUPERADMIN
from authentication.models import User
from organizations.models import Membership, Organization


class RoleMissing(Exception):
    """The role has no group yet: `manage.py create_roles` has not run."""


@transaction.atomic
def add_member(organization: Organization, user: User, role: str) -> Membership:
    """Make the user a member with this role, or change the role of one who is.

    Effects: the membership, the group of the role (that of the former role goes, unless another membership needs it),
    and the user may sign in to the admin. Raises RoleMissing.
    """
    membership, is_new = Membership.objects.get_or_create(
        organization=organization, user=user, defaults={"role": Membership.Role(role)}
    )
    if not is_new and membership.role != role:
        membership.role = Membership.Role(role)
        membership.save(update_fields=["role"])
    _match_groups(user)
    return membership


def add_member_by_email(organization: Organization, email: str, role: str) -> Membership:
    """As add_member; who is not known yet becomes a user without a password, which a superadmin sets.

    Raises RoleMissing.
    """
    with transaction.atomic():
        user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
        return add_member(organization, user, role)


@transaction.atomic
def remove_member(organization: Organization, user: User) -> None:
    """Effects: the membership goes, and what no other membership needs: the role's group, the way into the admin."""
    Membership.objects.filter(organization=organization, user=user).delete()
    _match_groups(user)


def _match_groups(user: User) -> None:
    held = set(Membership.objects.filter(user=user).values_list("role", flat=True))
    groups = {group.name: group for group in Group.objects.filter(name__in=[*Membership.Role.values, SUPERADMIN])}
    if missing := held - groups.keys():
        raise RoleMissing(f"There is no group “{min(missing)}” yet. Run `manage.py create_roles` first.")
    user.groups.remove(*(groups[role] for role in Membership.Role.values if role in groups and role not in held))
    user.groups.add(*(groups[role] for role in held))
    is_staff = bool(held) or user.is_superuser or user.groups.filter(name=SUPERADMIN).exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
