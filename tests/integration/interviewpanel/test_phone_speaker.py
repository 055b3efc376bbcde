"""One thing is said at a time on a phone, and nothing is waited for in vain: on a clock of the test's own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from interviewpanel.consumers.phone_speaker import Speaker
from interviewpanel.domain.phone_script import Saying
from organizations.domain.delivery import DeliveryPostponed
from tests.sockets import VirtualClock


class Heard:
    """What was said, and what was heard; `refuses`: the call is over; `is_away`: Twilio does not answer."""

    def __init__(self) -> None:
        self.clock = VirtualClock(1000.0)
        self.said: list[str] = []
        self.heard: list[str] = []
        self.refuses = self.is_away = False
        self.speaker = Speaker(self.clock, "12", lead=self._lead, after=self._after)

    async def _lead(self, saying: Saying, said: str) -> bool:
        self.said.append(f"{said} {saying.lines[0]}")
        if self.is_away:
            raise DeliveryPostponed("Twilio does not answer")
        return not self.refuses

    async def _after(self, saying: Saying) -> None:
        self.heard.append(saying.lines[0])

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.fixture
async def line() -> AsyncIterator[Heard]:
    line = Heard()
    task = asyncio.create_task(line.speaker.run())
    yield line
    task.cancel()


def say(line: Heard, *names: str) -> None:
    for name in names:
        line.speaker.say(Saying((name,), seconds=5.0))


async def test_the_next_waits_for_the_end_of_the_one_before(line: Heard) -> None:
    say(line, "event.1", "event.2")
    await line.settle()
    assert (line.said, line.heard) == (["12-1 event.1"], [])
    line.speaker.finish("12-7")  # a word about something else
    line.speaker.finish("")
    await line.settle()
    assert line.heard == []
    line.speaker.finish("12-1")
    await line.settle()
    assert (line.said, line.heard) == (["12-1 event.1", "12-2 event.2"], ["event.1"])
    assert not line.speaker.is_silent
    line.speaker.hush()
    await line.settle()
    assert (line.heard, line.speaker.is_silent) == (["event.1", "event.2"], True)


async def test_where_nobody_tells_of_the_end_the_time_decides(line: Heard) -> None:
    say(line, "event.1")
    await line.settle()
    line.clock.advance(14.9)  # five seconds of words, ten besides
    line.speaker.tick()
    await line.settle()
    assert line.heard == []
    line.clock.advance(0.1)
    line.speaker.tick()
    await line.settle()
    assert line.heard == ["event.1"]


async def test_what_twilio_could_not_be_asked_to_say_is_never_taken_as_heard(line: Heard) -> None:
    line.is_away = True
    say(line, "event.1", "event.2")
    await line.settle()
    assert (line.said, line.heard, line.speaker.is_silent) == (["12-1 event.1"], [], False)


async def test_nobody_is_waited_for_on_a_call_that_is_over(line: Heard) -> None:
    line.refuses = True
    say(line, "event.1", "event.2")
    await line.settle()
    assert (len(line.said), line.heard) == (2, ["event.1", "event.2"])


async def test_more_than_anybody_would_listen_to_is_left_out(line: Heard) -> None:
    say(line, *[f"event.{number}" for number in range(40)])
    await line.settle()
    for number in range(40):
        line.speaker.finish(f"12-{number + 1}")
        await line.settle()
    assert len(line.said) == 20
