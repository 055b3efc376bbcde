"""Finding the recogniser's words again in an answer's text: which are unsure, and at which second a quote was said.

Called by `selectors.py`. The words come one by one from the audio segments; the text is what was joined (and perhaps
typed) from them. Words are looked for in order, so that joining may trim or add spaces and typed text has no times.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.domain.answer_cards import TextRun

# Below this the recogniser more likely misheard than not; the same bound under which a grader is told of doubt.
UNSURE_BELOW = 0.5
# How far ahead a word is looked for: one that is not there must not swallow the rest of the text.
SEARCH_CHARACTERS = 200
# Scripts that put no spaces between words: Thai and Lao, Burmese, Khmer, Chinese and Japanese (and what follows them).
UNSPACED = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\u2e80", "\U0010ffff"))


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word as the recogniser gave it; `start_seconds` from the beginning of the answer's recording.

    `probability` is None where the recogniser gives none.
    """

    text: str
    start_seconds: float
    probability: float | None
    end_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A heard word and the characters of the answer's text that it is, end exclusive."""

    start: int
    end: int
    start_seconds: float
    is_unsure: bool
    end_seconds: float | None = None


def place_words(text: str, words: Sequence[HeardWord]) -> list[PlacedWord]:
    """The words that can be found in `text`, in order. What cannot be found is passed over."""
    placed, cursor = [], 0
    for word in words:
        spoken = word.text.strip()
        if not spoken:
            continue
        start = find_word(text, spoken, cursor)
        if start < 0:
            continue
        cursor = start + len(spoken)
        is_unsure = word.probability is not None and word.probability < UNSURE_BELOW
        placed.append(PlacedWord(start, cursor, word.start_seconds, is_unsure, word.end_seconds))
    return placed


def find_word(text: str, word: str, start: int) -> int:
    """Where a whole word next stands at or after `start`, -1 for nowhere near: “a” is not found within “what”."""
    limit = start + SEARCH_CHARACTERS + len(word)
    place = text.find(word, start, limit)
    while place >= 0:
        if not is_within_word(text, place) and not is_within_word(text, place + len(word)):
            return place
        place = text.find(word, place + 1, limit)
    return -1


def is_within_word(text: str, place: int) -> bool:
    """Whether the character before and the one at `place` are of one word. Scripts without spaces have no such."""
    if not 0 < place < len(text):
        return False
    return all(one.isalnum() and not is_unspaced(one) for one in text[place - 1 : place + 1])


def is_unspaced(letter: str) -> bool:
    return any(first <= letter <= last for first, last in UNSPACED)


def split_runs(text: str, placed: Sequence[PlacedWord]) -> tuple[TextRun, ...]:
    """The whole text as runs, unsure words apart; neighbouring unsure words make one run."""
    runs: list[TextRun] = []
    cursor = 0
    for start, end in merge_unsure(text, placed):
        runs += [TextRun(text=text[cursor:start]), TextRun(text=text[start:end], is_unsure=True)]
        cursor = end
    return tuple(run for run in [*runs, TextRun(text=text[cursor:])] if run.text)


def merge_unsure(text: str, placed: Sequence[PlacedWord]) -> list[tuple[int, int]]:
    """The spans of unsure words, joined where nothing but white space lies between them."""
    spans: list[tuple[int, int]] = []
    for word in placed:
        if not word.is_unsure:
            continue
        if spans and not text[spans[-1][1] : word.start].strip():
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return spans


def find_second(placed: Sequence[PlacedWord], position: int) -> float | None:
    """The second at which the word at (or next after) a character of the text was said; None after the last word."""
    return next((word.start_seconds for word in placed if word.end > position), None)
