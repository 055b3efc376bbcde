"""System checks of the plumbing. Registered by config/apps.py; shown by `manage.py check`."""

from importlib.util import find_spec

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from config.rooms import NEEDED


@register(Tags.security, deploy=True)
def check_secret_key_is_set(app_configs: object, **_: object) -> list[CheckMessage]:
    if "development-only" in settings.SECRET_KEY:
        return [
            Error(
                "SECRET_KEY is the development key; candidate links made with it can be forged.",
                hint='Set SECRET_KEY, for example to: python -c "import secrets; print(secrets.token_urlsafe(50))"',
                id="config.E001",
            )
        ]
    return []


@register()
def check_rooms(app_configs: object, **_: object) -> list[CheckMessage]:
    """config.W001: half of LiveKit is set, which is none of it. config.W002: its libraries are not installed."""
    missing = settings.LIVEKIT.missing
    if missing:
        if len(missing) == len(NEEDED):
            return []
        return [
            Warning(
                f"There are no rooms: {', '.join(missing)} is not set, while the rest of LiveKit is.",
                hint="Set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or none of them.",
                id="config.W001",
            )
        ]
    if find_spec("livekit") is None or find_spec("livekit.api") is None or find_spec("livekit.rtc") is None:
        return [
            Warning(
                "There are no rooms: LiveKit is set up, and its libraries are not installed.",
                hint="Run: pip install -r requirements-livekit.txt",
                id="config.W002",
            )
        ]
    return []
