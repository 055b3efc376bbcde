"""Placing words after the pre-roll, averaging their certainty, choosing hotwords."""

import pytest

from interviewpanel.engines.transcription import Word, normalise_language
from interviewpanel.engines.transcription.words import average_probability, place_words, shorten_hotwords


def hear(text: str, start: float, end: float, probability: float | None = 0.5) -> Word:
    return Word(text, start, end, probability)


@pytest.mark.parametrize(
    ("word", "placed"),
    [
        (hear("before", 0.1, 0.4), []),
        (hear("middle just before", 0.25, 0.5), []),
        (hear("middle on the cut", 0.25, 0.75), [hear("middle on the cut", 0.0, 0.25)]),
        (hear("after", 0.75, 1.0), [hear("after", 0.25, 0.5)]),
        (hear("past the end", 2.0, 9.0), [hear("past the end", 1.5, 2.0)]),
        (hear("all past the end", 4.0, 9.0), [hear("all past the end", 2.0, 2.0)]),
    ],
)
def test_a_word_belongs_to_the_side_of_its_middle(word: Word, placed: list[Word]) -> None:
    assert place_words([word], preroll_seconds=0.5, duration_seconds=2.0) == placed


def test_without_preroll_every_word_stays() -> None:
    words = [hear("a", 0.0, 0.0), hear("b", 0.0, 0.3)]

    assert place_words(words, preroll_seconds=0.0, duration_seconds=1.0) == words


@pytest.mark.parametrize(
    ("probabilities", "mean"),
    [([], None), ([None], None), ([0.5], 0.5), ([0.25, None, 0.75], 0.5), ([0.0], 0.0)],
)
def test_the_mean_is_of_what_was_measured(probabilities: list[float | None], mean: float | None) -> None:
    assert average_probability([hear("x", 0, 1, probability) for probability in probabilities]) == mean


@pytest.mark.parametrize(
    ("phrases", "hotwords"),
    [
        ([], ""),
        (["It uses a hash map for the lookup"], "hash map lookup"),
        (["Kubernetes", "a Kubernetes pod", "KUBERNETES"], "Kubernetes pod"),
        (["C++ and C#, or node.js; O(1)"], "C++ C# node.js O 1"),
        (["état de la cache", "Schlüssel"], "état de la cache Schlüssel"),
        (["and the of"], ""),
    ],
)
def test_hotwords_are_the_terms_once_in_order(phrases: list[str], hotwords: str) -> None:
    assert shorten_hotwords(phrases) == hotwords


def test_hotwords_end_before_the_limit_at_a_whole_word() -> None:
    assert shorten_hotwords(["alpha beta gamma"], max_characters=10) == "alpha beta"
    assert shorten_hotwords(["alpha beta gamma"], max_characters=9) == "alpha"
    assert len(shorten_hotwords(f"term{number}" for number in range(1_000))) <= 200


@pytest.mark.parametrize(("given", "code"), [("en", "en"), ("en-US", "en"), ("pt_BR", "pt"), (" DE ", "de")])
def test_a_language_is_its_primary_subtag(given: str, code: str) -> None:
    assert normalise_language(given) == code


def test_a_word_is_stored_rounded() -> None:
    assert hear("a", 0.12345, 0.98765, 0.55555).to_dict() == {
        "text": "a",
        "start": 0.123,
        "end": 0.988,
        "probability": 0.556,
    }
    assert hear("a", 0, 1, None).to_dict()["probability"] is None
