"""What is said in a room, noted for the recording of both voices. A part of RoomAgent; asked by its Speaker.

Nobody is kept waiting by the database, nor silenced by its failure: a line that could not be noted is missing in the
recording, which says so.
"""

import asyncio
import logging
from datetime import datetime

from interviewpanel.live.clocks import WallClock
from interviewpanel.live.threads import in_thread
from interviewpanel.room_agents.voices import Speech
from interviewpanel.services.spoken_lines import cut_spoken_line, note_spoken_line

logger = logging.getLogger(__name__)


class NotedLine:
    """One line, from the moment its sound begins. `finish` is always called."""

    def __init__(self, clock: WallClock) -> None:
        self._clock = clock
        self.started_at = clock.read_at()
        self.cut_at: asyncio.Future[datetime | None] = asyncio.get_running_loop().create_future()

    def finish(self, *, is_cut: bool) -> None:
        """The sound is over just now: heard to its end, or cut off."""
        self.cut_at.set_result(self._clock.read_at() if is_cut else None)


class Notes:
    def __init__(self, session_id: int, clock: WallClock) -> None:
        self._session_id, self._clock = session_id, clock
        self._works: set[asyncio.Task[None]] = set()

    def begin(self, text: str, speech: Speech) -> NotedLine:
        line = NotedLine(self._clock)
        work = asyncio.create_task(self._keep(line, text, speech))
        self._works.add(work)
        work.add_done_callback(self._works.discard)
        return line

    async def settle(self) -> None:
        """Until all is written. The Speaker has fallen silent."""
        await asyncio.gather(*self._works)

    async def _keep(self, line: NotedLine, text: str, speech: Speech) -> None:
        try:
            noted = await in_thread(
                note_spoken_line,
                session_id=self._session_id,
                text=text,
                sound=speech.sound,
                started_at=line.started_at,
            )
            cut_at = await line.cut_at
            if noted is not None and cut_at is not None:
                await in_thread(cut_spoken_line, line_id=noted.pk, ended_at=cut_at)
        except Exception:
            logger.exception("A sentence could not be noted for the recording.")
