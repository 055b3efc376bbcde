"""The JSON twin of the PDF: a `Scorecard` as JSON and back, nothing added and nothing lost.

Called by `services/reports.py` (to store it), by the terminal command and the admin (to read it again).
"""

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reports.domain.scorecard import SCHEMA, Scorecard


class UnreadableDocument(ValueError):
    """Stored JSON that is not a scorecard of this version; the message says what was found."""


@cache
def _adapter() -> TypeAdapter[Scorecard]:
    return TypeAdapter(Scorecard)


def to_document(scorecard: Scorecard) -> dict[str, Any]:
    """The scorecard as plain JSON values: what the report row stores."""
    document: dict[str, Any] = _adapter().dump_python(scorecard, mode="json")
    return document


def to_json(scorecard: Scorecard) -> bytes:
    """The JSON file: UTF-8, indented, in the order of the document's fields."""
    return json.dumps(to_document(scorecard), ensure_ascii=False, indent=2).encode() + b"\n"


def from_document(document: dict[str, Any]) -> Scorecard:
    """The scorecard that was stored. Raises UnreadableDocument for another schema or a damaged document."""
    found = document.get("schema")
    if found != SCHEMA:
        raise UnreadableDocument(
            f"The document's schema is {found!r}; this version reads {SCHEMA!r}. Make the report again."
        )
    try:
        return _adapter().validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnreadableDocument(
            f"The document is damaged at {place}: {first['msg']}. Make the report again."
        ) from error
