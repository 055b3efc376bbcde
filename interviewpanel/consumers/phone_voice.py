"""This server's voice on a phone: made before the call is led to it, and cut off. A part of the phone's door."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from interviewpanel.live import LiveInterview
from interviewpanel.live.threads import in_thread, in_voice_thread
from interviewpanel.models import PhoneCall
from interviewpanel.services.phone_speech import list_missing_sounds, make_sounds
from interviewpanel.services.spoken_lines import stop_spoken_lines

logger = logging.getLogger(__name__)

READY_SECONDS = 3.0  # a candidate hears nothing meanwhile; most was made ahead, and takes none of it


async def prepare_sounds(call: PhoneCall, lines: Sequence[str]) -> None:
    """Returns when they are there, or after three seconds: what is not there then is said by Twilio's voice, and is
    made for the next time. Never raises: whatever fails here, something is said."""
    try:
        missing = await in_thread(list_missing_sounds, call=call, lines=lines)
        if missing:
            async with asyncio.timeout(READY_SECONDS):
                await in_voice_thread(make_sounds, call=call, missing=missing)
    except TimeoutError:
        logger.warning("Call %s: this server's voice is not ready in time; Twilio's speaks.", call.uuid)
    except Exception:
        logger.exception("Call %s: this server's voice failed; Twilio's speaks.", call.uuid)


async def cut_off(live: LiveInterview, now: datetime) -> None:
    """What was being said in this server's voice has ended here: for the recording of both voices."""
    if live.is_ready:
        await in_thread(stop_spoken_lines, session_id=live.session.pk, ended_at=now)
