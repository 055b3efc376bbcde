"""System check: can this server speak for the panels that want it to? Registered by apps.py; run by `manage.py migrate`
and `manage.py check --database default`, since it reads the panels. `manage.py doctor` says the same and more.

A warning, not an error: the candidates' browsers speak instead.
"""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError


@register(Tags.database)
def check_voices(*, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """interviewpanel.W001: a panel wants this server's voice, and there is none for it."""
    from interviewpanel.services.voices import list_panels_without_voice

    try:
        missing = list_panels_without_voice()
    except DatabaseError:
        return []  # not migrated yet
    return [
        Warning(
            f"The panel “{panel.title}” wants this server's voice; candidates' browsers speak instead. {why}",
            hint="Install a voice as docs/operations.md says, or set the panel to the browser's voice.",
            id="interviewpanel.W001",
        )
        for panel, why in missing
    ]
