"""Does a text talk to whoever rates it, instead of about its subject? A hint to a person: neither complete nor proof.

Called where answers are scored (interviewpanel) and where what was written outside goes into a prompt. What is found
changes no score. How often it is right was measured: docs/decisions/0026-injections.md. Pure.
"""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from urllib.parse import unquote

from questionbank.domain import instruction_cues as cues
from questionbank.domain import instruction_cues_abroad as abroad
from questionbank.domain import instruction_cues_weak as weak_cues
from questionbank.domain.exact_words import Token, split_tokens

MENTION_WORDS = 8
"""So far before a cue a word may stand that makes it a mention."""

NEAR_WORDS = 40
LONGEST_CODED = 4_000

_STRONG = {kind: re.compile("|".join(f"(?:\\b{one})" for one in parts)) for kind, parts in cues.STRONG.items()}
_WEAK = {kind: re.compile("|".join(f"(?:\\b{one})" for one in parts)) for kind, parts in weak_cues.WEAK.items()}
_SPACED = re.compile("|".join(rf"(?:\b{one})" for one in abroad.SPACED))
_UNSPACED = re.compile("|".join(abroad.UNSPACED))
_MENTIONING = re.compile(cues.MENTIONING)
# As it was typed: the marks around quoted data, a reply in the form that the grader is to give.
_MARKS = re.compile(
    r"\b(?:BEGIN|END) (?:ANSWER|QUESTION|BACKGROUND|CRITERIA|UNSURE WORDS|QUOTED DATA|DATA)\b"
    r"|[\"']rating[\"']\s*:[^\n]{0,200}[\"'](?:quote|rationale|notable_quote|red_flags|criteria)[\"']\s*:"
    r"|[\"'](?:criteria|quote|rationale|notable_quote|red_flags)[\"']\s*:.{0,300}?[\"']rating[\"']\s*:"
    r"|</?(?:answer|question|criteria|grader|rubric|evaluation|instructions?|user_input)\b[^>]{0,40}>",
    re.DOTALL,
)
_ROLES = re.compile(
    r"<\|?\s*/?\s*(?:im_start|im_end|system|assistant|start_header_id|eot_id|endoftext)\s*\|?>|\[/?INST\]|<</?SYS>>"
    r"|^\W*(?:system|assistant|developer|grader|evaluator)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_SPELLED = re.compile(r"\b(?:\w ){5,}\w\b")
_SQUASHED = re.compile(
    r"(?:ignore|disregard|forget|override)\w{0,24}(?:instruction|rubric|rules|prompt)"
    r"|(?:give|award|rate|score|grade|mark)(?:me|this|my|all|every)\w{0,24}(?:score|mark|point|four|full|max|top|perfect|100)"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}[\s:]?){16,}\b")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}|&#?\w{2,8};|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}")
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһгтмнкв" + "αεορτυνικ", "aeopcyxijsdhrtmhkb" + "aeoptuvik")
_DIGITS = str.maketrans("0134578@$", "oieastbas")
_LATIN = re.compile(r"[a-z]")
_MIXED = re.compile(r"[a-z][01345]|[01345][a-z]")


@dataclass(frozen=True)
class Place:
    """A stretch of a text: `text` stands at [start:end] of it. `cue` says what gave it away."""

    text: str
    start: int
    end: int
    cue: str


@lru_cache(maxsize=64)
def find_instructions(text: str) -> tuple[Place, ...]:
    """Where a text reads as if it told a grader what to do, in order, none within another; their code, if in a code."""
    found = sorted([*find_plain(text), *find_marks(text), *find_coded(text)], key=lambda one: (one.start, -one.end))
    kept: list[Place] = []
    for place in found:
        if not kept or place.end > kept[-1].end:
            kept.append(place)
    return tuple(kept)


def find_plain(text: str) -> list[Place]:
    reading = read_text(text)
    strong = list(reading.find_all(_STRONG))
    weak = list(reading.find_all(_WEAK, is_guarded=False))
    roles = [reading.place_raw(match, "role") for match in _ROLES.finditer(text)]
    if cues.CHAT_TOPIC.intersection(reading.words):
        weak += roles
    else:
        strong += roles
    found = [*strong, *find_pairs(weak, reading), *reading.find_abroad()]
    return [Place(text[hit.start : hit.end], hit.start, hit.end, hit.cue) for hit in found]


@dataclass(frozen=True)
class Hit:
    cue: str
    start: int  # of characters of the text
    end: int
    word: int  # which word of the text it begins with


@dataclass(frozen=True)
class Reading:
    """A text as its words, one space between two."""

    tokens: Sequence[Token]
    words: Sequence[str]
    starts: Sequence[int]  # where each word begins in `line`
    line: str

    def find_all(self, patterns: Mapping[str, re.Pattern[str]], *, is_guarded: bool = True) -> Iterator[Hit]:
        for cue, pattern in patterns.items():
            for match in pattern.finditer(self.line):
                hit = self.place(match, cue)
                if not (is_guarded and self.is_told_about(hit.word)):
                    yield hit

    def find_abroad(self) -> list[Hit]:
        hits = [self.place(match, "abroad") for match in _SPACED.finditer(self.line)]
        joined = "".join(self.words)
        ends = list(accumulate(len(word) for word in self.words))
        for match in _UNSPACED.finditer(joined):
            first = next(number for number, end in enumerate(ends) if end > match.start())
            last = next(number for number, end in enumerate(ends) if end >= match.end())
            hits.append(Hit("abroad", self.tokens[first].start, self.tokens[last].end, first))
        for match in _SPELLED.finditer(self.line):
            if _SQUASHED.search(match.group().replace(" ", "")):
                hits.append(self.place(match, "spelled"))
        return hits

    def place(self, match: re.Match[str], cue: str) -> Hit:
        first = self.line.count(" ", 0, match.start())
        last = self.line.count(" ", 0, match.start() + len(match.group().rstrip()))
        return Hit(cue, self.tokens[first].start, self.tokens[last].end, first)

    def place_raw(self, match: re.Match[str], cue: str) -> Hit:
        word = sum(1 for token in self.tokens if token.end <= match.start())
        return Hit(cue, match.start(), match.end(), word)

    def is_told_about(self, word: int) -> bool:
        """Whether what begins with this word is mentioned, or tells what somebody does."""
        before = self.words[max(0, word - MENTION_WORDS) : word]
        if _MENTIONING.search(" ".join(before)):
            return True
        return bool(before) and before[-1] in cues.TELLING and "you" not in before[-4:]


def read_text(text: str) -> Reading:
    tokens = split_tokens(text)
    words = [unmask_word(token.word) for token in tokens]
    starts = [0, *accumulate(len(word) + 1 for word in words)][: len(words)]
    return Reading(tokens, words, starts, " ".join(words))


def unmask_word(word: str) -> str:
    """Letters of other scripts and digits that stand for Latin letters inside of a Latin word are those letters."""
    if not word.isascii() and _LATIN.search(word):
        word = word.translate(_LOOKALIKES)
    return word.translate(_DIGITS) if len(word) > 2 and _MIXED.search(word) else word


def find_pairs(hits: Sequence[Hit], reading: Reading) -> list[Hit]:
    """Weak cues that have one of a kind that goes with them, and of other words, close by."""
    return [
        hit
        for hit in hits
        if not reading.is_told_about(hit.word)
        and any(
            frozenset((hit.cue, other.cue)) in weak_cues.PAIRS
            and abs(other.word - hit.word) <= NEAR_WORDS
            and not (other.start < hit.end and hit.start < other.end)
            and not reading.is_told_about(other.word)
            for other in hits
        )
    ]


def find_marks(text: str) -> list[Place]:
    return [Place(match.group(), match.start(), match.end(), "marks") for match in _MARKS.finditer(text)]


def find_coded(text: str) -> list[Place]:
    """Words in a code that language models read: base64, hexadecimal, escapes, ROT13, back to front."""
    found = [
        Place(match.group(), match.start(), match.end(), "coded")
        for pattern, decode in ((_BASE64, decode_base64), (_HEX, decode_hex))
        for match in pattern.finditer(text)
        if is_suspicious(decode(match.group()[:LONGEST_CODED]))
    ]
    whole = [codecs.encode(text, "rot13"), text[::-1]]
    if _ESCAPED.search(text):
        whole.append(unescape(text))
    if any(is_suspicious(other) for other in whole) and not find_plain(text):
        found.append(Place(text, 0, len(text), "coded"))
    return found


def is_suspicious(text: str) -> bool:
    return bool(text.strip()) and bool(find_plain(text) or find_marks(text))


def decode_base64(coded: str) -> str:
    try:
        padded = coded.rstrip("=") + "=" * (-len(coded.rstrip("=")) % 4)
        return base64.b64decode(padded.translate(str.maketrans("-_", "+/"))).decode()
    except (binascii.Error, ValueError):
        return ""


def decode_hex(coded: str) -> str:
    try:
        return bytes.fromhex(re.sub(r"[\s:]", "", coded)).decode()
    except ValueError:
        return ""


def unescape(text: str) -> str:
    plain = re.sub(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})", lambda m: chr(int(m[1] or m[2], 16)), text)
    return html.unescape(unquote(plain))
