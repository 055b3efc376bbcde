"""Telling live sockets that there is news: the one-process channel layer, and a send that threads may use.

The message is only ever a hint; the rows it points to are the truth, and consumers look for them by themselves every
few seconds too. So a send never raises and never takes longer than a second.
"""

import asyncio
import contextlib
import logging
import math
import threading
from collections.abc import Mapping
from functools import cache

import redis
from channels.layers import InMemoryChannelLayer, get_channel_layer  # noqa: TID251 - made safe for threads below
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from config.breaker import Breaker

logger = logging.getLogger(__name__)


class OneProcessChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """Channels' in-memory layer, made safe to send to from worker threads.

    The stock layer puts into an asyncio.Queue from whatever thread calls, which neither wakes the receiver nor is
    allowed. Here a channel remembers the loop that reads it, and a send from elsewhere hops there.
    """

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        # channel -> the loop that reads it; a channel that is not here any more gets nothing.
        self._loops: dict[str, asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()

    async def group_add(self, group: str, channel: str) -> None:
        """Called by the consumer that reads the channel, so in its loop."""
        with self._lock:
            self._loops[channel] = asyncio.get_running_loop()
            await super().group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        """Also forgets the channel's loop once it is in no group any more: then nobody sends to it."""
        with self._lock:
            await super().group_discard(group, channel)
            if not any(channel in members for members in self.groups.values()):
                self._loops.pop(channel, None)

    def send_group_from_thread(self, group: str, message: Mapping[str, object]) -> None:
        with self._lock:
            targets = [(channel, self._loops.get(channel)) for channel in self.groups.get(group, {})]
        for channel, loop in targets:
            if loop is not None:
                with contextlib.suppress(RuntimeError):  # a closed loop: its sockets are gone
                    loop.call_soon_threadsafe(self._put, channel, dict(message))

    def _put(self, channel: str, message: dict[str, object]) -> None:
        if channel not in self._loops:
            return  # its consumer left while we were on the way
        queue = self.channels.setdefault(channel, asyncio.Queue(maxsize=self.get_capacity(channel)))
        if not queue.full():  # a full queue already holds a hint to look
            queue.put_nowait((math.inf, message))

    def _clean_expired(self) -> None:
        """Nothing expires. The stock layer walks over every channel at every receive, and drops from its groups
        whoever has not read a message for a minute: that socket would never hear of news again."""


class RedisHints:
    """Publishes what `RedisPubSubChannelLayer.group_send` would, without needing an event loop."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)
        self._breaker = Breaker(rest_seconds=5.0)

    def send(self, channel: str, data: bytes) -> None:
        """Never raises; after a failure nothing is tried for a while."""
        if not self._breaker.admit_call():
            return
        try:
            self._client.publish(channel, data)
        except redis.RedisError as error:
            self._breaker.trip()
            logger.warning("No hint could be sent (%s); sockets will look by themselves.", error)
        else:
            self._breaker.reset()


@cache
def _find_hints(url: str) -> RedisHints:
    return RedisHints(url)


def send_group(group: str, message: Mapping[str, object]) -> None:
    """Send `message` (its `type` names the consumer's handler) to every socket of `group`, from any thread."""
    layer = get_channel_layer()
    if isinstance(layer, OneProcessChannelLayer):
        layer.send_group_from_thread(group, message)
    elif isinstance(layer, RedisPubSubChannelLayer):
        prefix = settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"]
        _find_hints(settings.REDIS_URL).send(f"{prefix}__group__{group}", layer.serialize(dict(message)))
