"""An answer's text as the review page shows it: word by word with its seconds, quotes marked, what is missing named.

Called by `selectors/review.py`. Pure. The text is never changed: the pieces put together are the text again, but for
the notes that stand in it where sound was lost or could not be understood.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reports.domain.transcripts import HeardWord, PlacedWord, place_words

NoteKind = Literal["", "lost", "unheard", "typed"]
# A shorter loss is a breath (domain/missing.py tells of them from a second on; here it can be heard where it is).
LOSS_WORTH_MARKING_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class HeardPart:
    """A stretch of the recording, in order: its text as it went into the transcript, and its words on the clock of the
    recording. `lost_seconds`: silence was put in for sound that never came. `is_unheard`: nobody understood it."""

    text: str
    words: tuple[HeardWord, ...]
    start_seconds: float
    end_seconds: float
    lost_seconds: float = 0.0
    is_unheard: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of the text (end exclusive) that are shown as a quote; `key` names it on the page."""

    key: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the page's text. A word has seconds; a note (`kind`) is no text of the candidate's."""

    text: str
    start_seconds: float | None = None
    end_seconds: float | None = None
    is_unsure: bool = False
    is_typed: bool = False
    marks: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kind: NoteKind = ""

    @property
    def is_word(self) -> bool:
        return self.start_seconds is not None and not self.kind


TYPED = Piece("typed", kind="typed")


@dataclass(frozen=True)
class Placed:
    """Where the parts of a recording stand in a text."""

    words: tuple[PlacedWord, ...] = ()
    notes: tuple[tuple[int, Piece], ...] = field(default=())  # before which character


def place_parts(text: str, parts: Sequence[HeardPart]) -> Placed:
    """Each part is looked for as a whole, in order, and its words only within it: a word that is said twice is found
    where it was said. Where a part's text does not stand in the text its words are looked for after what came before.
    """
    words: list[PlacedWord] = []
    notes: list[tuple[int, Piece]] = []
    cursor = 0
    for part in parts:
        place = text.find(part.text, cursor) if part.text else -1
        start = cursor if place < 0 else place
        end = len(text) if place < 0 else place + len(part.text)
        notes += [(start, note) for note in note_losses(part)]
        found = move_words(place_words(text[start:end], part.words), start)
        words += found
        cursor = end if place >= 0 else max([start, *(word.end for word in found)])
    return Placed(tuple(words), tuple(notes))


def note_losses(part: HeardPart) -> list[Piece]:
    seconds = (part.start_seconds, part.end_seconds)
    notes = []
    if part.lost_seconds >= LOSS_WORTH_MARKING_SECONDS:
        notes.append(Piece(f"[{part.lost_seconds:.1f} s of sound lost here]", *seconds, kind="lost"))
    if part.is_unheard:
        length = part.end_seconds - part.start_seconds
        notes.append(Piece(f"[{length:.0f} s not understood: listen]", *seconds, kind="unheard"))
    return notes


def move_words(words: Iterable[PlacedWord], by: int) -> list[PlacedWord]:
    return [
        PlacedWord(word.start + by, word.end + by, word.start_seconds, word.is_unsure, word.end_seconds)
        for word in words
    ]


def find_typed(text: str, typed: str) -> int:
    """From which character on the text was typed: what was typed follows what was said. Its length where none was."""
    return len(text) - len(typed) if typed and text.endswith(typed) else len(text)


def find_seconds(words: Sequence[PlacedWord], start: int, end: int) -> tuple[float, float | None] | None:
    """From when to when the characters were said: from the first word that they touch to the end of the last.

    None where they touch no word that was heard: they were typed, or the recogniser told no times.
    """
    touched = [word for word in words if word.start < end and word.end > start]
    if not touched:
        return None
    return touched[0].start_seconds, touched[-1].end_seconds


def cut_pieces(text: str, placed: Placed, marks: Sequence[Mark], typed_from: int) -> tuple[Piece, ...]:
    """The whole text cut at every word, at every end of a quote and where typing begins; notes stand in between."""
    words = {word.start: word for word in placed.words}
    cuts = {0, len(text), typed_from}
    cuts |= {place for word in placed.words for place in (word.start, word.end)}
    cuts |= {place for mark in marks for place in (mark.start, mark.end)}
    notes = [*placed.notes, *([(typed_from, TYPED)] if typed_from < len(text) else [])]
    cuts |= {place for place, _ in notes}
    places = sorted(place for place in cuts if 0 <= place <= len(text))
    pieces: list[Piece] = []
    current: PlacedWord | None = None
    for start, end in zip(places, [*places[1:], len(text)], strict=True):
        pieces += [note for place, note in notes if place == start]
        current = words.get(start, current)
        if start == end:
            continue
        word = current if current is not None and start < current.end else None
        pieces.append(make_piece(text[start:end], start, end, word, marks, is_typed=start >= typed_from))
    return tuple(pieces)


def make_piece(
    text: str, start: int, end: int, word: PlacedWord | None, marks: Sequence[Mark], *, is_typed: bool
) -> Piece:
    covering = [mark for mark in marks if mark.start <= start and mark.end >= end]
    return Piece(
        text=text,
        start_seconds=word.start_seconds if word else None,
        end_seconds=word.end_seconds if word else None,
        is_unsure=word.is_unsure if word else False,
        is_typed=is_typed,
        marks=tuple(mark.key for mark in covering),
        kinds=tuple(dict.fromkeys(mark.kind for mark in covering)),
    )
