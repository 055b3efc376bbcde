"""What a live session costs the server: processor time per 96 ms frame, memory per session. Real sockets, real server.

    python -m benchmarks.session_cost [sessions …]

Sockets, consumer, voice detector, turn detector and storing of segments are all in the figure; transcription is not
(it is work of its own). The client is another process.
"""

import asyncio
import contextlib
import sys
import time

import psutil

from benchmarks.live_site import FRAME_SECONDS, Client, make_room_noise, serve
from benchmarks.machine import describe_machine

SECONDS = 20.0


async def stream(client: Client, answer: int, until: float, noise: list[bytes]) -> int:
    """Frames in real time until `until`; returns how many."""
    began, sent = time.monotonic(), 0
    while time.monotonic() < until:
        await client.send_frame(answer, noise[sent % len(noise)])
        sent += 1
        await asyncio.sleep(max(0.0, began + sent * FRAME_SECONDS - time.monotonic()))
    return sent


async def measure(sessions: int) -> None:
    with serve("embedded", sessions) as (site, tokens):
        server = psutil.Process(site.children[-1].process.pid)
        noise = [make_room_noise(seed) for seed in range(16)]
        empty = server.memory_info().rss
        async with contextlib.AsyncExitStack() as stack:
            clients = []
            for token in tokens:
                client = await stack.enter_async_context(Client.join(site, token))
                clients.append((client, (await client.begin())["answer"]))
            await asyncio.gather(*(stream(*one, time.monotonic() + 3, noise) for one in clients))
            before, began = server.cpu_times(), time.monotonic()
            counts = await asyncio.gather(*(stream(*one, began + SECONDS, noise) for one in clients))
            after, wall = server.cpu_times(), time.monotonic() - began
            used = after.user + after.system - before.user - before.system
            frames, grown = sum(counts), server.memory_info().rss - empty
    print(
        f"{sessions:>4} sessions: {1000 * used / frames:.3f} ms of processor per frame, "
        f"{frames / used:,.0f} frames/s per core = {frames / used * FRAME_SECONDS:.0f} sessions per core; "
        f"{grown / sessions / 1024:,.0f} KiB per session; the server used {used / wall:.2f} cores"
    )


def main() -> None:
    print(f"Cost of a live session, embedded stack, {describe_machine()}")
    for sessions in [int(word) for word in sys.argv[1:]] or [100, 200]:
        asyncio.run(measure(sessions))


if __name__ == "__main__":
    main()
