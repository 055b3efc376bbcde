"""Keeps consent texts as they were agreed to. Called by session_manager where somebody agrees."""

from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.stored_files import write_exactly
from interviewpanel.domain.consent import ConsentText
from interviewpanel.domain.states import MoveRefused, SessionStatus
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.consent import name_kept_text, write_invitation_consent
from interviewpanel.selectors.session_state import load_session


@dataclass(frozen=True, slots=True)
class Shown:
    """What a candidate says they agree to. `hash` is None where the client shows no text of its own."""

    version: str
    language: str
    hash: str | None


def keep_shown_text(session_id: int, shown: Shown) -> str:
    """The hash of the text that is agreed to; empty where none can be: `check_shown` says why.

    Effect: storage has the text under its hash. It names an organization and nobody else, so it is kept once for all
    who agreed to the same words, and outlives their erasure; an interview that does not begin leaves a file that does
    no harm. Storage may be a server that is slow: called where no row is locked.
    """
    session = load_session(session_id)
    if session.status != SessionStatus.PENDING:
        return ""
    try:
        consent = _find_shown(session.invitation, shown)
    except MoveRefused:
        return ""
    name = name_kept_text(consent.hash)
    if not default_storage.exists(name):
        write_exactly(default_storage, name, ContentFile(consent.text.encode()))
    return consent.hash


def check_shown(invitation: InterviewPanelCandidate, shown: Shown, kept_hash: str) -> ConsentText:
    """The text that is agreed to. Raises MoveRefused unless it is the one that was shown, and the one that is kept."""
    consent = _find_shown(invitation, shown)
    if consent.hash != kept_hash:  # it has changed since it was kept, a moment ago
        raise _refuse_changed()
    return consent


def _find_shown(invitation: InterviewPanelCandidate, shown: Shown) -> ConsentText:
    consent = write_invitation_consent(invitation, shown.language)
    if shown.version != consent.version:
        raise MoveRefused(
            f"The consent text has changed to version {consent.version}; please read it and agree again.",
            "consent.version",
        )
    if shown.hash not in (None, consent.hash):
        raise _refuse_changed()
    return consent


def _refuse_changed() -> MoveRefused:
    return MoveRefused(
        "The consent text has changed since it was shown; please read it and agree again.", "consent.version"
    )
