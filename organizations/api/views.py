"""Base of every view of organizations' rows: cut to what the caller reaches, each action with its permission."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.db.models import Q, QuerySet
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from organizations.api.callers import KeyHolder, get_reach
from organizations.api.schema import TenantSchema, name_scopes


class TenantViewSet(GenericViewSet):
    """`permissions` names what each action needs; an action without one is nobody's. `tenant_path` leads from a row to
    its organization. What a caller does not reach is not found, whether or not it is there. `seen_by` is the permission
    that shows rows: what may be read and not changed is then refused instead of not found.
    """

    schema = TenantSchema()
    permissions: ClassVar[Mapping[str, str]] = {}
    seen_by = ""
    tenant_path = "organization"
    has_global_rows = False
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        permission = self.permissions.get(self.action or "")
        reach = get_reach(request)
        if permission is None or not (reach.sees_all or reach.list_organizations(permission)):
            raise PermissionDenied(self._explain(request, permission))

    def _explain(self, request: Request, permission: str | None) -> str:
        if permission is None or not isinstance(request.user, KeyHolder):
            return "Your role does not allow it."
        return name_scopes(permission)

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        return self.cut(rows, self.seen_by or self.permissions.get(self.action or "", ""))

    def get_object(self) -> Any:
        row = super().get_object()
        permission = self.permissions.get(self.action or "", "")
        if self.seen_by and permission != self.seen_by:
            self.check_may(permission, self.find_organization_id(row))
        return row

    def lock_object(self) -> Any:
        """The same, until the caller's transaction ends: what is read of it then is not changed by anybody else."""
        found = self.get_object()
        # Locked alone, then read: of a row that was waited for PostgreSQL joins what was there before the wait.
        locked = self.get_queryset().select_for_update(of=("self",), no_key=True).order_by().filter(pk=found.pk)
        list(locked.values_list("pk"))
        return self.get_object()

    def find_organization_id(self, row: Any) -> int | None:
        *steps, last = self.tenant_path.split("__")
        for step in steps:
            row = getattr(row, step)
        return cast("int | None", getattr(row, last if last == "pk" else f"{last}_id"))

    def cut(self, rows: QuerySet[Any], permission: str) -> QuerySet[Any]:
        """The rows for which the caller has this permission."""
        reach = get_reach(self.request)
        if reach.sees_all:
            return rows
        own = Q(**{f"{self.tenant_path}__in": reach.list_organizations(permission)})
        if self.has_global_rows and permission.partition(".")[2].startswith("view_"):
            own |= Q(**{f"{self.tenant_path}__isnull": True})
        return rows.filter(own)

    def check_may(self, permission: str, organization_id: int | None) -> None:
        """Raises PermissionDenied: the row is seen, and this may not be done with it."""
        if not get_reach(self.request).may(permission, organization_id):
            raise PermissionDenied("Your role, or the scopes of your key, do not allow it there.")
