"""Rooms of a LiveKit server by its official libraries: `api` for REST, tokens and webhooks, `rtc` for sound and data.

Nothing of them is imported before it is used, and nothing is used unless LIVEKIT_URL, LIVEKIT_API_KEY and
LIVEKIT_API_SECRET are set (docs/rooms.md). `passes` makes tokens, `calls` asks the server, `recording` has it record,
`events` reads what it tells, `lines` is one participant of ours in a room, which `livekit_line` makes of `rtc`.
"""

from importlib.util import find_spec

from django.conf import settings

INSTALL = "pip install -r requirements-livekit.txt"


class RoomsUnavailable(Exception):
    """The server does not answer, or not now: the same may do later. The message says what was seen."""


class RoomsRefused(Exception):
    """The server will not do it, however often it is asked. The message says why, in its words."""


class RoomsNotSetUp(RoomsRefused):
    """Rooms are off on this site, or their libraries are not installed."""


def list_missing_packages() -> list[str]:
    """Of the two libraries, without importing them."""
    if find_spec("livekit") is None:
        return ["livekit-api", "livekit"]
    return [name for name, module in (("livekit-api", "api"), ("livekit", "rtc")) if not find_spec(f"livekit.{module}")]


def explain_rooms() -> str:
    """Why there are no rooms; empty where there are."""
    if missing := settings.LIVEKIT.missing:
        return f"Rooms are not set up on this site. Whoever runs it sets {', '.join(missing)}."
    if packages := list_missing_packages():
        return f"Rooms need {' and '.join(packages)}, which are not installed. Run: {INSTALL}"
    return ""


def check_set_up() -> None:
    """Raises RoomsNotSetUp."""
    if reason := explain_rooms():
        raise RoomsNotSetUp(reason)
