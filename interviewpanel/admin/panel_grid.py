"""The plan as one grid: a row for each subtopic (or whole topic, or category), a column for each difficulty.

The rows are the inline of panels.py; here are their form, its formset, and what the grid's template shows of them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from interviewpanel.domain.panel_plans import (
    MOST_IN_A_CELL,
    MOST_ROWS,
    ROW_ASKS_NOTHING,
    CellState,
    Place,
    PlanRow,
    PlanState,
    PlanWords,
    describe_plan,
    list_place_faults,
)
from interviewpanel.domain.scoring_terms import DIFFICULTIES, Difficulty
from interviewpanel.models import InterviewPanelQuestionDistribution
from interviewpanel.selectors.catalogue import load_catalogue, read_place
from interviewpanel.selectors.panel_plans import BankCounts, check_plan, count_bank
from interviewpanel.services.panels import is_plan_open
from organizations.admin.scope import TenantInline, get_reach

CHOOSE = "Choose from the question bank …"
COUNT_NAMES = tuple(f"{difficulty}_count" for difficulty in DIFFICULTIES)


def make_count_field(name: str) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=0, max_value=MOST_IN_A_CELL, label=name.removesuffix("_count"))


class DistributionForm(forms.ModelForm):
    """A row: its place of the catalogue by key, which stays what it is, its counts and its weight."""

    place = forms.CharField(required=False, max_length=40, label="What to ask on")
    easy_count = make_count_field("easy_count")
    medium_count = make_count_field("medium_count")
    hard_count = make_count_field("hard_count")

    class Meta:
        model = InterviewPanelQuestionDistribution
        fields = ("weightage",)
        labels = {"weightage": "weight"}

    def __init__(self, *args: Any, catalogue: Mapping[str, Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue = catalogue
        if self.instance.pk:
            self.fields["place"].disabled = True
            self.initial["place"] = read_place(self.instance).key
        for name in COUNT_NAMES:
            # A row that nobody has filled in is empty, and not three noughts.
            self.initial[name] = getattr(self.instance, name) or None

    def has_changed(self) -> bool:
        """A new row is one as soon as it has a place or a count."""
        if self.instance.pk:
            return super().has_changed()
        return any(self[name].data not in (None, "", "0") for name in ("place", *COUNT_NAMES))

    def find_place(self) -> Place | None:
        """As stored, or as it is chosen on the page."""
        if self.instance.pk:
            return read_place(self.instance)
        return self.catalogue.get(str(self["place"].value() or ""))

    def read_counts(self) -> dict[Difficulty, int]:
        """As on the page, whatever is wrong with it; else as stored."""
        values = {one: self[name].value() if self.is_bound and name in self.fields else getattr(self.instance, name)
                  for one, name in zip(DIFFICULTIES, COUNT_NAMES, strict=True)}  # fmt: skip
        return {one: read_count(value) for one, value in values.items()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        place = self.find_place()
        if place is None:
            self.add_error("place", "Choose what to ask on: a subtopic, or a whole topic or category.")
            return data
        if not self.instance.pk:
            self.instance.category_id, self.instance.topic_id, self.instance.subtopic_id = (
                place.get_id(level) for level in ("category", "topic", "subtopic")
            )
        for name in COUNT_NAMES:
            if name in data:
                data[name] = data[name] or 0
        if not self.errors and not any(data[name] for name in COUNT_NAMES):
            self.add_error("place", ROW_ASKS_NOTHING)
        return data


def read_count(value: object) -> int:
    """0 for what is no number; never more than a cell may have."""
    try:
        return min(max(int(str(value)), 0), MOST_IN_A_CELL)
    except ValueError:
        return 0


class DistributionFormSet(forms.BaseInlineFormSet):
    """`organization_ids`: whose catalogues there are to choose from, beside the global one; None: all."""

    organization_ids: Collection[int] | None = ()

    @cached_property
    def catalogue(self) -> dict[str, Place]:
        return load_catalogue(self.organization_ids)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "catalogue": self.catalogue}

    @property
    def rows(self) -> list["DistributionForm"]:
        return cast("list[DistributionForm]", self.forms)

    def clean(self) -> None:
        """Whoever works for two organizations must not mix their catalogues; and nothing is asked by two rows."""
        super().clean()
        usable = load_catalogue([self.instance.organization_id] if self.instance.organization_id else ())
        seen: set[str] = set()
        for form in self.rows:
            place = form.find_place()
            if place is None or is_removed(self, form) or not (form.has_changed() or form.instance.pk):
                continue
            for fault in list_place_faults(place, usable, seen):
                form.add_error("place", fault)
            seen.add(place.key)


class PlanInline(TenantInline, TabularInline):
    model = InterviewPanelQuestionDistribution
    form = DistributionForm
    formset = DistributionFormSet
    template = "admin/interviewpanel/interviewpanel/plan.html"
    fields = ("place", *COUNT_NAMES, "weightage")
    extra = 2  # for whoever has no scripts
    max_num = MOST_ROWS
    verbose_name_plural = "questions to ask"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("category", "topic", "subtopic__topic")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        reach = get_reach(request)
        if obj is not None:
            formset.organization_ids = (obj.organization_id,)
        else:
            formset.organization_ids = None if reach.sees_all else tuple(reach.roles)
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the panel may see what it asks."""
        return True

    def is_open(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the plan may be changed; asked once a request."""
        if obj is None:
            return True
        known = getattr(request, "_open_plans", {})
        if obj.pk not in known:
            known[obj.pk] = is_plan_open(obj)
            setattr(request, "_open_plans", known)  # noqa: B010 - the request is Django's, the name is ours
        return bool(known[obj.pk])

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self.is_open(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_open(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_open(request, obj)


# --- What the template shows ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GridCell:
    name: str
    state: CellState
    field: Any  # None where it is only read


@dataclass(frozen=True)
class GridRow:
    form: DistributionForm
    place: Place
    total: int
    cells: list[GridCell]

    @property
    def weight(self) -> str:
        """As short as a person would write it; what is no number as it was written."""
        value = self.form["weightage"].value() if "weightage" in self.form.fields else self.form.instance.weightage
        return f"{value:g}" if isinstance(value, float) else str(value or "")


@dataclass(frozen=True)
class PlaceOption:
    place: Place
    bank: str  # such as "3 · 5 · 2": live questions, easy, medium, hard

    @property
    def depth(self) -> int:
        return len(self.place.ids)


@dataclass(frozen=True)
class Grid:
    """`said` is what describe_plan says; `blanks` are rows nobody has chosen anything for yet."""

    groups: list[tuple[str, list[GridRow]]]
    blanks: list[DistributionForm]
    removed: list[DistributionForm]
    empty: GridRow | None  # what scripts make new rows of
    options: list[PlaceOption]
    state: PlanState
    said: PlanWords


def make_grid(
    formset: DistributionFormSet,
    *,
    language: str,
    organization_id: int | None,
    limits: Mapping[str, int | None],
    is_open: bool,
) -> Grid:
    """The plan as it stands on the page, checked against the bank. `limits`: max_questions, max_minutes."""
    kept = [form for form in formset.rows if not is_removed(formset, form)]
    rows = [(form, place) for form in kept if (place := form.find_place())]
    rows.sort(key=lambda row: tuple(name.casefold() for name in row[1].names))
    plan = [PlanRow(place, form.read_counts()) for form, place in rows]
    state = check_plan(plan, language=language, organization_id=organization_id or 0)
    lines = [
        GridRow(
            form,
            place,
            line.row.total,
            [
                GridCell(str(one), line.cells[one], form[name] if is_open else None)
                for one, name in zip(DIFFICULTIES, COUNT_NAMES, strict=True)
            ],
        )
        for (form, place), line in zip(rows, state.rows, strict=True)
    ]
    bank = count_bank(language=language, organization_id=organization_id) if is_open else None
    return Grid(
        groups=[(name, list(some)) for name, some in groupby(lines, key=lambda line: line.place.group)],
        blanks=[form for form in kept if form.find_place() is None] if is_open else [],
        removed=[form for form in formset.rows if form not in kept],
        empty=make_empty_row(formset) if is_open else None,
        options=list_options(formset.catalogue.values(), bank) if bank is not None else [],
        state=state,
        said=describe_plan(state, max_questions=limits["max_questions"], max_minutes=limits["max_minutes"]),
    )


def make_empty_row(formset: DistributionFormSet) -> GridRow:
    form = cast("DistributionForm", formset.empty_form)
    cells = [
        GridCell(str(one), CellState(0, 0), form[name]) for one, name in zip(DIFFICULTIES, COUNT_NAMES, strict=True)
    ]
    return GridRow(form, Place((0,), ("",)), 0, cells)


def is_removed(formset: DistributionFormSet, form: DistributionForm) -> bool:
    return bool(formset.is_bound and formset.can_delete and form["DELETE"].value())


def list_options(places: Iterable[Place], bank: BankCounts) -> list[PlaceOption]:
    return [
        PlaceOption(place, " · ".join(str(bank[place.level, place.ids[-1], str(one)]) for one in DIFFICULTIES))
        for place in places
    ]
