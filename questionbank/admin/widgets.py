"""The fields of the question editor that are more than one input: criteria, lists of lines, weights, what is spoken.

They work without a script: what is there can be changed, moved by its number and removed, and an empty row waits below.
static/questionbank/editor.js adds rows, moves them, and counts while somebody types. Used by question_forms.py.
"""

import math
import re
from typing import Any

from django import forms
from django.utils.text import slugify
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, SELECT_CLASSES, TEXTAREA_CLASSES

from questionbank.domain.bank_format import COMPONENTS
from questionbank.domain.speaking_time import describe_length

CRITERION_FIELDS = ("key", "name", "description", "component", "weight")
LOOKS = {
    "input_classes": " ".join(INPUT_CLASSES),
    "select_classes": " ".join(SELECT_CLASSES),
    "textarea_classes": " ".join(TEXTAREA_CLASSES),
    "checkbox_classes": " ".join(CHECKBOX_CLASSES),
}


def read_number(text: object) -> object:
    """A number, whole where it is; what is none stays as it was written, for the bank's format to refuse."""
    try:
        number = float(str(text).strip().replace(",", "."))
    except ValueError:
        return str(text)
    if not math.isfinite(number):
        return str(text)
    return int(number) if number.is_integer() else number


class SpokenWidget(forms.Textarea):
    """A text, and how long it takes to say."""

    template_name = "questionbank/widgets/spoken.html"

    def __init__(self, attrs: Any = None, *, most_words: int = 0) -> None:
        super().__init__(attrs)
        self.most_words = most_words

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        length = describe_length(str(value or ""), self.most_words)
        return {**super().get_context(name, value, attrs), "length": length, "most_words": self.most_words}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Browsers send the ends of lines as CR LF; the bank keeps LF."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class LinesWidget(forms.Textarea):
    """A list of short texts, one a line, and how many there are."""

    template_name = "questionbank/widgets/lines.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        count = len([line for line in str(value or "").splitlines() if line.strip()])
        return {**super().get_context(name, value, attrs), "count": count}


class LinesField(forms.CharField):
    widget = LinesWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial or "") != self.to_python(data or ""))


class CriteriaWidget(forms.Widget):
    """A row for each criterion. The inputs of a column have one name: the order of the rows is that of the form."""

    template_name = "questionbank/widgets/criteria.html"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.row_errors: dict[int, list[str]] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "CriteriaWidget":
        """Every form has a copy; what is wrong in one is wrong in no other."""
        copy = super().__deepcopy__(memo)
        copy.row_errors = {}
        return copy

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        columns = {field: _read_column(data, f"{name}-{field}") for field in (*CRITERION_FIELDS, "position")}
        removed = set(_read_column(data, f"{name}-remove"))
        count = len(columns["name"])
        rows = [
            {field: column[place] if place < len(column) else "" for field, column in columns.items()}
            for place in range(count)
            if str(place) not in removed
        ]
        numbers = {id(row): read_number(row.pop("position")) for row in rows}
        placed = sorted(
            enumerate(rows), key=lambda one: (_place_of(numbers[id(one[1])], one[0]), one[0])
        )  # a row without a number stays where it is
        return [row for _, row in placed]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-name" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        rows = [row for row in value or [] if isinstance(row, dict)]
        shown = [
            {**row, "number": number, "errors": self.row_errors.get(number - 1, [])}
            for number, row in enumerate(rows, 1)
        ]
        blank = {"component": COMPONENTS[-1], "weight": 1, "number": len(rows) + 1, "is_blank": True}
        context = super().get_context(name, value, attrs)
        return {**context, **LOOKS, "rows": [*shown, blank], "blank": blank, "components": COMPONENTS}


def _read_column(data: Any, name: str) -> list[str]:
    if hasattr(data, "getlist"):
        return list(data.getlist(name))
    value = data.get(name, [])
    return list(value) if isinstance(value, list | tuple) else [value]


def _place_of(number: object, place: int) -> float:
    return float(number) if isinstance(number, int | float) else place + 1


class CriteriaField(forms.Field):
    """A list of criteria as the bank's format has them; rows without name and description are none."""

    widget = CriteriaWidget

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        criteria: list[dict[str, Any]] = []
        for row in value or []:
            name, description = (str(row.get(field, "")).strip() for field in ("name", "description"))
            if not name and not description:
                continue
            criteria.append(
                {
                    "key": _find_key(str(row.get("key", "")).strip(), name, [one["key"] for one in criteria]),
                    "name": name,
                    "description": description,
                    "component": row.get("component", ""),
                    "weight": read_number(row.get("weight", "")),
                }
            )
        return criteria

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Shown again as it was read, so that an error stands at the row that it is about."""
        return initial if self.disabled else self.to_python(data)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


def _find_key(key: str, name: str, taken: list[str]) -> str:
    """The key stays when the name changes: versions are compared by it."""
    base = key or re.sub(r"-+", "_", slugify(name))[:100].strip("_") or "criterion"
    found, number = base, 1
    while found in taken and not key:
        number += 1
        found = f"{base}_{number}"
    return found


class WeightsWidget(forms.Widget):
    """A number for each component; empty ones are left out."""

    template_name = "questionbank/widgets/weights.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        given = {component: str(data.get(f"{name}-{component}", "")).strip() for component in COMPONENTS}
        return {component: read_number(text) for component, text in given.items() if text}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}-{component}" not in data for component in COMPONENTS)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        weights = value if isinstance(value, dict) else {}
        parts = [(component, weights.get(component, "")) for component in COMPONENTS]
        return {**super().get_context(name, value, attrs), **LOOKS, "parts": parts}


class WeightsField(forms.Field):
    widget = WeightsWidget

    def to_python(self, value: Any) -> dict[str, Any]:
        return dict(value or {})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)
