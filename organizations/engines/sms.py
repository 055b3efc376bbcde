"""SMS by Twilio's official client, where TWILIO_* is set. Called by services/messages.py and views.py.

The client, the judging of its refusals and the check of signatures are interviewpanel/engines/telephony's as well.

The client is loaded when it is first needed: it takes a second, and most sites send no SMS.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from organizations.domain.delivery import AddressRefused, DeliveryPostponed, DeliveryRefused, NotSetUp, shorten_words

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest import Client

NOT_SET_UP = (
    "SMS is not set up on this site. Whoever runs it sets TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM_NUMBER."
)
TIMEOUT_SECONDS = 20
CLIENTS_OWN_WORDS = re.compile(r"^Unable to (create|fetch|update|delete) record: ")  # and then come Twilio's
# Twilio's codes that speak of the number: not valid, not reachable, not allowed, not a mobile, has said STOP.
NUMBER_CODES = frozenset({21211, 21214, 21217, 21408, 21610, 21612, 21614})


def explain_sms() -> str:
    """Why no SMS can be sent; empty where it can."""
    is_set_up = settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.TWILIO_FROM_NUMBER
    return "" if is_set_up else NOT_SET_UP


def send_sms(*, to: str, text: str, report_url: str) -> str:
    """Hand it to Twilio; returns its SID. Twilio tells `report_url`, unless that is empty, what becomes of it.

    Raises NotSetUp, DeliveryPostponed, AddressRefused or DeliveryRefused.
    """
    if reason := explain_sms():
        raise NotSetUp(reason)
    import requests
    from twilio.base.exceptions import TwilioException, TwilioRestException

    client = find_client()
    options = {"status_callback": report_url} if report_url else {}
    try:
        sent = client.messages.create(to=to, from_=settings.TWILIO_FROM_NUMBER, body=text, **options)
    except TwilioRestException as error:
        raise judge_refusal(error, NUMBER_CODES) from None
    except (TwilioException, requests.RequestException) as error:
        raise DeliveryPostponed(f"Twilio does not answer: {type(error).__name__}") from None
    return str(sent.sid)


def judge_refusal(error: "TwilioRestException", number_codes: frozenset[int]) -> Exception:
    """What one of Twilio's refusals means: AddressRefused, DeliveryPostponed or DeliveryRefused, with its words."""
    words = CLIENTS_OWN_WORDS.sub("", str(error.msg))
    said = shorten_words(f"{words} (Twilio's error {error.code})" if error.code else words)
    if error.code in number_codes:
        return AddressRefused(said)
    if error.status in (401, 403, 429) or error.status >= 500:  # a wrong token may be mended, the account paid
        return DeliveryPostponed(f"Twilio refuses for now: {said}")
    return DeliveryRefused(said)


def is_signed(url: str, fields: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio has signed a request to this address, as it is known outside."""
    if not settings.TWILIO_AUTH_TOKEN:
        return False
    from twilio.request_validator import RequestValidator

    return bool(RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(url, dict(fields), signature))


def find_client() -> "Client":
    """The client of the account that is configured."""
    return _make_client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_API_URL)


@cache
def _make_client(account_sid: str, auth_token: str, api_url: str) -> "Client":
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    client = Client(account_sid, auth_token, http_client=TwilioHttpClient(timeout=TIMEOUT_SECONDS))
    client.api.base_url = api_url
    return client
