"""What people may say of an answer, and who says it before they see a score."""

import pytest

from interviewpanel.domain.human_ratings import (
    RatesBlind,
    RatingRefused,
    check_components,
    check_number,
    check_reason,
    list_components,
    read_ratings,
    total_of,
)
from interviewpanel.models import InterviewPanel


def test_a_panel_offers_what_the_rule_knows() -> None:
    assert InterviewPanel.RatesBlind.values == [one.value for one in RatesBlind]


def test_ratings_are_the_components_of_the_rubric_and_come_to_the_questions_formula() -> None:
    components = read_ratings({"technical": 4, "relevance": 3, "depth": 2, "clarity": None})
    assert components == {"technical": 100.0, "relevance": 75.0, "depth": 50.0}
    # (0.30·100 + 0.25·75 + 0.25·50) / 0.80
    assert total_of(components, is_technical=True, weights=None) == 77
    assert total_of(components, is_technical=True, weights={"depth": 1}) == 50
    assert total_of({}, is_technical=True, weights=None) is None
    assert list_components(is_technical=True) == ("technical", "relevance", "depth", "clarity")
    assert list_components(is_technical=False) == ("relevance", "depth", "clarity")


@pytest.mark.parametrize("rating", [-1, 5])
def test_a_rating_off_the_scale_is_refused(rating: int) -> None:
    with pytest.raises(RatingRefused, match=r"Depth is rated -?\d. Choose a rating from 0 to 4."):
        read_ratings({"depth": rating})


def test_numbers_and_reasons_are_checked() -> None:
    assert (check_number(0), check_number(100), check_components({"depth": 0.0})) == (0, 100, {"depth": 0.0})
    for value in (-1, 101):
        with pytest.raises(RatingRefused, match="Scores are from 0 to 100"):
            check_number(value)
    with pytest.raises(RatingRefused, match="rate at least one of the parts"):
        check_number(None)
    with pytest.raises(RatingRefused, match="Parts of a score are from 0 to 100"):
        check_components({"depth": 101.0})
    assert check_reason("  Right in other words. ", "override the score") == "Right in other words."
    with pytest.raises(RatingRefused, match="Say why you override the score"):
        check_reason("  ", "override the score")
    with pytest.raises(RatingRefused, match="2001 characters"):
        check_reason("x" * 2001, "override the score")
