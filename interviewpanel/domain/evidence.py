"""Is a quote really in the transcript, where, and does it prove anything? Called by services/answer_analysis.

A rating whose quote is not found, or is no evidence, is void. Words are compared whole and exactly (exact_words.py).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from interviewpanel.domain.text_features import FUNCTION_STEMS, stem_word
from questionbank.domain.exact_words import find_words, split_tokens, split_words

_ELLIPSIS = re.compile(r"(?:\.\s?){3,}|…|\[(?:\.\.\.|…)\]")
LONGEST_SPAN_CHARACTERS = 600


@dataclass(frozen=True)
class FoundQuote:
    """A stretch of a text: text[start:end] == quote."""

    quote: str
    start: int
    end: int


def find_quote(transcript: str, quote: str) -> FoundQuote | None:
    """The place of a quote in a transcript; None where it is not.

    Words must follow each other as in the quote. Where the quote leaves something out by "…", its parts must come in
    order. The first place counts, of those that a person would play back. None for a quote without words.
    """
    parts = [split_words(part) for part in _ELLIPSIS.split(quote)]
    parts = [part for part in parts if part]
    if not parts:
        return None
    tokens = split_tokens(transcript)
    words = [token.word for token in tokens]
    first = find_words(words, parts[0], 0)
    while first >= 0 and (last := find_last(words, parts, first)) >= 0:
        start, end = tokens[first].start, tokens[last].end
        if end - start <= LONGEST_SPAN_CHARACTERS:
            return FoundQuote(transcript[start:end], start, end)
        first = find_words(words, parts[0], first + 1)
    return None


def find_last(words: Sequence[str], parts: Sequence[Sequence[str]], first: int) -> int:
    """Index of the last word of a quote that begins at `first`, its parts in order; -1 where one does not follow."""
    following = first
    for part in parts:
        place = find_words(words, part, following)
        if place < 0:
            return -1
        following = place + len(part)
    return following - 1


def explain_no_evidence(quote: FoundQuote, question: str, barred: Collection[tuple[int, int]] = ()) -> str:
    """Why words that were said prove nothing; empty where they may. They are no evidence if they are function words
    alone, if they only repeat a run of the question, or if they lie in a barred stretch (what talks to the grader).
    """
    telling = list_telling(quote.quote)
    if not telling:
        return "says nothing by itself"
    if find_words(list_telling(question), telling, 0) >= 0:
        return "only repeats the question"
    if any(start <= quote.start and quote.end <= end for start, end in barred):
        return "talks to the grader and not about the question"
    return ""


def list_telling(text: str) -> list[str]:
    """The words of a text that carry something: all but English function words."""
    return [word for word in split_words(text) if stem_word(word) not in FUNCTION_STEMS]
