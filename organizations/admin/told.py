"""What is said after something was done to many rows: one line for all of them, not one each. Called by admin pages."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest

MOST_NAMED = 3


class Told:
    """Collects what became of each row, and says it at the end: `{names}` once, with how many more there are.

    `reason`: why it was done, for the history's line of each.
    """

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        self._said: dict[tuple[int, str], list[str]] = {}

    def add(self, name: object, what: str, level: int = messages.SUCCESS) -> None:
        """`what` was done to the row of this name, or why not: the same words for all to whom the same happened."""
        self._said.setdefault((level, what), []).append(str(name))

    def say(self, request: HttpRequest, things: str) -> None:
        """`things`: what several rows are called, such as questions."""
        for (level, what), names in self._said.items():
            messages.add_message(request, level, f"{name_all(names, things)}: {what}")


def name_all(names: Sequence[str], things: str) -> str:
    """“One”, or: 3 questions (“one”, “two” and 1 more)."""
    quoted = [f"“{name}”" for name in names]
    if len(quoted) == 1:
        return quoted[0]
    more = f" and {len(quoted) - MOST_NAMED} more" if len(quoted) > MOST_NAMED else ""
    return f"{len(quoted)} {things} ({', '.join(quoted[:MOST_NAMED])}{more})"
