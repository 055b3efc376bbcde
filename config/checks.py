"""System checks of the plumbing. Registered by config/apps.py; shown by `manage.py check`."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


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
