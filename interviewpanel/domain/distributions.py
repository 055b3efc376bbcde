"""A panel's distribution as selection sees it: cells that want questions, and which questions may fill which cell.

Used by selection.py, which chooses by it, and through it by the publishing check and the bank's selector.

A cell is filled exactly by a question of its scope and difficulty. Where the bank has none left, its count moves: to
the nearest other difficulty of the same scope (for a row that names a subtopic: the subtopic), then, for such rows, to
the topic, nearest difficulty first. `rank_move` puts that in one number.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from interviewpanel.domain.assignments import FORBIDDEN, IntArray, solve_assignment
from interviewpanel.domain.scoring_terms import DIFFICULTIES, Difficulty

EXACT_RANK = 0
TOPIC_RANK = len(DIFFICULTIES)  # moves within the scope rank 1 and 2, those to the topic 3, 4 and 5
HIGHEST_RANK = 2 * len(DIFFICULTIES) - 1

CellKey = tuple[int, Difficulty]
_PoolKey = tuple[int, int | None, int | None, Difficulty]
_Reach = tuple[int, int | None, int | None, Difficulty | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One count of a distribution row. A row names a category, or also a topic of it, or also a subtopic of that."""

    row_id: int
    category_id: int
    topic_id: int | None
    subtopic_id: int | None
    difficulty: Difficulty
    wanted: int

    def __post_init__(self) -> None:
        if self.subtopic_id is not None and self.topic_id is None:
            raise ValueError(f"Distribution row {self.row_id} names a subtopic without its topic. Give the topic too.")
        if self.wanted < 0:
            raise ValueError(f"Distribution row {self.row_id} wants {self.wanted} questions. Counts are 0 or more.")

    @property
    def key(self) -> CellKey:
        return (self.row_id, self.difficulty)

    @property
    def narrowness(self) -> int:
        """0 names a category, 1 a topic, 2 a subtopic."""
        return (self.topic_id is not None) + (self.subtopic_id is not None)


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question of the bank. `is_repeat`: the candidate had it in an earlier session of the organization."""

    id: int
    topic_id: int
    subtopic_id: int
    category_id: int
    difficulty: Difficulty
    times_asked: int
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of this session and the cell it filled: `difficulty` is the cell's, not that of a moved question.

    `row_id` None: it filled no cell (a generated question, a row that is gone).
    """

    question_id: int
    row_id: int | None
    difficulty: Difficulty


@dataclass(frozen=True, slots=True)
class Pool:
    """All questions of one difficulty in a scope, which is the narrowest id given.

    At most `places` open places draw on it in a best plan, so that many of its least exposed questions are enough (the
    argument is in selection.py).
    """

    category_id: int
    topic_id: int | None
    subtopic_id: int | None
    difficulty: Difficulty
    places: int

    @property
    def scope(self) -> tuple[str, int]:
        """What it is a pool of: the name of the narrowest level and that level's id."""
        if self.subtopic_id is not None:
            return ("subtopic", self.subtopic_id)
        return ("category", self.category_id) if self.topic_id is None else ("topic", self.topic_id)


@dataclass(frozen=True, slots=True)
class Missing:
    """A cell that the bank cannot fill: of `wanted` it can get `available`, with every other cell served too."""

    row_id: int
    difficulty: Difficulty
    wanted: int
    available: int

    @property
    def lacking(self) -> int:
        return self.wanted - self.available

    def describe(self, label: str) -> str:
        """The sentence for the recruiter, such as "2 of 4 hard SQL › Joins questions missing"; `label` is the row's."""
        noun = "question" if self.wanted == 1 else "questions"
        return f"{self.lacking} of {self.wanted} {self.difficulty} {label} {noun} missing"


def rank_move(cell: Cell, question: BankQuestion) -> int | None:
    """How far a cell's count has to move to be filled by a question: 0 exact, up to HIGHEST_RANK, None: not at all."""
    steps = cell.difficulty.count_steps(question.difficulty)
    if cell.subtopic_id is not None:
        if question.subtopic_id == cell.subtopic_id:
            return steps
        return TOPIC_RANK + steps if question.topic_id == cell.topic_id else None
    if cell.topic_id is not None:
        return steps if question.topic_id == cell.topic_id else None
    return steps if question.category_id == cell.category_id else None


def rank_moves(
    cells: Sequence[Cell], questions: Iterable[BankQuestion]
) -> Iterator[tuple[BankQuestion, tuple[int | None, ...]]]:
    """Each question with its rank_move for every cell, found once for all questions of one place and difficulty."""
    known: dict[tuple[int, int, int, Difficulty], tuple[int | None, ...]] = {}
    for question in questions:
        place = (question.category_id, question.topic_id, question.subtopic_id, question.difficulty)
        if place not in known:
            known[place] = tuple(rank_move(cell, question) for cell in cells)
        yield question, known[place]


def list_open_cells(cells: Iterable[Cell], asked: Iterable[Asked]) -> list[Cell]:
    """The cells that are not full, each wanting only what is still open; [] means that the distribution is filled.

    Raises ValueError where a row has two cells of one difficulty.
    """
    filled = Counter((one.row_id, one.difficulty) for one in asked)
    by_key: dict[CellKey, Cell] = {}
    for cell in cells:
        if cell.key in by_key:
            raise ValueError(f"Distribution row {cell.row_id} has two cells for {cell.difficulty}. Add their counts.")
        by_key[cell.key] = cell
    places = {key: cell.wanted - filled[key] for key, cell in by_key.items()}
    return [replace(cell, wanted=places[key]) for key, cell in by_key.items() if places[key] > 0]


def list_exact_pools(open_cells: Sequence[Cell]) -> list[Pool]:
    """The pools that fill these cells exactly, each once."""
    reaches = _list_exact_reaches(open_cells)
    return [Pool(*pool, _count_places(pool, reaches)) for pool in dict.fromkeys(pool for pool, _ in reaches)]


def list_pools(open_cells: Sequence[Cell], lacking: int) -> list[Pool]:
    """Every pool these cells may draw on, exactly or by moving, each once; `lacking` places cannot be filled exactly.

    A best plan moves no more than those, so a pool serves the places it fills exactly and at most that many others.
    """
    scopes = {(cell.category_id, cell.topic_id, cell.subtopic_id): None for cell in open_cells}
    scopes |= {(cell.category_id, cell.topic_id, None): None for cell in open_cells if cell.subtopic_id is not None}
    exact = _list_exact_reaches(open_cells)
    moved = [((cell.category_id, cell.topic_id, None, None), cell.wanted) for cell in open_cells]
    return [
        Pool(*pool, min(_count_places(pool, exact) + lacking, _count_places(pool, moved)))
        for pool in ((*scope, difficulty) for scope in scopes for difficulty in DIFFICULTIES)
    ]


def _list_exact_reaches(open_cells: Sequence[Cell]) -> list[tuple[_PoolKey, int]]:
    return [((cell.category_id, cell.topic_id, cell.subtopic_id, cell.difficulty), cell.wanted) for cell in open_cells]


def _count_places(pool: _PoolKey, reaches: Iterable[tuple[_Reach, int]]) -> int:
    """Open places of the cells that some question of the pool may go to; a None in a reach fits anything."""
    return sum(
        wanted
        for reach, wanted in reaches
        if all(mine is None or theirs is None or mine == theirs for mine, theirs in zip(pool, reach, strict=True))
    )


def find_missing(cells: Sequence[Cell], supply: Iterable[BankQuestion]) -> list[Missing]:
    """The cells that the bank cannot fill exactly, in the order given; [] means that all can be filled.

    For publishing, and for knowing that no count has to move (then with the open cells of a session).

    Where cells overlap and it is open which of them goes short, the widest does, since any question that would help a
    narrow one helps it too; of cells alike, the last. `supply` may be truncated to `places` questions of each exact
    pool.
    """
    wanting = list_open_cells(cells, ())
    if not wanting:
        return []
    by_ranks: dict[tuple[int | None, ...], set[int]] = {}
    for question, ranks in rank_moves(wanting, supply):
        by_ranks.setdefault(ranks, set()).add(question.id)
    fits = np.array([[rank == EXACT_RANK for rank in ranks] for ranks in by_ranks], dtype=bool)
    costs = np.where(fits.reshape(-1, len(wanting)).T, 0, FORBIDDEN).astype(np.int64)
    wanted = np.array([cell.wanted for cell in wanting], dtype=np.int64)
    available = np.array([len(ids) for ids in by_ranks.values()], dtype=np.int64)
    missing = solve_assignment(costs, wanted, available, _price_shortage(wanting)).open_places
    return [
        Missing(cell.row_id, cell.difficulty, cell.wanted, cell.wanted - int(short))
        for cell, short in zip(wanting, missing, strict=True)
        if short
    ]


def _price_shortage(cells: Sequence[Cell]) -> IntArray:
    """What an open place costs each cell: dearer in narrow and early cells, and two always dearer than one."""
    order = sorted(range(len(cells)), key=lambda at: (cells[at].narrowness, -at))
    # Each cell has a price of its own: the places of a cheapest plan are a basis of a matroid, which is then unique.
    prices = np.argsort(order).astype(np.int64)
    return prices + len(cells) * sum(cell.wanted for cell in cells) + 1
