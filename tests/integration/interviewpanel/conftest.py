"""What tests of calls stand on."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.phone_lines import LineServer
from tests.twilio_server import run_twilio_server, use_twilio


@pytest.fixture
def server(settings: Settings) -> Iterator[LineServer]:
    """Twilio, with phones at its other end."""
    with run_twilio_server(LineServer()) as server:
        assert isinstance(server, LineServer)
        use_twilio(settings, server)
        yield server
