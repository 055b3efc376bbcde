"""A batch of questions to be written: its rows, what is allowed, and how the kinds are spread. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from questionbank.domain.bank_format import DIFFICULTIES, KINDS, LANGUAGE_PATTERN, MAX_NAME_CHARS

MOST_ROWS, MOST_OF_A_ROW, MOST_OF_A_BATCH = 50, 20, 200
MOST_WISHES = 1000
LEAST_REFUSED = 3


@dataclass(frozen=True)
class BatchRow:
    """So many questions of a difficulty for one subtopic. It may be new; `subtopic_id` is that of one that is there."""

    category: str
    topic: str
    subtopic: str
    difficulty: str
    count: int
    subtopic_id: int | None = None

    @property
    def place(self) -> str:
        return f"{self.category} › {self.topic} › {self.subtopic}"


@dataclass(frozen=True)
class BatchWish:
    """What somebody asks for. `kinds` are taken in turn, question by question."""

    rows: Sequence[BatchRow]
    kinds: Sequence[str] = ("technical",)
    language: str = "en"
    wishes: str = ""
    use_cache: bool = True

    @property
    def total(self) -> int:
        return sum(row.count for row in self.rows)


@dataclass(frozen=True)
class BatchFault:
    """`path`: steps to what is wrong, such as ("rows", 2, "count")."""

    path: tuple[str | int, ...]
    message: str


def check_batch(wish: BatchWish) -> list[BatchFault]:
    """Everything that is wrong with it, each at its place."""
    faults = [fault for number, row in enumerate(wish.rows) for fault in _check_row(number, row)]
    faults += _check_repeated(wish.rows)
    if not wish.rows:
        faults.append(BatchFault(("rows",), "Nothing is asked for. Choose at least one place and a number."))
    if len(wish.rows) > MOST_ROWS:
        faults.append(BatchFault(("rows",), f"These are {len(wish.rows)} rows; at most {MOST_ROWS} go at once."))
    if wish.total > MOST_OF_A_BATCH:
        told = f"These are {wish.total} questions in all; at most {MOST_OF_A_BATCH} go at once. Make two batches of it."
        faults.append(BatchFault(("rows",), told))
    if not wish.kinds or any(kind not in KINDS for kind in wish.kinds):
        faults.append(BatchFault(("kinds",), f"Choose at least one of {', '.join(KINDS)}."))
    if not LANGUAGE_PATTERN.fullmatch(wish.language) or len(wish.language) > 8:
        faults.append(BatchFault(("language",), "Write a language code such as en or de."))
    if len(wish.wishes) > MOST_WISHES:
        faults.append(BatchFault(("wishes",), f"Shorten it to {MOST_WISHES} characters."))
    return faults


def _check_row(number: int, row: BatchRow) -> list[BatchFault]:
    faults = []
    for name in ("category", "topic", "subtopic"):
        text = getattr(row, name)
        if not text:
            faults.append(BatchFault(("rows", number, name), "Write a name."))
        elif len(text) > MAX_NAME_CHARS:
            faults.append(BatchFault(("rows", number, name), f"Shorten the name to {MAX_NAME_CHARS} characters."))
    if row.difficulty not in DIFFICULTIES:
        faults.append(BatchFault(("rows", number, "difficulty"), f"Choose one of {', '.join(DIFFICULTIES)}."))
    if not 1 <= row.count <= MOST_OF_A_ROW:
        told = f"{row.count} is not possible: write a number from 1 to {MOST_OF_A_ROW}."
        faults.append(BatchFault(("rows", number, "count"), told))
    return faults


def _check_repeated(rows: Sequence[BatchRow]) -> list[BatchFault]:
    first: dict[tuple[str, str], int] = {}
    faults = []
    for number, row in enumerate(rows):
        key = (row.place.casefold(), row.difficulty)
        if key in first:
            told = f"The same place and difficulty stand in row {first[key] + 1}. Put the numbers together there."
            faults.append(BatchFault(("rows", number, "subtopic"), told))
        first.setdefault(key, number)
    return faults


def list_parts(wish: BatchWish) -> list[dict[str, Any]]:
    """What is kept with each part, to be done by itself."""
    common = {"kinds": list(wish.kinds), "language": wish.language, "wishes": wish.wishes, "use_cache": wish.use_cache}
    return [{**asdict(row), **common} for row in wish.rows]


def read_row(parameters: Mapping[str, Any]) -> BatchRow:
    return BatchRow(**{name: parameters[name] for name in BatchRow.__dataclass_fields__})


def choose_kind(kinds: Sequence[str], number: int) -> str:
    """Of the question with this number, from 0."""
    return kinds[number % len(kinds)]


def count_allowed_refusals(count: int) -> int:
    """So many texts of a model may be refused before a part is left to a person."""
    return LEAST_REFUSED + count // 2
