"""System checks of interviews. Registered by apps.py; shown by `manage.py check`."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ValidationError

from interviewpanel.engines.telephony import explain_telephony
from organizations.models.organizations import check_prefixes


@register
def check_telephony(app_configs: object, **_: object) -> list[CheckMessage]:
    """What is half set up would be found out by the first who presses the button."""
    if not settings.PHONE_CALL_PREFIXES:
        return []
    try:
        check_prefixes(",".join(settings.PHONE_CALL_PREFIXES))
    except ValidationError as error:
        return [Error(f"PHONE_CALL_PREFIXES: {error.messages[0]}", id="interviewpanel.E001")]
    if reason := explain_telephony():
        hint = "Set what is missing, or leave PHONE_CALL_PREFIXES out: then nobody is called."
        return [Warning(reason, hint=hint, id="interviewpanel.W001")]
    return []
