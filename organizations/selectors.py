"""Which organizations a user reaches, and with which permission. Called by the admin of every app."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from authentication.domain.roles import ROLES, SUPERADMIN, list_roles_with
from authentication.models import User
from authentication.selectors import is_superadmin
from organizations.models import Change, Membership, Organization


@dataclass(frozen=True)
class Reach:
    """What a user sees: everything, or the organizations of `roles` (organization id → the user's role there).
    `zone` is the time zone of the one organization that is reached, else UTC."""

    sees_all: bool
    roles: Mapping[int, str]
    zone: ZoneInfo = field(default_factory=lambda: find_zone(None))

    @property
    def is_one(self) -> bool:
        """Whether there is only one organization whose rows are seen."""
        return not self.sees_all and len(self.roles) == 1

    def list_organizations(self, permission: str) -> list[int]:
        """The organizations whose role gives the permission (`app.action_model`); meaningless where `sees_all`."""
        allowed = list_roles_with(permission)
        return [organization_id for organization_id, role in self.roles.items() if role in allowed]

    def may(self, permission: str, organization_id: int | None) -> bool:
        """Whether the user's role in this organization gives the permission. Without one the row is everybody's."""
        if self.sees_all:
            return True
        return organization_id is not None and organization_id in self.list_organizations(permission)


def load_reach(user: AbstractBaseUser | AnonymousUser) -> Reach:
    """Two queries; none for a superuser or for nobody."""
    if not isinstance(user, User):
        return Reach(sees_all=False, roles={})
    if is_superadmin(user):
        return Reach(sees_all=True, roles={})
    own = list(Membership.objects.filter(user=user).select_related("organization"))
    zone = find_zone(own[0].organization if len(own) == 1 else None)
    return Reach(False, {one.organization_id: one.role for one in own}, zone)


def may_make_password_link(reach: Reach, membership: Membership) -> bool:
    """Whether the user may hand a link to set a password to this member: to who has none yet, and of whom nothing is
    reached by it that the user does not administer. For other organizations' sake: the link opens those as well.
    """
    user = membership.user
    if user.has_usable_password() or not user.is_active or user.is_superuser or user.groups.filter(name=SUPERADMIN):
        return False
    owners = Membership.objects.filter(user=user).values_list("organization_id", flat=True)
    return all(reach.may("organizations.change_membership", pk) for pk in owners)


def list_kinds(reach: Reach) -> set[str]:
    """The kinds of rows, as `app.model`, whose history the user reads anywhere."""
    roles = {SUPERADMIN} if reach.sees_all else set(reach.roles.values())
    return {kind for role in roles for kind in _list_kinds_of(role)}


def cut_changes(lines: QuerySet[Change], reach: Reach) -> QuerySet[Change]:
    """The lines that the user may read: of each organization, about rows that the role there may see."""
    if reach.sees_all:
        return lines
    is_read = Q(pk__in=())
    for role in set(reach.roles.values()):
        owners = [pk for pk, own in reach.roles.items() if own == role]
        is_read |= Q(organization__in=owners, subject_type__in=sorted(_list_kinds_of(role)))
    return lines.filter(is_read)


def _list_kinds_of(role: str) -> set[str]:
    """None for who may not read the history at all."""
    kinds = {kind for kind, actions in ROLES[role].items() if "view" in actions}
    return kinds if Change._meta.label_lower in kinds else set()


def list_changes_of(row: Model) -> QuerySet[Change]:
    """The history of one row, the newest line first. Whoever asks has been found to see the row."""
    lines = Change.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
    return lines.select_related("actor").order_by("-at", "-pk")


def find_zone(organization: Organization | None) -> ZoneInfo:
    """The organization's time zone; UTC where there is none, or this machine does not know it."""
    try:
        return ZoneInfo(organization.time_zone if organization else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
