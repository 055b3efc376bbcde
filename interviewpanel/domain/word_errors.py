"""Word error rate: how far what was heard is from what was said.

Used by the robot candidate's result and by the demo, which prints the rate, and by the benchmarks. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# A word is letters and digits; an apostrophe belongs to it only between letters ("don't", not "'quoted'").
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Errors against the words of a reference. Add several to get the rate of them all together."""

    errors: int = 0
    words: int = 0

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(self.errors + other.errors, self.words + other.words)

    @property
    def rate(self) -> float | None:
        """Errors per word said; above 1 where more was invented than said. None where nothing was said."""
        return self.errors / self.words if self.words else None


def split_words(text: str) -> list[str]:
    """Lower-case words without punctuation: what two spellings of one utterance have in common."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return WORD.findall(folded)


def count_word_errors(reference: str, heard: str) -> WordErrors:
    """Fewest substituted, missing and added words that turn `reference` into `heard` (Levenshtein distance of words).

    Two rows of the usual table: memory grows with the length of what was heard, time with the product of both.
    """
    said, got = split_words(reference), split_words(heard)
    previous = list(range(len(got) + 1))
    for row, word in enumerate(said, start=1):
        current = [row]
        for column, other in enumerate(got, start=1):
            substituted = previous[column - 1] + (word != other)
            current.append(min(substituted, previous[column] + 1, current[column - 1] + 1))
        previous = current
    return WordErrors(errors=previous[-1], words=len(said))


def count_all_word_errors(pairs: Iterable[tuple[str, str]]) -> WordErrors:
    """Errors over several (reference, heard) pairs, each aligned by itself."""
    return sum((count_word_errors(reference, heard) for reference, heard in pairs), WordErrors())
