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
def check_calls_can_be_taken(app_configs: object, **_: object) -> list[CheckMessage]:
    """PHONE_TAKES_CALLS alone does nothing: who calls must reach this site, and be known to come from Twilio."""
    if not settings.PHONE_TAKES_CALLS:
        return []
    wanted = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_VOICE_NUMBER")
    missing = [name for name in wanted if not getattr(settings, name)]
    if not settings.PUBLIC_URL.startswith("https://"):
        missing.append("PUBLIC_URL (an https address that Twilio can reach)")
    if not missing:
        return []
    return [
        Warning(
            "PHONE_TAKES_CALLS is on, but nobody who calls can be answered.",
            hint=f"Set {', '.join(missing)}, or leave PHONE_TAKES_CALLS out. See docs/phone-interviews.md.",
            id="config.W001",
        )
    ]


@register()
def check_rooms(app_configs: object, **_: object) -> list[CheckMessage]:
    """config.W002: half of LiveKit is set, which is none of it. config.W003: its libraries are not installed."""
    missing = settings.LIVEKIT.missing
    if missing:
        if len(missing) == len(NEEDED):
            return []
        return [
            Warning(
                f"There are no rooms: {', '.join(missing)} is not set, while the rest of LiveKit is.",
                hint="Set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or none of them.",
                id="config.W002",
            )
        ]
    if find_spec("livekit") is None or find_spec("livekit.api") is None or find_spec("livekit.rtc") is None:
        return [
            Warning(
                "There are no rooms: LiveKit is set up, and its libraries are not installed.",
                hint="Run: pip install -r requirements-livekit.txt",
                id="config.W003",
            )
        ]
    return []


@register(deploy=True)
def check_interview_limit(app_configs: object, **_: object) -> list[CheckMessage]:
    """The full stack is made for several web processes, and none of them knows of the others."""
    if settings.STACK != "full" or settings.IS_INTERVIEW_LIMIT_SET:
        return []
    return [
        Warning(
            f"INTERVIEW_LIMIT is not set: {settings.INTERVIEW_LIMIT} interviews may go on at once on the whole site, "
            "which is what the web processes of one server bear.",
            hint="Set INTERVIEW_LIMIT to 200 for each web process of the site. See docs/operations/capacity.md.",
            id="config.W004",
        )
    ]
