"""Leading a call to another document, patiently: Twilio may be busy or away for a moment. A part of the door."""

import contextlib
import logging

from interviewpanel.engines.telephony.calls import NoSuchCall
from interviewpanel.engines.telephony.lines import lead_call
from interviewpanel.live.clocks import WallClock
from interviewpanel.live.threads import in_line_thread, in_thread
from interviewpanel.models import PhoneCall
from interviewpanel.selectors.phone_addresses import LineAddresses
from interviewpanel.services.phone_streams import forget_consent
from organizations.domain.delivery import AddressRefused, DeliveryPostponed, DeliveryRefused

logger = logging.getLogger(__name__)

RETRY_SECONDS = (1.0, 2.0, 4.0)


async def lead_line(clock: WallClock, call: PhoneCall, url: str) -> bool:
    """False where the call is over. Raises DeliveryPostponed where Twilio could not be asked four times in a row."""
    for seconds in (*RETRY_SECONDS, None):
        try:
            await in_line_thread(lead_call, str(call.sid), url, fallback_url=LineAddresses(call.uuid).wait)
        except (NoSuchCall, AddressRefused, DeliveryRefused) as error:
            logger.warning("Call %s: nothing can be said: %s", call.uuid, error)
            return False
        except DeliveryPostponed as error:
            logger.warning("Call %s: nothing can be said just now: %s", call.uuid, error)
            if seconds is None:
                raise
            await clock.sleep(seconds)
        else:
            return True
    raise AssertionError("unreachable")


async def try_leading(clock: WallClock, call: PhoneCall, url: str) -> None:
    """As `lead_line`, where nothing depends on it: the call asks by itself soon."""
    with contextlib.suppress(DeliveryPostponed):
        await lead_line(clock, call, url)


async def ask_consent_again(clock: WallClock, call: PhoneCall) -> None:
    """The text has changed since it was read out. Effect: the call is asked again, and then given another socket."""
    await in_thread(forget_consent, call)
    await try_leading(clock, call, LineAddresses(call.uuid).say(["words.consent_changed"], said="", then="wait"))
