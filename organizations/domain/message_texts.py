"""The words of messages: text with placeholders such as `{{ deadline }}`, filled with values. Called by
services/message_words.py.

A placeholder is a bare name and nothing else: no attributes, filters or tags, so that a text can reach nothing but the
values it is given. Values are put in once and never looked through again: a candidate called "{{ link }}" is just that.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
# What is left of braces when whole placeholders are taken out: half of one, or Django's own tags.
STRAY = re.compile(r"\{\{|\}\}|\{%|%\}")
LINK = "link"

GSM_CHARACTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€")  # these take two places


@dataclass(frozen=True)
class Paragraph:
    """Lines of one paragraph; `is_link` where it is nothing but the link, which HTML shows as a button."""

    lines: tuple[str, ...]
    is_link: bool = False


def list_problems(text: str, *, allowed: Collection[str], required: Collection[str] = ()) -> list[str]:
    """What is wrong with a text, each in a sentence; nothing where it can be sent."""
    names = [match[1] for match in PLACEHOLDER.finditer(text)]
    unknown = sorted({name for name in names if name not in allowed})
    known = ", ".join(f"{{{{ {name} }}}}" for name in sorted(allowed))
    problems = [f"There is no placeholder {{{{ {name} }}}}. Known are: {known}." for name in unknown]
    if stray := STRAY.search(PLACEHOLDER.sub("", text)):
        problems.append(f"“{stray[0]}” stands alone. A placeholder is written as {{{{ deadline }}}}.")
    problems += [
        f"The text needs {{{{ {name} }}}}: without it nobody can act on the message."
        for name in required
        if name not in names
    ]
    return problems


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled. Raises KeyError for one that has no value."""
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)


def split_paragraphs(text: str, values: Mapping[str, str]) -> list[Paragraph]:
    """The filled text by paragraphs, which empty lines part."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    return [_read_paragraph(part, values) for part in parts]


def _read_paragraph(part: str, values: Mapping[str, str]) -> Paragraph:
    whole = PLACEHOLDER.fullmatch(part)
    is_link = whole is not None and whole[1] == LINK
    return Paragraph(tuple(fill(part, values).split("\n")), is_link)


def count_sms_parts(text: str) -> int:
    """How many parts an SMS is sent and paid as: 160 characters alone or 153 each of GSM 03.38; 70 or 67 of others."""
    if set(text) <= GSM_CHARACTERS | GSM_TWICE:
        length, alone, each = len(text) + sum(one in GSM_TWICE for one in text), 160, 153
    else:
        length, alone, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // each)
