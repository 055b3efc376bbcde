"""Does a sentence name something that stands nowhere in its answers: a firm, a product, a method, a person? Pure.

A name is a word with a capital letter that does not merely begin the sentence, or with a digit behind a letter. It may
stand if the answers that the sentence names have it, their questions, their rubric or the title of the position. A name
that begins a sentence and is written like any other word there, and one in small letters, is not noticed.
"""

import re
from collections.abc import Iterable, Iterator

from questionbank.domain.exact_words import Token, split_tokens, split_words
from reports.domain.answer_cards import AnswerCard
from reports.domain.scorecard import Scorecard

# Words of the report itself. A sentence may begin behind these marks.
OUR_WORDS = frozenset({"answer", "answers", "question", "questions", "interview", "english"})
_BEGINS_BEHIND = re.compile(r"(?:^|[.!?:…])[\s\"'“”‘’«»„(]*$")
_MARKED_WITHIN = re.compile(r"\w[A-Z]|[^\W\d_]\d")


def find_unnamed(text: str, card_texts: Iterable[str]) -> str:
    """The first name in a text that none of the others has; empty where there is none."""
    known = OUR_WORDS.union(*(split_words(one) for one in card_texts))
    return next((name for name, word in list_names(text) if not is_known(word, known)), "")


def list_names(text: str) -> Iterator[tuple[str, str]]:
    """Each as it is written and as it is compared. Single letters are none: they count and list things."""
    for token in split_tokens(text):
        written = text[token.start : token.end]
        if len(token.word) > 1 and not written.isdigit() and is_name(text, token, written):
            yield written, token.word


def is_name(text: str, token: Token, written: str) -> bool:
    if _MARKED_WITHIN.search(written):
        return True
    return written[0].isupper() and not _BEGINS_BEHIND.search(text[: token.start])


def is_known(word: str, known: frozenset[str]) -> bool:
    """Also in the plural, and of somebody: “APIs”, “Django’s”."""
    return word in known or (word.endswith("s") and word[:-1] in known) or f"{word}s" in known


def list_named(scorecard: Scorecard, cards: Iterable[AnswerCard]) -> list[str]:
    """The texts whose names a sentence about these answers, with their follow-ups, may use."""
    labels = [one.label for one in (*scorecard.measures, *scorecard.categories)]
    return [
        scorecard.header.job.title,
        *labels,
        *(
            text
            for card in cards
            for text in (
                card.text,
                card.question,
                card.category,
                card.topic,
                card.subtopic,
                *(f"{one.name} {one.description}" for one in card.criteria),
                *(one.text for one in card.elements),
                *(one.text for one in card.red_flags),
                *(one.label for one in card.components),
            )
        ),
    ]
