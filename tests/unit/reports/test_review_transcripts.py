"""An answer on the review page: every character once, every word with its own second, quotes where they stand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.domain.review_transcripts import (
    TYPED,
    HeardPart,
    Mark,
    Piece,
    cut_pieces,
    find_seconds,
    find_typed,
    place_parts,
)
from reports.domain.transcripts import HeardWord, place_words


def hear(text: str, start: float = 0.0, probability: float = 0.9) -> HeardPart:
    """A stretch as an engine hears it: a word every half second, its comma or full stop with it."""
    words = tuple(
        HeardWord(f" {word}", start + 0.5 * place, probability, start + 0.5 * place + 0.4)
        for place, word in enumerate(text.split())
    )
    return HeardPart(text, words, start, start + 0.5 * len(words))


TEXT = "An index, sorted. An index is what I would add; a composite one."
PARTS = [hear("An index, sorted."), hear("An index is what I would add; a composite one.", 10.0)]


def words_of(pieces: tuple[Piece, ...]) -> list[tuple[str, float | None]]:
    return [(piece.text, piece.start_seconds) for piece in pieces if piece.is_word]


def test_every_word_has_its_own_second_with_its_punctuation() -> None:
    pieces = cut_pieces(TEXT, place_parts(TEXT, PARTS), (), len(TEXT))
    assert "".join(piece.text for piece in pieces) == TEXT
    assert words_of(pieces) == [
        *(("An", 0.0), ("index,", 0.5), ("sorted.", 1.0)),
        *(("An", 10.0), ("index", 10.5), ("is", 11.0), ("what", 11.5), ("I", 12.0), ("would", 12.5), ("add;", 13.0)),
        *(("a", 13.5), ("composite", 14.0), ("one.", 14.5)),
    ]


def test_a_word_that_is_said_twice_is_found_where_it_was_said() -> None:
    """The first stretch lost its second word: the next stretch's is not taken for it."""
    lame = replace(PARTS[0], words=(PARTS[0].words[0], HeardWord(" what", 0.7, 0.9, 0.8), PARTS[0].words[2]))
    placed = place_parts(TEXT, [lame, PARTS[1]])
    assert [(word.start, word.start_seconds) for word in placed.words[:3]] == [(0, 0.0), (10, 1.0), (18, 10.0)]


def test_a_short_word_is_not_found_within_a_longer_one() -> None:
    text = "what an answer a"
    assert [word.start for word in place_words(text, [HeardWord("a", 1.0, 0.9)])] == [15]
    assert place_words("what answer", [HeardWord("a", 1.0, 0.9)]) == []


def test_scripts_without_spaces_have_words_all_the_same() -> None:
    text = "索引很快。"
    words = [HeardWord("索引", 0.0, 0.9, 0.5), HeardWord("很", 0.5, 0.9, 0.7), HeardWord("快。", 0.7, 0.9, 1.0)]
    assert [(word.start, word.end) for word in place_words(text, words)] == [(0, 2), (2, 3), (3, 5)]


@pytest.mark.parametrize(
    ("quote", "seconds"),
    [
        ("index, sorted", (0.5, pytest.approx(1.4))),
        ("An index is", (10.0, pytest.approx(11.4))),
        ("sorted. An", (1.0, pytest.approx(10.4))),
        ("omposite on", (14.0, pytest.approx(14.9))),
    ],
)
def test_a_quote_is_said_from_its_first_word_to_the_end_of_its_last(quote: str, seconds: tuple[float, float]) -> None:
    start = TEXT.index(quote)
    assert find_seconds(place_parts(TEXT, PARTS).words, start, start + len(quote)) == seconds


def test_quotes_are_marked_to_the_character_also_where_they_overlap() -> None:
    marks = (Mark("c", "criterion", 3, 17), Mark("e", "element", 10, 26))
    pieces = cut_pieces(TEXT, place_parts(TEXT, PARTS), marks, len(TEXT))
    assert "".join(piece.text for piece in pieces if "c" in piece.marks) == TEXT[3:17]
    assert "".join(piece.text for piece in pieces if "e" in piece.marks) == TEXT[10:26]
    both = next(piece for piece in pieces if piece.text == "sorted.")
    assert (both.marks, both.kinds, both.start_seconds) == (("c", "e"), ("criterion", "element"), 1.0)


def test_typed_text_has_no_seconds_and_says_so() -> None:
    text = f"{TEXT}\nPS: with INCLUDE."
    typed_from = find_typed(text, "PS: with INCLUDE.")
    assert text[typed_from:] == "PS: with INCLUDE."
    placed = place_parts(text, PARTS)
    pieces = cut_pieces(text, placed, (), typed_from)
    place = pieces.index(TYPED)
    assert [piece.text for piece in pieces[place + 1 :]] == ["PS: with INCLUDE."]
    assert pieces[place + 1].is_typed
    assert find_seconds(placed.words, typed_from, len(text)) is None
    assert (find_typed("Only said.", ""), find_typed("Only said.", "not there")) == (10, 10)


def test_lost_sound_and_what_nobody_understood_stand_where_they_are() -> None:
    parts = [
        replace(PARTS[0], lost_seconds=1.25),
        HeardPart("", (), 3.0, 9.0, is_unheard=True),
        replace(PARTS[1], lost_seconds=0.1),
    ]
    pieces = cut_pieces(TEXT, place_parts(TEXT, parts), (), len(TEXT))
    notes = [(place, piece) for place, piece in enumerate(pieces) if piece.kind]
    assert [(piece.text, piece.kind, piece.start_seconds) for _, piece in notes] == [
        ("[1.2 s of sound lost here]", "lost", 0.0),
        ("[6 s not understood: listen]", "unheard", 3.0),
    ]
    before = "".join(piece.text for piece in pieces[: notes[1][0]] if not piece.kind)
    assert before == "An index, sorted."


def test_words_that_came_too_late_for_the_text_are_passed_over() -> None:
    placed = place_parts("An index, sorted.", [PARTS[0], hear("and much later", 20.0)])
    assert [word.start_seconds for word in placed.words] == [0.0, 0.5, 1.0]


WORD = st.text(alphabet="abcdéß’-", min_size=1, max_size=6).filter(lambda text: any(one.isalnum() for one in text))
SENTENCE = st.lists(st.tuples(WORD, st.sampled_from(["", ",", ".", "?"])), min_size=1, max_size=12).map(
    lambda words: " ".join(word + end for word, end in words)
)


@given(sentences=st.lists(SENTENCE, max_size=4), data=st.data())
def test_the_pieces_are_always_the_text_and_each_word_keeps_its_second(
    sentences: list[str], data: st.DataObject
) -> None:
    text = " ".join(sentences)
    parts, start = [], 0.0
    for sentence in sentences:
        parts.append(hear(sentence, start))
        start = parts[-1].end_seconds
    places = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(places, places).map(sorted), max_size=4))
    marks = [Mark(str(number), "criterion", first, last) for number, (first, last) in enumerate(spans)]
    placed = place_parts(text, parts)
    pieces = cut_pieces(text, placed, marks, len(text))
    assert "".join(piece.text for piece in pieces) == text
    assert [word.start_seconds for word in placed.words] == [
        word.start_seconds for part in parts for word in part.words
    ]
    assert [text[word.start : word.end] for word in placed.words] == text.split()
    for mark in marks:
        assert "".join(piece.text for piece in pieces if mark.key in piece.marks) == text[mark.start : mark.end]
