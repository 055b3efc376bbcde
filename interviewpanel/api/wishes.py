"""What the bodies of acts with links say, as the services take it."""

from typing import Any

from interviewpanel.services.link_acts import Wish


def read_wish(data: dict[str, Any]) -> Wish:
    return Wish(channels=list_channels(data), hours=data.get("expires_in_hours"), expires_at=data.get("expires_at"))


def list_channels(data: dict[str, Any]) -> tuple[str, ...]:
    return (data["send"],) if data.get("send") else ()
