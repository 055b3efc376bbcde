"""What a process that works does once as it starts: load its engine, so that the log tells the choice at the start.

Functions are registered with `at_start` by the apps' tasks modules. The embedded server runs them from
config/lifespan.py; on the full stack every child of a Celery worker runs those of the queues that it works, and the
web server, on both stacks, those of `SOCKETS` before it answers.
"""

import logging
import threading
from collections.abc import Callable, Collection

from celery.signals import worker_process_init

from config.celery import app

logger = logging.getLogger(__name__)
Start = Callable[[], object]
STARTS: list[tuple[str, Start]] = []
SOCKETS = "sockets"


def at_start(queue: str) -> Callable[[Start], Start]:
    """Register the decorated function for every process that works `queue`: one of config.celery.QUEUES, or SOCKETS."""

    def decorate(function: Start) -> Start:
        STARTS.append((queue, function))
        return function

    return decorate


def run_starts(queues: Collection[str]) -> threading.Thread:
    """Run what is registered for `queues`, in a thread: a model may take a minute to load or to be fetched.

    The server answers meanwhile; Celery would kill a child that is not ready after four seconds. Nothing is raised.
    """
    functions = [function for queue, function in STARTS if queue in queues]
    thread = threading.Thread(target=_run_all, args=(functions,), name="start", daemon=True)
    thread.start()
    return thread


def _run_all(functions: Collection[Start]) -> None:
    for function in functions:
        try:
            function()
        except Exception:
            logger.exception("%s failed at the start.", function)


@worker_process_init.connect  # type: ignore[untyped-decorator]
def start_worker_child(**_: object) -> None:
    run_starts(list(app.amqp.queues.consume_from))
