"""The consent text: versioned, in every language of the page, hashed as shown. Called by the join page and by `start`;
the panel's form and publishing ask which versions there are.

A version is never changed once it was used; a new text is a new version. The texts lie in interviewpanel/consent/ as
`<version>.<language>.txt`: paragraphs parted by an empty line, a line "[video]" before one that is shown only where
video is recorded.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONSENT_VERSION = "2026-1"
FOLDER = Path(__file__).resolve().parent.parent / "consent"
FALLBACK_LANGUAGE = "en"


class UnknownConsent(LookupError):
    """There is no text of that version."""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What a candidate agrees to. `hash` is the SHA-256 of the paragraphs as shown, joined by an empty line."""

    version: str
    language: str
    paragraphs: tuple[str, ...]

    @property
    def hash(self) -> str:
        return hashlib.sha256("\n\n".join(self.paragraphs).encode()).hexdigest()


def write_consent(
    version: str, language: str, *, organization: str, retention_days: int, is_video: bool
) -> ConsentText:
    """The text in `language`, or in English where there is none. Raises UnknownConsent."""
    found = language if _read(version, language) else FALLBACK_LANGUAGE
    source = _read(version, found)
    if not source:
        raise UnknownConsent(f"There is no consent text of version {version!r}.")
    paragraphs = []
    for block in source.split("\n\n"):
        if block.startswith("[video]") and not is_video:
            continue
        text = " ".join(block.removeprefix("[video]").split())
        paragraphs.append(text.replace("{organization}", organization).replace("{days}", str(retention_days)))
    return ConsentText(version, found, tuple(paragraphs))


@cache
def list_versions() -> tuple[str, ...]:
    """The versions there are texts of, the newest last; each at least in English."""
    end = f".{FALLBACK_LANGUAGE}.txt"
    return tuple(sorted(path.name.removesuffix(end) for path in FOLDER.glob(f"*{end}")))


@cache
def _read(version: str, language: str) -> str:
    """Empty where there is no such file; the names are checked, as they may come from outside."""
    if not f"{version}{language}".replace("-", "").isalnum():
        return ""
    path = FOLDER / f"{version}.{language}.txt"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
