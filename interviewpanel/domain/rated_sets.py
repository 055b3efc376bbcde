"""Reads a file of rated answers: CSV, one row for each rating. Pure; called by services/calibration/imports.py.

Columns: question_key, or question with expected_answer (and expected_elements, parted by “|”); answer; rater; rating
(0 to 100); kind and language, if not technical and en. Rows with the same question and answer are one answer with
several raters. `rater` is any name that tells two people apart; a number is best.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_ANSWERS = 500
MOST_ROWS = 5_000
MOST_RATERS = 20
MOST_BYTES = 4 * 1024 * 1024
MOST_CHARACTERS = 10_000
MOST_ELEMENTS = 30
LONGEST_RATER = 60
COLUMNS = (
    "question_key",
    "question",
    "expected_answer",
    "expected_elements",
    "kind",
    "language",
    "answer",
    "rater",
    "rating",
)
NEEDED = ("answer", "rater", "rating")
KINDS = ("technical", "behavioral", "situational", "experience")


class RatedSetRefused(ValueError):
    """The file cannot be taken. `problems` are sentences, each with the row that it is about."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass
class RatedEntry:
    """One answer as the file has it. Either a key of the bank, or the question itself."""

    row: int
    question_key: str
    question: str
    expected_answer: str
    expected_elements: list[str]
    kind: str
    language: str
    text: str
    ratings: dict[str, float] = field(default_factory=dict)


def read_rated_answers(content: bytes) -> list[RatedEntry]:
    """Raises RatedSetRefused with all that is wrong, the first twenty."""
    if len(content) > MOST_BYTES:
        raise RatedSetRefused(f"The file has {len(content):,} bytes. At most {MOST_BYTES:,} are taken.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RatedSetRefused("The file is not text in UTF-8. Save it as “CSV UTF-8”.") from None
    if "\0" in text:
        raise RatedSetRefused("The file is no table: it holds NUL characters. Save it as “CSV UTF-8”.")
    entries: dict[tuple[str, str], RatedEntry] = {}
    problems: list[str] = []
    for number, row in _read_rows(text):
        problem = _add_row(entries, number, row)
        problems += [f"Row {number}: {problem}"] if problem else []
    if not entries and not problems:
        problems = ["The file holds no rows below its heading."]
    if len(entries) > MOST_ANSWERS:
        problems.append(f"{len(entries)} answers are in the file. At most {MOST_ANSWERS} are taken.")
    if problems:
        raise RatedSetRefused(*problems[:20])
    return list(entries.values())


def _read_rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    names = [name.strip() for name in reader.fieldnames or []]
    reader.fieldnames = names
    missing = [name for name in NEEDED if name not in names]
    if not {"question_key", "question"} & set(names):
        missing.append("question_key or question")
    if missing:
        raise RatedSetRefused(f"The heading lacks: {', '.join(missing)}. Columns are: {', '.join(COLUMNS)}.")
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise RatedSetRefused(
            f"The heading has what nobody reads: {', '.join(unknown)}. Columns: {', '.join(COLUMNS)}."
        )
    try:
        for number, row in enumerate(reader, 2):
            if number > MOST_ROWS + 1:
                raise RatedSetRefused(f"There are more than {MOST_ROWS:,} rows. Split the file.")
            cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
            if any(cells.values()):
                yield number, cells
    except csv.Error as error:
        raise RatedSetRefused(f"The file is no CSV: {error}.") from error


def _add_row(entries: dict[tuple[str, str], RatedEntry], number: int, row: Mapping[str, str]) -> str:
    """What is wrong with the row; empty where it was taken."""
    problem = _find_problem(row)
    if problem:
        return problem
    asked = row.get("question_key") or row["question"]
    known = entries.setdefault((asked, row["answer"]), _make_entry(number, row))
    rater = row["rater"]
    if rater in known.ratings:
        return f"rater {rater} has rated this answer in another row already (first in row {known.row})."
    if len(known.ratings) == MOST_RATERS:
        return f"one answer has more than {MOST_RATERS} raters."
    known.ratings[rater] = float(row["rating"].replace(",", "."))
    return ""


def _find_problem(row: Mapping[str, str]) -> str:
    empty = [name for name in NEEDED if not row.get(name)]
    if empty:
        return f"{', '.join(empty)} must not be empty."
    if not row.get("question_key") and not (row.get("question") and row.get("expected_answer")):
        return "give a question_key, or a question with its expected_answer."
    if any(len(value) > MOST_CHARACTERS for value in row.values()):
        return f"a cell is longer than {MOST_CHARACTERS:,} characters."
    if len(row["rater"]) > LONGEST_RATER:
        return f"rater is longer than {LONGEST_RATER} characters; a number is best."
    if (row.get("kind") or KINDS[0]) not in KINDS:
        return f"kind is “{row['kind']}”. It is one of: {', '.join(KINDS)}."
    if len(_split(row.get("expected_elements", ""))) > MOST_ELEMENTS:
        return f"there are more than {MOST_ELEMENTS} expected elements."
    try:
        rating = float(row["rating"].replace(",", "."))
    except ValueError:
        rating = -1
    return "" if 0 <= rating <= 100 else f"rating is “{row['rating'][:20]}”. It is a number from 0 to 100."


def _make_entry(number: int, row: Mapping[str, str]) -> RatedEntry:
    return RatedEntry(
        row=number,
        question_key=row.get("question_key", ""),
        question=row.get("question", ""),
        expected_answer=row.get("expected_answer", ""),
        expected_elements=_split(row.get("expected_elements", "")),
        kind=row.get("kind") or KINDS[0],
        language=(row.get("language") or "en")[:8],
        text=row["answer"],
    )


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
