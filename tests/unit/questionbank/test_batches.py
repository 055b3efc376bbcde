"""What may be asked for in one batch, and what is said about the rest."""

from questionbank.domain.batches import (
    BatchRow,
    BatchWish,
    check_batch,
    choose_kind,
    count_allowed_refusals,
    list_parts,
    read_row,
)

ROW = BatchRow("Databases", "Indexing", "Composite indexes", "medium", 3)


def told(wish: BatchWish) -> list[tuple[tuple[str | int, ...], str]]:
    return [(fault.path, fault.message) for fault in check_batch(wish)]


def test_a_batch_in_order_is_not_complained_about() -> None:
    rows = [BatchRow("Databases", "Indexing", f"Subtopic {number}", "hard", 4) for number in range(50)]
    assert told(BatchWish(rows, ["technical", "behavioral"], "de", "x" * 1000)) == []


def test_everything_that_is_wrong_is_told_at_its_place() -> None:
    rows = [
        ROW,
        BatchRow("Databases", "Indexing", "composite INDEXES", "medium", 1),
        BatchRow("", "x" * 101, "A", "odd", 21),
    ]
    assert told(BatchWish(rows, ["singing"], "english", "x" * 1001)) == [
        (("rows", 2, "category"), "Write a name."),
        (("rows", 2, "topic"), "Shorten the name to 100 characters."),
        (("rows", 2, "difficulty"), "Choose one of easy, medium, hard."),
        (("rows", 2, "count"), "21 is not possible: write a number from 1 to 20."),
        (("rows", 1, "subtopic"), "The same place and difficulty stand in row 1. Put the numbers together there."),
        (("kinds",), "Choose at least one of technical, behavioral, situational, experience."),
        (("language",), "Write a language code such as en or de."),
        (("wishes",), "Shorten it to 1000 characters."),
    ]


def test_the_limits_of_a_batch() -> None:
    many = [BatchRow("Databases", "Indexing", f"Subtopic {number}", "hard", 4) for number in range(51)]
    assert told(BatchWish(many)) == [
        (("rows",), "These are 51 rows; at most 50 go at once."),
        (("rows",), "These are 204 questions in all; at most 200 go at once. Make two batches of it."),
    ]
    assert told(BatchWish([])) == [(("rows",), "Nothing is asked for. Choose at least one place and a number.")]
    zero = BatchRow("Databases", "Indexing", "A", "easy", 0)
    assert told(BatchWish([zero])) == [(("rows", 0, "count"), "0 is not possible: write a number from 1 to 20.")]


def test_a_part_knows_all_that_it_needs() -> None:
    (part,) = list_parts(BatchWish([ROW], ["technical", "experience"], "en", "No trivia", use_cache=False))
    assert read_row(part) == ROW
    assert {name: part[name] for name in ("kinds", "language", "wishes", "use_cache")} == {
        "kinds": ["technical", "experience"],
        "language": "en",
        "wishes": "No trivia",
        "use_cache": False,
    }


def test_kinds_take_turns_and_refusals_are_bounded() -> None:
    assert [choose_kind(["technical", "experience"], number) for number in range(3)] == [
        "technical",
        "experience",
        "technical",
    ]
    assert [count_allowed_refusals(count) for count in (1, 4, 20)] == [3, 5, 13]
