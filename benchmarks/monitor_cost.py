"""What it costs that somebody watches: the server's processor time with a monitor on every interview, and without.

    python -m benchmarks.monitor_cost [sessions …]

Candidates stream in real time on the embedded stack, first unwatched, then each watched by one monitor on a socket of
its own. Both clients are another process. Then, on the database alone, what a monitor reads for one event.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator

import psutil
from websockets.asyncio.client import connect

from benchmarks.live_site import Client, make_room_noise, serve
from benchmarks.machine import describe_machine
from benchmarks.session_cost import stream
from reports.management.demo_site import DemoSite

SECONDS = 20.0

_SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from authentication.models import User
user = User.objects.create_superuser("watcher@example.org", "a password of the benchmark")
store = SessionStore()
store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.save()
print("cookie", store.session_key)
"""
_LIST = """
from interviewpanel.models import InterviewSession
for uuid in InterviewSession.objects.filter(status="in_progress").values_list("uuid", flat=True): print("session", uuid)
"""
_READ = """
import time
from django.utils import timezone
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.watchers import Watcher
from interviewpanel.services.monitoring import read_events, view_live, view_session
from organizations.selectors import Reach
watcher, session = Watcher(1, Reach(True, {})), InterviewSession.objects.order_by("-event_sequence").first()
def measure(act):
    began = time.perf_counter()
    for _ in range(200): act()
    return 5 * (time.perf_counter() - began)
print("read event %.2f" % measure(lambda: read_events(session, watcher, session.event_sequence - 1)))
print("read state %.2f" % measure(lambda: view_session(session.pk, watcher, timezone.now())))
print("read list %.2f" % measure(lambda: view_live(watcher, timezone.now())))
"""


def ask(site: DemoSite, script: str, word: str) -> list[str]:
    """What a script in the site's shell prints behind a word."""
    lines = site.run("shell", "-v0", "-c", script).splitlines()
    return [line.removeprefix(f"{word} ") for line in lines if line.startswith(f"{word} ")]


@contextlib.asynccontextmanager
async def watch(site: DemoSite, cookie: str, session: str) -> AsyncIterator[list[int]]:
    """Counts the messages and the bytes that a monitor is told."""
    told = [0, 0]
    headers = {"Cookie": f"sessionid={cookie}"}
    url = f"ws://127.0.0.1:{site.port}/ws/monitor/"
    async with connect(url, origin=site.url, additional_headers=headers, compression=None) as socket:  # type: ignore[arg-type]

        async def read() -> None:
            async for text in socket:
                told[0] += 1
                told[1] += len(text)

        await socket.send(json.dumps({"type": "watch_session", "session": session}))
        reader = asyncio.create_task(read())
        try:
            yield told
        finally:
            reader.cancel()


async def measure(sessions: int) -> None:
    with serve("embedded", sessions) as (site, tokens):
        server = psutil.Process(site.children[-1].process.pid)
        noise = [make_room_noise(seed) for seed in range(16)]
        (cookie,) = ask(site, _SIGN_IN, "cookie")

        async def run(clients: list[tuple[Client, int]]) -> float:
            """Seconds of processor per second of the wall."""
            before, began = server.cpu_times(), time.monotonic()
            await asyncio.gather(*(stream(*one, began + SECONDS, noise) for one in clients))
            after = server.cpu_times()
            return (after.user + after.system - before.user - before.system) / (time.monotonic() - began)

        async with contextlib.AsyncExitStack() as stack:
            clients = []
            for token in tokens:
                client = await stack.enter_async_context(Client.join(site, token))
                clients.append((client, (await client.begin())["answer"]))
            await asyncio.gather(*(stream(*one, time.monotonic() + 3, noise) for one in clients))
            alone = await run(clients)
            uuids = await asyncio.to_thread(ask, site, _LIST, "session")
            counts = [await stack.enter_async_context(watch(site, cookie, uuid)) for uuid in uuids]
            watched = await run(clients)
        messages = sum(count for count, _ in counts) / len(counts) / SECONDS
        read = await asyncio.to_thread(ask, site, _READ, "read")
    print(
        f"{sessions:>4} sessions: {alone:.3f} cores unwatched, {watched:.3f} watched: "
        f"{1000 * (watched - alone) / sessions:.1f} ms of processor a second for each that is watched "
        f"({messages:.1f} messages a second); in milliseconds a reading: {', '.join(read)}"
    )


def main() -> None:
    print(f"Cost of watching, embedded stack, {describe_machine()}")
    for sessions in [int(word) for word in sys.argv[1:]] or [20]:
        asyncio.run(measure(sessions))


if __name__ == "__main__":
    main()
