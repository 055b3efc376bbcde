"""What a distribution draws on, what is still open of it, and what the bank lacks for it."""

import pytest

from interviewpanel.domain.selection import (
    Asked,
    BankQuestion,
    Difficulty,
    Missing,
    Pool,
    find_missing,
    list_exact_pools,
    list_open_cells,
    list_pools,
)
from tests.selection_worlds import EASY, HARD, MEDIUM, cell, question

# --- Pools -----------------------------------------------------------------------------------------------------------


def test_open_cells_want_what_is_still_open():
    cells = [cell(1, 111, EASY, 3), cell(1, 111, HARD, 1), cell(2, 1, EASY, 0), cell(3, 11, EASY, 2)]
    asked = [Asked(1, 1, EASY), Asked(2, 1, HARD), Asked(3, 3, EASY), Asked(4, 3, EASY), Asked(5, 3, EASY)]
    assert list_open_cells(cells, asked) == [cell(1, 111, EASY, 2)]


@pytest.mark.parametrize(
    ("pool", "scope"),
    [
        (Pool(1, 11, 111, EASY, 1), ("subtopic", 111)),
        (Pool(1, 11, None, EASY, 1), ("topic", 11)),
        (Pool(1, None, None, EASY, 1), ("category", 1)),
    ],
)
def test_the_scope_of_a_pool_is_the_narrowest_level_it_names(pool, scope):
    assert pool.scope == scope


def test_the_exact_pools_each_once_with_the_places_that_may_draw_on_them():
    cells = [cell(1, 111, EASY, 2), cell(2, 111, EASY), cell(3, 1, HARD), cell(4, 11, EASY, 4), cell(5, 112, EASY, 8)]
    assert list_exact_pools(cells) == [
        Pool(1, 11, 111, EASY, 7),  # its own two rows and the topic's row
        Pool(1, None, None, HARD, 1),
        Pool(1, 11, None, EASY, 15),
        Pool(1, 11, 112, EASY, 12),
    ]


@pytest.mark.parametrize(
    ("lacking", "places"),
    [
        # Each scope's easy, medium and hard pool: what it fills exactly, and at most `lacking` others that reach it.
        (0, {(1, 11, 111): (2, 0, 1), (1, None, None): (6, 0, 1), (1, 12, 121): (6, 0, 0), (2, 21, 211): (8, 0, 0)}),
        (1, {(1, 11, 111): (3, 1, 2), (1, None, None): (7, 1, 2), (1, 12, 121): (6, 1, 1), (2, 21, 211): (8, 1, 1)}),
        (9, {(1, 11, 111): (3, 3, 3), (1, None, None): (7, 7, 7), (1, 12, 121): (6, 6, 6), (2, 21, 211): (8, 8, 8)}),
    ],
)
def test_all_pools_with_the_places_that_may_draw_on_them_by_moving(lacking, places):
    cells = [cell(1, 111, HARD), cell(2, 1, EASY, 2), cell(3, 121, EASY, 4), cell(4, 211, EASY, 8)]
    # Rows that name a subtopic may move to the topic, where the same places reach.
    topics = {(*scope[:2], None): places[scope] for scope in places if scope[2] is not None}
    assert list_pools(cells, lacking) == [
        Pool(*scope, difficulty, count)
        for scope, counts in (places | topics).items()
        for difficulty, count in zip((EASY, MEDIUM, HARD), counts, strict=True)
    ]


# --- Publishing ------------------------------------------------------------------------------------------------------


def hard_joins(count: int) -> list[BankQuestion]:
    return [question(number, 111, HARD) for number in range(count)]


@pytest.mark.parametrize(
    ("cells", "bank", "expected"),
    [
        ([], [], []),
        ([cell(1, 111, HARD, 0)], [], []),
        ([cell(1, 111, HARD, 4)], hard_joins(4), []),
        ([cell(1, 111, HARD, 4)], hard_joins(2), [Missing(1, HARD, 4, 2)]),
        ([cell(1, 111, HARD, 4)], [*hard_joins(2), *hard_joins(2)], [Missing(1, HARD, 4, 2)]),  # the same twice
        ([cell(1, 111, HARD, 4)], [], [Missing(1, HARD, 4, 0)]),
        ([cell(1, 111, HARD)], [question(1, 111, EASY), question(2, 112, HARD)], [Missing(1, HARD, 1, 0)]),  # no moves
        ([cell(1, 1, HARD), cell(2, 111, HARD)], hard_joins(1), [Missing(1, HARD, 1, 0)]),  # the wide one goes short
        ([cell(1, 111, HARD), cell(2, 11, HARD)], hard_joins(1), [Missing(2, HARD, 1, 0)]),
        ([cell(1, 1, HARD, 2), cell(2, 11, HARD, 1)], hard_joins(2), [Missing(1, HARD, 2, 1)]),
        (
            [cell(1, 111, HARD, 2), cell(1, 111, EASY, 1), cell(2, 121, EASY, 3)],
            [question(1, 111, HARD), question(2, 121, EASY)],
            [Missing(1, HARD, 2, 1), Missing(1, EASY, 1, 0), Missing(2, EASY, 3, 1)],
        ),
    ],
)
def test_find_missing(cells, bank, expected):
    assert find_missing(cells, bank) == expected


def test_missing_questions_are_named():
    assert Missing(1, HARD, 4, 2).describe("SQL › Joins") == "2 of 4 hard SQL › Joins questions missing"
    assert Missing(1, Difficulty.EASY, 1, 0).describe("SQL") == "1 of 1 easy SQL question missing"
