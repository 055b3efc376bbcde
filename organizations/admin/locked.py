"""A row that is changed on its page is locked before it is read, and only what the page shows of it is written.

So nothing that others change meanwhile is put back: a state that has its own buttons, or a number that interviews count
up; and a row that was erased meanwhile is gone, and not made anew. For rows that are changed elsewhere, too.
"""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest


class LockedRow:
    """Stands before an admin class. `written_besides`: columns that its form fills in under other names."""

    model: Any
    written_besides: ClassVar[tuple[str, ...]] = ()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Django reads the row of a page that is saved in the transaction that saves it."""
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            self._lock(object_id)
        parent: Any = super()
        return parent.get_object(request, object_id, from_field)

    def _lock(self, object_id: str) -> None:
        try:
            key = self.model._meta.pk.to_python(object_id)
        except ValidationError:
            return  # there is no such row, as the page will say
        # Who only points at the row need not wait.
        list(self.model._base_manager.select_for_update(no_key=True).filter(pk=key).values_list("pk", flat=True))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        parent: Any = super()
        if not change:
            parent.save_model(request, obj, form, change)
            return
        parent.check_may_save(request, obj, change)
        obj.save(update_fields=self.list_written(obj, form))

    def list_written(self, obj: Any, form: Any) -> list[str]:
        shown = {*form.fields, *self.written_besides}
        return [field.name for field in obj._meta.concrete_fields if field.name in shown]
