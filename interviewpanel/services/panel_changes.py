"""A panel as it is set up: its settings, and its plan as a whole. Called by the API.

The admin's page fills the same in number by number, by forms of its own (admin/panel_forms.py, panel_grid.py); what
may not be, and what is fixed when, is said by the same functions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from interviewpanel.domain.panel_plans import LEVELS, Place
from interviewpanel.domain.panel_settings import check_weights, explain_window
from interviewpanel.domain.scoring_terms import DIFFICULTIES, Difficulty
from interviewpanel.domain.turn_rules import TurnRulesError, from_settings
from interviewpanel.models import InterviewPanel, InterviewPanelQuestionDistribution
from interviewpanel.selectors.catalogue import read_place
from interviewpanel.selectors.panel_plans import load_plan
from interviewpanel.services.panels import is_plan_open
from interviewpanel.services.voices import explain_missing_voice
from organizations.domain.differences import Difference, make_difference
from organizations.models import Organization
from organizations.services.row_values import compare_rows, read_values

# How answers are asked for and judged: the same for all candidates, so fixed with the plan while a panel is published.
FIXED_COLUMNS = (
    *("language", "max_questions", "max_minutes", "turn_profile", "turn_settings", "records_video"),
    *("max_follow_ups", "words_by_model", "question_wording", "door"),
    *("score_weights", "consent_version", "consent_addition"),
)
Row = InterviewPanelQuestionDistribution
VOICE_SETTINGS = frozenset({"interviewer_voice", "voice_name", "language"})


class SettingRefused(Exception):
    """It cannot be stored; the text says why. `name` is the setting's."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name


class PanelFixed(Exception):
    """What is to be changed stays as it is; the text says why and what to do instead."""


@dataclass(frozen=True)
class PlannedRow:
    """A row of a plan, as it is to be."""

    place: Place
    counts: Mapping[Difficulty, int]
    weightage: float = 1.0

    @property
    def values(self) -> tuple[Any, ...]:
        return (self.place.key, *(self.counts[one] for one in DIFFICULTIES), self.weightage)

    def __str__(self) -> str:
        numbers = " / ".join(str(self.counts[one]) for one in DIFFICULTIES)
        return f"{self.place.label} {numbers}" + (f" × {self.weightage:g}" if self.weightage != 1 else "")


@transaction.atomic
def make_panel(
    *, organization: Organization, settings: Mapping[str, Any], plan: Sequence[PlannedRow]
) -> InterviewPanel:
    """Effects: a draft with this plan. Raises SettingRefused."""
    panel = InterviewPanel(organization=organization, **settings)
    _check_settings(panel, settings)
    panel.save(force_insert=True)
    _store_plan(panel, [], plan)
    return panel


@transaction.atomic
def change_panel(
    *, panel: InterviewPanel, settings: Mapping[str, Any], plan: Sequence[PlannedRow] | None
) -> list[Difference]:
    """Effects: the settings that are given, and the plan in place of the one before, unless it is None.

    `panel` is the row, held (`hold_panel`). Returns what has changed, for the history. Raises SettingRefused, and
    PanelFixed for what may not be another any more; what is the same may always be given.
    """
    before, rows = read_values(panel), load_plan(panel)
    old = [_read_row(row) for row in rows]
    for name, value in settings.items():
        setattr(panel, name, value)
    has_new_plan = plan is not None and sorted(one.values for one in plan) != sorted(one.values for one in old)
    changed = compare_rows(before, panel)
    fixed = [one.label for one in changed if one.field in FIXED_COLUMNS] + ["Plan"] * has_new_plan
    if fixed and not is_plan_open(panel):
        raise PanelFixed(_explain_fixed(f"“{before['title']}”", panel.status, fixed))
    _check_settings(panel, {name: settings[name] for name in settings if name in {one.field for one in changed}})
    if changed:
        panel.save(update_fields=[one.field for one in changed])
    if plan is None or not has_new_plan:
        return changed
    _store_plan(panel, rows, plan)
    return [*changed, make_difference("distribution", "Plan", "; ".join(map(str, old)), "; ".join(map(str, plan)))]


def _explain_fixed(name: str, status: str, labels: Sequence[str]) -> str:
    what = ", ".join(labels)
    if status == InterviewPanel.Status.DRAFT:
        return f"{name} has held an interview, so this stays as it is: {what}. Duplicate it and change the duplicate."
    return (
        f"{name} is {status}, so this stays as it is: {what}. Take it back to draft, or duplicate it and change the "
        "duplicate."
    )


def _check_settings(panel: InterviewPanel, given: Mapping[str, Any]) -> None:
    """Of what is given; what is stored already, on whatever scale, is not asked again."""
    if given.keys() & {"opens_at", "closes_at"} and (fault := explain_window(panel.opens_at, panel.closes_at)):
        raise SettingRefused("closes_at", fault)
    if given.keys() & {"turn_profile", "turn_settings"}:
        try:
            from_settings(panel.turn_profile, panel.turn_settings)
        except TurnRulesError as error:
            raise SettingRefused("turn_settings", str(error)) from error
    if "score_weights" in given:
        try:
            panel.score_weights = check_weights(panel.score_weights)
        except ValueError as error:
            raise SettingRefused("score_weights", str(error)) from error
    if given.keys() & VOICE_SETTINGS and (missing := explain_missing_voice(panel)):
        raise SettingRefused(*missing)


def _read_row(row: Row) -> PlannedRow:
    return PlannedRow(read_place(row), {one: row.count_of(one) for one in DIFFICULTIES}, row.weightage)


def _store_plan(panel: InterviewPanel, rows: Sequence[Row], plan: Sequence[PlannedRow]) -> None:
    """A row whose place is still asked on stays the same row: trials' answers point at it."""
    stored = {read_place(row).key: row for row in rows}
    kept = {one.place.key for one in plan}
    panel.distribution.filter(pk__in=[row.pk for key, row in stored.items() if key not in kept]).delete()
    for one in plan:
        row = stored.get(one.place.key) or Row(panel=panel, **_list_ids(one.place))
        for difficulty in DIFFICULTIES:
            setattr(row, f"{difficulty}_count", one.counts[difficulty])
        row.weightage = one.weightage
        row.save()


def _list_ids(place: Place) -> dict[str, int | None]:
    return {f"{level}_id": place.get_id(level) for level in LEVELS}
