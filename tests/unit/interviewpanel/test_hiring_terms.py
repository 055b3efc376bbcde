"""Scores and decisions in the words of applicant tracking systems."""

import pytest

from interviewpanel.domain.hiring_terms import name_advice, name_decision, rate_score

THRESHOLDS = [
    (100, "strong_yes", "strong_yes"),
    (85, "strong_yes", "strong_yes"),
    (84, "yes", "yes"),
    (75, "yes", "yes"),
    (74, "mixed", "no_decision"),
    (60, "mixed", "no_decision"),
    (59, "no", "no"),
    (40, "no", "no"),
    (39, "definitely_not", "definitely_not"),
    (0, "definitely_not", "definitely_not"),
    (None, "no_decision", "no_decision"),
]


@pytest.mark.parametrize(("score", "rating", "advice"), THRESHOLDS)
def test_a_score_by_the_thresholds_of_the_advice(score: int | None, rating: str, advice: str) -> None:
    assert (rate_score(score).value, name_advice(score).value) == (rating, advice)


def test_only_a_person_decides() -> None:
    stages = ("advance", "decline", "hold", "to_review", "")
    assert [name_decision(stage).value for stage in stages] == [
        "yes",
        "no",
        "no_decision",
        "no_decision",
        "no_decision",
    ]
