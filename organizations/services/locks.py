"""Taking turns. Called by the services of members and of their invitations."""

from collections.abc import Iterable

from organizations.models import Organization


def lock_organizations(pks: Iterable[int]) -> None:
    """Until the caller's transaction ends: two administrators who demote each other at once take turns.

    Several in one order, so that two who lock the same do not wait for each other.
    """
    list(Organization.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
