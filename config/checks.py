"""System checks of the plumbing. Registered by config/apps.py; shown by `manage.py check`."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


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
