"""What the description of the API says of every view of tenants' rows: which scopes a key needs."""

from typing import Any

from config.api.schema import PlainSchema
from organizations.domain.scopes import list_scopes_with

PEOPLE_ONLY = "For people only: no scope gives it to a key."


def name_scopes(permission: str) -> str:
    """A sentence, for the description and for whoever is refused."""
    scopes = list_scopes_with(permission)
    if not scopes:
        return PEOPLE_ONLY
    names = " or ".join(f"`{one}`" for one in scopes)
    return f"A key needs the scope {names}."


class TenantSchema(PlainSchema):
    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            words = (operation.get("description", ""), name_scopes(self._get_permission()))
            operation["description"] = "\n\n".join(part for part in words if part)
        return operation

    def get_auth(self) -> list[dict[str, Any]]:
        """Without keys where no scope gives it."""
        told: list[dict[str, Any]] = super().get_auth()
        if list_scopes_with(self._get_permission()):
            return told
        return [one for one in told if "apiKey" not in one]

    def _get_permission(self) -> str:
        return str(self.view.permissions.get(self.view.action, ""))
