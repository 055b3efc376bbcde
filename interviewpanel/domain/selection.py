"""Which question comes next: exact, seeded, explained.

Called by services/questions; selectors/question_supply loads what it chooses from. Pure: the same arguments give the
same choice. Source: design, scores, "Choosing the next question".

A distribution's cells may overlap, so filling it is a b-matching. A question is taken only if a best plan for all open
places contains it; best is, in this order: most places filled exactly; most filled by moving a count (rank_move in
distributions.py); most filled by a repeat; smallest moves. So if any order of asking can fill the distribution from
the bank, this one does.

Why a truncated bank is enough. A pool is a scope at a difficulty. Let no best plan fill more than N places from it, and
let its N least exposed questions be loaded; so for every pool that a cell may use. Take a best plan on the whole bank
that gives a cell an unloaded question, out of pool P. N questions of P are loaded and at most N - 1 other places use
any of them, so one is free: give the cell that one. It is exposed no more, and costs the cell no more, because the cost
depends on the pool alone, or is less where the free one lies in a narrower pool too. Repeat until all are loaded. So
the best plan's worth, the rule and the exposure of the choice are those of the whole bank; only the draw among the
equally exposed is a draw among the loaded ones. Where all places can be filled exactly, the exact pools alone are
enough, by the same argument: no best plan moves a count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

import numpy as np

from interviewpanel.domain.assignments import FORBIDDEN, Assignment, IntArray, find_optimal_pairs, solve_assignment
from interviewpanel.domain.distributions import (
    EXACT_RANK,
    HIGHEST_RANK,
    TOPIC_RANK,
    Asked,
    BankQuestion,
    Cell,
    Missing,
    Pool,
    find_missing,
    list_exact_pools,
    list_open_cells,
    list_pools,
    rank_moves,
)
from interviewpanel.domain.scoring_terms import DIFFICULTIES, Difficulty, NextAction

__all__ = [
    "Asked",
    "BankQuestion",
    "Cell",
    "Choice",
    "ChoiceRule",
    "Difficulty",
    "Missing",
    "Pool",
    "choose_question",
    "find_missing",
    "fold_difficulty",
    "list_exact_pools",
    "list_open_cells",
    "list_pools",
    "move_difficulty",
]


class ChoiceRule(StrEnum):
    """The step of the order of preference that found the question."""

    WANTED_DIFFICULTY = "wanted_difficulty"
    NEAREST_DIFFICULTY = "nearest_difficulty"
    MOVED_IN_SCOPE = "moved_in_scope"  # another difficulty of what the row names
    MOVED_TO_TOPIC = "moved_to_topic"  # another subtopic of the row's topic
    REPEAT = "repeat"  # the candidate had it in an earlier session; nothing else is left


@dataclass(frozen=True, slots=True)
class Choice:
    """The next question and the cell it fills (`difficulty` is the cell's). `reason` is JSON-able, to be stored."""

    question_id: int
    row_id: int
    difficulty: Difficulty
    reason: dict[str, object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Questions that are alike to every open cell."""

    difficulty: Difficulty
    is_repeat: bool
    ranks: tuple[int | None, ...]  # rank_move of each open cell
    questions: list[BankQuestion]


def move_difficulty(current: Difficulty, action: NextAction) -> Difficulty:
    """The difficulty after an action: harder and easier move one step and stop at the ends; the others stay."""
    step = {NextAction.HARDER: 1, NextAction.EASIER: -1}.get(action, 0)
    return DIFFICULTIES[min(max(current.level + step, 0), len(DIFFICULTIES) - 1)]


def fold_difficulty(actions: Iterable[NextAction], start: Difficulty = Difficulty.MEDIUM) -> Difficulty:
    """The difficulty wanted next, from the actions of all answers in order. It is never stored and incremented."""
    current = start
    for action in actions:
        current = move_difficulty(current, action)
    return current


def choose_question(
    cells: Sequence[Cell],
    candidates: Iterable[BankQuestion],
    asked: Sequence[Asked],
    wanted_difficulty: Difficulty,
    seed: int | str,
    *,
    repeats_allowed: bool = True,
) -> Choice | None:
    """Choose the next question, or None where the distribution is filled or nothing is left to ask.

    Of the questions that keep a best plan whole, in order: those that fill a cell of the wanted difficulty; of the
    nearest one; those that a count moves to, shortest move first; repeats of earlier sessions (`is_repeat`), if
    allowed. Among equals the least exposed, then by a lot from the seed and the question's id, so that the order of
    `candidates` does not matter. A question of this session is never asked again. One that fits several cells alike
    fills the narrowest. `candidates` may be truncated (see above).
    """
    open_cells = list_open_cells(cells, asked)
    had = {one.question_id for one in asked}
    fresh = {one.id: one for one in candidates if one.id not in had and (repeats_allowed or not one.is_repeat)}
    kinds = _group_kinds(open_cells, fresh.values())
    if not kinds:
        return None
    plan = _make_plan(kinds, np.array([cell.wanted for cell in open_cells], dtype=np.int64))
    equals = _prefer_pairs(plan, open_cells, kinds, wanted_difficulty)
    pool = [(question, column) for column in {column for _, column in equals} for question in kinds[column].questions]
    least = min(question.times_asked for question, _ in pool)
    drawn = [(question, column) for question, column in pool if question.times_asked == least]
    question, column = min(drawn, key=lambda entry: (_draw_lot(seed, entry[0].id), entry[0].id))
    row = min((row for row, at in equals if at == column), key=lambda at: (-open_cells[at].narrowness, at))
    reason = {
        **_explain_rule(open_cells[row], question, kinds[column].ranks[row], wanted_difficulty),
        "wanted_difficulty": str(wanted_difficulty),
        "candidates": len(pool),
        "equally_exposed": len(drawn),
        "times_asked": least,
        "seed": seed,
        "plan": _describe_plan(plan, kinds),
    }
    return Choice(question.id, open_cells[row].row_id, open_cells[row].difficulty, reason)


def _group_kinds(cells: Sequence[Cell], questions: Iterable[BankQuestion]) -> list[_Kind]:
    """Put questions together that are alike to every cell; those that fit none are dropped."""
    kinds: dict[tuple[object, ...], _Kind] = {}
    for question, ranks in rank_moves(cells, questions):
        kind = kinds.setdefault(
            (ranks, question.difficulty, question.is_repeat),
            _Kind(question.difficulty, question.is_repeat, ranks, []),
        )
        kind.questions.append(question)
    return [kind for kind in kinds.values() if any(rank is not None for rank in kind.ranks)]


def _make_plan(kinds: Sequence[_Kind], wanted: IntArray) -> Assignment:
    """A best plan for all open places. One place of a better sort outweighs everything of the worse sorts together."""
    places = int(wanted.sum())
    repeat_gain = HIGHEST_RANK * places + 1
    move_gain = (repeat_gain + HIGHEST_RANK) * places + 1
    exact_gain = (move_gain + HIGHEST_RANK) * places + 1
    costs = np.full((len(wanted), len(kinds)), FORBIDDEN, dtype=np.int64)
    for column, kind in enumerate(kinds):
        for row, rank in enumerate(kind.ranks):
            if rank is None:
                continue
            moved = EXACT_RANK if rank == EXACT_RANK else exact_gain - move_gain + rank
            costs[row, column] = exact_gain - repeat_gain + rank if kind.is_repeat else moved
    available = np.array([len(kind.questions) for kind in kinds], dtype=np.int64)
    return solve_assignment(costs, wanted, available, np.full(len(wanted), exact_gain, dtype=np.int64))


def _prefer_pairs(
    plan: Assignment, cells: Sequence[Cell], kinds: Sequence[_Kind], wanted: Difficulty
) -> list[tuple[int, int]]:
    """Of the (cell, kind) pairs that keep a best plan whole, those that come first in the order of preference."""
    pairs = [(int(row), int(column)) for row, column in np.argwhere(find_optimal_pairs(plan))]
    order = [_order_pair(cells[row], kinds[column], kinds[column].ranks[row], wanted) for row, column in pairs]
    first = min(order)
    return [pair for pair, place in zip(pairs, order, strict=True) if place == first]


def _order_pair(cell: Cell, kind: _Kind, rank: int | None, wanted: Difficulty) -> tuple[int, int, int]:
    """The order of preference as a number to minimise: exact by distance, then moved by rank, then repeats."""
    assert rank is not None
    if rank == EXACT_RANK and not kind.is_repeat:
        return (0, wanted.count_steps(cell.difficulty), 0)
    return (2 if kind.is_repeat else 1, rank, wanted.count_steps(kind.difficulty))


def _draw_lot(seed: int | str, question_id: int) -> bytes:
    """A number that is random between questions and sessions and always the same for one of each."""
    return blake2b(f"{seed}:{question_id}".encode(), digest_size=8).digest()


def _explain_rule(cell: Cell, question: BankQuestion, rank: int | None, wanted: Difficulty) -> dict[str, object]:
    """The rule, the cell, and where the count moved to, if it did."""
    assert rank is not None
    if question.is_repeat:
        rule = ChoiceRule.REPEAT
    elif rank >= TOPIC_RANK:
        rule = ChoiceRule.MOVED_TO_TOPIC
    elif rank != EXACT_RANK:
        rule = ChoiceRule.MOVED_IN_SCOPE
    else:
        rule = ChoiceRule.WANTED_DIFFICULTY if cell.difficulty == wanted else ChoiceRule.NEAREST_DIFFICULTY
    moved = {
        "from": str(cell.difficulty),
        "to": str(question.difficulty),
        "within": "topic" if rank >= TOPIC_RANK else ("category", "topic", "subtopic")[cell.narrowness],
    }
    return {
        "rule": str(rule),
        "cell": {"row": cell.row_id, "difficulty": str(cell.difficulty)},
        "moved": None if rank == EXACT_RANK else moved,
    }


def _describe_plan(plan: Assignment, kinds: Sequence[_Kind]) -> dict[str, int]:
    """How the open places, this one included, would be filled."""
    counts = {"exact": 0, "moved": 0, "repeated": 0, "unfilled": int(plan.open_places.sum())}
    for row, column in np.argwhere(plan.flow[:, :-1] > 0):
        kind = kinds[column]
        sort = "repeated" if kind.is_repeat else "exact" if kind.ranks[row] == EXACT_RANK else "moved"
        counts[sort] += int(plan.flow[row, column])
    return counts
