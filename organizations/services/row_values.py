"""The values of a row before and after a change, and what the history says of them. Called by admin/recording.py."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.text import capfirst

from organizations.domain.clocks import write_moment
from organizations.domain.differences import Difference, find_changed, make_difference

# Written by the machine beside a change, and no part of it; and what nobody may read there.
UNTOLD = frozenset(
    {
        *("id", "last_login", "sign_ins_version", "updated_at"),
        *("position_key", "experience_key"),
        *("secret", "previous_secret", "previous_secret_until", "last_success_at", "failing_since"),
    }
)


def read_values(row: Model) -> dict[str, Any]:
    """The row's own columns, as they are in memory; without those that were not loaded. No query."""
    deferred = row.get_deferred_fields()
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: _freeze(getattr(row, name)) for name in names if name not in deferred and name not in UNTOLD}


def compare_rows(before: Mapping[str, Any], row: Model) -> list[Difference]:
    """What differs between values that were read before and the row as it is now. A query per changed foreign key."""
    after = read_values(row)
    fields = {field.attname: field for field in row._meta.concrete_fields}
    return [describe_change(fields[name], before[name], after[name]) for name in find_changed(before, after)]


def describe_change(field: "Field[Any, Any]", before: Any, after: Any) -> Difference:
    label = capfirst(str(field.verbose_name))
    return make_difference(field.name, label, show_value(field, before), show_value(field, after))


def show_value(field: "Field[Any, Any]", value: Any) -> str:
    """A column's value in the words of its page: choices by their label, rows by their name, times in UTC."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(field, ForeignKey):
        related = field.related_model._base_manager.filter(**{field.target_field.attname: value}).first()
        return str(related) if related is not None else f"no. {value}"
    labels = [str(label) for choice, label in field.flatchoices if choice == value]
    return labels[0] if labels else show_plain(value)


def show_plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{write_moment(value.astimezone(UTC))} UTC" if timezone.is_aware(value) else str(value)
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return "; ".join(show_plain(one) for one in value)
    return str(value)


def _freeze(value: Any) -> Any:
    """A copy that a form which writes into the row does not change."""
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, dict | list):
        return json.loads(json.dumps(value, default=str))
    return value
