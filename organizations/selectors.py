"""Which organizations a user reaches, and with which permission. Called by the admin of every app."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, Value, When

from authentication.domain.roles import ROLES, SUPERADMIN, list_roles_with
from authentication.models import User
from authentication.selectors import is_superadmin
from organizations.models import Candidate, Change, Membership, Organization, WebhookDelivery, WebhookEndpoint


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


def mark_overseen(members: QuerySet[Membership], reach: Reach) -> QuerySet[Any]:
    """Adds `is_overseen`: whether the member's account is the reader's to look after. It is where the reader
    administers every organization that the person belongs to, and the person is no superadmin: when they last signed
    in, ending their sign-ins, and their links to set a password concern those others as well.
    """
    superadmins = User.groups.through.objects.filter(user=OuterRef("user"), group__name=SUPERADMIN)
    is_own = Q(~Exists(superadmins), user__is_superuser=False)
    if not reach.sees_all:
        administered = reach.list_organizations("organizations.change_membership")
        others = Membership.objects.filter(user=OuterRef("user")).exclude(organization__in=administered)
        is_own &= Q(~Exists(others))
    return members.annotate(is_overseen=Case(When(is_own, then=Value(True)), default=Value(False)))


def may_oversee(reach: Reach, membership: Membership) -> bool:
    return mark_overseen(Membership.objects.filter(pk=membership.pk), reach).filter(is_overseen=True).exists()


def may_make_password_link(reach: Reach, membership: Membership) -> bool:
    """Whether the user may hand a link to set a password to this member: to who has none yet, and of whom nothing is
    reached by it that the user does not administer.
    """
    user = membership.user
    return not user.has_usable_password() and user.is_active and may_oversee(reach, membership)


def list_kinds(reach: Reach) -> set[str]:
    """The kinds of rows, as `app.model`, whose history the user reads anywhere."""
    roles = {SUPERADMIN} if reach.sees_all else set(reach.roles.values())
    return {kind for role in roles for kind in _list_kinds_of(role)}


HidingRule = Callable[[QuerySet[Change], int | None, Reach], QuerySet[Change]]
_hiding_rules: dict[str, HidingRule] = {}


def add_hiding_rule(name: str, rule: HidingRule) -> None:
    """An app above this one says, as it starts, which lines a user may not read yet. The same name replaces a rule."""
    _hiding_rules[name] = rule


def leave_out_hidden(lines: QuerySet[Change], user_id: int | None, reach: Reach) -> QuerySet[Change]:
    """Of lines that the user may read otherwise, those that no app keeps from them. Asked for every page and file."""
    for rule in _hiding_rules.values():
        lines = rule(lines, user_id, reach)
    return lines


BlindRule = Callable[[UUID, int, Reach], bool]
_blind_rules: dict[str, BlindRule] = {}


def add_blind_rule(name: str, rule: BlindRule) -> None:
    """An app above this one says, as it starts, of which invitations a user may not read yet what came of them. The
    same name replaces a rule."""
    _blind_rules[name] = rule


def may_read_sent(delivery: WebhookDelivery, user_id: int | None, reach: Reach) -> bool:
    """Whether no app keeps from the user what this event says and what was answered. At most a query of each app.

    None is another system: it reads what such systems are sent anyway.
    """
    about = delivery.about
    if about is None or user_id is None:
        return True
    return not any(is_blind(about, user_id, reach) for is_blind in _blind_rules.values())


def cut_changes(lines: QuerySet[Change], user_id: int | None, reach: Reach) -> QuerySet[Change]:
    """The lines that the user may read: of each organization, about rows that the role there may see."""
    if reach.sees_all:
        return lines
    is_read = Q(pk__in=())
    for role in set(reach.roles.values()):
        owners = [pk for pk, own in reach.roles.items() if own == role]
        is_read |= Q(organization__in=owners, subject_type__in=sorted(_list_kinds_of(role)))
    return leave_out_hidden(lines.filter(is_read), user_id, reach)


def _list_kinds_of(role: str) -> set[str]:
    """None for who may not read the history at all."""
    kinds = {kind for kind, actions in ROLES[role].items() if "view" in actions}
    return kinds if Change._meta.label_lower in kinds else set()


def list_changes_of(row: Model, user_id: int | None, reach: Reach) -> QuerySet[Change]:
    """The history of one row, the newest line first. Whoever asks has been found to see the row."""
    lines = Change.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
    return leave_out_hidden(lines, user_id, reach).select_related("actor").order_by("-at", "-pk")


def list_lost_endpoints(rows: QuerySet[WebhookEndpoint]) -> QuerySet[WebhookEndpoint]:
    """Endpoints of an organization that were switched off because the other system failed."""
    because = (WebhookEndpoint.Because.GONE, WebhookEndpoint.Because.FAILING)
    return rows.filter(subject=None, disabled_because__in=because)


def find_zone(organization: Organization | None) -> ZoneInfo:
    """The organization's time zone; UTC where there is none, or this machine does not know it."""
    return _read_zone(organization.time_zone) if organization else ZoneInfo("UTC")


def find_candidate_zone(candidate: Candidate, organization: Organization) -> ZoneInfo:
    """The candidate's own, or the organization's."""
    return _read_zone(candidate.time_zone) if candidate.time_zone else find_zone(organization)


def _read_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
