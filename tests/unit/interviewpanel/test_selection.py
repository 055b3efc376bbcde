"""Choosing the next question: every step of the order of preference, the reason given, and the publishing check."""

import json

import pytest

from interviewpanel.domain.score_calculator import NextAction
from interviewpanel.domain.selection import (
    Asked,
    Cell,
    Choice,
    choose_question,
    fold_difficulty,
    list_open_cells,
    move_difficulty,
)
from tests.selection_worlds import EASY, HARD, MEDIUM, cell, question

THREE_OF_JOINS = [question(1, 111, EASY), question(2, 111, MEDIUM), question(3, 111, HARD)]


# --- Difficulty ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "action", "expected"),
    [
        (EASY, "harder", MEDIUM), (MEDIUM, "harder", HARD), (HARD, "harder", HARD),
        (EASY, "easier", EASY), (MEDIUM, "easier", EASY), (HARD, "easier", MEDIUM),
        (EASY, "same", EASY), (HARD, "follow_up", HARD), (MEDIUM, "wrap_up", MEDIUM),
    ],
)  # fmt: skip
def test_move_difficulty(current, action, expected):
    assert move_difficulty(current, NextAction(action)) is expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], MEDIUM),
        (["harder"], HARD),
        (["harder", "harder", "easier"], MEDIUM),  # the ends do not remember how often they were pushed at
        (["easier", "easier", "easier", "harder"], MEDIUM),
        (["same", "follow_up", "easier", "same"], EASY),
    ],
)
def test_fold_difficulty_starts_at_medium(actions, expected):
    assert fold_difficulty([NextAction(action) for action in actions]) is expected


def test_fold_difficulty_from_another_start():
    assert fold_difficulty([NextAction.EASIER], start=HARD) is MEDIUM


# --- The order of preference -----------------------------------------------------------------------------------------


def choose(cells, bank, wanted=MEDIUM, asked=(), seed=1, **options) -> Choice:
    choice = choose_question(cells, bank, asked, wanted, seed, **options)
    assert choice is not None
    return choice


@pytest.mark.parametrize(("wanted", "expected"), [(EASY, 1), (MEDIUM, 2), (HARD, 3)])
def test_an_unfilled_cell_of_the_wanted_difficulty_comes_first(wanted, expected):
    cells = [cell(7, 111, EASY), cell(7, 111, MEDIUM), cell(7, 111, HARD)]
    assert choose(cells, THREE_OF_JOINS, wanted) == Choice(expected, 7, wanted, {})


@pytest.mark.parametrize(
    ("wanted", "unfilled", "expected"),
    [(EASY, (MEDIUM, HARD), MEDIUM), (HARD, (EASY, MEDIUM), MEDIUM), (HARD, (EASY,), EASY), (MEDIUM, (HARD,), HARD)],
)
def test_then_the_nearest_unfilled_cell(wanted, unfilled, expected):
    choice = choose([cell(7, 111, difficulty) for difficulty in unfilled], THREE_OF_JOINS, wanted)
    assert (choice.difficulty, choice.reason["rule"]) == (expected, "nearest_difficulty")


def test_a_count_moves_only_after_the_cells_that_the_bank_can_fill():
    cells = [cell(1, 112, HARD), cell(2, 111, EASY)]
    bank = [question(1, 112, MEDIUM), question(2, 111, EASY)]
    first = choose(cells, bank, HARD)
    assert (first.row_id, first.reason["rule"]) == (2, "nearest_difficulty")
    second = choose(cells, bank, HARD, asked=[Asked(2, 2, EASY)])
    assert second == Choice(1, 1, HARD, {})
    assert (second.reason["rule"], second.reason["moved"]) == (
        "moved_in_scope",
        {"from": "hard", "to": "medium", "within": "subtopic"},
    )


@pytest.mark.parametrize(
    ("bank", "expected", "moved"),
    [
        ([question(1, 111, EASY), question(2, 111, MEDIUM)], 2, ("medium", "subtopic")),
        ([question(1, 111, EASY), question(2, 112, HARD)], 1, ("easy", "subtopic")),
        ([question(1, 112, EASY), question(2, 112, HARD)], 2, ("hard", "topic")),
        ([question(1, 112, EASY), question(2, 112, MEDIUM)], 2, ("medium", "topic")),
        ([question(1, 112, EASY)], 1, ("easy", "topic")),
    ],
)
def test_a_count_moves_to_the_nearest_difficulty_of_the_subtopic_then_of_the_topic(bank, expected, moved):
    choice = choose([cell(7, 111, HARD)], bank, EASY)
    to, within = moved
    assert (choice.question_id, choice.reason["moved"]) == (expected, {"from": "hard", "to": to, "within": within})


def test_of_two_moves_alike_the_one_towards_the_wanted_difficulty():
    bank = [question(1, 111, EASY), question(2, 111, HARD)]
    assert choose([cell(7, 111, MEDIUM)], bank, HARD).question_id == 2
    assert choose([cell(7, 111, MEDIUM)], bank, EASY).question_id == 1


@pytest.mark.parametrize(
    ("scope", "subtopic", "within"), [(1, 121, "category"), (11, 112, "topic"), (111, 111, "subtopic")]
)
def test_a_wide_row_moves_within_what_it_names(scope, subtopic, within):
    choice = choose([cell(7, scope, HARD)], [question(1, subtopic, MEDIUM)])
    assert choice.reason["moved"] == {"from": "hard", "to": "medium", "within": within}


@pytest.mark.parametrize(("scope", "foreign"), [(111, 121), (11, 121), (1, 211)])
def test_a_row_never_draws_on_another_topic_or_category(scope, foreign):
    assert choose_question([cell(7, scope, EASY)], [question(1, foreign, EASY)], [], EASY, 1) is None


def test_a_wide_cell_leaves_a_narrow_one_its_only_question():
    cells = [cell(1, 1, EASY), cell(2, 111, MEDIUM), cell(3, 111, EASY)]
    bank = [question(1, 111, EASY, times_asked=0), question(2, 121, EASY, times_asked=9), question(3, 111, MEDIUM)]
    assert choose(cells, bank, EASY, asked=[Asked(3, 2, MEDIUM), Asked(1, 3, EASY)]) == Choice(2, 1, EASY, {})
    assert choose(cells[:1] + cells[2:], bank, EASY) == Choice(1, 3, EASY, {})


def test_a_question_that_fits_two_cells_fills_the_narrower_one():
    cells = [cell(1, 1, EASY), cell(2, 11, EASY), cell(3, 111, EASY)]
    bank = [question(number, 111, EASY) for number in range(9)]
    assert choose(cells, bank, EASY).row_id == 3


# --- Among equals ----------------------------------------------------------------------------------------------------


def test_among_equals_the_least_exposed():
    bank = [question(1, 111, EASY, 4), question(2, 111, EASY, 3), question(3, 111, EASY, 4)]
    choice = choose([cell(7, 111, EASY)], bank, EASY)
    assert (choice.question_id, choice.reason["times_asked"], choice.reason["equally_exposed"]) == (2, 3, 1)


def test_exposure_never_outweighs_the_wanted_difficulty():
    cells = [cell(7, 111, EASY), cell(7, 111, HARD)]
    assert choose(cells, [question(1, 111, EASY, 0), question(2, 111, HARD, 99)], HARD).question_id == 2


def test_then_a_lot_by_the_sessions_seed():
    bank = [question(number, 111, EASY) for number in range(10)]
    drawn = [choose([cell(7, 111, EASY)], bank, EASY, seed=seed).question_id for seed in range(400)]
    assert sorted(set(drawn)) == list(range(10))
    assert all(20 <= drawn.count(number) <= 65 for number in range(10))  # 40 expected; fixed seeds, so it is certain


def test_the_same_seed_draws_the_same_however_the_bank_is_sorted():
    bank = [question(number, 111, EASY) for number in range(10)]
    orders = [bank, bank[::-1], bank[5:] + bank[:5], bank + bank]
    assert len({choose([cell(7, 111, EASY)], order, EASY, seed=3).question_id for order in orders}) == 1


def test_a_seed_may_be_text():
    assert choose([cell(7, 111, EASY)], THREE_OF_JOINS, EASY, seed="a1").reason["seed"] == "a1"


# --- What was asked before -------------------------------------------------------------------------------------------


def test_a_question_of_this_session_is_never_asked_again():
    asked = [Asked(1, 7, EASY)]
    assert choose_question([cell(7, 111, EASY, 2)], [question(1, 111, EASY)], asked, EASY, 1) is None


def test_a_repeat_comes_after_every_fresh_question_even_a_moved_one():
    cells = [cell(7, 111, EASY, 3)]
    bank = [question(1, 111, EASY, is_repeat=True), question(2, 112, HARD), question(3, 111, MEDIUM)]
    rules, asked = [], []
    while choice := choose_question(cells, bank, asked, EASY, 1):
        rules.append((choice.question_id, choice.reason["rule"]))
        asked.append(Asked(choice.question_id, choice.row_id, choice.difficulty))
    assert rules == [(3, "moved_in_scope"), (2, "moved_to_topic"), (1, "repeat")]


def test_repeats_can_be_forbidden():
    bank = [question(1, 111, EASY, is_repeat=True)]
    assert choose_question([cell(7, 111, EASY)], bank, [], EASY, 1, repeats_allowed=False) is None
    assert choose([cell(7, 111, EASY)], bank).question_id == 1


def test_a_moved_question_fills_the_cell_it_moved_from():
    cells = [cell(7, 111, HARD), cell(7, 111, MEDIUM)]
    bank = [question(1, 111, MEDIUM), question(2, 111, MEDIUM)]
    assert choose(cells, bank, asked=[Asked(1, 7, HARD)]) == Choice(2, 7, MEDIUM, {})
    assert choose_question(cells, bank, [Asked(1, 7, HARD), Asked(2, 7, MEDIUM)], MEDIUM, 1) is None


@pytest.mark.parametrize(
    ("cells", "bank", "asked"),
    [
        ([], THREE_OF_JOINS, []),
        ([cell(7, 111, EASY, 0)], THREE_OF_JOINS, []),
        ([cell(7, 111, EASY)], [], []),
        ([cell(7, 111, EASY)], THREE_OF_JOINS, [Asked(9, 7, EASY)]),
        ([cell(7, 111, EASY)], THREE_OF_JOINS, [Asked(8, 7, EASY), Asked(9, 7, EASY)]),  # the row was made smaller
    ],
)
def test_nothing_is_chosen_where_nothing_is_open_or_left(cells, bank, asked):
    assert choose_question(cells, bank, asked, EASY, 1) is None


def test_what_filled_no_cell_leaves_the_cells_open():
    asked = [Asked(8, None, EASY), Asked(9, 99, EASY)]
    assert list_open_cells([cell(7, 111, EASY, 2)], asked) == [cell(7, 111, EASY, 2)]
    assert choose([cell(7, 111, EASY)], THREE_OF_JOINS, asked=asked).question_id == 1


# --- The reason ------------------------------------------------------------------------------------------------------


def test_the_reason_tells_the_whole_choice():
    cells = [cell(7, 111, MEDIUM, 2), cell(8, 121, HARD), cell(9, 211, EASY)]
    bank = [
        question(1, 111, MEDIUM, 5),
        question(2, 111, MEDIUM, 2),
        question(3, 111, MEDIUM, 2),
        question(4, 121, EASY),
    ]
    choice = choose(cells, bank, seed=11)
    expected = {
        "rule": "wanted_difficulty",
        "cell": {"row": 7, "difficulty": "medium"},
        "moved": None,
        "wanted_difficulty": "medium",
        "candidates": 3,
        "equally_exposed": 2,
        "times_asked": 2,
        "seed": 11,
        "plan": {"exact": 2, "moved": 1, "repeated": 0, "unfilled": 1},
    }
    assert choice.reason == expected
    assert json.loads(json.dumps(choice.reason)) == expected


# --- What does not make sense ----------------------------------------------------------------------------------------


def test_a_row_with_two_cells_of_one_difficulty_is_refused():
    with pytest.raises(ValueError, match="row 7 has two cells for easy"):
        choose_question([cell(7, 111, EASY), cell(7, 111, EASY)], [], [], EASY, 1)


def test_a_subtopic_needs_its_topic():
    with pytest.raises(ValueError, match="row 7 names a subtopic without its topic"):
        Cell(7, 1, None, 111, EASY, 1)


def test_a_count_is_not_negative():
    with pytest.raises(ValueError, match="row 7 wants -1 questions"):
        cell(7, 111, EASY, -1)
