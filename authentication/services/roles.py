"""Makes the role groups. Called by `manage.py create_roles`."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from authentication.domain.roles import ROLES, list_permissions


class PermissionMissing(Exception):
    """A role names a permission that the database does not have."""


@transaction.atomic
def create_roles() -> dict[str, int]:
    """Make or mend the four groups so that each has exactly its permissions. Idempotent.

    Returns the number of permissions by role. Raises PermissionMissing before `migrate` has run.
    """
    known = {
        (one.content_type.app_label, one.codename): one for one in Permission.objects.select_related("content_type")
    }
    counts: dict[str, int] = {}
    for role in ROLES:
        wanted = list_permissions(role)
        missing = wanted - known.keys()
        if missing:
            raise PermissionMissing(
                f"The database lacks {len(missing)} permissions, such as {'.'.join(min(missing))}. "
                "Run `manage.py migrate` first."
            )
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(known[permission] for permission in wanted)
        counts[role] = len(wanted)
    return counts
