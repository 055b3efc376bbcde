"""A row that is changed on its page is locked before it is read, and only what the page shows of it is written.

So nothing that others change meanwhile is put back: a state that has its own buttons, or a number that interviews count
up; and a row that was erased meanwhile is gone, and not made anew. Of what the page shows, the page brings what it was
when it was opened: who saves over somebody else's change is told of it first. For rows that are changed elsewhere, too.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

SEEN = "row_seen"  # what the page brings, in parts/reason.html
MEANWHILE = (
    "Somebody has changed this since you opened the page: {names}. What you wrote is kept below. Look at theirs in "
    "another tab, then save again if yours is to stand in its place."
)


def describe_seen(row: Any, names: Iterable[str]) -> str:
    """A short sign of each column's value: two are the same if nobody has changed it."""
    shown = set(names)
    columns = [field for field in row._meta.concrete_fields if field.name in shown]
    signs = {one.name: hashlib.sha256(repr(one.value_from_object(row)).encode()).hexdigest()[:12] for one in columns}
    return json.dumps(signs, sort_keys=True)


class SeenRules:
    """Before a form of a row: the row as it stands in the database now, held against what the page has shown."""

    written_besides: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        self.row_seen = describe_seen(form.instance, [*form.fields, *self.written_besides]) if form.instance.pk else ""

    def clean(self) -> Any:
        data = super().clean()  # type: ignore[misc]
        form: Any = self
        if changed := self._list_changed(form.data.get(SEEN, "")):
            columns = form.instance._meta
            form.add_error(
                None, MEANWHILE.format(names=", ".join(columns.get_field(one).verbose_name for one in changed))
            )
        return data

    def _list_changed(self, brought: str) -> list[str]:
        """Columns whose sign is another by now; none where the page brings nothing, as a page from before does."""
        try:
            seen = json.loads(brought) if brought else None
        except ValueError:
            seen = None
        now = json.loads(self.row_seen or "{}")
        return [name for name, sign in now.items() if seen.get(name, sign) != sign] if isinstance(seen, dict) else []


class LockedRow:
    """Stands before an admin class. `written_besides`: columns that its form fills in under other names."""

    model: Any
    written_besides: ClassVar[tuple[str, ...]] = ()
    tells_meanwhile = True  # False where the page has a way of its own

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        parent: Any = super()
        form = parent.get_form(request, obj, change=change, **kwargs)
        if obj is None or not self.tells_meanwhile:
            return form
        asking: Any = type(form.__name__, (SeenRules, form), {"written_besides": self.written_besides})
        asking.base_fields = form.base_fields  # as they were prepared: a new class would make them from the model again
        return asking

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
