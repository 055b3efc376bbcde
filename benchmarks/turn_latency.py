"""From the end of a turn to `next_question` on the client, with 20 interviews going on. Real processes, both stacks.

    python -m benchmarks.turn_latency [embedded|full …]

The answers are typed, so transcription is done when the turn ends; joining, provisional score, selection and both
hops through the queue are in the figure, and so is the final scoring that runs beside them.
"""

import asyncio
import contextlib
import random
import statistics
import sys
import time

from benchmarks.live_site import FRAME_SECONDS, Client, make_room_noise, serve
from benchmarks.machine import HostShare, describe_machine

SESSIONS = 20
TURN_SECONDS = (15.0, 30.0)  # shorter than people's turns, so that they end two to four times as often
ANSWER = (
    "I would look at the query plan first, find the scan that reads too many rows, and add an index for the columns "
    "that the condition and the order use. Then I measure again and watch what the index costs when rows are written."
)


async def hold(client: Client, number: int, latencies: list[float]) -> None:
    """One interview: some seconds of audio for each question, then the typed answer; turns end at any time, as people's
    do, also at once."""
    lengths = random.Random(number)  # the same turns in every run
    await asyncio.sleep(lengths.uniform(0.0, TURN_SECONDS[1]))
    question = await client.begin()
    noise = make_room_noise(number)
    while True:
        for _ in range(round(lengths.uniform(*TURN_SECONDS) / FRAME_SECONDS)):
            await client.send_frame(question["answer"], noise)
            await asyncio.sleep(FRAME_SECONDS)
        coming = client.expect("next_question")
        over = client.expect("interview_completed")
        began = time.monotonic()
        await client.say("answer_text", text=ANSWER)
        await asyncio.wait({coming, over}, return_when=asyncio.FIRST_COMPLETED, timeout=30)
        if not coming.done():
            return
        latencies.append(time.monotonic() - began)
        question = await client.hear(coming.result())


async def measure(stack: str) -> None:
    latencies: list[float] = []
    with serve(stack, SESSIONS) as (site, tokens):
        async with contextlib.AsyncExitStack() as closing:
            clients = [await closing.enter_async_context(Client.join(site, token)) for token in tokens]
            share = HostShare()
            await asyncio.gather(*(hold(client, number, latencies) for number, client in enumerate(clients)))
            taken = share.describe()
    ordered = sorted(latencies)
    p95 = ordered[int(0.95 * len(ordered))]
    print(
        f"{stack:<9} {SESSIONS} sessions, {len(ordered)} turns: median {1000 * statistics.median(ordered):.0f} ms, "
        f"p95 {1000 * p95:.0f} ms, slowest {1000 * ordered[-1]:.0f} ms; {taken}"
    )


def main() -> None:
    print(f"From the end of a turn to the next question, {describe_machine()}")
    for stack in sys.argv[1:] or ["embedded", "full"]:
        asyncio.run(measure(stack))


if __name__ == "__main__":
    main()
