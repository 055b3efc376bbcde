"""A LiveKit server's REST beside each test, and the site set up for it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.room_servers import RoomServer, run_room_server


@pytest.fixture
def server(settings: Settings) -> Iterator[RoomServer]:
    with run_room_server() as running:
        settings.LIVEKIT = running.settings()
        yield running
