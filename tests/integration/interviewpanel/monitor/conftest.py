"""An interview that is watched, for the tests of the monitor; test_monitor_gate.py has a world of its own."""

import time

import pytest

from tests.sockets import VirtualClock, in_database
from tests.watchers import WatchedInterview


@pytest.fixture
async def world() -> WatchedInterview:
    made: WatchedInterview = await in_database(WatchedInterview)
    return made


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(time.time())
