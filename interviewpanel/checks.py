"""System checks of interviews. Registered by apps.py; shown by `manage.py check`; `manage.py doctor` says more."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from interviewpanel.engines.telephony import explain_telephony
from organizations.models.organizations import check_prefixes


@register(Tags.database)
def check_voices(*, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """interviewpanel.W001: a panel wants this server's voice, and there is none for it.

    Reads the panels, so that only `migrate` and `check --database default` run it. A warning: browsers speak instead.
    """
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


@register
def check_telephony(app_configs: object, **_: object) -> list[CheckMessage]:
    """interviewpanel.W002: what is half set up would be found out by the first who presses the button."""
    if not settings.PHONE_CALL_PREFIXES:
        return []
    try:
        check_prefixes(",".join(settings.PHONE_CALL_PREFIXES))
    except ValidationError as error:
        return [Error(f"PHONE_CALL_PREFIXES: {error.messages[0]}", id="interviewpanel.E001")]
    if reason := explain_telephony():
        hint = "Set what is missing, or leave PHONE_CALL_PREFIXES out: then nobody is called."
        return [Warning(reason, hint=hint, id="interviewpanel.W002")]
    return []
