"""Where the columns of a picture of usage stand: months beside each other, one stretch of a column for each purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, GAP = 10.0, 2.0
HEIGHT = 100.0
SMALLEST = 0.75  # of the height: what was used at all is seen


@dataclass(frozen=True)
class Stretch:
    name: str
    left: float
    top: float
    width: float
    height: float
    value: int


def stack_columns(columns: Sequence[Mapping[str, int]], order: Sequence[str]) -> list[list[Stretch]]:
    """Each column from below in the given order, on a grid 10 wide each and 100 high; the highest fills it."""
    highest = max((sum(column.values()) for column in columns), default=0)
    stacked = []
    for number, column in enumerate(columns):
        top, stretches = HEIGHT, []
        for name in order:
            value = column.get(name, 0)
            if value <= 0:
                continue
            height = max(SMALLEST, HEIGHT * value / highest)
            top = max(0.0, top - height)
            stretches.append(
                Stretch(name, number * WIDTH + GAP / 2, round(top, 2), WIDTH - GAP, round(height, 2), value)
            )
        stacked.append(stretches)
    return stacked


def find_share(used: int, budget: int) -> int:
    """Percent of a budget, 100 at most; 0 where there is none."""
    return 0 if budget <= 0 else min(100, round(100 * used / budget))
