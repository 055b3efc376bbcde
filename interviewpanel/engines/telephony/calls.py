"""Calls at Twilio: placing one, ending it, and what Twilio knows of it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings

from organizations.domain.delivery import AddressRefused, DeliveryPostponed, DeliveryRefused, NotSetUp
from organizations.engines.sms import find_client, judge_refusal

if TYPE_CHECKING:
    from twilio.rest.api.v2010.account.call import CallInstance

EVENTS = ["initiated", "ringing", "answered", "completed"]
# Codes that speak of the number called: not valid, not reachable, in a country that is not enabled, not verified.
NUMBER_CODES = frozenset({13223, 13224, 21211, 21214, 21215, 21216, 21217, 21219})
NO_SUCH_THING = 20404
MOST_FOUND = 20


class AnswerLost(Exception):
    """Twilio was asked and its answer did not come, or was a failure of its own: nobody knows whether it acted."""


class NoSuchCall(Exception):
    """Twilio knows no call of this SID."""


@dataclass(frozen=True, slots=True)
class CallUrls:
    """Where Twilio asks what to say, again where that failed, and where it tells what becomes of the call. All of this
    site, all signed."""

    voice: str
    fallback: str
    status: str
    machine: str


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What Twilio knows of a call. Times are aware; `price` is what it cost, as a positive number, once it is known."""

    sid: str
    status: str
    answered_by: str
    created_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    price: Decimal | None
    price_unit: str


def explain_telephony() -> str:
    """Why no call can be placed on this site, in words that name what to set; empty where one can."""
    needed = {
        "TWILIO_ACCOUNT_SID": settings.TWILIO_ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": settings.TWILIO_AUTH_TOKEN,
        "TWILIO_VOICE_NUMBER (or TWILIO_FROM_NUMBER)": settings.TWILIO_VOICE_NUMBER,
        "PHONE_CALL_PREFIXES": settings.PHONE_CALL_PREFIXES,
    }
    if missing := [name for name, value in needed.items() if not value]:
        return f"Phone calls are not set up on this site. Whoever runs it sets {', '.join(missing)}."
    if not settings.PUBLIC_URL.startswith("https://"):
        return (
            "Phone calls need PUBLIC_URL to be an https address that Twilio can reach, and it is "
            f"{settings.PUBLIC_URL}. Whoever runs the site sets it."
        )
    return ""


def describe_telephony() -> tuple[bool, str]:
    """For `manage.py doctor`, by asking Twilio: whether calls work or are meant to be off, and in words how it is."""
    if not settings.PHONE_CALL_PREFIXES:
        return True, "off: PHONE_CALL_PREFIXES is not set, so nobody is called"
    if reason := explain_telephony():
        return False, reason
    try:
        with tell_apart(acts=False):
            account = find_client().api.v2010.accounts(settings.TWILIO_ACCOUNT_SID).fetch()
    except (DeliveryPostponed, NoSuchCall, AddressRefused, DeliveryRefused) as refusal:
        return False, f"No call can be placed now: {refusal}"
    prefixes = ", ".join(settings.PHONE_CALL_PREFIXES)
    if str(account.status) != "active":
        return False, f"Twilio's account is {account.status}: it places no calls until that is mended there"
    return (
        True,
        f"Twilio, from {settings.TWILIO_VOICE_NUMBER} to {prefixes}; it reports to {settings.PUBLIC_URL}/phone/",
    )


def place_call(*, to: str, urls: CallUrls) -> str:
    """Ask Twilio to call `to`; returns the call's SID. Who answers is found out beside the conversation, which does not
    wait for it.

    Certainly not placed: NotSetUp, DeliveryPostponed (later may help), AddressRefused, DeliveryRefused. Unknown:
    AnswerLost.
    """
    if reason := explain_telephony():
        raise NotSetUp(reason)
    with tell_apart(acts=True):
        made = find_client().calls.create(
            to=to,
            from_=settings.TWILIO_VOICE_NUMBER,
            url=urls.voice,
            fallback_url=urls.fallback,
            status_callback=urls.status,
            status_callback_event=EVENTS,
            timeout=settings.PHONE_RING_SECONDS,
            time_limit=settings.PHONE_CALL_MINUTES * 60,
            machine_detection="Enable",
            async_amd="true",
            async_amd_status_callback=urls.machine,
        )
    return str(made.sid)


def end_call(sid: str) -> None:
    """Have Twilio hang up; of a call that is over already nothing happens.

    Raises NoSuchCall, DeliveryPostponed (also where the answer was lost: asking twice does no harm), DeliveryRefused.
    """
    with tell_apart(acts=False):
        find_client().calls(sid).update(status="completed")


def fetch_call(sid: str) -> CallFacts:
    """What Twilio knows of it now. Raises NoSuchCall, DeliveryPostponed, DeliveryRefused."""
    with tell_apart(acts=False):
        return _read_facts(find_client().calls(sid).fetch())


def find_calls(*, to: str, created_after: datetime) -> list[CallFacts]:
    """Our calls to a number that Twilio made since then, the newest first: for one whose SID was lost.

    Twilio filters by whole days of the start, so the times are looked at here. Raises DeliveryPostponed,
    DeliveryRefused.
    """
    with tell_apart(acts=False):
        found = find_client().calls.list(to=to, from_=settings.TWILIO_VOICE_NUMBER, limit=MOST_FOUND)
    facts = [_read_facts(call) for call in found]
    return [call for call in facts if call.created_at is not None and call.created_at >= created_after]


def remove_call(sid: str) -> None:
    """Remove what Twilio keeps of a call that is over; one that is not there any more is no error. Raises
    DeliveryPostponed, DeliveryRefused (it goes on)."""
    try:
        with tell_apart(acts=False):
            find_client().calls(sid).delete()
    except NoSuchCall:
        return


@contextlib.contextmanager
def tell_apart(*, acts: bool) -> Iterator[None]:
    """Turns the client's errors into ours. `acts`: what was asked must not be done twice, so that "no answer" and
    "refused for certain" are two things."""
    import requests
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield
    except TwilioRestException as error:
        if error.code == NO_SUCH_THING:
            raise NoSuchCall("Twilio knows no such call.") from None
        if acts and error.status >= 500:
            raise AnswerLost(f"Twilio answered with its own failure: {error.status}") from None
        raise judge_refusal(error, NUMBER_CODES) from None
    except (TwilioException, requests.RequestException, ValueError) as error:
        said = f"Twilio does not answer: {type(error).__name__}"
        if acts and not was_never_sent(error):
            raise AnswerLost(said) from None
        raise DeliveryPostponed(said) from None


def was_never_sent(error: Exception) -> bool:
    """Whether not a byte of the request can have left: no name, no connection, no TLS."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProxyError, SSLError

    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    if not isinstance(error, requests.ConnectionError) or not error.args:
        return False
    cause = error.args[0]
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError | SSLError | ProxyError)


def _read_facts(call: "CallInstance") -> CallFacts:
    return CallFacts(
        sid=str(call.sid),
        status=str(call.status or ""),
        answered_by=str(call.answered_by or ""),
        created_at=call.date_created,
        started_at=call.start_time,
        ended_at=call.end_time,
        seconds=int(call.duration) if call.duration else None,
        price=abs(Decimal(call.price)) if call.price else None,
        price_unit=str(call.price_unit or ""),
    )
