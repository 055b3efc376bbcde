"""What selection chooses from: a bounded part of the bank, by indexed queries, however large the bank is.

Called by services/questions (load_supply, for the next question), by the publishing check (list_missing), and by
panel_plans.py while a plan is typed (load_exact_supply).

The number of queries does not depend on the bank: all pools are read by one statement (pool_queries.py), each of them
down to the few questions that may be needed (the argument is in domain/selection.py). Measured on 100,000 questions by
benchmarks/selection_cost.py.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

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
from interviewpanel.selectors.pool_queries import load_pools, read_question
from organizations.models import Candidate
from questionbank.models import Question, QuestionVersion

# Beside the questions that may be needed, so that the draw among the equally exposed has something to draw from.
DRAW_MARGIN = 10


@dataclass(frozen=True)
class Supply:
    """The first three arguments of choose_question."""

    cells: list[Cell]
    candidates: list[BankQuestion]
    asked: list[Asked]

    @property
    def open_places(self) -> int:
        """How many planned questions are still to be asked."""
        return sum(cell.wanted for cell in list_open_cells(self.cells, self.asked))

    @property
    def is_filled(self) -> bool:
        """True where no place of the distribution is open."""
        return not list_open_cells(self.cells, self.asked)


def load_supply(panel: InterviewPanel, candidate: Candidate, session: InterviewSession) -> Supply:
    """Load the panel's cells, what the session asked, and the questions that may come next.

    These are live, in the panel's language, global or the organization's own. Those that the candidate had in earlier
    sessions come as repeats. Four queries, three before the candidate's first question. One more where the bank cannot
    fill all open cells exactly, so that counts may have to move; one less where nothing is open any more.
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
    supply = load_exact_supply(cells, language=panel.language, organization_id=panel.organization_id)
    return [missing.describe(str(rows[missing.row_id])) for missing in find_missing(cells, supply)]


def load_exact_supply(cells: Sequence[Cell], *, language: str, organization_id: int) -> list[BankQuestion]:
    """Enough questions to know whether all cells can be filled exactly, and by which; one query."""
    limits = [(pool, pool.places) for pool in list_exact_pools(list_open_cells(cells, ()))]
    return load_pools(limits, language=language, organization_id=organization_id)


def list_cells(row: InterviewPanelQuestionDistribution) -> Iterator[Cell]:
    """The cells of a distribution row, one for each difficulty that it wants."""
    for difficulty in Difficulty:
        if wanted := row.count_of(difficulty):
            yield Cell(row.pk, row.category_id, row.topic_id, row.subtopic_id, difficulty, wanted)


def _load_history(
    panel: InterviewPanel, candidate: Candidate, session: InterviewSession
) -> tuple[list[Asked], list[BankQuestion]]:
    """What this session asked, and every question the candidate had that could be asked here again.

    Any version of a question counts as the question. Follow-ups fill no cell. A trial is asked as a new candidate would
    be: what the same person was asked in other trials does not count. A candidate belongs to one organization,
    so all sessions of the candidate are all sessions in the organization. Two queries, not one join: PostgreSQL took
    60 ms for the join, because with few answers in the table it walked through all versions of the bank.
    """
    is_had = Q(session_id=session.pk) if session.invitation.is_trial else Q(session__invitation__candidate=candidate)
    answers = list(
        Answer.objects.filter(is_had, kind=Answer.Kind.QUESTION)
        .order_by()
        .values_list("session_id", "distribution_row_id", "cell_difficulty", "question_version_id")
    )
    questions = (
        QuestionVersion.objects.filter(pk__in={version_id for *_, version_id in answers})
        .order_by()
        .values_list(
            "pk",
            *(f"question__{name}" for name in ("status", "language", "organization_id")),
            *(f"question__{name}" for name in ("id", "topic_id", "subtopic_id", "category_id")),
            *(f"question__{name}" for name in ("difficulty", "times_asked")),
        )
    )
    numbers: dict[int, int] = {}
    history: dict[int, BankQuestion] = {}
    for version_id, status, language, tenant, *columns in questions:
        numbers[version_id] = columns[0]
        if status == Question.Status.LIVE and language == panel.language and tenant in (None, panel.organization_id):
            history[columns[0]] = read_question(columns, is_repeat=True)
    asked = [
        Asked(numbers[version_id], row_id, Difficulty(difficulty))
        for session_id, row_id, difficulty, version_id in answers
        if session_id == session.pk
    ]
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
    loaded = load_pools(limits, language=panel.language, organization_id=panel.organization_id)
    return [question for question in loaded if question.id not in had]
