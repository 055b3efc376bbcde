"""What two versions differ in, as parts that a page only has to draw."""

from questionbank.domain.version_diffs import (
    CriterionChange,
    FieldChange,
    Line,
    Part,
    compare_criteria,
    compare_lines,
    compare_versions,
    compare_words,
)

CONTENT = {
    "text": "What is an index?",
    "assesses": "Indexes",
    "expected_answer": "A sorted copy.",
    "expected_elements": ["It is sorted"],
    "criteria": [{"key": "a", "name": "A", "description": "First", "component": "depth", "weight": 1}],
    "red_flags": [],
    "suggestions": [],
    "expected_seconds": 90,
    "think_seconds": 30,
    "weights": {},
}


def test_words_are_woven_where_most_are_in_both() -> None:
    assert compare_words("What does the index cost?", "What does a partial index cost?") == (
        Part("kept", "What does "),
        Part("removed", "the "),
        Part("added", "a partial "),
        Part("kept", "index cost?"),
    )


def test_texts_with_hardly_a_word_in_common_stand_one_after_the_other() -> None:
    assert compare_words("Describe your last project.", "How do locks work?") == (
        Part("removed", "Describe your last project."),
        Part("added", "How do locks work?"),
    )


def test_nothing_against_something() -> None:
    assert compare_words("", "new") == (Part("added", "new"),)
    assert compare_words("old", "") == (Part("removed", "old"),)
    assert compare_words("same", "same") == (Part("kept", "same"),)


def test_a_reworded_line_is_one_changed_line() -> None:
    lines = compare_lines(
        ["Writes cost more", "It is sorted", "Gone for good"], ["It is sorted", "Writes cost much more"]
    )
    assert lines == (
        Line("removed", (Part("removed", "Writes cost more"),)),
        Line("kept", (Part("kept", "It is sorted"),)),
        Line("removed", (Part("removed", "Gone for good"),)),
        Line("added", (Part("added", "Writes cost much more"),)),
    )
    (line,) = compare_lines(["Writes cost more"], ["Writes cost much more"])
    assert line == Line("changed", (Part("kept", "Writes cost "), Part("added", "much "), Part("kept", "more")))


def test_criteria_are_known_by_their_keys_wherever_they_stand() -> None:
    first, second = ({**CONTENT["criteria"][0], "key": key, "name": key.upper()} for key in "ab")
    third = {**first, "key": "c", "name": "C"}
    assert compare_criteria([first, second], [{**second, "weight": 2.5}, third]) == (
        CriterionChange("changed", "B", (("Weight", (Part("removed", "1"), Part("added", "2.5"))),)),
        CriterionChange(
            "added",
            "C",
            (
                ("Name", (Part("added", "C"),)),
                ("Description", (Part("added", "First"),)),
                ("Component", (Part("added", "depth"),)),
                ("Weight", (Part("added", "1"),)),
            ),
        ),
        CriterionChange("removed", "A", ()),
    )


def test_only_fields_that_differ_are_told() -> None:
    assert compare_versions(CONTENT, dict(CONTENT)) == []
    after = {**CONTENT, "think_seconds": 45, "weights": {"technical": 60.0}, "red_flags": ["Guesses"]}
    assert compare_versions(CONTENT, after) == [
        FieldChange("Red flags", lines=(Line("added", (Part("added", "Guesses"),)),)),
        FieldChange("Seconds to think", parts=(Part("removed", "30"), Part("added", "45"))),
        FieldChange("Component weights", parts=(Part("removed", "the panel's"), Part("added", "technical 60"))),
    ]


def test_equal_numbers_of_two_kinds_are_no_change() -> None:
    as_float = {**CONTENT, "criteria": [{**CONTENT["criteria"][0], "weight": 1.0}]}
    assert compare_versions(CONTENT, as_float) == []
