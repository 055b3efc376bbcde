"""Reads candidates from text: lines that somebody typed, cells of a spreadsheet, or a CSV file. Called by
services/candidate_imports.py.

Columns are known by a line of headings, in English or German, or else by what is in them: the cell with an @ is the
address, of the others the first is the name and the second the phone number.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_ROWS = 2000
HEADINGS = {
    "name": {"name", "full name", "full_name", "candidate", "vollständiger name", "bewerber", "bewerberin"},
    "first": {"first name", "first_name", "given name", "vorname"},
    "last": {"last name", "last_name", "surname", "family name", "nachname", "familienname"},
    "email": {"email", "e-mail", "mail", "email address", "e-mail address", "e-mail-adresse", "email-adresse"},
    "phone": {
        "phone",
        "phone number",
        "telephone",
        "mobile",
        "mobile phone",
        "cell",
        "telefon",
        "telefonnummer",
        "handy",
    },
}
# A spreadsheet's formula begins so; what we export is made plain text by an apostrophe before it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
QUOTED_SIGN = re.compile(r"^'(?=[=+\-@\t\r])")
PHONE_FILLERS = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]")


class TableRefused(Exception):
    """The whole cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class TableRow:
    """One candidate as written; `line` is where, counted from 1."""

    line: int
    full_name: str
    email: str
    phone: str

    @property
    def text(self) -> str:
        return ", ".join(part for part in (self.full_name, self.email, self.phone) if part)


def read_table(text: str) -> list[TableRow]:
    """The rows, empty lines left out. Raises TableRefused."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    _refuse_nul(lines)
    reader = csv.reader(lines.split("\n"), delimiter=_find_delimiter(lines), skipinitialspace=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            plain = [QUOTED_SIGN.sub("", " ".join(cell.split())) for cell in cells]
            if any(plain):
                rows.append((reader.line_num, plain))
            if len(rows) > MOST_ROWS + 1:
                raise TableRefused(f"These are more than {MOST_ROWS} lines. Import them in parts.")
    except csv.Error as error:
        raise TableRefused(f"Line {reader.line_num} cannot be read: {error}.") from None
    columns = _find_columns(rows[0][1]) if rows else None
    found = (
        [_read_named(line, cells, columns) for line, cells in rows[1:]] if columns else [_guess(*row) for row in rows]
    )
    if not found:
        raise TableRefused("There is no line with a candidate in it.")
    return found


def _refuse_nul(text: str) -> None:
    """No database can keep the character of number 0, which broken exports hold."""
    for line, words in enumerate(text.split("\n"), 1):
        if "\x00" in words:
            raise TableRefused(
                f"Line {line} holds a character that is no text (NUL). Take it out, or save it as UTF-8."
            )


def _find_delimiter(text: str) -> str:
    first = next((line for line in text.split("\n") if line.strip()), "")
    return max("\t;,", key=lambda sign: (first.count(sign), "\t;,".index(sign) == 0))


def _find_columns(cells: Sequence[str]) -> dict[str, int] | None:
    """Which column is what, if these cells are headings; at least the address must be among them."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells):
        kind = next((kind for kind, names in HEADINGS.items() if cell.lower().strip(" *:") in names), None)
        if kind is not None:
            columns.setdefault(kind, place)
    return columns if "email" in columns else None


def _read_named(line: int, cells: Sequence[str], columns: dict[str, int]) -> TableRow:
    def read(kind: str) -> str:
        place = columns.get(kind)
        return cells[place] if place is not None and place < len(cells) else ""

    name = read("name") or f"{read('first')} {read('last')}".strip()
    return TableRow(line, name, read("email"), read("phone"))


def _guess(line: int, cells: Sequence[str]) -> TableRow:
    place = next((place for place, cell in enumerate(cells) if "@" in cell), 1)
    email = cells[place] if place < len(cells) else ""
    if match := re.fullmatch(r"(.*?)<([^<>\s]+)>", email):  # as mail programs write it: Kim Example <kim@example.com>
        rest = [match[1].strip(' "'), *(cell for other, cell in enumerate(cells) if other != place)]
        rest, email = [cell for cell in rest if cell], match[2]
    else:
        rest = [cell for other, cell in enumerate(cells) if other != place]
    name, phone = [*rest, "", ""][:2]
    return TableRow(line, name, email, phone)


def normalise_phone(text: str) -> str:
    """As +, country code and number: the signs that people put between digits are taken out, 00 becomes +."""
    digits = PHONE_FILLERS.sub("", text.replace("(0)", ""))
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def is_phone(text: str) -> bool:
    """E.164, as the database wants it."""
    return re.fullmatch(r"\+[1-9]\d{6,14}", text) is not None


def escape_formula(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
