"""Many sockets at once on the full stack: idle ones stay, vanished ones leave nothing behind."""

import asyncio
import resource
import time
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from interviewpanel.management.robot.connection import find_socket_url
from interviewpanel.models import InterviewSession
from tests.live_site import SITE, LiveSite, open_full_site
from tests.processes import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
CROWD, IDLE, AT_ONCE = 1_000, 50, 50
IDLE_SECONDS = 60


@pytest.fixture(scope="module")
def full_site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """The web server alone: nobody of the crowd begins."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))  # the server inherits it
    with django_db_blocker.unblock(), open_full_site(tmp_path_factory.mktemp("full")) as site:
        site.start_web()
        yield site
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


async def open_crowd(links: list[str]) -> list[ClientConnection]:
    """A connection for each link, each with its session_state heard."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one(link: str) -> ClientConnection:
        url, origin = find_socket_url(link)
        async with gate:
            connection = await connect(url, origin=Origin(origin), compression=None, open_timeout=60)
            assert '"session_state"' in str(await connection.recv())
            return connection

    return await asyncio.gather(*(open_one(link) for link in links))


def count_groups(site: LiveSite) -> int:
    """Sockets' groups that anybody listens to."""
    return len(site.redis().pubsub_channels("*__group__*"))


def test_idle_sockets_stay_open(full_site: LiveSite) -> None:
    links = [full_site.invite() for _ in range(IDLE)]

    async def stay() -> list[int | None]:
        crowd = await open_crowd(links)
        _, closed = await asyncio.wait(
            [asyncio.create_task(one.wait_closed()) for one in crowd],
            timeout=IDLE_SECONDS,
            return_when=asyncio.FIRST_COMPLETED,
        )
        codes = [one.close_code for one in crowd if one.close_code is not None]
        for task in closed:
            task.cancel()
        for one in crowd:
            one.transport.abort()
        return codes

    assert asyncio.run(stay()) == [], f"idle sockets were closed within {IDLE_SECONDS} s, with these codes"
    wait_until("the groups are empty", lambda: count_groups(full_site) == 0, seconds=30)


def test_a_thousand_sockets_that_vanish_at_once_leave_nothing_behind(full_site: LiveSite) -> None:
    links = [full_site.invite() for _ in range(CROWD)]
    log = full_site.processes.log("web")
    logged = len(log.read_text())

    async def vanish() -> int:
        crowd = await open_crowd(links)
        groups = count_groups(full_site)
        for one in crowd:
            one.transport.abort()
        return groups

    assert asyncio.run(vanish()) == CROWD, "each socket listens to a group of its own"
    gone_at = time.monotonic()
    wait_until("the groups are empty", lambda: count_groups(full_site) == 0, seconds=60)
    took = time.monotonic() - gone_at
    held = InterviewSession.objects.using(SITE).filter(lease_until__isnull=False)
    wait_until("every session is let go", lambda: not held.exists(), seconds=60)
    told = log.read_text()[logged:]
    assert not [line for line in told.splitlines() if " ERROR " in line or "Traceback" in line], told[-3000:]
    assert full_site.is_live(), "the server did not outlive its crowd"
    assert took <= 5, f"the groups of {CROWD} vanished sockets were empty only after {took:.0f} s"
