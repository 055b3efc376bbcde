"""Which organizations a user reaches, and with which permission. Called by the admin of every app."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet

from authentication.domain.roles import list_roles_with
from authentication.models import User
from authentication.selectors import is_superadmin
from organizations.models import Change, Membership


@dataclass(frozen=True)
class Reach:
    """What a user sees: everything, or the organizations of `roles` (organization id → the user's role there)."""

    sees_all: bool
    roles: Mapping[int, str]

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
    return Reach(False, dict(Membership.objects.filter(user=user).values_list("organization_id", "role")))


def list_changes_of(row: Model) -> QuerySet[Change]:
    """The history of one row, the newest line first. Whoever asks has been found to see the row."""
    lines = Change.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
    return lines.select_related("actor").order_by("-at", "-pk")
