"""Every sentence that a language model wrote, by itself: may it stand in the report? Pure.

A sentence is kept as it is or dropped whole, with the reason. None is put right: what was nearly true is not true.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from interviewpanel.domain.evidence import find_quote
from questionbank.domain.person_words import find_person_words
from reports.domain.answer_cards import AnswerCard, Quote
from reports.domain.claims import GOOD_RATING, WEAK_RATING
from reports.domain.narration import words
from reports.domain.narration.names import find_unnamed, list_named
from reports.domain.narration.numbers import ComputedNumbers, list_numbers, list_parts
from reports.domain.scorecard import Scorecard
from reports.domain.skills import GAP_BELOW, SHOWN_FROM

FEWEST_WORDS_QUOTED = 2
BEHAVIOURAL = frozenset({"behavioral", "situational", "experience"})
FULL = 100

PRAISE = words.compile_words(
    "strong|strongly|excellent|outstanding|impressive|thorough|thoroughly|deep|solid|exceptional|masterful|comprehensive"
    "|superb|flawless|complete|expert"
)
BLAME = words.compile_words(
    "weak|weakly|poor|poorly|lacks?|lacked|lacking|fail(?:s|ed|ing)?|unable|shallow|superficial|wrong|incorrect|missing"
    "|misses|missed|omits?|omitted|struggl\\w+|vague|incomplete|gap|gaps|absent"
)

TRUTH = words.compile_words(
    "correct|correctly|correctness|incorrect|incorrectly|accurate|accurately|inaccurate|right|rightly|wrong|wrongly|true"
    "|false|mistaken|understands?|understood|understanding|misunderst\\w+|masters?|mastery"
)

REASONS = {
    "unreadable": "not in the form that was asked for",
    "too_short": "too short to say anything",
    "too_long": "longer than a sentence may be",
    "not_english": "not in the language of the report",
    "address": "has a link or an address",
    "unknown_answer": "names no answer, or one that does not exist or has no score",
    "wrong_kind": "names an answer of another kind",
    "wrong_subject": "names a subject that is not this answer's",
    "quote_not_said": "quotes words that nobody said",
    "without_quote": "tells of words and does not quote them",
    "number": "has a number that was not computed",
    "name": "names something that is not in its answers",
    "verdict": "gives a verdict of its own",
    "person": "speaks of the person instead of the answer",
    "reader": "talks to somebody, or of instructions",
    "not_judged": "speaks of right or wrong where only coverage was measured",
    "contradicts": "says the contrary of the score",
    "not_flagged": "tells of a red flag that the score does not have",
    "repeated": "says the same again",
    "too_many": "more than the section holds",
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sentence as the model said it, of whatever section; cleaned."""

    section: str
    text: str
    answers: tuple[int, ...] = ()
    quote: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Evidence:
    """The scorecard that sentences are held against."""

    scorecard: Scorecard

    @cached_property
    def cards(self) -> dict[int, AnswerCard]:
        return {card.number: card for card in self.scorecard.answers}

    @cached_property
    def numbers(self) -> ComputedNumbers:
        return list_numbers(self.scorecard)

    def list_cards(self, said: Said) -> list[AnswerCard]:
        return [self.cards[number] for number in said.answers if number in self.cards]

    def list_parts(self, said: Said) -> list[AnswerCard]:
        """The answers that a sentence names, each with the follow-ups that were scored with it."""
        return [part for card in self.list_cards(said) for part in list_parts(card, self.scorecard)]

    def find_quote(self, said: Said) -> Quote | None:
        """The words in one of the answers that the sentence names, or in a follow-up to it, as they stand there."""
        for card in self.list_parts(said):
            found = find_quote(card.text, said.quote)
            if found and len(found.quote.split()) >= FEWEST_WORDS_QUOTED:
                start = next(
                    (one.start_seconds for one in card.quotes if one.span and one.span[0] == found.start), None
                )
                span = (found.start, found.end)
                return Quote(answer=card.number, text=found.quote, span=span, start_seconds=start)
        return None


Check = Callable[[Said, Evidence], bool]


def find_fault(said: Said, evidence: Evidence) -> str:
    """The first reason why a sentence may not stand; empty where it may."""
    return next((reason for reason, is_broken in CHECKS if is_broken(said, evidence)), "")


def find_fault_in_words(text: str, *, may_ask: bool = False) -> str:
    """The same of bare words, such as a question for the next round (`may_ask`: it addresses the candidate)."""
    if words.has_address(text):
        return "address"
    if not words.is_english(text):
        return "not_english"
    if find_person_words(text):
        return "person"
    if words.gives_verdict(text):
        return "verdict"
    return "reader" if (words.orders(text) if may_ask else words.talks_to_reader(text)) else ""


def names_unscored(said: Said, evidence: Evidence) -> bool:
    cards = evidence.list_cards(said)
    is_whole = bool(said.answers) and len(cards) == len(said.answers)
    return not is_whole or any(card.state != "scored" or card.composite is None for card in cards)


def is_of_wrong_kind(said: Said, evidence: Evidence) -> bool:
    kinds = {card.question_type for card in evidence.list_cards(said)}
    if said.section == "technical":
        return kinds != {"technical"}
    return said.section == "behavioural" and not kinds <= BEHAVIOURAL


def is_of_wrong_subject(said: Said, evidence: Evidence) -> bool:
    if said.section not in ("skills", "skill_gaps"):
        return False
    shown = getattr(evidence.scorecard.narrative, said.section)
    skill = next((one for one in shown if one.name.casefold() == said.subject.casefold()), None)
    return skill is None or not set(said.answers) <= set(skill.answers)


def quotes_unsaid(said: Said, evidence: Evidence) -> bool:
    """Its quote, or words between quotation marks, are neither the candidate's nor the question's nor the rubric's."""
    if said.quote and evidence.find_quote(said) is None:
        return True
    texts = list_texts(evidence.list_parts(said))
    return any(not stands_in(quoted, texts) for quoted in words.list_quoted(said.text))


def list_texts(cards: Sequence[AnswerCard]) -> list[str]:
    return [
        text
        for card in cards
        for text in (
            card.text,
            card.question,
            *(one.name for one in card.criteria),
            *(one.text for one in card.elements),
        )
    ]


def stands_in(quoted: str, texts: Sequence[str]) -> bool:
    return any(find_quote(text, quoted) for text in texts)


def lacks_quote(said: Said, evidence: Evidence) -> bool:
    is_owed = said.section == "strengths" or words.tells_words(said.text)
    return is_owed and not said.quote


def has_uncomputed_number(said: Said, evidence: Evidence) -> bool:
    return bool(evidence.numbers.find_uncomputed(said.text, said.answers))


def names_unheard(said: Said, evidence: Evidence) -> bool:
    return bool(find_unnamed(said.text, list_named(evidence.scorecard, evidence.list_parts(said))))


def contradicts(said: Said, evidence: Evidence) -> bool:
    """A strength of a low answer, or a gap of one without any; praise and blame wherever else they stand."""
    cards = evidence.list_cards(said)
    points = [card.composite or 0 for card in cards]
    if said.section in ("strengths", "skills"):
        return min(points) < SHOWN_FROM or is_quote_weak(said, evidence)
    if said.section in ("gaps", "skill_gaps"):
        return not any(has_gap(card) for card in cards)
    if PRAISE.search(said.text) and not BLAME.search(said.text):
        return max(points) < GAP_BELOW
    return bool(BLAME.search(said.text)) and not any(has_gap(card) for card in cards)


def is_quote_weak(said: Said, evidence: Evidence) -> bool:
    """Whether the words are those that earned a weak rating and no good one."""
    quote = evidence.find_quote(said)
    if quote is None or quote.span is None:
        return False
    said_in = evidence.cards[quote.answer]
    card = evidence.cards[said_in.follow_up_of or said_in.number]
    rated = [one.rating or 0 for one in card.criteria if one.state == "rated" and overlap(one.quote, quote)]
    return card.override is None and bool(rated) and max(rated) <= WEAK_RATING


def overlap(one: Quote | None, other: Quote) -> bool:
    if one is None or one.span is None or other.span is None or one.answer != other.answer:
        return False
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]


def has_gap(card: AnswerCard) -> bool:
    """Whether anything in its evidence is less than full; of a person's score there is the number alone."""
    if card.override is not None:
        return (card.composite or 0) < FULL
    is_weak = any(one.state == "rated" and (one.rating or 0) < GOOD_RATING for one in card.criteria)
    return is_weak or bool(card.missed) or (card.composite or 0) < SHOWN_FROM


def judges_coverage(said: Said, evidence: Evidence) -> bool:
    """Whether it says right or wrong of an answer of which nobody has judged that: the embedded scorer cannot."""
    if not TRUTH.search(said.text):
        return False
    origins = [card.provenance for card in evidence.list_cards(said) if card.override is None]
    return any(origin is not None and origin.is_coverage_only for origin in origins)


def is_not_flagged(said: Said, evidence: Evidence) -> bool:
    return said.section == "red_flags" and not all(card.red_flags for card in evidence.list_cards(said))


CHECKS: tuple[tuple[str, Check], ...] = (
    ("unreadable", lambda said, _: not said.text),
    ("too_short", lambda said, _: len(said.text) < words.SHORTEST),
    ("too_long", lambda said, _: len(said.text) > words.LONGEST),
    ("address", lambda said, _: words.has_address(said.text)),
    ("not_english", lambda said, _: not words.is_english(said.text)),
    ("person", lambda said, _: bool(find_person_words(said.text))),
    ("verdict", lambda said, _: words.gives_verdict(said.text)),
    ("reader", lambda said, _: words.talks_to_reader(said.text)),
    ("unknown_answer", names_unscored),
    ("wrong_kind", is_of_wrong_kind),
    ("wrong_subject", is_of_wrong_subject),
    ("quote_not_said", quotes_unsaid),
    ("without_quote", lacks_quote),
    ("number", has_uncomputed_number),
    ("name", names_unheard),
    ("not_flagged", is_not_flagged),
    ("not_judged", judges_coverage),
    ("contradicts", contradicts),
)
