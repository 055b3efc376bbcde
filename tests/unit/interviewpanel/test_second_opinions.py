"""When a model's ratings and the embedded scorer are too far apart, and when they only differ."""

from typing import Any

import pytest

from interviewpanel.domain.score_calculator import composite, merge_weights
from interviewpanel.domain.second_opinions import BELOW, Coverage, Ratings, find_disagreements

SAID = {"technical": 50.0, "interval": (30.0, 60.0), "flags": (), "composite": 50}


def compare(rated: float | None, *, relevance: float | None = 60.0, number: int | None = 60, **coverage: Any) -> str:
    said = Coverage(**{**SAID, **coverage})
    return " ".join(find_disagreements(Ratings(rated, relevance, number), said, 10.0))


@pytest.mark.parametrize("technical", [None, 5.0, 30.0, 45.0, 60.0, 70.0])
def test_within_the_interval_and_its_margins_they_agree(technical: float | None) -> None:
    assert compare(technical) == ""


def test_above_it_and_further_below_it_they_do_not() -> None:
    assert compare(70.5) == (
        "Technical is rated 70; the second opinion is 50 (80 % interval 30 to 60): more than 10 points above it."
    )
    assert BELOW == 15
    assert compare(4.0).endswith("more than 25 points below it.")


def test_what_was_not_measured_is_not_compared() -> None:
    assert compare(100.0, technical=None, interval=None) == ""
    assert compare(None, relevance=None, number=None, composite=None) == ""


def test_off_the_topic_and_highly_relevant_cannot_both_be() -> None:
    assert compare(None, relevance=75.0, flags=("off_topic",)).startswith("Relevance is rated 75, but: Hardly a word")
    assert compare(None, relevance=74.0, flags=("off_topic",)) == ""


@pytest.mark.parametrize("flag", ["echo_of_question", "keyword_list"])
def test_the_question_or_terms_alone_are_no_passable_answer(flag: str) -> None:
    assert compare(None, number=50, flags=(flag,)).startswith("The ratings come to 50, but: ")
    assert compare(None, number=49, flags=(flag,)) == ""


def test_a_model_that_could_not_assess_what_was_counted_is_asked_about() -> None:
    assert compare(None, number=None).endswith("by the second opinion it comes to 50.")


def test_a_questions_weights_leave_a_panels_own_dimensions_their_share() -> None:
    panel = {"technical": 40.0, "relevance": 20.0, "depth": 20.0, "teamwork": 20.0}
    assert merge_weights(None, None) is None
    assert merge_weights({}, {}) is None
    assert merge_weights({}, panel) == panel
    assert merge_weights({"technical": 1.0}, {}) == {"technical": 1.0}
    merged = merge_weights({"technical": 3.0, "clarity": 1.0}, panel)
    assert merged == {"technical": pytest.approx(0.6), "clarity": pytest.approx(0.2), "teamwork": pytest.approx(0.2)}
    assert composite({"technical": 100, "clarity": 100, "teamwork": 0}, True, merged) == 80
    assert merge_weights({"teamwork": 1.0}, panel) == {"teamwork": 1.0}
