"""Does a sentence name a number that nobody computed, or one that belongs to another answer? Pure.

A number may stand in a sentence if it is one of the answers that the sentence names: its number, its scores, its
counts, or a number of its words and of its question. Numbers of the whole interview may, where the sentence names the
measure. “93 of 100” and “4 of 5” must be such a pair as they stand.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reports.domain.answer_cards import AnswerCard
from reports.domain.scorecard import Scorecard

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LIST = r"\d+\b(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*[-–&]\s*|\s+or\s+)(?:(?:answer|question)s?\s+)?\d+\b)*"
_MENTION = re.compile(rf"\b(?:answer|question|number|no\.)s?\s+(?P<numbers>{_LIST})(?!\s*(?:of|/)\s*\d)", re.IGNORECASE)
_COUNTED = re.compile(r"\b(\d+)\s+(?:\w+\s+)?(?:answers|questions)\b", re.IGNORECASE)
_PAIR = re.compile(r"(\d+(?:\.\d+)?)\s*(?:/|(?:out\s+)?of(?:\s+the|\s+a\s+possible)?)\s*(\d+)", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|per\s?cent\b)", re.IGNORECASE)
_YEARS = re.compile(r"(\d+(?:\.\d+)?)\+?\s+(?:years?|months?)\b", re.IGNORECASE)
_FRACTION = re.compile(
    r"\b(?:half|(?:one|two|three)[\s-]?(?:thirds?|quarters?|fifths?)|a\s+(?:third|quarter|fifth)|majority)\s+(?:of\s+)?"
    r"(?:the|all|what)\b",
    re.IGNORECASE,
)

SMALL = ("zero", "one", "two", "three", "four")
_UNITS = ("five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LARGE = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
WORDS: Mapping[str, int] = {
    **{word: number for number, word in enumerate((*SMALL, *_UNITS, *_TEENS))},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
    **{
        f"{tens} {unit}": 10 * number + small
        for number, tens in enumerate(_TENS, start=2)
        for small, unit in enumerate((*SMALL[1:], *_UNITS), start=1)
    },
    **{f"{word}{plural}": number for word, number in _LARGE.items() for plural in ("", "s")},
}
_WORD = re.compile(rf"\b(?:a\s+|one\s+)?({'|'.join(sorted(WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
# A small number in words counts things (“two causes”) unless something says that it is a score.
_SMALL_IS_SCORE = re.compile(r"\s*(?:/|(?:out\s+)?of\b|per\s?cent|%|points?\b|years?\b)", re.IGNORECASE)
_OUT_OF = re.compile(rf"\b(?:\d+|{'|'.join(WORDS)})\s*(?:/|(?:out\s+)?of)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """What may be named of one answer, or of one measure."""

    plain: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    texts: str = ""

    def __or__(self, other: "Numbers") -> "Numbers":
        return Numbers(self.plain | other.plain, self.pairs | other.pairs, f"{self.texts}\n{other.texts}")


@dataclass(frozen=True)
class ComputedNumbers:
    """All of an interview: by answer, by the name of a measure, and how many answers there are."""

    answers: Mapping[int, Numbers] = field(default_factory=dict)
    measures: Mapping[str, Numbers] = field(default_factory=dict)
    counts: frozenset[str] = frozenset()

    def find_uncomputed(self, text: str, cited: Sequence[int]) -> str:
        """The first number of a text that may not stand there; empty where all may. `cited`: the answers it names."""
        text = spell_numbers(text)
        mentioned: list[str] = [
            one for match in _MENTION.finditer(text) for one in re.findall(r"\d+", match["numbers"])
        ]
        if others := [one for one in mentioned if int(one) not in cited]:
            return others[0]
        text = _COUNTED.sub(lambda match: "" if match[1] in self.counts else match[0], text)
        named = join_numbers(
            one for name, one in self.measures.items() if re.search(rf"\b{re.escape(name)}\b", text.casefold())
        )
        everyone = join_numbers(self.answers.get(number, Numbers()) for number in cited)
        parts = self.split(text, cited, everyone)
        found = [find_bad(part, own | named) for part, own in parts]
        return next(filter(None, found), "")

    def split(self, text: str, cited: Sequence[int], everyone: Numbers) -> list[tuple[str, Numbers]]:
        """The text without its mentions of answers, each stretch with the numbers of the answers named before it."""
        parts, own, place = [], everyone, 0
        for match in _MENTION.finditer(text):
            parts.append((text[place : match.start()], own))
            mentioned = [int(number) for number in re.findall(r"\d+", match["numbers"])]
            own = join_numbers(self.answers.get(number, Numbers()) for number in mentioned)
            place = match.end()
        return [*parts, (text[place:], own)]


def find_bad(text: str, own: Numbers) -> str:
    for match in _PAIR.finditer(text):
        pair = (match[1], match[2])
        if pair not in own.pairs and not re.search(rf"\b{re.escape(pair[0])} of {pair[1]}\b", own.texts):
            return match[0]
    for match in _PERCENT.finditer(text):
        if not re.search(rf"(?<![\d.]){re.escape(match[1])}\s*(?:%|per\s?cent)", own.texts):
            return match[0]
    for match in _YEARS.finditer(text):
        if not re.search(rf"\b{re.escape(match[1])}\s+(?:year|month)", spell_numbers(own.texts, is_every=True)):
            return match[0]
    if fraction := _FRACTION.search(text):
        return fraction[0]
    rest = _PAIR.sub(" ", text)
    return next((number for number in NUMBER.findall(rest) if number not in own.plain), "")


def spell_numbers(text: str, *, is_every: bool = False) -> str:
    """Numbers in words as digits: those from five on, and small ones that are a score or a share (or `is_every`)."""

    def write(match: re.Match[str]) -> str:
        word = " ".join(match[1].casefold().replace("-", " ").split())
        is_score = _SMALL_IS_SCORE.match(match.string, match.end()) or _OUT_OF.search(match.string[: match.start()])
        if word in SMALL and not is_every and not is_score:
            return match[0]
        return str(WORDS[word])

    joined = re.sub(rf"\b({'|'.join(_TENS)})-(?=\w)", r"\1 ", text, flags=re.IGNORECASE)
    return _WORD.sub(write, joined)


def list_numbers(scorecard: Scorecard) -> ComputedNumbers:
    scored = [card for card in scorecard.answers if card.state == "scored"]
    named = [*scorecard.measures, *scorecard.categories]
    overall = {"overall": scorecard.verdict.overall}
    values = {**{one.label.casefold(): one.value for one in named}, **overall}
    return ComputedNumbers(
        answers={card.number: list_of_card(card, list_parts(card, scorecard)) for card in scorecard.answers},
        measures={name: scores(value) for name, value in values.items() if value is not None and name},
        counts=frozenset({str(len(scorecard.answers)), str(len(scored))}),
    )


def scores(*values: int) -> Numbers:
    return Numbers(frozenset(map(str, values)), frozenset((str(value), "100") for value in values))


def list_parts(card: AnswerCard, scorecard: Scorecard) -> list[AnswerCard]:
    """The answer, and the follow-ups that were scored with it: what was said there is its evidence."""
    later = [one for one in scorecard.answers if one.follow_up_of == card.number and one.state == "with_question"]
    return [card, *later]


def list_of_card(card: AnswerCard, parts: Sequence[AnswerCard]) -> Numbers:
    measured = () if card.override is not None else card.criteria
    components = [one.shown.value for one in card.components]
    points = [value for value in (card.composite, *components) if value is not None]
    total, rated = str(len(card.elements)), str(len(measured))
    counts = {str(len(card.covered)), str(len(card.missed))} if card.override is None else set()
    ratings = {str(one.rating) for one in measured if one.rating is not None}
    names = [one.name for one in measured] + [one.text for one in card.elements]
    told = [text for part in parts for text in (part.question, part.text)]
    texts = "\n".join([*told, card.topic, card.subtopic, card.category, *names])
    own = Numbers(
        frozenset(
            {str(card.number), total, rated, *counts, *ratings, *NUMBER.findall(spell_numbers(texts, is_every=True))}
        ),
        frozenset({*((one, "4") for one in ratings), *((one, total) for one in counts)}),
        texts,
    )
    return own | scores(*points)


def join_numbers(several: Iterable[Numbers]) -> Numbers:
    joined = Numbers()
    for one in several:
        joined = joined | one
    return joined
