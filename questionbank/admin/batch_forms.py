"""What somebody fills in to have questions written: a row for each place with a number for each difficulty, and how.

Read from the request by `read_grid`; the rest is a form. What is wrong is told by domain/batches.py, at its row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.http import QueryDict

from organizations.admin.themed_forms import theme_fields
from questionbank.domain.bank_format import DIFFICULTIES
from questionbank.domain.batches import MOST_OF_A_ROW, MOST_ROWS, MOST_WISHES, BatchFault, BatchRow, BatchWish
from questionbank.models import Question

PLACE = ("category", "topic", "subtopic")
ROWS_AT_FIRST = 3
NUMBER_WANTED = f"Write a number from 0 to {MOST_OF_A_ROW}."


class BatchForm(forms.Form):
    """How the questions are to be; whose they are, where that is not clear."""

    organization = forms.ChoiceField(label="For")
    kinds = forms.MultipleChoiceField(
        label="Kinds",
        choices=Question.Kind.choices,
        initial=["technical"],
        widget=forms.CheckboxSelectMultiple,
        help_text="Several are taken in turn, question by question.",
    )
    language = forms.CharField(label="Language", max_length=8, initial="en", help_text="A code such as en or de.")
    wishes = forms.CharField(
        label="Remarks for the model",
        required=False,
        max_length=MOST_WISHES,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What the questions should look at, and what there are enough of.",
    )
    use_cache = forms.BooleanField(
        label="Take questions from the cache where a wish is the same or much alike",
        required=False,
        initial=True,
    )

    def __init__(self, owners: Sequence[tuple[str, str]], *args: Any, is_cache_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization = self.fields["organization"]
        assert isinstance(organization, forms.ChoiceField)
        organization.choices = owners
        if len(owners) == 1:
            organization.widget = forms.HiddenInput()
            organization.initial = owners[0][0]
        if not is_cache_on:
            del self.fields["use_cache"]
        theme_fields(self.fields)


@dataclass(frozen=True)
class GridRow:
    """A row as it was typed; `counts` by difficulty."""

    place: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(PLACE, ""))
    counts: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(DIFFICULTIES, ""))
    errors: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any((*self.place.values(), *self.counts.values()))


def read_grid(data: QueryDict) -> list[GridRow]:
    """The rows in which something is typed; one more than are allowed is enough to be refused."""
    columns = {name: data.getlist(name) for name in (*PLACE, *DIFFICULTIES)}
    count = min(max(map(len, columns.values()), default=0), 4 * MOST_ROWS)
    cell = {
        (name, number): (values[number] if number < len(values) else "").strip()
        for name, values in columns.items()
        for number in range(count)
    }
    rows = [
        GridRow({name: cell[name, number] for name in PLACE}, {name: cell[name, number] for name in DIFFICULTIES})
        for number in range(count)
    ]
    return [row for row in rows if not row.is_empty]


def make_wish(grid: Sequence[GridRow], data: Mapping[str, Any]) -> tuple[BatchWish, list[int], list[GridRow]]:
    """What is asked for; to which row of the grid each of its rows belongs; the grid with what is no number."""
    rows: list[BatchRow] = []
    belongs: list[int] = []
    checked = list(grid)
    for place, row in enumerate(grid):
        for difficulty, text in row.counts.items():
            if text and not (text.isascii() and text.isdecimal() and len(text) < 4):
                checked[place] = replace(row, errors=(NUMBER_WANTED,))
            elif text and int(text):
                category, topic, subtopic = (row.place[name] for name in PLACE)
                rows.append(BatchRow(category, topic, subtopic, difficulty, int(text)))
                belongs.append(place)
        if not any(row.counts.values()):
            checked[place] = replace(row, errors=("Write how many, at one difficulty or more.",))
    return (
        BatchWish(rows, data["kinds"], data["language"], data["wishes"], bool(data.get("use_cache", True))),
        belongs,
        checked,
    )


def place_faults(
    faults: Iterable[BatchFault], grid: Sequence[GridRow], belongs: Sequence[int]
) -> tuple[list[GridRow], dict[str, list[str]]]:
    """The grid with what is wrong in its rows, and what is wrong elsewhere, by field; "" is the whole."""
    rows = list(grid)
    others: dict[str, list[str]] = {}
    for fault in faults:
        if fault.path[0] == "rows" and len(fault.path) > 1:
            at = belongs[int(fault.path[1])]
            told = f"{str(fault.path[2]).capitalize()}: {fault.message}"
            if told not in rows[at].errors:
                rows[at] = replace(rows[at], errors=(*rows[at].errors, told))
        else:
            others.setdefault("" if fault.path[0] == "rows" else str(fault.path[0]), []).append(fault.message)
    return rows, others
