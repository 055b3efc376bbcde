"""One interviewer in one room, from the claim to leaving. Called by worker.py."""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from django.utils import timezone

from interviewpanel.domain import protocol
from interviewpanel.domain.consent import ConsentText
from interviewpanel.engines.rooms.lines import CandidateAway, Connect, LineFailed
from interviewpanel.live.clocks import WallClock
from interviewpanel.live.threads import in_spare_thread, in_thread
from interviewpanel.models import InterviewPanelCandidate, InterviewSession, Room
from interviewpanel.room_agents.door import RoomDoor
from interviewpanel.room_agents.noting import Notes
from interviewpanel.room_agents.voices import Speech, Voice
from interviewpanel.selectors.consent import write_invitation_consent
from interviewpanel.services.room_agents import LEASE_SECONDS, Hold, Leaving, leave_room, renew_hold
from interviewpanel.services.room_recordings import begin_recording

logger = logging.getLogger(__name__)

CLOSE_RESTARTING = 1012
RENEWAL_SECONDS = LEASE_SECONDS / 3
COME_BACK = frozenset({protocol.CLOSE_ERROR, protocol.CLOSE_FLOOD, protocol.CLOSE_TOO_LARGE})


@dataclass(frozen=True, slots=True)
class Place:
    """What an agent needs to know of its room."""

    name: str
    identity: str
    session: InterviewSession
    invitation: InterviewPanelCandidate
    consent: ConsentText


def load_place(room_id: int) -> Place:
    room = Room.objects.select_related(
        *("session__organization", "session__invitation__panel", "session__invitation__candidate"),
        "session__invitation__organization",
    ).get(pk=room_id)
    invitation = room.session.invitation
    consent = write_invitation_consent(invitation, invitation.panel.language)
    return Place(room.name, room.candidate_identity, room.session, invitation, consent)


class RoomAgent:
    def __init__(self, hold: Hold, connect: Connect, voice: Voice, clock: WallClock) -> None:
        self._hold, self._connect, self._voice, self._clock = hold, connect, voice, clock
        self._door: RoomDoor | None = None
        self._is_leaving = False

    async def run(self) -> Leaving:
        """Hold the interview, as far as it comes; then the room is free. Never raises."""
        keeping = asyncio.create_task(self._keep())
        leaving = Leaving.FAILED
        try:
            leaving = await self._be_there()
        except (CandidateAway, LineFailed) as reason:
            leaving = Leaving.DONE if isinstance(reason, CandidateAway) else Leaving.FAILED
            logger.info("Room %s: %s", self._hold.room_id, reason or "nobody is there.")
        except Exception:
            logger.exception("Room %s: the interviewer had to leave.", self._hold.room_id)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await self._leave(leaving)
        return leaving

    async def hand_over(self) -> None:
        """Another agent goes on: this process stops."""
        self._is_leaving = True
        if self._door is not None:
            await self._door.leave(CLOSE_RESTARTING)

    async def _be_there(self) -> Leaving:
        place = await in_thread(load_place, self._hold.room_id)
        notes = Notes(place.session.pk, self._clock)
        line = await self._connect(place.name, place.identity)
        try:
            if self._is_leaving:
                return Leaving.HANDED_OVER
            speak = partial(self._speak, place.session)
            consent = (place.consent, self._read_consent)
            self._door = RoomDoor(line, speak, notes, *consent, self._begin_recording, self._clock)
            await self._door.hold(place.invitation)
        finally:
            await line.leave()
            await notes.settle()
        return judge(self._door)

    async def _speak(self, session: InterviewSession, text: str) -> Speech | None:
        return await in_spare_thread(self._voice, text, session)

    async def _read_consent(self) -> ConsentText:
        return (await in_thread(load_place, self._hold.room_id)).consent

    async def _begin_recording(self) -> None:
        await in_thread(begin_recording, room_id=self._hold.room_id, now=timezone.now())

    async def _keep(self) -> None:
        """The room is ours as long as this runs; where it is not any more, another agent is in it."""
        while True:
            await self._clock.sleep(RENEWAL_SECONDS)
            try:
                is_ours = await in_thread(renew_hold, hold=self._hold, now=self._clock.read_at())
            except Exception:
                logger.exception("Room %s: its lease could not be renewed; the next try may do.", self._hold.room_id)
                continue
            if not is_ours and self._door is not None:
                await self._door.leave(protocol.CLOSE_REPLACED)

    async def _leave(self, leaving: Leaving) -> None:
        try:
            await in_thread(leave_room, hold=self._hold, leaving=leaving, now=self._clock.read_at())
        except Exception:
            logger.exception("Room %s: its lease could not be given back; it runs out.", self._hold.room_id)


def judge(door: RoomDoor) -> Leaving:
    if door.left_with == CLOSE_RESTARTING:
        return Leaving.HANDED_OVER
    if door.is_lost or door.left_with in COME_BACK:
        return Leaving.FAILED
    return Leaving.DONE
