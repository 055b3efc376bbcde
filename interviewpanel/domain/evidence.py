"""Is a quote really in the transcript, and where; does an answer talk to the grader instead of the interviewer?

Called by services/answer_analysis. A rating whose quote is not found is void; text that reads like an instruction is
shown to the reviewer and changes no score.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[^\W_]+")
_ELLIPSIS = re.compile(r"(?:\.\s?){3,}|…|\[(?:\.\.\.|…)\]")
LONGEST_SPAN_CHARACTERS = 600

_INSTRUCTION = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override)\b[^.?!\n]{0,40}\b(?:instruction|prompt|rubric|rule|criteri|guideline)\w*
    | \b(?:give|award|assign|grant)\s+(?:me|this|my|the)\b[^.?!\n]{0,30}
        \b(?:score|mark|rating|grade|points?|full|maximum|perfect|highest)\b
    | \b(?:rate|score|grade|mark)\s+(?:me|this|my|every|all|each)\b[^.?!\n]{0,40}
        \b(?:4|5|10|100|four|five|ten|hundred|full|maximum|perfect|highest|excellent|top)\b
    | \b(?:set|make|change|put)\s+(?:the|all|every|my|each)\b[^.?!\n]{0,20}\b(?:scores?|ratings?|grades?|marks?)\b
    | \byou\s+are\s+(?:now\s+)?(?:an?|the|my)\s+[^.?!\n]{0,20}\b(?:assistant|grader|evaluator|language\ model|ai)\b
    | \b(?:system|developer)\s+(?:prompt|message|instruction)s?\b
    | \b(?:dear|hey|hello|attention)\s+(?:ai|grader|evaluator|assistant|language\ model|chat\s?gpt)\b
    | \bnew\s+instructions?\s*:
    | <\|?\s*/?\s*(?:im_start|im_end|system|assistant|user|instructions?|answer)\b[^>]{0,40}>
    | \[/?INST\]
    | (?:^|\n)\s*(?:system|assistant|user)\s*:
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class FoundQuote:
    """A stretch of a text: text[start:end] == quote."""

    quote: str
    start: int
    end: int


def find_quote(transcript: str, quote: str) -> FoundQuote | None:
    """The place of a quote in a transcript, whatever the case, punctuation and white space; None where it is not.

    Words must follow each other as in the quote. Where the quote leaves something out by "…", its parts must come in
    order. The first place counts. None for a quote without words, and for one that spans more than a person would
    play back.
    """
    parts = [split_words(part) for part in _ELLIPSIS.split(quote)]
    parts = [part for part in parts if part]
    if not parts:
        return None
    tokens = list(_TOKEN.finditer(transcript))
    words = [token.group().casefold() for token in tokens]
    first, following = -1, 0
    for part in parts:
        place = find_words(words, part, following)
        if place < 0:
            return None
        first, following = (place if first < 0 else first), place + len(part)
    start, end = tokens[first].start(), tokens[following - 1].end()
    if end - start > LONGEST_SPAN_CHARACTERS:
        return None
    return FoundQuote(transcript[start:end], start, end)


def split_words(text: str) -> list[str]:
    return [word.casefold() for word in _TOKEN.findall(text)]


def find_words(words: list[str], wanted: list[str], start: int) -> int:
    """Index of the first place at or after `start` where the wanted words follow each other; -1 where there is none."""
    size = len(wanted)
    for place in range(start, len(words) - size + 1):
        if words[place : place + size] == wanted:
            return place
    return -1


def find_instructions(text: str) -> list[FoundQuote]:
    """Where a text reads as if it told a grader what to do: a hint to a person, neither complete nor proof."""
    return [FoundQuote(match.group(), match.start(), match.end()) for match in _INSTRUCTION.finditer(text)]
