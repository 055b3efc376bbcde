"""Small question banks and distributions for the selection tests, and the slow, obvious solution they are checked by.

Ids are readable: category 1 has the topics 11 and 12, topic 11 the subtopics 111 and 112.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from hypothesis import strategies as st

from interviewpanel.domain.selection import Asked, BankQuestion, Cell, Choice, Difficulty, choose_question

EASY, MEDIUM, HARD = Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD
SUBTOPICS = (111, 112, 121, 211)
LEVELS = {EASY: 0, MEDIUM: 1, HARD: 2}


def question(
    number: int, subtopic: int, difficulty: Difficulty, times_asked: int = 0, is_repeat: bool = False
) -> BankQuestion:
    return BankQuestion(number, subtopic // 10, subtopic, subtopic // 100, difficulty, times_asked, is_repeat)


def cell(row: int, scope: int, difficulty: Difficulty, wanted: int = 1) -> Cell:
    """A cell of a row that names a category (1), a topic (11) or a subtopic (111)."""
    digits = str(scope)
    topic, subtopic = int(digits[:2]) if scope > 9 else None, scope if scope > 99 else None
    return Cell(row, int(digits[0]), topic, subtopic, difficulty, wanted)


def hold_interview(
    cells: Sequence[Cell],
    bank: Sequence[BankQuestion],
    wanted_difficulties: Iterable[Difficulty],
    seed: int = 1,
    asked: Sequence[Asked] = (),
) -> list[Choice]:
    """Ask until nothing is chosen; `wanted_difficulties` must be endless."""
    history, choices = list(asked), []
    for wanted in wanted_difficulties:
        choice = choose_question(cells, bank, history, wanted, seed)
        if choice is None:
            return choices
        choices.append(choice)
        history.append(Asked(choice.question_id, choice.row_id, choice.difficulty))
    raise AssertionError("The difficulties ran out before the interview did.")


# --- Generated worlds ------------------------------------------------------------------------------------------------

difficulties = st.sampled_from([EASY, MEDIUM, HARD])
scopes = st.sampled_from([1, 11, 12, *SUBTOPICS])


@st.composite
def draw_cells(draw: st.DrawFn, max_cells: int = 4, max_wanted: int = 2) -> list[Cell]:
    rows = draw(st.lists(st.tuples(scopes, difficulties), min_size=1, max_size=max_cells))
    return [cell(number, *row, draw(st.integers(0, max_wanted))) for number, row in enumerate(rows)]


@st.composite
def draw_bank(draw: st.DrawFn, max_size: int = 7, repeats: bool = True) -> list[BankQuestion]:
    kinds = st.tuples(
        st.sampled_from(SUBTOPICS), difficulties, st.integers(0, 2), st.booleans() if repeats else st.just(False)
    )
    return [question(number, *kind) for number, kind in enumerate(draw(st.lists(kinds, max_size=max_size)))]


@st.composite
def draw_fillable(draw: st.DrawFn) -> tuple[list[Cell], list[BankQuestion]]:
    """Cells and a bank that holds one question for each place, and some more that tempt."""
    cells = draw(draw_cells(max_cells=6, max_wanted=3))
    places = [one for one in cells for _ in range(one.wanted)]
    bank = draw(draw_bank(max_size=5, repeats=False))
    for one in places:
        prefix = str(one.subtopic_id or one.topic_id or one.category_id)
        subtopic = draw(st.sampled_from([number for number in SUBTOPICS if str(number).startswith(prefix)]))
        bank.append(question(len(bank), subtopic, one.difficulty, draw(st.integers(0, 3))))
    return cells, bank


# --- The obvious solution --------------------------------------------------------------------------------------------

Worth = tuple[int, int, int, int]
Plan = tuple[tuple[Cell, BankQuestion], ...]


def find_rank(one: Cell, other: BankQuestion) -> int | None:
    """0 exact, 1 and 2 another difficulty of the scope, 3 to 5 the topic of a row that names a subtopic."""
    steps = abs(LEVELS[one.difficulty] - LEVELS[other.difficulty])
    if one.subtopic_id is not None:
        if one.subtopic_id == other.subtopic_id:
            return steps
        return 3 + steps if one.topic_id == other.topic_id else None
    if one.topic_id is not None:
        return steps if one.topic_id == other.topic_id else None
    return steps if one.category_id == other.category_id else None


def list_plans(places: Sequence[Cell], bank: Sequence[BankQuestion]) -> Iterator[Plan]:
    """Every way to fill the places, or to leave some open."""
    if not places:
        yield ()
        return
    first, rest = places[0], places[1:]
    yield from list_plans(rest, bank)
    for one in bank:
        if find_rank(first, one) is not None:
            for plan in list_plans(rest, [other for other in bank if other.id != one.id]):
                yield ((first, one), *plan)


def weigh_plan(plan: Plan) -> Worth:
    """Exact places first, then moved ones, then repeats, then short moves."""
    ranks = [find_rank(*pair) or 0 for pair in plan]
    repeats = sum(one.is_repeat for _, one in plan)
    exact = sum(rank == 0 and not one.is_repeat for rank, (_, one) in zip(ranks, plan, strict=True))
    return (exact, len(plan) - exact - repeats, repeats, -sum(ranks))


def list_places(cells: Sequence[Cell]) -> list[Cell]:
    return [one for one in cells for _ in range(one.wanted)]


def choose_slowly(
    cells: Sequence[Cell], bank: Sequence[BankQuestion], wanted: Difficulty, seed: int
) -> tuple[int, int, Difficulty] | None:
    """(question, row, difficulty) that every rule together asks for, by trying every plan there is."""
    plans = list(list_plans(list_places(cells), bank))
    best = max(weigh_plan(plan) for plan in plans)
    pairs = {pair for plan in plans if weigh_plan(plan) == best for pair in plan}
    if not pairs:
        return None

    def order(pair: tuple[Cell, BankQuestion]) -> tuple[object, ...]:
        one, other = pair
        rank = find_rank(one, other) or 0
        if rank == 0 and not other.is_repeat:
            step = (0, abs(LEVELS[one.difficulty] - LEVELS[wanted]), 0)
        else:
            step = (2 if other.is_repeat else 1, rank, abs(LEVELS[other.difficulty] - LEVELS[wanted]))
        lot = blake2b(f"{seed}:{other.id}".encode(), digest_size=8).digest()
        narrowness = (one.topic_id is not None) + (one.subtopic_id is not None)
        return (step, other.times_asked, lot, -narrowness, cells.index(one))

    one, other = min(pairs, key=order)
    return (other.id, one.row_id, one.difficulty)
