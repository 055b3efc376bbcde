"""Unsure words and the seconds of quotes, found again in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.domain.answer_cards import TextRun
from reports.domain.transcripts import HeardWord, find_second, place_words, split_runs

TEXT = "I would run explain analyze first. Then an index."
WORDS = [
    HeardWord(text, second, probability)
    for text, second, probability in (
        (" I", 0.0, 0.9),
        (" would", 0.3, 0.8),
        (" run", 0.7, 0.95),
        (" explain", 1.0, 0.4),
        (" analyze", 1.6, 0.3),
        (" first.", 2.2, 0.9),
        (" Then", 4.0, 0.5),
        (" an", 4.4, 0.9),
        (" index.", 4.6, 0.49),
    )
]


def test_unsure_neighbours_are_one_run_and_nothing_is_lost() -> None:
    runs = split_runs(TEXT, place_words(TEXT, WORDS))
    assert runs == (
        TextRun(text="I would run "),
        TextRun(text="explain analyze", is_unsure=True),
        TextRun(text=" first. Then an "),
        TextRun(text="index.", is_unsure=True),
    )
    assert "".join(run.text for run in runs) == TEXT


@pytest.mark.parametrize(
    ("position", "seconds"), [(0, 0.0), (12, 1.0), (11, 1.0), (20, 1.6), (35, 4.0), (len(TEXT) - 1, 4.6)]
)
def test_a_character_has_the_second_of_its_word(position: int, seconds: float) -> None:
    assert find_second(place_words(TEXT, WORDS), position) == seconds


def test_typed_text_after_the_speech_has_no_second_and_no_doubt() -> None:
    text = TEXT + " PS: with INCLUDE."
    placed = place_words(text, WORDS)
    assert find_second(placed, text.index("PS")) is None
    assert split_runs(text, placed)[-1] == TextRun(text=" PS: with INCLUDE.")


def test_a_word_that_is_not_in_the_text_is_passed_over() -> None:
    odd = [WORDS[0], HeardWord("kubernetes", 0.1, 0.1), HeardWord("  ", 0.2, 0.1), *WORDS[1:]]
    assert place_words(TEXT, odd) == place_words(TEXT, WORDS)
    assert place_words("", WORDS) == []
    assert split_runs("", []) == ()


@given(st.lists(st.tuples(st.sampled_from(["the", "a", "then", "index", "…", "the"]), st.floats(0, 1)), max_size=40))
def test_runs_always_add_up_to_the_text(heard: list[tuple[str, float]]) -> None:
    text = " ".join(word for word, _ in heard)
    words = [HeardWord(word, float(place), probability) for place, (word, probability) in enumerate(heard)]
    placed = place_words(text, words)
    assert len(placed) == len(words)
    assert "".join(run.text for run in split_runs(text, placed)) == text
    assert sum(len(run.text.split()) for run in split_runs(text, placed) if run.is_unsure) == sum(
        1 for _, probability in heard if probability < 0.5
    )
