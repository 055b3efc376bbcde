"""What the history says of a field that was changed. Plain Python; used by services/history.py and the admin.

A difference is kept as it is shown: the field's label, and the values as texts. What is secret is said to have
changed, and not from what to what.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MOST_LETTERS = 300
NOTHING = "nothing"
# Names of fields whose values open something, or could be guessed back from.
SECRET = re.compile(r"password|(?<!monthly_)token|secret|hash|api_key|private")


@dataclass(frozen=True)
class Difference:
    """`before` and `after` are None where the values are secret, and empty where there was nothing."""

    field: str
    label: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None or self.after is None:
            return f"{self.label} changed"
        return f"{self.label}: {self.before or NOTHING} → {self.after or NOTHING}"


def is_secret(field: str) -> bool:
    return SECRET.search(field) is not None


def make_difference(field: str, label: str, before: str, after: str) -> Difference:
    """Long values are cut; secret ones left out."""
    if is_secret(field):
        return Difference(field, label, None, None)
    return Difference(field, label, shorten_value(before), shorten_value(after))


def shorten_value(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1].rstrip()}…"


def find_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that both know and that differ, in the order of `after`."""
    return [name for name, value in after.items() if name in before and before[name] != value]


def store_differences(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    return [asdict(one) for one in differences]


def read_differences(stored: Any) -> list[Difference]:
    return [
        Difference(str(one.get("field", "")), str(one.get("label", "")), one.get("before"), one.get("after"))
        for one in (stored if isinstance(stored, list) else [])
    ]


def describe_formsets(message: Sequence[Any]) -> str:
    """Of what Django says of a saved form: which rows below it were added or deleted, in words.

    Fields are left to the differences, which tell their values too.
    """
    sentences = []
    for part in message:
        for verb in ("added", "deleted"):
            row = part.get(verb) if isinstance(part, dict) else None
            if row:
                sentences.append(f"{verb.capitalize()} {row['name']} “{row['object']}”.")
    return " ".join(sentences)
