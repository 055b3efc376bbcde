"""A connection's work that fails: for a line that sends nothing again it is tried again, and nothing behind it lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from interviewpanel.domain.states import MoveRefused
from interviewpanel.live.jobs import JobQueue
from tests.sockets import VirtualClock


class Desk:
    """A connection's jobs. Each fails as often as `failures` says, and is noted in `done` when it is done."""

    def __init__(self, *, resends: bool) -> None:
        self.clock = VirtualClock(1000.0)
        self.tried: list[tuple[str, float]] = []
        self.done: list[str] = []
        self.failures: dict[str, list[Exception]] = {}
        self.left = 0
        self.jobs = JobQueue(self.clock, resends=resends, fail=self._leave)
        self.work = asyncio.create_task(self.jobs.work())

    async def _leave(self) -> None:
        self.left += 1

    def add(self, *names: str) -> None:
        for name in names:
            self.jobs.add(lambda name=name: self._do(name))  # type: ignore[misc]

    async def _do(self, name: str) -> None:
        self.tried.append((name, self.clock.read() - 1000))
        if self.failures.get(name):
            raise self.failures[name].pop()
        self.done.append(name)

    async def pass_seconds(self, seconds: float) -> None:
        for _ in range(round(2 * seconds)):
            await settle()
            self.clock.advance(0.5)
        await settle()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def phone() -> AsyncIterator[Desk]:
    desk = Desk(resends=False)
    yield desk
    desk.work.cancel()
    await asyncio.gather(desk.work, return_exceptions=True)


async def test_a_line_that_sends_nothing_again_has_its_sound_stored_a_moment_later(phone: Desk) -> None:
    phone.failures["first"] = [OSError("storage is away") for _ in range(4)]
    phone.add("first", "second")
    await phone.pass_seconds(8)
    assert phone.tried == [("first", at) for at in (0.0, 0.5, 1.5, 3.5, 7.5)] + [("second", 7.5)]
    assert (phone.done, phone.left, phone.jobs.has_lost) == (["first", "second"], 0, False)


async def test_what_is_behind_one_that_is_given_up_is_done_and_what_is_said_last_too(phone: Desk) -> None:
    phone.failures["first"] = [OSError("storage is away") for _ in range(5)]
    phone.add("first", "second")
    await phone.pass_seconds(8)
    assert (phone.done, phone.left, phone.jobs.has_lost) == (["second"], 1, True)
    phone.add("tail")
    await asyncio.wait_for(phone.jobs.join(), 5)
    assert (phone.done, phone.left) == (["second", "tail"], 1)


async def test_what_was_decided_is_not_asked_again(phone: Desk) -> None:
    phone.failures["first"] = [MoveRefused("Another connection goes on.", "replaced")]
    phone.add("first", "second")
    with pytest.raises(MoveRefused):
        await phone.work
    assert (phone.tried, phone.done, phone.left) == ([("first", 0.0)], [], 0)
    await phone.jobs.join()  # nobody waits for what is not done any more


async def test_a_page_sends_again_so_the_first_failure_ends_its_connection() -> None:
    page = Desk(resends=True)
    page.failures["first"] = [OSError("storage is away")]
    page.add("first", "second")
    with pytest.raises(OSError, match="storage is away"):
        await page.work
    page.add("third")
    await page.jobs.join()
    assert (page.tried, page.done, page.left) == ([("first", 0.0)], [], 0)
