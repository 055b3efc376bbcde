"""Texts of a language model, or of somebody we do not know: without markup and control characters, and bounded."""

import re
import unicodedata

_INLINE = re.compile(r"</?(?:b|i|u|em|strong|span|code|mark|a|sub|sup)(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<!--.{0,2000}?-->", re.DOTALL)
_LINKS = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)")
_SIGNS = re.compile(r"(?m)^\s{0,3}(?:#{1,6}\s+|>\s?|[-*•]\s+|```\w*\s*$)|\*\*|__|`")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def clean_text(text: str) -> str:
    """One paragraph of plain words: no tags, no Markdown, nothing unseen that turns the direction of writing."""
    seen = "".join(one for one in text if unicodedata.category(one) not in ("Cf", "Cs", "Co", "Cn") or one == "\n")
    plain = _SIGNS.sub("", _LINKS.sub(r"\1", _TAGS.sub(" ", _INLINE.sub("", _CONTROL.sub(" ", seen)))))
    return " ".join(plain.split())


def cut_around(text: str, start: int, end: int, margin: int) -> str:
    """text[start:end] in one line with the whole words of `margin` characters on either side; … where more stands."""
    before, after = text[max(0, start - margin) : start], text[end : end + margin]
    if start > margin:
        before = f"… {before.partition(' ')[2]}"
    if len(text) > end + margin:
        after = f"{after.rpartition(' ')[0]} …"
    return " ".join(f"{before}{text[start:end]}{after}".split())
