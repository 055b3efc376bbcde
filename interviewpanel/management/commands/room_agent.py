"""`manage.py room_agent`: the interviewer in LiveKit rooms, until it is stopped."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from interviewpanel.engines.rooms import explain_rooms
from interviewpanel.room_agents.worker import RoomWorker


class Command(BaseCommand):
    help = (
        "Be the interviewer in LiveKit rooms (docs/rooms.md). Run as many as you like: each room has one of them. "
        "SIGTERM hands every room over to another."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if reason := explain_rooms():
            raise CommandError(reason)
        if settings.STACK == "embedded":
            raise CommandError(
                "On the embedded stack the server itself is the interviewer in rooms: start it, and nothing else. "
                "This command is for the full stack."
            )
        from interviewpanel.engines.rooms.livekit_line import connect_line

        self.stdout.write(f"In rooms of {settings.LIVEKIT.url}, {settings.LIVEKIT.agent_rooms} at a time at most.")
        asyncio.run(self._work(RoomWorker(connect_line)))

    async def _work(self, worker: RoomWorker) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, stop.set)
        await worker.run(stop)
