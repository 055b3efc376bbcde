"""What both engines do with what they heard: place words in the segment, average their certainty, pick hotwords.

Pure; called by whisper.py and sphinx.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from interviewpanel.engines.transcription.base import Word

HOTWORD_CHARACTERS = 200

# Words that carry no term. A hotword list of whole sentences costs decoding time and makes Whisper read it aloud.
_FUNCTION_WORDS = frozenset(
    """
    a about all also an and any are as at be because been but by can could do does each etc for from has have how if
    in instead into is it its may more must no not of on one only or other over rather should so some such than that
    the their them then there they this to up uses use used using very was what when where which while why will with
    without would you your
    """.split()  # noqa: SIM905 - a list literal of it is three times as long
)
_TERM = re.compile(r"[^\W_][\w+#./'-]*[\w+#]|[^\W_]", re.UNICODE)


def place_words(heard: Iterable[Word], *, preroll_seconds: float, duration_seconds: float) -> list[Word]:
    """Move words from the engine's clock (pre-roll first) to the segment's, and drop those of the pre-roll.

    A word belongs to the side its middle lies on, so that one spoken across a cut is counted once, not twice or never.
    `duration_seconds` is the length after the pre-roll; times are held inside it (a model may point past the end).
    """
    placed = []
    for word in heard:
        if (word.start_seconds + word.end_seconds) / 2 < preroll_seconds:
            continue
        start = min(max(word.start_seconds - preroll_seconds, 0.0), duration_seconds)
        end = min(max(word.end_seconds - preroll_seconds, start), duration_seconds)
        placed.append(replace(word, start_seconds=start, end_seconds=end))
    return placed


def average_probability(words: Sequence[Word]) -> float | None:
    """The mean of the measured probabilities; None when none was measured."""
    measured = [word.probability for word in words if word.probability is not None]
    return sum(measured) / len(measured) if measured else None


def shorten_hotwords(phrases: Iterable[str], max_characters: int = HOTWORD_CHARACTERS) -> str:
    """The terms of some phrases, each once, in order, as many as fit: "uses a hash map" → "hash map"."""
    chosen: dict[str, str] = {}
    length = 0
    for phrase in phrases:
        for term in _TERM.findall(phrase):
            key = term.casefold()
            if key in _FUNCTION_WORDS or key in chosen:
                continue
            length += len(term) + (1 if chosen else 0)
            if length > max_characters:
                return " ".join(chosen.values())
            chosen[key] = term
    return " ".join(chosen.values())
