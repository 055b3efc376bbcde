"""Calls to the LiveKit server's REST (Twirp): each bounded in time, each failure sorted. Not for event loops."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings

from interviewpanel.engines.rooms import RoomsRefused, RoomsUnavailable, check_set_up
from interviewpanel.engines.rooms.passes import Limits

if TYPE_CHECKING:
    from livekit.api import LiveKitAPI

T = TypeVar("T")
# Codes of Twirp that speak of this call and not of this moment; a key that is wrong may be mended, so it is neither.
REFUSALS = frozenset(
    {"invalid_argument", "malformed", "not_found", "bad_route", "already_exists", "unimplemented", "out_of_range"}
    | {"failed_precondition"}
)


class RoomNotFound(RoomsRefused):
    """There is no such room, or no such recording, at the server."""


def ask(call: Callable[["LiveKitAPI"], Awaitable[T]]) -> T:
    """One call. Raises RoomsNotSetUp, RoomNotFound or RoomsRefused; RoomsUnavailable where it may do later."""
    check_set_up()
    import aiohttp
    from livekit import api

    async def exchange() -> T:
        livekit = settings.LIVEKIT
        # Its own failover tries other regions meanwhile and again; here a row is tried again instead. The time is
        # limited here, since livekit-api 1.2 hands aiohttp no timeout, whatever it was given.
        async with (
            asyncio.timeout(livekit.timeout_seconds),
            api.LiveKitAPI(livekit.url, livekit.api_key, livekit.api_secret, failover=False) as client,
        ):
            return await call(client)

    try:
        return asyncio.run(exchange())
    except api.TwirpError as error:
        raise _judge(error.status, error.code, error.message) from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise RoomsUnavailable(f"The LiveKit server does not answer: {type(error).__name__}.") from None


def _judge(status: int, code: str, words: str) -> Exception:
    said = f"{' '.join(words.split())[:200]} ({code}, HTTP {status})".strip()
    if code == "not_found":
        return RoomNotFound(f"The LiveKit server does not know it: {said}")
    if code in REFUSALS:
        return RoomsRefused(f"The LiveKit server refuses: {said}")
    if status in (401, 403):
        return RoomsUnavailable(f"The LiveKit server does not take LIVEKIT_API_KEY and LIVEKIT_API_SECRET: {said}")
    return RoomsUnavailable(f"The LiveKit server cannot do it now: {said}")


def create_room(name: str, limits: Limits) -> str:
    """Make the room; one that is there stays as it is. Returns its sid. Raises as `ask`."""
    from livekit.protocol.room import CreateRoomRequest

    wanted = CreateRoomRequest(
        name=name,
        empty_timeout=limits.empty_seconds,
        departure_timeout=limits.empty_seconds,
        max_participants=limits.most_participants,
    )
    return str(ask(lambda client: client.room.create_room(wanted)).sid)


def delete_room(name: str) -> bool:
    """Close the room and send everybody out. False if there was none. Raises as `ask`."""
    from livekit.protocol.room import DeleteRoomRequest

    try:
        ask(lambda client: client.room.delete_room(DeleteRoomRequest(room=name)))
    except RoomNotFound:
        return False
    return True


def list_occupied(names: Collection[str]) -> list[str]:
    """Which of these rooms somebody is in. Raises as `ask`."""
    from livekit.protocol.room import ListRoomsRequest

    found = ask(lambda client: client.room.list_rooms(ListRoomsRequest(names=list(names))))
    return [room.name for room in found.rooms if room.num_participants > 0]
