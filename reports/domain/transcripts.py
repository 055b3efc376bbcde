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


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word as the recogniser gave it; `start_seconds` from the beginning of the answer's recording.

    `probability` is None where the recogniser gives none.
    """

    text: str
    start_seconds: float
    probability: float | None


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A heard word and the characters of the answer's text that it is, end exclusive."""

    start: int
    end: int
    start_seconds: float
    is_unsure: bool


def place_words(text: str, words: Sequence[HeardWord]) -> list[PlacedWord]:
    """The words that can be found in `text`, in order. What cannot be found is passed over."""
    placed, cursor = [], 0
    for word in words:
        spoken = word.text.strip()
        if not spoken:
            continue
        start = text.find(spoken, cursor, cursor + SEARCH_CHARACTERS + len(spoken))
        if start < 0:
            continue
        cursor = start + len(spoken)
        is_unsure = word.probability is not None and word.probability < UNSURE_BELOW
        placed.append(PlacedWord(start, cursor, word.start_seconds, is_unsure))
    return placed


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
