"""What is said on a phone: one thing after another, each to its end. A part of the phone's door.

Twilio speaks; we only say which document it is to follow, and are told by another request that it has come to the end
or that a key was pressed. That word may be lost, or come to another process than this one can hear: then the time that
the words take decides. So nothing waits for ever, and nothing is said into something else.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from interviewpanel.domain.phone_script import Saying
from interviewpanel.live.clocks import WallClock
from organizations.domain.delivery import DeliveryPostponed

logger = logging.getLogger(__name__)

SLACK_SECONDS = 10.0  # besides the time the words take: to be asked, to begin, to tell
MOST_WAITING = 20


class Speaker:
    """`lead` has Twilio say something: False where the call is over; DeliveryPostponed where it could not be asked, and
    the door leaves. `after` is called when something has been heard, or nobody is there to hear it. What else they
    raise, `run` raises: then nothing more is said here."""

    def __init__(
        self,
        clock: WallClock,
        name: str,
        *,
        lead: Callable[[Saying, str], Awaitable[bool]],
        after: Callable[[Saying], Awaitable[None]],
    ) -> None:
        self._clock, self._name, self._lead, self._after = clock, name, lead, after
        self._waiting: asyncio.Queue[Saying] = asyncio.Queue(MOST_WAITING)
        self._count = 0
        self._over = asyncio.Event()
        self._until = 0.0
        self.now: Saying | None = None  # what is being said

    @property
    def said(self) -> str:
        """The name of what is being said, or was last."""
        return f"{self._name}-{self._count}"

    @property
    def is_silent(self) -> bool:
        return self.now is None and self._waiting.empty()

    def say(self, saying: Saying) -> None:
        """Behind what waits already. Of more than anybody would listen to, the rest is dropped."""
        try:
            self._waiting.put_nowait(saying)
        except asyncio.QueueFull:
            logger.warning("A phone has too much to say; something is left out.")

    def finish(self, said: str) -> None:
        """Twilio has told that it was heard to its end, or cut off by a key."""
        if said == self.said:
            self._over.set()

    def hush(self) -> None:
        """The candidate talks: what is being said is over."""
        self._over.set()

    def tick(self) -> None:
        """To be called now and then: where no word comes, the time decides."""
        if self.now is not None and self._clock.read() >= self._until:
            self._over.set()

    async def run(self) -> None:
        while True:
            saying = await self._waiting.get()
            self._count += 1
            self._over.clear()
            self._until = self._clock.read() + saying.seconds + SLACK_SECONDS
            self.now = saying
            try:
                is_said = await self._lead(saying, self.said)
            except DeliveryPostponed:
                return  # a question that was never said has not been heard
            if is_said:
                await self._over.wait()
            self.now = None
            await self._after(saying)
