"""A call that goes on is led elsewhere: to another document of this site. Called by consumers/phone.py."""

from interviewpanel.engines.telephony.calls import tell_apart
from organizations.engines.sms import find_client


def lead_call(sid: str, url: str, *, fallback_url: str) -> None:
    """Twilio leaves the document it is in and asks `url` for another, or `fallback_url` where that or a later one
    fails: without it the call would end. A stream that was begun goes on.

    Raises NoSuchCall, DeliveryPostponed (also where the answer was lost: asking twice does no harm), DeliveryRefused
    (the call is over), AddressRefused (as Twilio words a refusal that has to do with the number).
    """
    with tell_apart(acts=False):
        find_client().calls(sid).update(url=url, method="POST", fallback_url=fallback_url, fallback_method="POST")
