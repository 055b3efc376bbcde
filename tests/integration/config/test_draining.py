"""SIGTERM: what is drained before the server ends, what is not waited for, and what ends it at once."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from config import draining
from config.draining import Drainage, drain_before_ending, forget_draining, is_draining, run_drains


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)
    forget_draining()


def terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_sigterm_that_comes_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []

    async def serve() -> None:
        may_end, ended = asyncio.Event(), asyncio.Event()

        async def drain(seconds: float) -> None:
            await may_end.wait()
            happened.append("drained")

        def end(number: int, frame: object) -> None:
            happened.append("ended")
            ended.set()

        monkeypatch.setattr(draining, "DRAINS", [drain])
        signal.signal(signal.SIGTERM, end)
        drain_before_ending()
        terminate()
        terminate()
        assert is_draining()
        may_end.set()
        await asyncio.wait_for(ended.wait(), timeout=30)

    asyncio.run(serve())
    assert happened == ["drained", "ended"]


def test_a_second_sigterm_ends_the_server_at_once() -> None:
    ended: list[float] = []
    now = [100.0]

    async def serve() -> None:
        Drainage(asyncio.get_running_loop(), lambda *_: ended.append(now[0]), lambda: now[0]).listen()
        for seconds in (100.0, 101.9, 102.0):
            now[0] = seconds
            terminate()

    asyncio.run(serve())
    assert ended == [102.0]


async def test_a_drain_that_hangs_or_fails_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    drained: list[float] = []

    async def hang(seconds: float) -> None:
        await asyncio.Event().wait()

    async def fail(seconds: float) -> None:
        raise OSError("no line")

    async def drain(seconds: float) -> None:
        drained.append(seconds)

    monkeypatch.setattr(draining, "DRAINS", [hang, fail, drain])
    monkeypatch.setattr(draining, "LATE_SECONDS", 0.01)
    await asyncio.wait_for(run_drains(0.01), timeout=30)
    assert drained == [0.01]
    assert "A drain failed" in caplog.text
    assert "A drain did not end in time" in caplog.text
