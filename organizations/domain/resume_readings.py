"""What was read of a résumé, and the words for what could not be. Made by engines/resume_text, kept by
services/resume_texts.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MOST_CHARACTERS = 200_000
MOST_PAGES = 100
MOST_SAMPLES = 5
SAMPLE_CHARACTERS = 300

# Why a file is not read. For whoever stored it: what is wrong, and what to do.
REFUSALS = {
    "encrypted": "It is protected with a password. Save it without one and store it again.",
    "older": "It is a Word file of an older kind, or protected with a password. Save it as DOCX or PDF, without one.",
    "scan": "Its pages are pictures without text. Store a PDF with text, such as a word processor saves, or a DOCX.",
    "empty": "There is no text in it. Look whether it is the right file, and store it again.",
    "broken": "It is damaged, or not what its name says. Open it, save it anew as a PDF, and store that.",
    "too_many_pages": f"It has more than {MOST_PAGES} pages. Store the résumé alone, without attachments.",
    "too_large": "What is packed in it is too large or too much. Save it anew as a PDF, without embedded files.",
    "doctype": "It contains a document type definition, as no word processor writes. Save it anew as a PDF.",
    "too_heavy": "Reading it takes more memory than a résumé may. Save it anew as a PDF, and store that.",
    "timeout": "Reading it takes too long. Save it anew as a PDF, without pictures of many parts, and store that.",
}

# Why a part of it is left out of the text, in words for the page of the candidate.
REASONS = {
    "invisible": "drawn in no colour at all",
    "transparent": "transparent",
    "background_colour": "in the colour of what lies behind it",
    "tiny": "in letters too small to see",
    "outside_page": "outside the page",
    "covered": "covered by something else",
    "not_drawn": "not drawn on the page",
    "vanish": "marked as hidden",
    "replaced": "put in the place of what the page shows",
    "comment": "in a comment",
    "deleted": "deleted with tracked changes",
    "alternative_text": "in the description of a picture",
    "properties": "in the file's properties",
    "zero_width": "letters without width between others",
    "bidi": "signs that turn the direction of writing",
    "tags": "letters that nothing draws",
    "instructions": "in plain sight, and talks to whoever judges instead of about work",
}
# What is in most files for good reasons, and never in the text: told, and no cause to look twice.
HARMLESS = frozenset({"comment", "deleted"})


class ResumeUnreadable(Exception):
    """The file is not read, today or any other day; `code` is one of REFUSALS, the message its words."""

    def __init__(self, code: str) -> None:
        super().__init__(REFUSALS[code])
        self.code = code


@dataclass(frozen=True)
class HiddenText:
    """What of one reason was left out: how much of it, and the beginning of some."""

    reason: str
    characters: int
    samples: tuple[str, ...]


@dataclass(frozen=True)
class ResumeReading:
    """`pages` is None where the kind of file does not say; `is_cut`: there was more text than is kept."""

    text: str
    pages: int | None = None
    hidden: tuple[HiddenText, ...] = ()
    is_cut: bool = False


@dataclass
class HiddenTally:
    """Collects what is left out, reason by reason; keeps the beginnings of the longest."""

    _counts: dict[str, int] = field(default_factory=dict)
    _samples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, text: str) -> None:
        text = " ".join(text.split())
        if not text:
            return
        self._counts[reason] = self._counts.get(reason, 0) + len(text)
        kept = self._samples.setdefault(reason, [])
        kept.append(text[:SAMPLE_CHARACTERS])
        if len(kept) > MOST_SAMPLES:
            kept.remove(min(kept, key=len))

    def list_hidden(self) -> tuple[HiddenText, ...]:
        return tuple(HiddenText(reason, count, tuple(self._samples[reason])) for reason, count in self._counts.items())


def merge_hidden(parts: Iterable[Sequence[HiddenText]]) -> tuple[HiddenText, ...]:
    tally: dict[str, HiddenText] = {}
    for one in (hidden for part in parts for hidden in part):
        known = tally.get(one.reason, HiddenText(one.reason, 0, ()))
        samples = (*known.samples, *one.samples)[:MOST_SAMPLES]
        tally[one.reason] = HiddenText(one.reason, known.characters + one.characters, samples)
    return tuple(tally.values())
