"""A panel's plan as the API tells and takes it: a row for each place of the catalogue, and what the bank has for it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from interviewpanel.domain.panel_plans import (
    LEVELS,
    MOST_IN_A_CELL,
    ROW_ASKS_NOTHING,
    Place,
    describe_plan,
    list_place_faults,
)
from interviewpanel.domain.scoring_terms import DIFFICULTIES, Difficulty
from interviewpanel.models import InterviewPanel, InterviewPanelQuestionDistribution
from interviewpanel.selectors.catalogue import find_named_places, load_catalogue, read_place
from interviewpanel.selectors.panel_plans import check_stored_plan, load_plan
from interviewpanel.services.panel_changes import PlannedRow
from interviewpanel.services.panels import find_problems

PLACE_HELP = "Of the catalogue. The lowest that is given counts: a topic is any of its subtopics."


def make_count() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_IN_A_CELL, default=0)


def make_id() -> serializers.UUIDField:
    return serializers.UUIDField(required=False, allow_null=True, help_text=PLACE_HELP)


class PlanRowSerializer(serializers.Serializer):
    category = make_id()
    topic = make_id()
    subtopic = make_id()
    label = serializers.CharField(read_only=True, help_text="What the place is called.")
    easy_count = make_count()
    medium_count = make_count()
    hard_count = make_count()
    weightage = serializers.FloatField(
        min_value=0.001, max_value=1000, default=1.0, help_text="What answers to these weigh beside others."
    )

    def to_representation(self, row: InterviewPanelQuestionDistribution) -> dict[str, Any]:
        return {
            **name_place(row),
            **{f"{one}_count": row.count_of(one) for one in DIFFICULTIES},
            "weightage": row.weightage,
        }


def name_place(row: InterviewPanelQuestionDistribution) -> dict[str, Any]:
    levels = {"category": row.category, "topic": row.topic, "subtopic": row.subtopic}
    ids = {level: str(one.uuid) if one is not None else None for level, one in levels.items()}
    return {**ids, "label": read_place(row).label}


def read_plan(rows: Sequence[Mapping[str, Any]], organization_id: int) -> list[PlannedRow]:
    """Rows of PlanRowSerializer, which of a PATCH come without defaults, as the service takes them.

    Raises ValidationError with every fault by its row.
    """
    usable = load_catalogue([organization_id])
    named = {level: {row[level] for row in rows if row.get(level)} for level in LEVELS}
    keys = find_named_places(named, organization_id)
    planned: list[PlannedRow] = []
    taken: set[str] = set()
    faults: list[dict[str, list[str]]] = []
    for row in rows:
        counts = {one: row.get(f"{one}_count", 0) for one in DIFFICULTIES}
        place, found = _find_place(row, keys, usable)
        if place is not None:
            found = {**found, **_list_faults(place, counts, usable, taken)}
            taken.add(place.key)
            planned.append(PlannedRow(place, counts, row.get("weightage", 1.0)))
        faults.append(found)
    if any(faults):
        raise serializers.ValidationError({"distribution": faults})
    return planned


def _find_place(
    row: Mapping[str, Any], keys: Mapping[tuple[str, UUID], int], usable: Mapping[str, Place]
) -> tuple[Place | None, dict[str, list[str]]]:
    given = {level: keys.get((level, row[level])) for level in LEVELS if row.get(level) is not None}
    if not given:
        return None, {"category": ["Choose what to ask on: a subtopic, or a whole topic or category."]}
    if unknown := [level for level, key in given.items() if key is None]:
        return None, {level: [f"There is no such {level} that this organization may ask on."] for level in unknown}
    lowest = list(given)[-1]
    place = usable[f"{lowest}:{given[lowest]}"]
    wrong = {level: [f"The {lowest} is in another {level}."] for level in given if place.get_id(level) != given[level]}
    return (None, wrong) if wrong else (place, {})


def _list_faults(
    place: Place, counts: Mapping[Difficulty, int], usable: Mapping[str, Place], taken: set[str]
) -> dict[str, list[str]]:
    faults = list_place_faults(place, usable, taken)
    found = {place.level: faults} if faults else {}
    return found if any(counts.values()) else {**found, "medium_count": [ROW_ASKS_NOTHING]}


# --- What the bank has for it -----------------------------------------------------------------------------------------


class PlanCellSerializer(serializers.Serializer):
    wanted = serializers.IntegerField()
    bank = serializers.IntegerField(help_text="Live questions that could fill it, were it alone.")
    lacking = serializers.IntegerField(help_text="Of those wanted, with all rows served.")


class PlanSupplySerializer(serializers.Serializer):
    category = serializers.UUIDField()
    topic = serializers.UUIDField(allow_null=True)
    subtopic = serializers.UUIDField(allow_null=True)
    label = serializers.CharField()
    easy = PlanCellSerializer()
    medium = PlanCellSerializer()
    hard = PlanCellSerializer()


class PanelFeasibilitySerializer(serializers.Serializer):
    """Whether the panel could be published now, by the code that publishing asks."""

    can_be_published = serializers.BooleanField()
    problems = serializers.ListField(
        child=serializers.CharField(), help_text="What stands in the way, a sentence each."
    )
    warnings = serializers.ListField(child=serializers.CharField(), help_text="What the limits cut off.")
    summary = serializers.CharField()
    question_count = serializers.IntegerField()
    expected_seconds = serializers.FloatField(help_text="That all answers take together, about.")
    rows = PlanSupplySerializer(many=True)


def describe_feasibility(panel: InterviewPanel) -> dict[str, Any]:
    plan, problems = load_plan(panel), find_problems(panel)
    state = check_stored_plan(panel, plan)
    said = describe_plan(state, max_questions=panel.max_questions, max_minutes=panel.max_minutes)
    return {
        "can_be_published": not problems,
        "problems": problems,
        "warnings": said.warnings,
        "summary": said.summary,
        "question_count": said.total,
        "expected_seconds": round(state.seconds, 1),
        "rows": [
            {
                **name_place(row),
                **{
                    str(one): {"wanted": cell.wanted, "bank": cell.bank, "lacking": cell.lacking}
                    for one, cell in line.cells.items()
                },
            }
            for row, line in zip(plan, state.rows, strict=True)
        ],
    }
