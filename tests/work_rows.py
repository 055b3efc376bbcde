"""Rows of work for the tests of config/work: audio segments, and work on them that does what a test wants."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.db.models import F, Value
from django.db.models.functions import Concat

from config.work.tasks import Store
from interviewpanel.models import Answer, AudioSegment
from tests.interview_rows import add_answer, make_session, make_world

Result = TypeVar("Result")
TASK = AudioSegment.task_name
EFFECT = "x"


def make_answer() -> Answer:
    world = make_world()
    return add_answer(make_session(world), world, 1)


def add_segment(answer: Answer, number: int = 0, **changes: Any) -> AudioSegment:
    """A queued segment of one second; `number` keeps segments of one answer apart."""
    fields: dict[str, Any] = {
        "first_sequence": number,
        "last_sequence": number,
        "start_sample": number * 16_000,
        "end_sample": (number + 1) * 16_000,
        "has_speech": True,
    }
    return AudioSegment.objects.create(answer=answer, number=number, **{**fields, **changes})


def change_row(row: AudioSegment, **changes: Any) -> None:
    """As if another process had done it."""
    AudioSegment.objects.filter(pk=row.pk).update(**changes)


def read_row(row: AudioSegment, *names: str) -> tuple[Any, ...]:
    return tuple(AudioSegment.objects.values_list(*names).get(pk=row.pk))


def add_effect(row: AudioSegment) -> None:
    """Storing writes one more `x` into the row's text, so that the text tells how often it happened."""
    AudioSegment.objects.filter(pk=row.pk).update(text=Concat(F("text"), Value(EFFECT)))


@dataclass
class Job:
    """What the task of audio segments does in a test: calls `work`, and stores one effect and what `store` does."""

    during_work: Callable[[AudioSegment], object] = lambda row: None
    during_store: Callable[[AudioSegment], object] = lambda row: None
    during_give_up: Callable[[AudioSegment], object] = lambda row: None
    runs: int = 0
    given_up: list[tuple[int, str]] = field(default_factory=list)

    def work(self, row: AudioSegment) -> Store:
        self.runs += 1
        self.during_work(row)

        def store() -> None:
            add_effect(row)
            self.during_store(row)

        return store

    def give_up(self, row: AudioSegment, reason: str) -> None:
        self.during_give_up(row)
        self.given_up.append((row.pk, reason))


def run_at_once(calls: list[Callable[[], Result]]) -> list[Result]:
    """Each call in a thread of its own, all let go at the same moment; their results in order."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        try:
            barrier.wait(timeout=30)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def find_dead_owner() -> str:
    """The name, as an owner of leases, of a process of this machine that has ended."""
    script = "from config.work.owners import current_owner; print(current_owner())"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def raise_error(error: Exception) -> Callable[[AudioSegment], object]:
    def fail(row: AudioSegment) -> object:
        raise error

    return fail
