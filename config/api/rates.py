"""How often something may be done: one counter for every server and worker, in Redis; on one process, in memory.

The generic cell rate algorithm: a single time for each key, moved forward by every hit, so that a limit of 60 a minute
lets one through a second and up to 60 at once, and needs no window that is full at its end and empty at its beginning.
In Redis it is one script, so that of a hundred requests at the same moment exactly as many pass as may.
"""

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings

from config.breaker import Breaker

logger = logging.getLogger(__name__)

MOST_KEYS = 100_000  # in memory; what is over is forgotten then
PREFIX = "interviewbot:rate:"
# KEYS[1], ARGV: microseconds between two hits in the long run, how many at once. Answers: microseconds to wait (0: it
# passed), and how many more would pass at once.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local gap, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local free_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local ahead = free_at + gap - now
if ahead > gap * burst then
  return {ahead - gap * burst, 0}
end
redis.call('SET', KEYS[1], string.format('%.0f', free_at + gap), 'PX', math.ceil(ahead / 1000) + 1000)
return {0, math.floor((gap * burst - ahead) / gap)}
"""


@dataclass(frozen=True)
class Rate:
    """`hits` in `seconds`, all of them at once if need be."""

    hits: int
    seconds: float

    @property
    def gap_seconds(self) -> float:
        return self.seconds / self.hits


@dataclass(frozen=True)
class Verdict:
    wait_seconds: float  # 0: it may be done
    left: int  # more of it, at once

    @property
    def passes(self) -> bool:
        return self.wait_seconds == 0


class MemoryRates:
    """For the stack that is one process. Locked: its threads ask at the same time."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def hit(self, key: str, rate: Rate, now: float) -> Verdict:
        with self._lock:
            free_at = max(self._free_at.get(key, 0.0), now)
            ahead = free_at + rate.gap_seconds - now
            most = rate.gap_seconds * rate.hits
            if ahead > most + 1e-9:
                return Verdict(ahead - most, 0)
            self._remember(key, free_at + rate.gap_seconds, now)
            return Verdict(0, int((most - ahead) / rate.gap_seconds + 1e-9))

    def clear(self) -> None:
        with self._lock:
            self._free_at.clear()

    def _remember(self, key: str, free_at: float, now: float) -> None:
        if len(self._free_at) >= MOST_KEYS:
            self._free_at = {one: at for one, at in self._free_at.items() if at > now}
        self._free_at[key] = free_at


class RedisRates:
    """For every other stack. While Redis is not there everything passes: a limit must not become an outage."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)
        self._script = self._client.register_script(SCRIPT)
        self._breaker = Breaker(rest_seconds=5.0)

    def hit(self, key: str, rate: Rate) -> Verdict:
        if not self._breaker.admit_call():
            return Verdict(0, rate.hits)
        try:
            wait, left = self._script([PREFIX + key], [round(rate.gap_seconds * 1e6), rate.hits])
        except redis.RedisError as error:
            self._breaker.trip()
            logger.warning("Rates cannot be counted (%s); for now nobody is refused for them.", error)
            return Verdict(0, rate.hits)
        self._breaker.reset()
        return Verdict(wait / 1e6, int(left))


memory_rates = MemoryRates()


@cache
def _find_redis(url: str) -> RedisRates:
    return RedisRates(url)


def hit(key: str, rate: Rate) -> Verdict:
    """Count one, and say whether it may be done. `key` names who does what; it is no secret (hash one before)."""
    if settings.STACK == "embedded":
        return memory_rates.hit(key, rate, time.monotonic())
    return _find_redis(settings.REDIS_URL).hit(key, rate)
