"""What tests of calls, of voices and of conversations stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from interviewpanel.engines.speech.loading import loader
from tests.live_interviews import T0
from tests.phone_lines import LineServer
from tests.twilio_server import TwilioServer, run_twilio_server, use_twilio
from tests.voices import give_voice


@pytest.fixture
def twilio(settings: Settings) -> Iterator[TwilioServer]:
    with run_twilio_server() as server:
        use_twilio(settings, server)
        yield server


@pytest.fixture
def server(settings: Settings) -> Iterator[LineServer]:
    """Twilio, with phones at its other end."""
    with run_twilio_server(LineServer()) as server:
        assert isinstance(server, LineServer)
        use_twilio(settings, server)
        yield server


@pytest.fixture
def voice(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """This server has a voice: the folder of the program that speaks."""
    yield give_voice(settings, monkeypatch, tmp_path)
    loader.forget()


@pytest.fixture
def still_clock() -> Iterator[None]:
    """It is T0, and stays so."""
    with time_machine.travel(T0, tick=False):
        yield
