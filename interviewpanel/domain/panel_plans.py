"""A panel's plan as a person sets it up: rows of the catalogue by three difficulties, what the bank has for them, and
whether the interview's limits hold it.

Made by selectors/panel_plans.py, which reads the bank; shown by the panel's page and, as JSON, while it is typed.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from interviewpanel.domain.distributions import Cell, Missing
from interviewpanel.domain.scoring_terms import DIFFICULTIES, Difficulty

LEVELS = ("category", "topic", "subtopic")
MOST_IN_A_CELL = 99
USUAL_SECONDS = 90.0  # of an answer, where the bank has no question to tell it
MOST_ROWS = 100
NOTHING_PLANNED = "The panel asks no questions. Add at least one row with a count to its plan."
ROW_ASKS_NOTHING = "This row asks nothing. Enter how many questions of which difficulty, or remove it."


@dataclass(frozen=True, slots=True)
class Place:
    """Of the catalogue: a category, a topic of it or a subtopic of that. `names` has as many as `ids`, 1 to 3."""

    ids: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def level(self) -> str:
        return LEVELS[len(self.ids) - 1]

    @property
    def key(self) -> str:
        """As forms and addresses name it: `subtopic:12`."""
        return f"{self.level}:{self.ids[-1]}"

    @property
    def group(self) -> str:
        """What it stands below on the page: its category and topic."""
        return " › ".join(self.names[:2])

    @property
    def label(self) -> str:
        """As a row of the distribution writes itself."""
        return " › ".join(self.names[1:]) if len(self.names) > 1 else self.names[0]

    @property
    def own_name(self) -> str:
        """Below its group: the subtopic, or that the whole of it is meant."""
        return self.names[-1] if self.level == "subtopic" else f"Anything in {self.names[-1]}"

    def get_id(self, level: str) -> int | None:
        at = LEVELS.index(level)
        return self.ids[at] if at < len(self.ids) else None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """How many questions of each difficulty, on what."""

    place: Place
    counts: Mapping[Difficulty, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def list_cells(self, row_id: int) -> list[Cell]:
        """A cell for each difficulty that the row wants."""
        category_id, topic_id, subtopic_id = (self.place.get_id(level) for level in LEVELS)
        assert category_id is not None, "every place is in a category"
        return [
            Cell(row_id, category_id, topic_id, subtopic_id, difficulty, wanted)
            for difficulty in DIFFICULTIES
            if (wanted := self.counts[difficulty])
        ]


@dataclass(frozen=True, slots=True)
class CellState:
    """`bank`: live questions that could fill it, were it alone. `lacking`: of those wanted, with all rows served."""

    wanted: int
    bank: int
    lacking: int = 0


@dataclass(frozen=True, slots=True)
class RowState:
    row: PlanRow
    cells: Mapping[Difficulty, CellState]


@dataclass(frozen=True, slots=True)
class PlanState:
    """A whole plan against the bank. `missing` are the sentences that stand in the way of publishing."""

    rows: tuple[RowState, ...]
    missing: tuple[str, ...]
    seconds: float  # that the answers take together, about

    @property
    def total(self) -> int:
        return sum(state.row.total for state in self.rows)

    @property
    def totals(self) -> dict[str, int]:
        return {str(one): sum(state.row.counts[one] for state in self.rows) for one in DIFFICULTIES}

    @property
    def problems(self) -> list[str]:
        """Why it cannot be published, a sentence each; [] if it can."""
        return list(self.missing) if self.total else [NOTHING_PLANNED]


def list_place_faults(place: Place, usable: Container[str], taken: Container[str]) -> list[str]:
    """Why a row may not stand in a plan: `usable` are the keys of places that the panel's organization may ask on, and
    `taken` those of the rows before it."""
    faults = []
    if place.key not in usable:
        faults.append(f"“{place.label}” belongs to another organization than this panel.")
    if place.key in taken:
        faults.append(f"“{place.label}” is in the plan twice. Put its counts in one row.")
    return faults


def describe_missing(rows: Sequence[PlanRow], missing: Sequence[Missing]) -> tuple[str, ...]:
    """A sentence for each cell that goes short; a cell's `row_id` is the row's place in the list."""
    return tuple(one.describe(rows[one.row_id].place.label) for one in missing)


def estimate_seconds(cells: Sequence[Cell], seconds: Sequence[Sequence[float]]) -> float:
    """What answers take: each cell's count times the mean of the questions that may fill it (`seconds` of each cell).

    A cell without questions is taken for the mean of all others.
    """
    every = [one for some in seconds for one in some]
    usual = sum(every) / len(every) if every else USUAL_SECONDS
    return sum(
        cell.wanted * (sum(some) / len(some) if some else usual) for cell, some in zip(cells, seconds, strict=True)
    )


def describe_time(seconds: float, max_minutes: int | None) -> str:
    """Such as "about 8 of 20 minutes"."""
    minutes = round(seconds / 60)
    unit = "minute" if (max_minutes or minutes) == 1 else "minutes"
    return f"about {minutes} of {max_minutes} {unit}" if max_minutes else f"about {minutes} {unit}"


def list_warnings(state: PlanState, *, max_questions: int | None, max_minutes: int | None) -> list[str]:
    """What the limits cut off, a sentence each. A plan with warnings can be published: limits may be meant."""
    warnings = []
    if max_questions and state.total > max_questions:
        warnings.append(
            f"The plan has {state.total} questions, and the interview ends after {max_questions}. Raise “Questions at "
            f"most”, or take {state.total - max_questions} out."
        )
    if max_minutes and state.seconds > max_minutes * 60:
        warnings.append(
            f"Answers take about {round(state.seconds / 60)} minutes in all, and the interview ends after "
            f"{max_minutes} minutes of talking: the last questions are not asked. Raise “Minutes at most”, or take "
            "questions out."
        )
    return warnings


@dataclass(frozen=True, slots=True)
class PlanWords:
    """All that the page says of a plan: the same when it is loaded and, as JSON, while it is typed."""

    problems: list[str]
    warnings: list[str]
    total: int
    totals: dict[str, int]
    time: str
    summary: str
    rows: list[dict[str, dict[str, int]]]  # by difficulty: `bank` and `lacking`, as of CellState


def describe_plan(state: PlanState, *, max_questions: int | None, max_minutes: int | None) -> PlanWords:
    return PlanWords(
        problems=state.problems,
        warnings=list_warnings(state, max_questions=max_questions, max_minutes=max_minutes),
        total=state.total,
        totals=state.totals,
        time=describe_time(state.seconds, max_minutes),
        summary=summarise_plan(state, max_minutes=max_minutes),
        rows=[
            {str(one): {"bank": cell.bank, "lacking": cell.lacking} for one, cell in line.cells.items()}
            for line in state.rows
        ],
    )


def summarise_plan(state: PlanState, *, max_minutes: int | None) -> str:
    """The plan in a line, such as "5 questions, about 8 of 20 minutes"."""
    if not state.total:
        return "No questions yet"
    noun = "question" if state.total == 1 else "questions"
    return f"{state.total} {noun}, {describe_time(state.seconds, max_minutes)}"
