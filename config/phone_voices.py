"""The voices of phone calls, read from the environment by config/settings.py."""

import re

from django.core.exceptions import ImproperlyConfigured

from config.env import Environment

# As Twilio names them, by the language of a panel: https://www.twilio.com/docs/voice/twiml/say/text-speech
USUAL = {"en": ("en-US", "Polly.Joanna-Neural"), "de": ("de-DE", "Polly.Vicki-Neural")}
WORD = re.compile(r"(?P<language>[a-z]{2})=(?P<locale>[a-z]{2,3}-[A-Z]{2})(:(?P<voice>[\w.-]{1,60}))?")


def read_phone_voices(env: Environment) -> dict[str, tuple[str, str]]:
    """Locale and voice by language; an empty voice is the account's own. Raises ImproperlyConfigured."""
    voices = dict(USUAL)
    for word in env.words("PHONE_VOICES"):
        found = WORD.fullmatch(word)
        if found is None:
            raise ImproperlyConfigured(
                f"PHONE_VOICES holds {word!r}. Write a language, its locale and Twilio's voice, as en=en-GB:Polly.Amy."
            )
        voices[found["language"]] = (found["locale"], found["voice"] or "")
    return voices
