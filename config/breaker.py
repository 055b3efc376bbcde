"""A circuit breaker for calls that others wait behind: after a failure, leave the thing alone for a while."""

import time
from collections.abc import Callable


class Breaker:
    """Closed: calls go through. A trip opens it for `rest_seconds`; then calls are tried again.

    Reads and writes single floats only, so that threads may share one without a lock.
    """

    def __init__(self, rest_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._open_until = 0.0

    def is_closed(self) -> bool:
        return self._clock() >= self._open_until

    def admit_call(self) -> bool:
        """Like `is_closed`, but after a rest only the first to ask is let through; the others wait for its outcome.

        For calls that may hang: of 40 threads that publish to a frozen broker, one loses a second, not 40.
        """
        now = self._clock()
        if now < self._open_until:
            return False
        if self._open_until:
            self._open_until = now + self._rest_seconds
        return True

    def trip(self) -> None:
        self._open_until = self._clock() + self._rest_seconds

    def reset(self) -> None:
        self._open_until = 0.0
