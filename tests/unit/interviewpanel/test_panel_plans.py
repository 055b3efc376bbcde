"""A plan in words: places of the catalogue, what is missing, what the limits cut off, how long answers take."""

from interviewpanel.domain.panel_plans import (
    NOTHING_PLANNED,
    CellState,
    Place,
    PlanRow,
    PlanState,
    RowState,
    describe_missing,
    describe_plan,
    describe_time,
    estimate_seconds,
    list_warnings,
)
from interviewpanel.domain.selection import Cell, Difficulty, Missing

EASY, MEDIUM, HARD = Difficulty
JOINS = Place((1, 2, 3), ("Engineering", "SQL", "Joins"))
SQL = Place((1, 2), ("Engineering", "SQL"))
ENGINEERING = Place((1,), ("Engineering",))


def plan(place: Place, easy: int = 0, medium: int = 0, hard: int = 0) -> PlanRow:
    return PlanRow(place, {EASY: easy, MEDIUM: medium, HARD: hard})


def state(*rows: PlanRow, missing: tuple[str, ...] = (), seconds: float = 0.0) -> PlanState:
    cells = [RowState(row, {one: CellState(row.counts[one], 9) for one in Difficulty}) for row in rows]
    return PlanState(tuple(cells), missing, seconds)


def test_a_place_is_named_by_its_level() -> None:
    assert [(one.key, one.group, one.label, one.own_name) for one in (JOINS, SQL, ENGINEERING)] == [
        ("subtopic:3", "Engineering › SQL", "SQL › Joins", "Joins"),
        ("topic:2", "Engineering › SQL", "SQL", "Anything in SQL"),
        ("category:1", "Engineering", "Engineering", "Anything in Engineering"),
    ]
    assert [SQL.get_id(level) for level in ("category", "topic", "subtopic")] == [1, 2, None]


def test_a_row_has_a_cell_for_each_difficulty_it_wants() -> None:
    assert plan(SQL, easy=2, hard=1).list_cells(7) == [Cell(7, 1, 2, None, EASY, 2), Cell(7, 1, 2, None, HARD, 1)]
    assert plan(SQL).list_cells(7) == []


def test_what_is_missing_is_said_by_the_name_of_its_row() -> None:
    rows = [plan(JOINS, hard=4), plan(SQL, easy=1)]
    found = [Missing(0, HARD, wanted=4, available=2), Missing(1, EASY, wanted=1, available=0)]
    assert describe_missing(rows, found) == (
        "2 of 4 hard SQL › Joins questions missing",
        "1 of 1 easy SQL question missing",
    )


def test_an_empty_plan_is_a_problem() -> None:
    assert state().problems == state(plan(SQL)).problems == [NOTHING_PLANNED]
    assert state(plan(SQL, easy=1), missing=("1 missing",)).problems == ["1 missing"]
    assert state(plan(SQL, easy=1)).problems == []


def test_an_estimate_takes_each_cells_own_questions_and_others_where_it_has_none() -> None:
    cells = plan(JOINS, easy=2, medium=1, hard=3).list_cells(0)
    assert estimate_seconds(cells, [[60.0, 120.0], [100.0], []]) == 2 * 90 + 100 + 3 * (280 / 3)
    assert estimate_seconds(cells, [[], [], []]) == 6 * 90.0
    assert estimate_seconds([], []) == 0


def test_the_time_is_said_beside_the_limit() -> None:
    said = [describe_time(*given) for given in ((480, 20), (29, 1), (3600, None), (60, None))]
    assert said == ["about 8 of 20 minutes", "about 0 of 1 minute", "about 60 minutes", "about 1 minute"]


def test_limits_that_cut_the_plan_off_are_warned_of() -> None:
    busy = state(plan(SQL, easy=10, medium=8), seconds=3120)
    assert list_warnings(busy, max_questions=18, max_minutes=52) == []
    assert list_warnings(busy, max_questions=None, max_minutes=None) == []
    assert list_warnings(busy, max_questions=15, max_minutes=45) == [
        "The plan has 18 questions, and the interview ends after 15. Raise “Questions at most”, or take 3 out.",
        (
            "Answers take about 52 minutes in all, and the interview ends after 45 minutes of talking: the last "
            "questions are not asked. Raise “Minutes at most”, or take questions out."
        ),
    ]


def test_all_that_is_said_of_a_plan() -> None:
    said = describe_plan(state(plan(JOINS, easy=1), plan(SQL, hard=2), seconds=300), max_questions=9, max_minutes=20)
    cell = {"bank": 9, "lacking": 0}
    assert (said.problems, said.warnings, said.total, said.time) == ([], [], 3, "about 5 of 20 minutes")
    assert said.totals == {"easy": 1, "medium": 0, "hard": 2}
    assert said.summary == "3 questions, about 5 of 20 minutes"
    assert said.rows == [{"easy": cell, "medium": cell, "hard": cell}] * 2
    assert describe_plan(state(), max_questions=9, max_minutes=20).summary == "No questions yet"
