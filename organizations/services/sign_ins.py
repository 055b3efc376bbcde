"""Sign-ins and passwords in the history: of who belongs to one organization for that one, of others for superadmins.

A sign-in tells when somebody works, and from which network: of who works elsewhere as well, that is no organization's
alone.

Called by the signals of Django's sign-in (apps.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Model

from authentication.models import User
from authentication.selectors import is_superadmin
from organizations.domain.addresses import shorten_address
from organizations.models import Change, Membership
from organizations.services.history import record_changes

# Whoever tries passwords by the thousand fills no table.
MOST_REFUSED_IN_AN_HOUR = 20


def record_sign_in(*, user: User, address: str, now: datetime) -> int:
    """Effects: a line for the user's organization; for who belongs to several or none, one that superadmins read."""
    return _record(user, Change.Action.SIGNED_IN, address, now, actor=user)


def record_refused_sign_in(*, email: str, address: str, now: datetime) -> int:
    """As above, where the address is a user's. Others are not kept: people type passwords into the wrong field."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        return 0
    lines = Change.objects.filter(action=Change.Action.SIGN_IN_REFUSED, at__gt=now - timedelta(hours=1))
    row, _ = _list_subjects(user)[0]
    if lines.filter(subject_type=row._meta.label_lower, subject_id=row.pk).count() >= MOST_REFUSED_IN_AN_HOUR:
        return 0
    return _record(user, Change.Action.SIGN_IN_REFUSED, address, now, actor=None)


def record_password(*, user: User, now: datetime) -> int:
    """They have chosen a password of their own, knowing the former one or by a link. Effects: as of a sign-in."""
    return record_changes(
        rows=_list_subjects(user),
        action=Change.Action.CHANGED,
        actor=user,
        now=now,
        message="Set a password of their own.",
    )


def _record(user: User, action: Change.Action, address: str, now: datetime, actor: User | None) -> int:
    place = shorten_address(address)
    return record_changes(
        rows=_list_subjects(user), action=action, actor=actor, now=now, message=f"From {place}." if place else ""
    )


def _list_subjects(user: User) -> Sequence[tuple[Model, int | None]]:
    memberships = list(Membership.objects.filter(user=user).select_related("user", "organization")[:2])
    if len(memberships) == 1 and not is_superadmin(user):
        return [(memberships[0], memberships[0].organization_id)]
    return [(user, None)]
