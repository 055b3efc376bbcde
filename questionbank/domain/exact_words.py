"""The words of a text as they are compared: whole and exact, never by likeness. Used wherever words are looked for.

What is not part of a word is not compared: case, punctuation, hyphens, apostrophes, accents written in two ways,
ligatures, invisible characters. Digits are digits: "30" is not "thirty".
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_BASIC_PLANE = 0x10000
# Scripts that put no spaces between words: Thai to Khmer, kana, Chinese characters. Each of their characters is a word.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


def _list_characters(*categories: str) -> str:
    """For a class of a regular expression: every character of these Unicode categories."""
    found = (chr(code) for code in range(_BASIC_PLANE) if unicodedata.category(chr(code)) in categories)
    return re.escape("".join(found))


_MARKS = _list_characters("Mn", "Mc", "Me")
_UNSEEN = _list_characters("Cf")  # soft hyphens, zero-width characters, marks of direction
# A word is letters and digits with their marks. An apostrophe between letters does not end it, a comma between
# thousands neither.
_TOKEN = re.compile(
    rf"[{_UNSPACED}][{_MARKS}]*"
    rf"|(?![{_UNSPACED}])[^\W_]"
    rf"(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}{_UNSEEN}]|(?<=[^\W\d_])['’‘ʼ＇](?=[^\W\d_])|(?<=\d),(?=\d{{3}}(?!\d)))*"
)
_IGNORED = re.compile(rf"[{_UNSEEN}'’‘ʼ＇,]")


@dataclass(frozen=True)
class Token:
    """A word as it is compared, and its characters in the text, end exclusive."""

    word: str
    start: int
    end: int


def split_words(text: str) -> list[str]:
    return [token.word for token in split_tokens(text)]


@lru_cache(maxsize=64)
def split_tokens(text: str) -> tuple[Token, ...]:
    """The words of a text, normalised, with their places. Cached: a transcript is searched often."""
    return tuple(Token(normalise_word(found.group()), found.start(), found.end()) for found in _TOKEN.finditer(text))


def normalise_word(word: str) -> str:
    """NFKC, folded case, nothing that is not heard."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _IGNORED.sub("", word)).casefold())


def find_words(words: Sequence[str], wanted: Sequence[str], start: int) -> int:
    """Index of the first place at or after `start` where the wanted words follow each other; -1 where there is none."""
    size, wanted = len(wanted), list(wanted)
    for place in range(start, len(words) - size + 1):
        if list(words[place : place + size]) == wanted:
            return place
    return -1
