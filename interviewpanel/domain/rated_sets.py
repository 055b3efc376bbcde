"""Reads a file of rated answers: CSV, one row for each rating. Pure; called by services/calibration/imports.py.

Columns: question_key, or question with expected_answer (and expected_elements, parted by “|”); answer; rater; rating
(0 to 100); kind and language, if not technical and en. Rows with the same question and answer are one answer with
several raters. `rater` is any name that tells two people apart; a number is best.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
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
DESCRIBING = ("expected_answer", "expected_elements", "kind", "language")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,4})?")
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
    text = text.replace("\r\n", "\n").replace("\r", "\n")
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
    """Rows by their number in the table, the heading being 1. Empty ones are passed over."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_heading(names)
        for number, cells in enumerate(reader, 2):
            if number > MOST_ROWS + 1:
                raise RatedSetRefused(f"There are more than {MOST_ROWS:,} rows. Split the file.")
            values = [cell.strip() for cell in cells]
            if any(values[len(names) :]):
                raise RatedSetRefused(
                    f"Row {number}: it has {len(cells)} cells and the heading {len(names)}. "
                    "Put a text that has a comma or a semicolon between quotation marks."
                )
            if any(values):
                yield number, dict(zip(names, values, strict=False))
    except csv.Error as error:
        raise RatedSetRefused(f"The file is no CSV: {error}.") from error


def _check_heading(names: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if not {"question_key", "question"} & set(names):
        missing.append("question_key or question")
    if missing:
        raise RatedSetRefused(f"The heading lacks: {', '.join(missing)}. Columns are: {', '.join(COLUMNS)}.")
    unknown = [name[:60] for name in names if name not in COLUMNS]
    if unknown:
        raise RatedSetRefused(
            f"The heading has what nobody reads: {', '.join(unknown[:10])}. Columns: {', '.join(COLUMNS)}."
        )
    doubled = [name for name in COLUMNS if names.count(name) > 1]
    if doubled:
        raise RatedSetRefused(f"The heading has more than once: {', '.join(doubled)}. Leave one of each.")


def _add_row(entries: dict[tuple[str, str], RatedEntry], number: int, row: Mapping[str, str]) -> str:
    """What is wrong with the row; empty where it was taken."""
    problem = _find_problem(row)
    if problem:
        return problem
    asked = row.get("question_key") or row["question"]
    known = entries.setdefault((asked, row["answer"]), _make_entry(number, row))
    rater, described = row["rater"], _make_entry(number, row)
    for name in DESCRIBING:
        if row.get(name) and getattr(described, name) != getattr(known, name):
            return f"{name} is another than in row {known.row}, where the same answer to the same question stands."
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
    if row.get("language") and not LANGUAGE.fullmatch(row["language"]):
        return f"language is “{row['language'][:20]}”. It is a code, such as en or de."
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
        language=row.get("language") or "en",
        text=row["answer"],
    )


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
