"""Reads the plan that a page posts while it is typed, and checks it against the bank. Used by panel_actions.py.

What is posted is bounded: so many bytes, rows and questions in a cell; what makes no sense is refused with a reason.
"""

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from interviewpanel.domain.panel_plans import MOST_IN_A_CELL, MOST_ROWS, PlanRow, describe_plan
from interviewpanel.domain.scoring_terms import DIFFICULTIES
from interviewpanel.selectors.catalogue import load_catalogue
from interviewpanel.selectors.panel_plans import check_plan

MOST_BYTES = 20_000
MOST_LETTERS = 8  # of a language's code


class BadPlan(ValueError):
    """What was posted is no plan; the message says why."""


def check_posted_plan(body: bytes, organization_ids: Collection[int] | None) -> dict[str, object]:
    """What describe_plan says of it. `organization_ids`: for whose panels the user may ask; None: anybody's.

    A row without a place that the organization may use counts as none, and has null among the rows. Raises BadPlan.
    """
    data = _read_json(body)
    organization_id = _choose_organization(data.get("organization"), organization_ids)
    places = load_catalogue([organization_id] if organization_id else ())
    posted = data.get("rows")
    if not isinstance(posted, list) or len(posted) > MOST_ROWS:
        raise BadPlan(f"Give the rows as a list of at most {MOST_ROWS}.")
    rows = [
        PlanRow(places[row["place"]], {one: _read_count(row.get(str(one)), MOST_IN_A_CELL) for one in DIFFICULTIES})
        if isinstance(row, dict) and isinstance(row.get("place"), str) and row["place"] in places
        else None
        for row in posted
    ]
    known = [row for row in rows if row is not None]
    state = check_plan(known, language=str(data.get("language", ""))[:MOST_LETTERS], organization_id=organization_id)
    said = describe_plan(
        state,
        max_questions=_read_count(data.get("max_questions"), 999) or None,
        max_minutes=_read_count(data.get("max_minutes"), 999) or None,
    )
    described = iter(said.rows)
    return {**asdict(said), "rows": [next(described) if row is not None else None for row in rows]}


def _read_json(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise BadPlan(f"The plan is too long: {len(body)} bytes, {MOST_BYTES} at most.")
    try:
        data = json.loads(body)
    except ValueError as error:
        raise BadPlan("This is no JSON.") from error
    if not isinstance(data, dict):
        raise BadPlan("Give an object.")
    return data


def _choose_organization(asked: object, own: Collection[int] | None) -> int:
    """The one that is asked for, if it may be; the only one there is; else 0, to which only global questions belong."""
    if own is not None and len(own) == 1:
        return next(iter(own))
    number = int(str(asked)) if str(asked).isdecimal() and len(str(asked)) < 18 else 0
    return number if own is None or number in own else 0


def _read_count(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return min(max(value, 0), most)
