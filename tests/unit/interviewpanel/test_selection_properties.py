"""What must hold of selection for any bank, distribution and course of the interview."""

from collections import Counter
from itertools import cycle

from hypothesis import given, settings
from hypothesis import strategies as st

from interviewpanel.domain.selection import (
    Asked,
    BankQuestion,
    Pool,
    choose_question,
    find_missing,
    list_exact_pools,
    list_open_cells,
    list_pools,
)
from tests.selection_worlds import (
    choose_slowly,
    difficulties,
    draw_bank,
    draw_cells,
    draw_fillable,
    find_rank,
    hold_interview,
    list_places,
    list_plans,
)

unhurried = settings(deadline=None)  # the machine may be busy; nothing here is about time
courses = st.lists(difficulties, min_size=1, max_size=12).map(cycle)
seeds = st.integers(0, 2**32)


@unhurried
@given(draw_fillable(), courses, seeds)
def test_a_distribution_that_can_be_filled_is_filled_however_the_difficulty_moves(world, course, seed):
    cells, bank = world
    choices = hold_interview(cells, bank, course, seed)
    assert Counter((one.row_id, one.difficulty) for one in choices) == Counter(one.key for one in list_places(cells))
    assert [one.reason["moved"] for one in choices] == [None] * len(choices)
    assert find_missing(cells, bank) == []


@unhurried
@given(draw_cells(), draw_bank(max_size=9), courses, seeds)
def test_any_interview_keeps_its_first_plan_never_repeats_and_never_exceeds_a_count(cells, bank, course, seed):
    choices = hold_interview(cells, bank, course, seed)
    assert len({one.question_id for one in choices}) == len(choices)
    counts = Counter((one.row_id, one.difficulty) for one in choices)
    assert all(counts[one.key] <= one.wanted for one in cells)
    rules = Counter(str(one.reason["rule"]) for one in choices)
    if choices:
        assert choices[0].reason["plan"] == {
            "exact": rules["wanted_difficulty"] + rules["nearest_difficulty"],
            "moved": rules["moved_in_scope"] + rules["moved_to_topic"],
            "repeated": rules["repeat"],
            "unfilled": len(list_places(cells)) - len(choices),
        }


@unhurried
@given(draw_cells(), draw_bank(), courses, seeds)
def test_a_repeat_is_asked_only_when_no_fresh_question_fits_an_open_cell(cells, bank, course, seed):
    asked: list[Asked] = []
    for choice in hold_interview(cells, bank, course, seed):
        if choice.reason["rule"] == "repeat":
            used = {one.question_id for one in asked}
            fresh = [one for one in bank if not one.is_repeat and one.id not in used]
            assert not any(find_rank(at, one) is not None for at in list_open_cells(cells, asked) for one in fresh)
        asked.append(Asked(choice.question_id, choice.row_id, choice.difficulty))


@settings(unhurried, max_examples=400)
@given(draw_cells(max_cells=3), draw_bank(max_size=6), difficulties, seeds)
def test_the_choice_is_the_one_found_by_trying_every_plan(cells, bank, wanted, seed):
    choice = choose_question(cells, bank, [], wanted, seed)
    found = None if choice is None else (choice.question_id, choice.row_id, choice.difficulty)
    assert found == choose_slowly(cells, bank, wanted, seed)


@settings(unhurried, max_examples=300)
@given(draw_cells(max_cells=3), draw_bank(max_size=6, repeats=False))
def test_what_is_missing_is_what_no_plan_can_fill(cells, bank):
    exact = [[pair for pair in plan if find_rank(*pair) == 0] for plan in list_plans(list_places(cells), bank)]
    missing = find_missing(cells, bank)
    assert sum(one.lacking for one in missing) == len(list_places(cells)) - max(map(len, exact))
    assert all(0 <= one.available < one.wanted for one in missing)


def truncate(bank: list[BankQuestion], pools: list[Pool]) -> list[BankQuestion]:
    """What a query per pool brings: its least exposed questions, as many as may be needed; repeats apart."""
    loaded: dict[int, BankQuestion] = {}
    for pool in pools:
        for is_repeat in (False, True):
            fits = [
                one
                for one in bank
                if (one.is_repeat, one.difficulty) == (is_repeat, pool.difficulty)
                and pool.scope
                in (("subtopic", one.subtopic_id), ("topic", one.topic_id), ("category", one.category_id))
            ]
            fits.sort(key=lambda one: (one.times_asked, one.id))
            loaded.update((one.id, one) for one in fits[: pool.places])
    return list(loaded.values())


@settings(unhurried, max_examples=300)
@given(draw_cells(), draw_bank(max_size=30), difficulties, seeds)
def test_as_many_questions_of_a_pool_as_places_may_draw_on_it_are_enough(cells, bank, wanted, seed):
    open_cells = list_open_cells(cells, [])
    exact = truncate(bank, list_exact_pools(open_cells))
    fresh, fresh_exact = ([one for one in some if not one.is_repeat] for some in (bank, exact))
    missing = find_missing(cells, fresh_exact)
    assert missing == find_missing(cells, fresh)
    whole = choose_question(cells, bank, [], wanted, seed)
    lacking = sum(one.lacking for one in missing)
    loaded = truncate(bank, list_pools(open_cells, lacking)) if lacking else fresh_exact
    part = choose_question(cells, loaded, [], wanted, seed)
    assert (whole is None) == (part is None)
    if whole and part:
        for name in ("rule", "times_asked", "plan"):
            assert whole.reason[name] == part.reason[name]


@unhurried
@given(draw_cells(), draw_bank(max_size=12), difficulties, seeds, st.randoms(use_true_random=False))
def test_the_same_seed_makes_the_same_choice_whatever_the_order_of_the_bank(cells, bank, wanted, seed, random):
    shuffled = list(bank)
    random.shuffle(shuffled)
    first = choose_question(cells, bank, [], wanted, seed)
    second = choose_question(cells, shuffled, [], wanted, seed)
    assert first == second
    assert first is None or first.reason == second.reason
