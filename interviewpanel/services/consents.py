"""Keeps consent texts as they were agreed to. Called by session_manager where somebody agrees."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.stored_files import write_exactly
from interviewpanel.domain.consent import ConsentText
from interviewpanel.selectors.consent import name_kept_text


def keep_consent_text(consent: ConsentText) -> None:
    """Effect: storage has the text under its hash. It names an organization and nobody else, so it is kept once for all
    who agreed to the same words, and outlives their erasure; a roll-back leaves a file that does no harm."""
    name = name_kept_text(consent.hash)
    if not default_storage.exists(name):
        write_exactly(default_storage, name, ContentFile(consent.text.encode()))
