"""Who waits for whom in the database: for tests that bring two transactions into an order that is rare by luck."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, cast

import pytest
from django.db import connection, transaction

from config.work.tasks import KINDS, Store
from tests.processes import wait_until
from tests.work_rows import run_at_once

Result = TypeVar("Result")
# Not pg_stat_activity, which stands still within a transaction.
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def need_row_locks() -> None:
    """SQLite has one writer at a time: there two transactions cannot hold something each."""
    if connection.vendor != "postgresql":
        pytest.skip("Rows are locked on PostgreSQL only.")


def wait_for_waiter() -> None:
    """Until another connection waits for a lock."""

    def is_waiting() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            return bool(cursor.fetchone()[0])

    wait_until("another connection waits for a lock", is_waiting, seconds=20)


def run_in_turn(hold: Callable[[], object], first: Callable[[], object], second: Callable[[], Result]) -> Result:
    """`second` comes while `first` is within its transaction, which holds something. Returns what `second` does."""
    is_held = threading.Event()

    def come_first() -> None:
        with transaction.atomic():
            hold()
            is_held.set()
            wait_for_waiter()
            first()

    def come_second() -> Result:
        assert is_held.wait(20)
        return second()

    _, found = run_at_once([come_first, come_second])
    return cast("Result", found)


def stop_before_storing(patch: pytest.MonkeyPatch, task_name: str, stopped: threading.Event) -> None:
    """The work of `task_name` tells `stopped` once its row is ended, and stores when another connection waits."""
    kind = KINDS[task_name]

    def work(row: object) -> Store:
        store: Callable[[], None] = kind.work(row)

        def store_late() -> None:
            stopped.set()
            wait_for_waiter()
            store()

        return store_late

    patch.setitem(KINDS, task_name, replace(kind, work=work))
