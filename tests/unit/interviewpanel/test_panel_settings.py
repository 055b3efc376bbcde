"""Numbers that people fill in one by one, and how they are stored together."""

import pytest

from interviewpanel.domain.panel_settings import (
    TURN_FIELDS,
    find_usual,
    join_turn_settings,
    join_weights,
    read_dimensions,
    split_turn_settings,
    to_percents,
    write_dimensions,
)
from interviewpanel.domain.turn_rules import TurnRulesError

NOTHING = {field.name: None for field in TURN_FIELDS}


def test_an_empty_field_is_the_profiles_number() -> None:
    names = ("silence_seconds", "max_turn_seconds", "think_seconds", "adaptive_min_silence_seconds")
    assert [find_usual("patient", name) for name in names] == [10.0, 300.0, None, None]
    assert [find_usual("conversational", name) for name in names] == [2.0, 300.0, None, 1.0]


def test_numbers_of_the_turn_are_stored_beside_the_others_that_have_no_field() -> None:
    stored = {"silence_seconds": 8, "countdown_seconds": 3}
    own, others = split_turn_settings(stored)
    assert (own, others) == ({"silence_seconds": 8}, {"countdown_seconds": 3})
    assert join_turn_settings("patient", {**NOTHING, **own}, others) == stored
    assert join_turn_settings("patient", NOTHING, {}) == {}


@pytest.mark.parametrize(
    ("numbers", "others", "message"),
    [
        ({"silence_seconds": 400.0}, {}, "“Silence that ends an answer” is 400, above “Longest answer” (300)"),
        ({"adaptive_max_silence_seconds": 4.0}, {}, "Set both “Silence follows the speaker: from” and “Silence"),
        ({}, {"pace": 3}, "There is no turn setting 'pace'"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words_of_the_page(
    numbers: dict[str, float], others: dict[str, object], message: str
) -> None:
    with pytest.raises(TurnRulesError) as refusal:
        join_turn_settings("patient", {**NOTHING, **numbers}, others)
    assert message in str(refusal.value)


def test_weights_of_any_scale_are_shown_as_shares_of_a_hundred() -> None:
    assert to_percents({"technical": 2, "depth": 1, "clarity": 1}) == {"technical": 50, "depth": 25, "clarity": 25}
    assert to_percents({"technical": 1, "depth": 1, "clarity": 1}) == dict.fromkeys(
        ("technical", "depth", "clarity"), 33.3
    )
    assert to_percents({}) == to_percents({"technical": 0}) == {}


def test_weights_add_up_to_a_hundred_or_are_the_usual() -> None:
    assert join_weights({"technical": 80.0, "depth": None, "clarity": 0.0}, {"teamwork": 20.0}) == {
        "technical": 80.0,
        "teamwork": 20.0,
    }
    thirds = dict.fromkeys(("technical", "depth", "clarity"), 33.3)
    assert join_weights(thirds, {}) == thirds
    assert join_weights({"technical": None, "depth": 0.0}, {}) == {}
    with pytest.raises(ValueError, match=r"The weights add up to 90\. Make them 100 together"):
        join_weights({"technical": 90.0}, {})


def test_dimensions_are_written_a_line_each() -> None:
    assert read_dimensions(" teamwork: 20 \n\nlooks ahead: 2.5\n") == {"teamwork": 20.0, "looks ahead": 2.5}
    assert (
        write_dimensions({"technical": 77.5, "teamwork": 20.0, "looks ahead": 2.5}) == "looks ahead: 2.5\nteamwork: 20"
    )
    assert (read_dimensions(""), write_dimensions({"technical": 100.0})) == ({}, "")


@pytest.mark.parametrize("text", ["teamwork", "teamwork: much", "teamwork: 0", "teamwork: -3", ": 20", "teamwork: inf"])
def test_a_line_that_is_no_dimension_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no dimension"):
        read_dimensions(text)


@pytest.mark.parametrize("text", ["technical: 20", "teamwork: 10\nteamwork: 20"])
def test_a_name_has_one_number(text: str) -> None:
    with pytest.raises(ValueError, match="is there already"):
        read_dimensions(text)
