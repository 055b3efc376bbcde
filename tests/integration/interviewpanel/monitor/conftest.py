"""An interview that is watched, for the tests of the monitor; test_monitor_gate.py has a world of its own."""

import time

import pytest
from pytest_django import Settings

from tests.sockets import VirtualClock, in_database
from tests.staff import HASHER
from tests.watchers import WatchedInterview


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = HASHER


@pytest.fixture
async def world() -> WatchedInterview:
    made: WatchedInterview = await in_database(WatchedInterview)
    return made


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(time.time())
