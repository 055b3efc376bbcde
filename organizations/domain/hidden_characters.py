"""Characters that nobody sees: taken out of a text, and told where they are more than a word processor leaves behind.

Called with what was read of a résumé. A model reads what a person cannot: letters of the tag block, words cut apart
by signs without width, text whose direction is turned.
"""

import re
import unicodedata

from organizations.domain.resume_readings import HiddenTally, HiddenText

TAGS = re.compile("[\U000e0000-\U000e007f]+")
# Overrides and embeddings turn whole stretches; marks (LRM, RLM, ALM) are in every text in two scripts.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\u2061-\u2064\ufeff\u180e\u034f]")
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")
# Between two letters of a script that joins its letters these are spelling.
JOINING = re.compile("[\u0600-\u0dff]")
FEW = 3  # a sign without width here or there comes from copying out of a browser
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
SPACES = re.compile(r"[^\S\n]+")
LINES = re.compile(r"\s*\n\s*\n\s*")


def strip_hidden(text: str) -> tuple[str, tuple[HiddenText, ...]]:
    """The text without them, and what is to be told of them."""
    tally = HiddenTally()
    for found in TAGS.findall(text):
        tally.add("tags", "".join(chr(ord(one) - 0xE0000) for one in found if ord(one) - 0xE0000 >= 0x20))
    for found in VARIANTS.findall(text):
        tally.add("tags", "".join(chr(_read_variant(one)) for one in found))
    for found in TURNING.finditer(text):
        tally.add("bidi", _quote_around(text, found.start()))
    inside = [one for one in ZERO_WIDTH.finditer(text) if _is_inside_word(text, one.start())]
    if len(inside) > FEW:
        for found in inside:
            tally.add("zero_width", _quote_around(text, found.start()))
    return tidy(_drop_unseen(text)), tally.list_hidden()


def tidy(text: str) -> str:
    """Single spaces, at most one empty line, no control characters, the compatibility forms (ﬁ) spelt out."""
    text = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n"))
    text = SPACES.sub(" ", unicodedata.normalize("NFKC", text))
    text = "\n".join(line.strip() for line in text.split("\n"))
    return LINES.sub("\n\n", text).strip()


def _drop_unseen(text: str) -> str:
    kept = []
    for place, one in enumerate(text):
        if "\ufe00" <= one <= "\ufe0f" or "\U000e0000" <= one <= "\U000e01ef" or one == "\u034f":
            continue
        if unicodedata.category(one) == "Cf" and not (one in "\u200c\u200d" and _joins(text, place)):
            continue
        kept.append(one)
    return "".join(kept)


def _joins(text: str, place: int) -> bool:
    return 0 < place < len(text) - 1 and bool(JOINING.match(text[place - 1]) and JOINING.match(text[place + 1]))


def _is_inside_word(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return before.isalnum() and after.isalnum() and not _joins(text, place)


def _quote_around(text: str, place: int) -> str:
    return _drop_unseen(text[max(0, place - 20) : place + 40])


def _read_variant(one: str) -> int:
    """Bytes are written as variation selectors: 0–15 in the first block, the rest in the second."""
    code = ord(one)
    value = code - 0xFE00 if code <= 0xFE0F else code - 0xE0100 + 16
    return value if 0x20 <= value < 0x7F else 0x20
