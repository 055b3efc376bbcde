"""When an answer is followed up, and how often: within the budgets, and never to press anybody."""

import pytest

from interviewpanel.domain.follow_ups import Room, Standing, count_follow_ups_left
from interviewpanel.domain.score_calculator import NextAction, next_action

PLENTY = Room(exchanges_left=10, seconds_left=1800, open_places=3, expected_seconds=90)


@pytest.mark.parametrize(
    ("covered", "relevance", "expected"),
    [
        (0.49, 50, NextAction.FOLLOW_UP),
        (0.0, 90, NextAction.FOLLOW_UP),
        (0.5, 90, NextAction.SAME),
        (0.25, 49.9, NextAction.SAME),  # it talks of something else
        (0.25, None, NextAction.SAME),
        (None, 90, NextAction.SAME),  # nothing looked for the points
    ],
)
def test_where_no_depth_was_assessed_the_share_of_points_heard_stands_for_it(covered, relevance, expected):
    assert next_action(60, relevance=relevance, covered=covered, follow_ups_left=1) is expected


def test_a_depth_that_was_assessed_counts_alone():
    assert next_action(60, depth=60, relevance=80, covered=0.1, follow_ups_left=1) is NextAction.SAME
    assert next_action(60, depth=30, relevance=80, covered=1.0, follow_ups_left=1) is NextAction.FOLLOW_UP


def test_as_many_as_the_panel_wants_less_those_that_were_asked():
    assert count_follow_ups_left(Standing(50), 2, PLENTY) == 2
    assert count_follow_ups_left(Standing(50, follow_ups=1), 2, PLENTY) == 1
    assert count_follow_ups_left(Standing(50, follow_ups=2), 2, PLENTY) == 0
    assert count_follow_ups_left(Standing(50), 0, PLENTY) == 0


@pytest.mark.parametrize(
    ("room", "left"),
    [
        (Room(exchanges_left=3, seconds_left=1800, open_places=3, expected_seconds=90), 0),
        (Room(exchanges_left=4, seconds_left=1800, open_places=3, expected_seconds=90), 1),
        (Room(exchanges_left=10, seconds_left=359, open_places=3, expected_seconds=90), 0),
        (Room(exchanges_left=10, seconds_left=360, open_places=3, expected_seconds=90), 1),
        (Room(exchanges_left=1, seconds_left=90, open_places=0, expected_seconds=90), 1),
    ],
)
def test_none_costs_a_planned_question_its_place_or_its_time(room, left):
    assert count_follow_ups_left(Standing(50), 3, room) == left


@pytest.mark.parametrize("flag", ["dont_know", "empty", "off_topic", "keyword_list", "low_recogniser_confidence"])
def test_nobody_is_pressed_who_does_not_know_or_was_not_understood(flag):
    assert count_follow_ups_left(Standing(50, flags=frozenset({flag})), 3, PLENTY) == 0


def test_words_that_read_like_an_instruction_cost_nobody_their_follow_up():
    assert count_follow_ups_left(Standing(50, flags=frozenset({"possible_instruction"})), 1, PLENTY) == 1
