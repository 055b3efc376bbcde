"""What somebody who calls the site's number hears, until it is known whose interview it is. For views/phone_line.py."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from interviewpanel.engines.telephony import documents
from interviewpanel.engines.telephony.documents import Spoken, Voice
from interviewpanel.selectors.phone_addresses import pin_address
from interviewpanel.selectors.phone_words import say_words
from interviewpanel.services.phone_lines import MOST_ATTEMPTS, answer_call
from interviewpanel.services.phone_pins import PIN_DIGITS, PinVerdict, try_pin
from interviewpanel.services.phone_speech import find_voice


def welcome_caller() -> str:
    """Asks for the PIN, in every language of the site: whose it is knows only the PIN."""
    if not settings.PHONE_TAKES_CALLS:
        return documents.say_and_hang_up(_say("unavailable"))
    return _ask_pin(attempt=1)


def take_pin(*, digits: str, call_sid: str, caller: str, called: str, attempt: int, now: datetime) -> str:
    """The right one: the call is its candidate's from now on. Wrong three times, or too often in an hour: good-bye."""
    if not settings.PHONE_TAKES_CALLS:
        return documents.say_and_hang_up(_say("unavailable"))
    answer = try_pin(digits=digits, call_sid=call_sid, caller=caller, called=called, now=now)
    if answer.call is not None:
        return answer_call(call=answer.call, now=now)
    if answer.verdict is PinVerdict.LIMITED:
        return documents.say_and_hang_up(_say("pin_limit"))
    wrong = _say("pin_wrong") if answer.verdict is PinVerdict.WRONG else []
    if attempt >= MOST_ATTEMPTS:
        return documents.say_and_hang_up([*wrong, *_say("pin_goodbye")])
    return _ask_pin(attempt=attempt + 1, before=wrong)


def _ask_pin(*, attempt: int, before: Sequence[tuple[Spoken, Voice]] = ()) -> str:
    spoken = [*before, *_say("pin_ask")]
    return documents.ask_digits(spoken, count=PIN_DIGITS, reply_url=pin_address(attempt))


def _say(code: str) -> list[tuple[Spoken, Voice]]:
    languages = [language for language, _name in settings.LANGUAGES]
    return [(Spoken(say_words(code, language)), find_voice(language)) for language in languages]
