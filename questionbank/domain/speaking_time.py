"""How long a text takes to say. Called by the editor, whose script counts in the same way while somebody types."""

import re

WORDS_PER_MINUTE = 150
"""English read aloud: 153 words a minute in audiobooks and 150 to 160 in presentations. The browser's voice keeps to
it at its usual speed."""
PAUSE_SECONDS = 0.4
"""At the end of a sentence."""

QUESTION_WORDS = 60
"""A question of more is hard to keep in mind by ear: 24 s of listening before any thinking."""

_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.!?:;](?=\s|$)")


def count_words(text: str) -> int:
    return len(_WORD.findall(text))


def estimate_seconds(text: str) -> float:
    """Seconds for a text, rounded to whole ones; at least 1 where there is a word."""
    words = count_words(text)
    if not words:
        return 0
    pauses = max(0, len(_SENTENCE_END.findall(text)) - 1)
    return max(1, round(words * 60 / WORDS_PER_MINUTE + pauses * PAUSE_SECONDS))


def describe_length(text: str, most_words: int = 0) -> str:
    """As the editor says it, with a word of advice where there are more words than `most_words` (0: any number)."""
    words = count_words(text)
    if not words:
        return "Nothing to say yet."
    advice = " Long for one question: by ear nobody reads it again." if 0 < most_words < words else ""
    return f"{words} words, about {estimate_seconds(text)} s to say.{advice}"
