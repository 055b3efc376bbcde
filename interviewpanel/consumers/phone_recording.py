"""Has Twilio record a call, once its interview has begun. A part of the phone's door."""

import logging

from interviewpanel.live import LiveInterview
from interviewpanel.live.threads import in_thread
from interviewpanel.models import PhoneStream
from interviewpanel.services.phone_streams import attach_session, record_call

logger = logging.getLogger(__name__)


class CallRecording:
    """Of one socket: the call gets its session, and is recorded as soon as that has begun."""

    def __init__(self, live: LiveInterview) -> None:
        self._live = live
        self._awaited: PhoneStream | None = None  # it has its session, and is not recorded yet

    async def attach(self, stream: PhoneStream) -> None:
        """The interview is opened. Effect: the call is about it from now on."""
        await in_thread(attach_session, stream=stream, session_id=self._live.session.pk)
        self._awaited = stream
        await self.begin()

    async def begin(self) -> None:
        """Once, and not before the interview has begun: who waits for a place may still be refused. To be called
        whenever something is told. Never raises: where it failed, it is tried again with what is told next."""
        stream = self._awaited
        if stream is None or self._live.session.consented_at is None:
            return
        self._awaited = None  # nobody else asks meanwhile
        try:
            await in_thread(record_call, stream=stream, now=self._live.clock.read_at())
        except Exception:
            self._awaited = stream
            logger.exception("Call %s: its recording could not be asked for; that is tried again.", stream.call_id)
