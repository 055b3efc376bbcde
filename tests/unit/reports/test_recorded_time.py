"""Answers that are longer than the interview clock ran."""

from dataclasses import replace

import pytest

from reports.domain.recorded_time import describe_surplus, sum_recorded_seconds
from tests.scorecards import make_cards

HEARD = replace(make_cards()[0], duration_seconds=40.0)
TYPED = replace(HEARD, is_typed=True, transcription="")
SKIPPED = replace(HEARD, state="skipped", transcription="", transcript=())


def test_only_what_was_heard_counts() -> None:
    assert sum_recorded_seconds([HEARD, TYPED, SKIPPED, replace(HEARD, duration_seconds=None)]) == 40


@pytest.mark.parametrize(
    ("clock_seconds", "told"),
    [
        (None, ""),
        (80.0, ""),
        (79.2, ""),
        (78.9, "1 min 20 s of answers: audio arrived faster than real time"),
        (0.0, "1 min 20 s of answers: audio arrived faster than real time"),
    ],
)
def test_the_surplus_is_told_with_its_reason(clock_seconds: float | None, told: str) -> None:
    assert describe_surplus([HEARD, HEARD], clock_seconds) == told
