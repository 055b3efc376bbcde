"""Consent texts: what a panel asks for, and what somebody agreed to. Read by the join page, which shows the one, by
`start`, which keeps its hash, and by the privacy page and the download, which show the other.

The texts lie in interviewpanel/consent/ as `<version>.<language>.txt`. As they were agreed to they lie in storage,
under their hash (services/consents.py): an organization may have another name by now, or keep interviews longer.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.files.storage import default_storage

from interviewpanel.domain.consent import FALLBACK_LANGUAGE, ConsentText, fill_consent
from interviewpanel.models import InterviewPanelCandidate, InterviewSession

FOLDER = Path(__file__).resolve().parent.parent / "consent"


class UnknownConsent(LookupError):
    """There is no text of that version."""


@dataclass(frozen=True, slots=True)
class AgreedText:
    """What a candidate agreed to. `is_as_shown`: whether it has the hash that was kept, so is what they read."""

    consent: ConsentText
    is_as_shown: bool


def write_invitation_consent(invitation: InterviewPanelCandidate, language: str) -> ConsentText:
    """The panel's text in `language`, or in English where there is none. Raises UnknownConsent.

    With the days that were fixed with the link: what is agreed to is what was read.
    """
    return _write_text(invitation, invitation.panel.consent_version, language)


@cache
def list_versions() -> tuple[str, ...]:
    """The versions there are texts of, the newest last; each at least in English."""
    end = f".{FALLBACK_LANGUAGE}.txt"
    return tuple(sorted(path.name.removesuffix(end) for path in FOLDER.glob(f"*{end}")))


def find_agreed_text(session: InterviewSession) -> AgreedText | None:
    """As it was kept; else as it reads today, which may differ. None where nothing was agreed to, or none is left."""
    version, language = session.consent_version, session.consent_language
    if session.consented_at is None:
        return None
    if kept := _read_kept(session.consent_hash):
        return AgreedText(ConsentText(version, language, tuple(kept.split("\n\n"))), is_as_shown=True)
    try:
        today = _write_text(session.invitation, version, language)
    except UnknownConsent:
        return None
    return AgreedText(today, is_as_shown=today.hash == session.consent_hash)


def name_kept_text(consent_hash: str) -> str:
    """Where storage keeps the text of that hash: the same for everybody who agreed to the same words."""
    return f"consents/{consent_hash}.txt"


def _write_text(invitation: InterviewPanelCandidate, version: str, language: str) -> ConsentText:
    found = language if _read_file(version, language) else FALLBACK_LANGUAGE
    source = _read_file(version, found)
    if not source:
        raise UnknownConsent(f"There is no consent text of version {version!r}.")
    return fill_consent(
        source,
        version,
        found,
        organization=invitation.organization.name,
        retention_days=invitation.retention_days,
        is_video=invitation.panel.records_video,
        addition=invitation.panel.consent_addition,
    )


def _read_kept(consent_hash: str) -> str:
    """Empty where none is kept: agreed to before texts were kept, or a restored site without its files."""
    try:
        with default_storage.open(name_kept_text(consent_hash)) as file:
            return bytes(file.read()).decode()
    except FileNotFoundError:
        return ""


@cache
def _read_file(version: str, language: str) -> str:
    """Empty where there is no such file; the names are checked, as they may come from outside."""
    if not f"{version}{language}".replace("-", "").isalnum():
        return ""
    path = FOLDER / f"{version}.{language}.txt"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
