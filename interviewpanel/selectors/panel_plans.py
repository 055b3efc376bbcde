"""A panel's plan against the question bank: what each cell could draw on, what is missing, how long answers take.

Read by the panel's page when it is loaded and while its plan is typed; what is missing is found by the code that
publishing asks (question_supply.py). The number of queries does not depend on the plan: at most three.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db.models import Count, Q

from interviewpanel.domain.distributions import EXACT_RANK, BankQuestion, Cell, find_missing, rank_moves
from interviewpanel.domain.panel_plans import (
    LEVELS,
    CellState,
    PlanRow,
    PlanState,
    RowState,
    describe_missing,
    estimate_seconds,
)
from interviewpanel.domain.scoring_terms import DIFFICULTIES, Difficulty
from interviewpanel.models import InterviewPanel, InterviewPanelQuestionDistribution
from interviewpanel.selectors.catalogue import read_place
from interviewpanel.selectors.question_supply import load_exact_supply
from questionbank.models import Question

# By (level, its id, difficulty).
BankCounts = Counter[tuple[str, int, str]]


def check_plan(rows: Sequence[PlanRow], *, language: str, organization_id: int) -> PlanState:
    """The plan as it is given, stored or not, for a panel of this organization in this language."""
    cells = [cell for number, row in enumerate(rows) for cell in row.list_cells(number)]
    supply = load_exact_supply(cells, language=language, organization_id=organization_id)
    missing = find_missing(cells, supply)
    lacking = {(one.row_id, one.difficulty): one.lacking for one in missing}
    categories = {row.place.ids[0] for row in rows}
    bank = count_bank(language=language, organization_id=organization_id, category_ids=categories)
    return PlanState(
        rows=tuple(
            RowState(row, {one: _describe_cell(row, one, bank, lacking.get((number, one), 0)) for one in DIFFICULTIES})
            for number, row in enumerate(rows)
        ),
        missing=describe_missing(rows, missing),
        seconds=estimate_seconds(cells, _list_seconds(cells, supply)),
    )


def load_plan(panel: InterviewPanel) -> list[InterviewPanelQuestionDistribution]:
    """The stored rows with what `read_place` reads of them, in the order in which they were made; one query."""
    return list(panel.distribution.select_related("category", "topic", "subtopic__topic").order_by("pk"))


def check_stored_plan(panel: InterviewPanel, rows: Sequence[InterviewPanelQuestionDistribution]) -> PlanState:
    """The plan as `load_plan` read it."""
    plan = [PlanRow(read_place(row), {one: row.count_of(one) for one in DIFFICULTIES}) for row in rows]
    return check_plan(plan, language=panel.language, organization_id=panel.organization_id)


def count_bank(*, language: str, organization_id: int | None, category_ids: set[int] | None = None) -> BankCounts:
    """Live questions in the language, global or the organization's own, for every level of the catalogue; one query."""
    usable = Question.objects.filter(
        Q(organization__isnull=True) | Q(organization_id=organization_id),
        status=Question.Status.LIVE,
        language=language,
    )
    if category_ids is not None:
        usable = usable.filter(category_id__in=category_ids)
    counts: BankCounts = Counter()
    names = [f"{level}_id" for level in LEVELS]
    for *ids, difficulty, number in (
        usable.order_by().values_list(*names, "difficulty").annotate(number=Count("pk")).iterator()
    ):
        for level, key in zip(LEVELS, ids, strict=True):
            counts[level, key, difficulty] += number
    return counts


def _describe_cell(row: PlanRow, difficulty: Difficulty, bank: BankCounts, lacking: int) -> CellState:
    place = row.place
    return CellState(row.counts[difficulty], bank[place.level, place.ids[-1], str(difficulty)], lacking)


def _list_seconds(cells: Sequence[Cell], supply: Sequence[BankQuestion]) -> list[list[float]]:
    """For each cell, how long answers to the questions that may come next are expected to take; one query."""
    expected: dict[int, int] = {}
    if supply:
        versions = Question.objects.filter(pk__in={question.id for question in supply}).order_by()
        expected = dict(versions.values_list("pk", "current_version__expected_seconds"))
    found: dict[int, dict[int, float]] = defaultdict(dict)  # by cell and question: a question comes once for every pool
    for question, ranks in rank_moves(cells, supply):
        for number, rank in enumerate(ranks):
            if rank == EXACT_RANK and question.id in expected:
                found[number][question.id] = float(expected[question.id])
    return [list(found[number].values()) for number in range(len(cells))]
