"""What selection chooses from: a bounded part of the bank, by indexed queries, however large the bank is.

Called by services/questions (load_supply, for the next question) and by the publishing check (list_missing).

The number of queries does not depend on the bank. One statement reads all pools; each of its branches walks one range
of an index `question_cell_*` in the order of exposure and stops at its limit. domain/selection.py says why so few
questions of a pool are enough. Measured on 100,000 questions: benchmarks/selection_cost.py.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from interviewpanel.domain.selection import (
    Asked,
    BankQuestion,
    Cell,
    Difficulty,
    Pool,
    find_missing,
    list_exact_pools,
    list_open_cells,
    list_pools,
)
from interviewpanel.models import Answer, InterviewPanel, InterviewPanelQuestionDistribution, InterviewSession
from organizations.models import Candidate
from questionbank.models import Question

# Beside the questions that may be needed, so that the draw among the equally exposed has something to draw from.
DRAW_MARGIN = 10
# SQLite joins at most 500 SELECTs in one statement; every pool has two.
POOLS_PER_STATEMENT = 200

# Two branches, the global questions and the organization's own, because one with OR could not follow the index's order.
# Sorting by the organization, which is the same in all rows of a branch, is what lets PostgreSQL see that the index
# sorts: to it, IS NULL is not a constant. Through the ORM, 30 pools take 25 ms just to be put into SQL.
_BRANCH = (
    "SELECT * FROM (SELECT id, topic_id, subtopic_id, category_id, difficulty, times_asked FROM {table}"
    " WHERE {level}_id = %s AND difficulty = %s AND language = %s AND status = 'live' AND {tenant}"
    " ORDER BY organization_id, times_asked, id LIMIT %s) AS pool_{number}"
)


@dataclass(frozen=True)
class Supply:
    """The first three arguments of choose_question."""

    cells: list[Cell]
    candidates: list[BankQuestion]
    asked: list[Asked]

    @property
    def is_filled(self) -> bool:
        """True where no place of the distribution is open."""
        return not list_open_cells(self.cells, self.asked)


def load_supply(panel: InterviewPanel, candidate: Candidate, session: InterviewSession) -> Supply:
    """Load the panel's cells, what the session asked, and the questions that may come next.

    These are live, in the panel's language, global or the organization's own. Those that the candidate had in earlier
    sessions come as repeats. Three queries; a fourth where the bank cannot fill all open cells exactly and counts may
    have to move; two where nothing is open any more.
    """
    cells = [cell for row in panel.distribution.all() for cell in list_cells(row)]
    asked, history = _load_history(panel, candidate, session)
    open_cells = list_open_cells(cells, asked)
    fresh = _load_fresh(panel, list_exact_pools(open_cells), history)
    if lacking := sum(missing.lacking for missing in find_missing(open_cells, fresh)):
        fresh = _load_fresh(panel, list_pools(open_cells, lacking), history)
    return Supply(cells=cells, candidates=[*fresh, *history], asked=asked)


def list_missing(panel: InterviewPanel) -> list[str]:
    """What the bank lacks to fill the panel's distribution, a sentence for each cell; [] if it may be published.

    Such as "2 of 4 hard Joins › Outer joins questions missing". Two queries.
    """
    rows = {row.pk: row for row in panel.distribution.select_related("category", "topic", "subtopic__topic")}
    cells = [cell for row in rows.values() for cell in list_cells(row)]
    supply = _load_pools(panel, [(pool, pool.places) for pool in list_exact_pools(list_open_cells(cells, ()))])
    return [missing.describe(str(rows[missing.row_id])) for missing in find_missing(cells, supply)]


def list_cells(row: InterviewPanelQuestionDistribution) -> Iterator[Cell]:
    """The cells of a distribution row, one for each difficulty that it wants."""
    for difficulty in Difficulty:
        if wanted := row.count_of(difficulty):
            yield Cell(row.pk, row.category_id, row.topic_id, row.subtopic_id, difficulty, wanted)


def _load_history(
    panel: InterviewPanel, candidate: Candidate, session: InterviewSession
) -> tuple[list[Asked], list[BankQuestion]]:
    """What this session asked, and every question the candidate had that could be asked here again; one query.

    Any version of a question counts as the question. Follow-ups fill no cell. A candidate belongs to one organization,
    so all sessions of the candidate are all sessions in the organization.
    """
    question = "question_version__question__"
    rows = Answer.objects.filter(session__invitation__candidate=candidate, kind=Answer.Kind.QUESTION).values_list(
        "session_id",
        "distribution_row_id",
        "cell_difficulty",
        *(question + name for name in ("status", "language", "organization_id")),
        *(question + name for name in ("id", "topic_id", "subtopic_id", "category_id", "difficulty", "times_asked")),
    )
    asked: list[Asked] = []
    history: dict[int, BankQuestion] = {}
    for session_id, row_id, cell_difficulty, status, language, tenant, *columns in rows:
        if session_id == session.pk:
            asked.append(Asked(columns[0], row_id, Difficulty(cell_difficulty)))
        if status == Question.Status.LIVE and language == panel.language and tenant in (None, panel.organization_id):
            history[columns[0]] = _read_question(columns, is_repeat=True)
    return asked, list(history.values())


def _load_fresh(panel: InterviewPanel, pools: Sequence[Pool], history: Sequence[BankQuestion]) -> list[BankQuestion]:
    """The questions that may be needed of each pool, less the history.

    As many more are read as the history has in the pool, which is cheaper than telling the database what to leave out:
    67 ids doubled the time of 30 pools.
    """
    had = {question.id for question in history}
    known = Counter(
        (level, number, one.difficulty)
        for one in history
        for level, number in (("subtopic", one.subtopic_id), ("topic", one.topic_id), ("category", one.category_id))
    )
    limits = [(pool, pool.places + DRAW_MARGIN + known[*pool.scope, pool.difficulty]) for pool in pools]
    return [question for question in _load_pools(panel, limits) if question.id not in had]


def _load_pools(panel: InterviewPanel, limits: Sequence[tuple[Pool, int]]) -> list[BankQuestion]:
    """The least exposed questions of each pool, up to its limit of global and of the organization's own."""
    table = Question._meta.db_table
    questions: list[BankQuestion] = []
    for start in range(0, len(limits), POOLS_PER_STATEMENT):
        branches: list[str] = []
        parameters: list[int | str] = []
        for pool, limit in limits[start : start + POOLS_PER_STATEMENT]:
            level, number = pool.scope
            scope: list[int | str] = [number, str(pool.difficulty), panel.language]
            for tenant, owner in (("organization_id IS NULL", []), ("organization_id = %s", [panel.organization_id])):
                branches.append(_BRANCH.format(table=table, level=level, tenant=tenant, number=len(branches)))
                parameters += [*scope, *owner, limit]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(branches), parameters)
            questions += [_read_question(columns) for columns in cursor.fetchall()]
    return questions


def _read_question(columns: Sequence[Any], *, is_repeat: bool = False) -> BankQuestion:
    number, topic_id, subtopic_id, category_id, difficulty, times_asked = columns
    return BankQuestion(
        number, topic_id, subtopic_id, category_id, Difficulty(difficulty), times_asked, is_repeat=is_repeat
    )
