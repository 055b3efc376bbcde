"""Looks at everything an interview stands on, from the database to the fonts. Called by `manage.py doctor`.

services/readiness.py tries some of it every few seconds, for /health/ready.

Each finding says what was looked at, whether it works, and what happens or what to do if it does not.
"""

from collections.abc import Callable, Iterator

from reports.services.diagnosis.doors import look_at_phone, look_at_rooms
from reports.services.diagnosis.engines import (
    look_at_embeddings,
    look_at_language_models,
    look_at_pdf,
    look_at_transcription,
    look_at_voice,
    look_at_voice_detector,
)
from reports.services.diagnosis.findings import Finding, Health
from reports.services.diagnosis.foundations import (
    look_at_database,
    look_at_live_messages,
    look_at_places,
    look_at_storage,
    look_at_work,
)


def diagnose() -> list[Finding]:
    """Everything, in the order in which an interview needs it. Nothing is raised: what fails is a finding."""
    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("Database", look_at_database),
        ("Storage", look_at_storage),
        ("Work", look_at_work),
        ("Live messages", look_at_live_messages),
        ("Places", look_at_places),
        ("Voice detector", look_at_voice_detector),
        ("Transcription", look_at_transcription),
        ("Voice", look_at_voice),
        ("Scoring", look_at_language_models),
        ("Embeddings", look_at_embeddings),
        ("PDF", look_at_pdf),
        ("Phone", look_at_phone),
        ("Rooms", look_at_rooms),
    ]
    findings: list[Finding] = []
    for subject, look in looks:
        try:
            findings += look()
        except Exception as error:
            findings.append(Finding(subject, Health.BROKEN, f"{type(error).__name__}: {error}"))
    return findings
