"""Questions as rows of a table: how the bank's format stands in the cells of a CSV file, and back. Pure.

One row is one question, its place in the catalogue in the same row. Called by services/bank_files. Documented for
people in docs/question-bank.md. What a cell may contain:

- a list (key points, red flags, reply starters): one text a line, or a JSON list;
- criteria: one a line as `key | name | component | weight | description`, or a JSON list;
- weights: `technical 60, relevance 40`, or a JSON object; empty for the panel's.

JSON is written where a text holds what separates it from the next.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionbank.domain.bank_format import FORMAT, BankDocument, read_document
from questionbank.domain.json_objects import BankFormatError, Problem

PLACE_COLUMNS = ("language", "category", "topic", "subtopic")
LIST_COLUMNS = ("expected_elements", "red_flags", "suggestions")
NUMBER_COLUMNS = ("expected_seconds", "think_seconds")
COLUMNS = (
    *("key", *PLACE_COLUMNS, "type", "difficulty", "text", "assesses", "expected_answer"),
    *("expected_elements", "criteria", "red_flags", "suggestions", *NUMBER_COLUMNS, "weights"),
)
OPTIONAL_COLUMNS = ("red_flags", "suggestions", "weights")
READ_ONLY_COLUMNS = ("owner", "status", "version")
"""Written for whoever reads the file, and not read again."""
CRITERION_PARTS = ("key", "name", "component", "weight", "description")

MOST_ROWS = 2000
"""Of one file: an import is one transaction."""

# A cell that begins so is a formula to a spreadsheet. One apostrophe more keeps it a text, and is taken away again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class SourceRow:
    """One question as a file has it: where it stands there, and a document that holds it alone."""

    where: str
    document: Mapping[str, Any]


def read_source_row(row: SourceRow) -> BankDocument:
    """Raises BankFormatError with every problem of the row; their source is where it stands."""
    return read_document(row.document, row.where)


# --- CSV -------------------------------------------------------------------------------------------------------------


def read_csv(text: str, source: str) -> list[SourceRow]:
    """The rows of a CSV file, separated by commas or semicolons, lines numbered as an editor shows them.

    Raises BankFormatError where the columns are not the format's or nothing can be read.
    """
    _check_nul(text, source)
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    rows: list[SourceRow] = []
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _check_columns(columns, source)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_read_cells(columns, cells, f"line {line}", source))
                _check_count(rows, source)
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"is not CSV ({error}); save it as CSV with UTF-8 text"
        raise BankFormatError([Problem(source, "", f"line {reader.line_num}", message)]) from error
    return rows


def _check_count(rows: Sequence[SourceRow], source: str) -> None:
    if len(rows) > MOST_ROWS:
        message = f"holds more than {MOST_ROWS} questions; import them in parts"
        raise BankFormatError([Problem(source, "", "", message)])


def _check_nul(text: str, source: str) -> None:
    """No database can keep the character of number 0, which broken exports hold."""
    for line, words in enumerate(text.split("\n"), 1):
        if "\x00" in words:
            message = "holds a character that is no text (NUL); take it out, or save the file as UTF-8"
            raise BankFormatError([Problem(source, "", f"line {line}", message)])


def _check_columns(columns: Sequence[str], source: str) -> None:
    missing = [name for name in COLUMNS if name not in columns and name not in OPTIONAL_COLUMNS]
    unknown = [name for name in columns if name not in (*COLUMNS, *READ_ONLY_COLUMNS)]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    problems = [
        Problem(source, "", "line 1", f"{message}: {', '.join(names)}")
        for message, names in (
            ("columns are missing; add", missing),
            ("columns are not known; remove or rename", unknown),
            ("columns stand there twice; keep one of each", twice),
        )
        if names
    ]
    if problems:
        raise BankFormatError(problems)


def _read_cells(columns: Sequence[str], cells: Sequence[str], where: str, source: str) -> SourceRow:
    if len(cells) > len(columns):
        message = f"has {len(cells)} cells for {len(columns)} columns; put quotes around texts with separators"
        raise BankFormatError([Problem(source, "", where, message)])
    values = {name: _unescape(cell) for name, cell in zip(columns, cells, strict=False)}
    return SourceRow(where, read_values(values))


def write_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """The header and a line for each row; no cell is a formula to a spreadsheet."""
    out = io.StringIO(newline="")
    columns = (*READ_ONLY_COLUMNS, *COLUMNS)
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _escape(row.get(name, "")) for name in columns} for row in rows)
    return out.getvalue()


def _escape(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unescape(cell: str) -> str:
    text = cell.replace("\r\n", "\n")
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


# --- Cells and documents ---------------------------------------------------------------------------------------------


def read_values(values: Mapping[str, str]) -> dict[str, Any]:
    """A document of one question from the cells of its row; what cannot be read stays for the format to refuse."""
    entry: dict[str, Any] = {name: values.get(name, "").strip() for name in COLUMNS if name not in PLACE_COLUMNS}
    for name in LIST_COLUMNS:
        entry[name] = _read_list(entry[name])
    for name in NUMBER_COLUMNS:
        entry[name] = int(entry[name]) if entry[name].isdecimal() else entry[name]
    entry["criteria"] = _read_criteria(entry["criteria"])
    entry["weights"] = _read_weights(entry["weights"])
    place = {name: values.get(name, "").strip() for name in PLACE_COLUMNS}
    return make_document(place, [(place["subtopic"], entry)])


def make_document(place: Mapping[str, str], entries: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """A document of the bank's format, from pairs of subtopic and question."""
    subtopics: dict[str, list[Mapping[str, Any]]] = {}
    for subtopic, entry in entries:
        subtopics.setdefault(subtopic, []).append(entry)
    return {
        "format": FORMAT,
        **{name: place[name] for name in ("language", "category", "topic")},
        "subtopics": [{"name": name, "questions": questions} for name, questions in subtopics.items()],
    }


def write_values(place: Mapping[str, str], entry: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a question's row; `read_values` makes the same document of them."""
    cells = {name: str(entry[name]) for name in ("key", "type", "difficulty", "text", "assesses", "expected_answer")}
    cells |= {name: str(entry[name]) for name in NUMBER_COLUMNS}
    cells |= {name: _write_list(entry[name]) for name in LIST_COLUMNS}
    cells["criteria"] = _write_criteria(entry["criteria"])
    cells["weights"] = ", ".join(f"{name} {show_number(value)}" for name, value in entry["weights"].items())
    return {**{name: place[name] for name in PLACE_COLUMNS}, **cells}


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _read_list(text: str) -> Any:
    if text.startswith("["):
        return _read_json(text)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _write_list(texts: Sequence[str]) -> str:
    if any("\n" in text or text.startswith(("[", "'")) for text in texts):
        return json.dumps(list(texts), ensure_ascii=False)
    return "\n".join(texts)


def _read_criteria(text: str) -> Any:
    if text.startswith("["):
        return _read_json(text)
    return [_read_criterion(line) for line in text.splitlines() if line.strip()]


def _read_criterion(line: str) -> Any:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != len(CRITERION_PARTS):
        return line
    criterion: dict[str, Any] = dict(zip(CRITERION_PARTS, parts, strict=True))
    return {**criterion, "weight": read_number(criterion["weight"])}


def _write_criteria(criteria: Sequence[Mapping[str, Any]]) -> str:
    texts = [str(one[part]) for one in criteria for part in CRITERION_PARTS]
    if any("|" in text or "\n" in text for text in texts) or any(text.startswith("[") for text in texts):
        return json.dumps(list(criteria), ensure_ascii=False)
    return "\n".join(
        " | ".join(show_number(one[part]) if part == "weight" else str(one[part]) for part in CRITERION_PARTS)
        for one in criteria
    )


def _read_weights(text: str) -> Any:
    if text.startswith("{"):
        return _read_json(text)
    weights: dict[str, Any] = {}
    for part in re.split(r"[,;\n]", text):
        name, _, number = part.strip().partition(" ")
        if name:
            weights[name.rstrip("=:")] = read_number(number.strip(" =:"))
    return weights


def read_number(text: str) -> Any:
    """A whole number, a fraction, or the text where it is none."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def show_number(value: Any) -> str:
    return repr(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# --- JSON ------------------------------------------------------------------------------------------------------------


def read_json(text: str, source: str) -> list[SourceRow]:
    """The questions of one document of the bank's format, or of a list of such.

    Raises BankFormatError where it is no JSON, or a document is not built like one.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BankFormatError([Problem(source, "", where, f"not JSON ({error.msg}); correct it there")]) from error
    except RecursionError as error:
        raise BankFormatError([Problem(source, "", "", "is nested too deeply; see the demo bank's files")]) from error
    documents = data if isinstance(data, list) else [data]
    rows: list[SourceRow] = []
    for document in documents:
        for place, entry in _list_entries(document, source):
            rows.append(SourceRow(f"question {len(rows) + 1}", make_document(place, [(place["subtopic"], entry)])))
            _check_count(rows, source)
    return rows


def _list_entries(document: Any, source: str) -> Iterable[tuple[dict[str, str], Mapping[str, Any]]]:
    subtopics = document.get("subtopics") if isinstance(document, dict) else None
    parts = [part if isinstance(part, dict) else {} for part in subtopics] if isinstance(subtopics, list) else []
    is_built = bool(parts) and all(isinstance(part.get("questions"), list) and part["questions"] for part in parts)
    if not is_built or document.get("format") != FORMAT:
        read_document(document, source)  # says what is wrong with it
        raise BankFormatError([Problem(source, "", "", "is not built like a question bank; see the example")])
    for part in parts:
        place = {name: document.get(name, "") for name in ("language", "category", "topic")}
        for entry in part["questions"]:
            yield {**place, "subtopic": part.get("name", "")}, entry if isinstance(entry, dict) else {}


def write_json(rows: Iterable[Mapping[str, str]]) -> str:
    """Documents of the bank's format, one for each topic and language; in the order in which they first come."""
    groups: dict[tuple[str, str, str], list[tuple[str, Mapping[str, Any]]]] = {}
    for row in rows:
        document = read_values(row)
        place = (document["language"], document["category"], document["topic"])
        part = document["subtopics"][0]
        groups.setdefault(place, []).append((part["name"], part["questions"][0]))
    documents = [
        make_document(dict(zip(("language", "category", "topic"), place, strict=True)), entries)
        for place, entries in groups.items()
    ]
    return json.dumps(documents, ensure_ascii=False, indent=2) + "\n"
