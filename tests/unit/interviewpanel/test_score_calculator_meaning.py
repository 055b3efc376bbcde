"""What a score means and leads to: grade, recommendation, the 0 to 10 scale, the next action; every boundary."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewpanel.domain.score_calculator import (
    NextAction,
    Recommendation,
    ThreeStep,
    difficulty_action,
    grade,
    next_action,
    overall10,
    recommendation,
)

unhurried = settings(deadline=None)  # the machine may be busy; nothing here is about time
scores = st.integers(0, 100)

# --- grade, recommendation, the 0 to 10 scale ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (100, "A+"), (95, "A+"), (94, "A"), (90, "A"), (89, "B+"), (85, "B+"), (84, "B"), (80, "B"),
        (79, "C"), (70, "C"), (69, "D"), (60, "D"), (59, "F"), (0, "F"),
    ],
)  # fmt: skip
def test_grade(score, expected):
    assert grade(score) == expected


@pytest.mark.parametrize(
    ("score", "code", "label", "three_step"),
    [
        (100, "strong_hire", "Strongly Recommend", "hire"),
        (85, "strong_hire", "Strongly Recommend", "hire"),
        (84, "hire", "Recommend for Hire", "hire"),
        (75, "hire", "Recommend for Hire", "hire"),
        (74, "consider", "Consider for Next Round", "consider"),
        (60, "consider", "Consider for Next Round", "consider"),
        (59, "no_hire", "Not Recommended", "reject"),
        (0, "no_hire", "Not Recommended", "reject"),
    ],
)
def test_recommendation(score, code, label, three_step):
    advice = recommendation(score)
    assert (advice, advice.label, advice.three_step) == (Recommendation(code), label, ThreeStep(three_step))


@pytest.mark.parametrize(("score", "expected"), [(0, 0.0), (4, 0.4), (67, 6.7), (85, 8.5), (99, 9.9), (100, 10.0)])
def test_overall_of_ten(score, expected):
    assert overall10(score) == expected


@pytest.mark.parametrize("convert", [grade, recommendation, overall10, difficulty_action])
@pytest.mark.parametrize("score", [-1, 101, math.nan])
def test_scores_off_the_scale_are_refused(convert, score):
    with pytest.raises(ValueError, match="but scores go from 0 to 100"):
        convert(score)


@unhurried
@given(scores, scores)
def test_grade_and_recommendation_never_get_worse_with_the_score(one, other):
    low, high = sorted((one, other))
    grades = ["F", "D", "C", "B", "B+", "A", "A+"]
    advice = ["no_hire", "consider", "hire", "strong_hire"]
    assert grades.index(grade(low)) <= grades.index(grade(high))
    assert advice.index(recommendation(low)) <= advice.index(recommendation(high))
    assert overall10(low) <= overall10(high)


# --- next action -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "expected"),
    [(100, "harder"), (80, "harder"), (79, "same"), (50, "same"), (49, "easier"), (0, "easier"), (None, "same")],
)
def test_the_difficulty_follows_the_score(score, expected):
    assert difficulty_action(score) == next_action(score) == NextAction(expected)


@pytest.mark.parametrize(
    ("depth", "relevance", "follow_ups_left", "expected"),
    [
        (39, 50, 1, "follow_up"),
        (39.9, 50, 2, "follow_up"),
        (0, 100, 1, "follow_up"),
        (40, 50, 1, "same"),
        (39, 49.9, 1, "same"),
        (39, 50, 0, "same"),
        (None, 90, 1, "same"),  # the embedded scorer does not measure depth: no follow-up on a guess
        (10, None, 1, "same"),
    ],
)
def test_a_shallow_but_relevant_answer_gets_a_follow_up(depth, relevance, follow_ups_left, expected):
    assert next_action(60, depth=depth, relevance=relevance, follow_ups_left=follow_ups_left) == NextAction(expected)


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        ({"is_distribution_filled": True}, "wrap_up"),
        ({"is_time_short": True}, "wrap_up"),
        ({"exchanges": 14}, "harder"),
        ({"exchanges": 15}, "wrap_up"),
        ({"exchanges": 16}, "wrap_up"),
        ({"exchanges": 4, "exchange_limit": 5}, "harder"),
        ({"exchanges": 5, "exchange_limit": 5}, "wrap_up"),
    ],
)
def test_the_interview_wraps_up(situation, expected):
    assert next_action(90, **situation) == NextAction(expected)


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        ({"is_distribution_filled": True}, "follow_up"),  # the last question is probed like any other
        ({"is_time_short": True}, "wrap_up"),
        ({"exchanges": 15}, "wrap_up"),
        ({"is_distribution_filled": True, "follow_ups_left": 0}, "wrap_up"),
    ],
)
def test_a_follow_up_needs_time_but_no_open_cell(situation, expected):
    assert next_action(45, **{"depth": 20, "relevance": 80, "follow_ups_left": 1, **situation}) == NextAction(expected)


def test_a_failure_wraps_up_when_it_is_time():
    assert next_action(None, is_time_short=True) is NextAction.WRAP_UP
