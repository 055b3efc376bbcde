"""The consent text: versioned, in every language of the page, hashed as shown. Filled in by selectors/consent.py.

A version is never changed once it was used; a new text is a new version.
"""

import hashlib
import re
from dataclasses import dataclass

CONSENT_VERSION = "2026-1"
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What a candidate agrees to. `hash` is the SHA-256 of the paragraphs as shown, joined by an empty line."""

    version: str
    language: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def fill_consent(
    source: str,
    version: str,
    language: str,
    *,
    organization: str,
    retention_days: int,
    is_video: bool,
    addition: str = "",
) -> ConsentText:
    """The text of a file: paragraphs parted by an empty line, a line "[video]" before one that is shown only where
    video is recorded; `{organization}` and `{days}` are filled in. The organization's own paragraphs, `addition`, come
    last and as they are: part of what is shown, hashed and kept like the rest."""
    paragraphs = []
    for block in source.strip().split("\n\n"):
        if block.startswith("[video]") and not is_video:
            continue
        text = " ".join(block.removeprefix("[video]").split())
        paragraphs.append(text.replace("{organization}", organization).replace("{days}", str(retention_days)))
    paragraphs += filter(None, (" ".join(block.split()) for block in re.split(r"\n\s*\n", addition.strip())))
    return ConsentText(version, language, tuple(paragraphs))
