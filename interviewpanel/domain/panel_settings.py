"""Numbers of a panel that people fill in one by one, and that are stored together: how turns are taken, and what each
component weighs. Used by the panel's form and by services/panel_changes.py.

An empty field is the usual value and is not stored.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from interviewpanel.domain.scoring_terms import Component
from interviewpanel.domain.turn_rules import PROFILES, TurnRulesError, from_settings


@dataclass(frozen=True, slots=True)
class TurnField:
    """One number of the turn that has a field of its own; all others are left as they are stored."""

    name: str
    label: str
    help: str


TURN_FIELDS = (
    TurnField(
        "silence_seconds",
        "Silence that ends an answer, in seconds",
        "Counted from the last word. The candidate sees it run down, and goes on by speaking.",
    ),
    TurnField(
        "max_turn_seconds",
        "Longest answer, in seconds",
        "The candidate is told before, and can ask for more time.",
    ),
    TurnField(
        "no_speech_seconds",
        "Waits for a first word, in seconds",
        "After that the question counts as not answered.",
    ),
    TurnField(
        "think_seconds",
        "Thinking time, in seconds",
        "What “I need a moment to think” gives. Empty: what each question says, mostly 30 s.",
    ),
    TurnField(
        "adaptive_min_silence_seconds",
        "Silence follows the speaker: from, in seconds",
        "With both: after some pauses of their own, the silence is fitted to each candidate between these two.",
    ),
    TurnField(
        "adaptive_max_silence_seconds", "… up to, in seconds", "Empty in both: the silence above, for everybody."
    ),
)
TURN_LABELS = {field.name: field.label.removesuffix(", in seconds") for field in TURN_FIELDS}
TURN_LABELS["adaptive_max_silence_seconds"] = "Silence follows the speaker: up to"
WHOLE = 100.0
ROUNDING = 0.5  # three thirds, written with a decimal each


def explain_window(opens_at: datetime | None, closes_at: datetime | None) -> str:
    """Why the two make no window; empty where they do."""
    if opens_at and closes_at and closes_at <= opens_at:
        return "The panel closes before it opens. Choose a later end."
    return ""


def find_usual(profile: str, name: str) -> float | None:
    """What an empty field stands for under a profile. Of the thinking time each question decides."""
    return None if name == "think_seconds" else getattr(PROFILES[profile], name)


def split_turn_settings(stored: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """(those with a field of their own, the others)."""
    own = {name: value for name, value in stored.items() if name in TURN_LABELS}
    return own, {name: value for name, value in stored.items() if name not in TURN_LABELS}


def join_turn_settings(
    profile: str, numbers: Mapping[str, float | None], others: Mapping[str, object]
) -> dict[str, object]:
    """What is stored: the numbers that were given, beside the others.

    Raises TurnRulesError in words of the page where they make no sense together.
    """
    given = {name: value for name, value in numbers.items() if value is not None}
    settings: dict[str, object] = {**others, **given}
    try:
        from_settings(profile, settings)
    except TurnRulesError as error:
        raise TurnRulesError(name_turn_fields(str(error))) from error
    return settings


def name_turn_fields(message: str) -> str:
    """The message with the fields' names as the page has them."""
    for name in sorted(TURN_LABELS, key=len, reverse=True):
        message = message.replace(name, f"“{TURN_LABELS[name]}”")
    return message


def to_percents(weights: Mapping[str, float]) -> dict[str, float]:
    """Stored weights, of any scale, as shares of 100 with one decimal; {} stays {}.

    The components come first, then names by alphabet: a database may keep a JSON object in an order of its own.
    """
    total = math.fsum(weights.values())
    names = [*(str(one) for one in Component if one in weights), *sorted(weights.keys() - set(Component))]
    return {name: round(weights[name] / total * WHOLE, 1) for name in names} if total > 0 else {}


def read_dimensions(text: str) -> dict[str, float]:
    """Dimensions of one's own, a line each: `teamwork: 20`. Raises ValueError in words of the page."""
    found: dict[str, float] = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        name, colon, number = (part.strip() for part in line.rpartition(":"))
        try:
            weight = float(number)
        except ValueError:
            weight = -1.0
        if not colon or not name or not 0 < weight < math.inf:
            raise ValueError(f"“{line}” is no dimension. Write its name, a colon and a number above 0: teamwork: 20.")
        if name in set(Component) or name in found:
            raise ValueError(f"“{name}” is there already. Give it one number.")
        found[name] = weight
    return found


def write_dimensions(weights: Mapping[str, float]) -> str:
    """The other way: all that is none of the components."""
    known = set(Component)
    return "\n".join(f"{name}: {weights[name]:g}" for name in sorted(weights.keys() - known))


def join_weights(components: Mapping[str, float | None], dimensions: Mapping[str, float]) -> dict[str, float]:
    """What is stored: {} where nothing is given, which is the usual. Raises ValueError unless they add up to 100."""
    given = {name: weight for name, weight in components.items() if weight} | dict(dimensions)
    if not given:
        return {}
    total = math.fsum(given.values())
    if abs(total - WHOLE) > ROUNDING:
        raise ValueError(
            f"The weights add up to {total:g}. Make them {WHOLE:g} together, or leave all empty for the usual ones."
        )
    return given


def check_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """The same all in one, as programs give them: components and dimensions of one's own. Raises ValueError."""
    components = {name: weight for name, weight in weights.items() if name in set(Component)}
    lines = [f"{name}: {weight!r}" for name, weight in weights.items() if name not in components]
    if any(":" in name or name != name.strip() or not name.isprintable() for name in weights):
        raise ValueError("A dimension has a name in one line, without a colon.")
    if any(not 0 <= weight <= WHOLE for weight in components.values()):
        raise ValueError(f"A weight is a number from 0 to {WHOLE:g}.")
    return join_weights(components, read_dimensions("\n".join(lines)))
