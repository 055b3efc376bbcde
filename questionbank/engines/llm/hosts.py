"""One host of language models as this process sees it, whoever asks it for whatever: is it worth asking now?"""

import threading
import time
from collections.abc import Callable
from weakref import WeakValueDictionary

from config.breaker import Breaker


class Host:
    """Counts failures in a row; after some it rests. Then one call tries it, and the others wait for its outcome."""

    def __init__(
        self,
        address: str,
        *,
        failures_to_rest: int = 3,
        rest_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self._failures_to_rest = failures_to_rest
        self._breaker = Breaker(rest_seconds, clock)
        self._lock = threading.Lock()
        self._failures = 0
        self._is_on_trial = False

    def admit_call(self) -> bool:
        with self._lock:
            return self._breaker.admit_call() if self._is_on_trial else True

    def is_resting(self) -> bool:
        return not self._breaker.is_closed()

    def note_answer(self) -> None:
        """It is there, whatever it said."""
        with self._lock:
            self._failures, self._is_on_trial = 0, False
            self._breaker.reset()

    def note_failure(self, *, is_unreachable: bool = False) -> bool:
        """Whether it is left alone from now on."""
        with self._lock:
            self._failures += 1
            has_to_rest = is_unreachable or self._is_on_trial or self._failures >= self._failures_to_rest
            if has_to_rest:
                self._failures, self._is_on_trial = 0, True
                self._breaker.trip()
            return has_to_rest


_hosts: WeakValueDictionary[str, Host] = WeakValueDictionary()
_lock = threading.Lock()


def find_host(address: str) -> Host:
    """The same for all purposes of this process, as long as a model there is in use."""
    with _lock:
        host = _hosts.get(address)
        if host is None:
            host = _hosts[address] = Host(address)
        return host
