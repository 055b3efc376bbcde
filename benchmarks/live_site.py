"""A real server with many invitations, and a plain client, for the benchmarks of live interviews."""

import asyncio
import contextlib
import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from interviewpanel.domain.protocol import FRAME_HEADER
from reports.management.demo_site import DemoSite, open_site

FRAME_SAMPLES = 1536
FRAME_SECONDS = FRAME_SAMPLES / 16_000

_INVITE = """
from django.utils import timezone
from interviewpanel.models import InterviewPanel
from interviewpanel.services.invitations import issue_invitation, make_token
from organizations.models import Candidate
panel = InterviewPanel.objects.order_by("pk").first()
for number in range({count}):
    candidate, _ = Candidate.objects.get_or_create(
        organization=panel.organization, email=f"b{{number}}@example.org", defaults={{"full_name": f"Bench {{number}}"}}
    )
    print("token", make_token(issue_invitation(panel=panel, candidate=candidate, now=timezone.now())))
"""


@contextlib.contextmanager
def serve(stack: str, invitations: int) -> Iterator[tuple[DemoSite, list[str]]]:
    """The demo's site on a scratch folder, serving, with links for `invitations` candidates: (site, tokens)."""
    with tempfile.TemporaryDirectory(prefix="interviewbot-bench-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as another user when this is root
        with open_site(dict(os.environ), stack=stack, port=0, folder=Path(folder) / "site") as site:  # noqa: TID251
            site.run("migrate", "-v0")
            site.run("collectstatic", "--noinput", "-v0")
            site.run("seed_demo")
            printed = site.run("shell", "-v0", "-c", _INVITE.format(count=invitations))
            tokens = [line.split()[1] for line in printed.splitlines() if line.startswith("token ")]
            with site.serve():
                site.wait_until_live()
                yield site, tokens


class Client:
    """One candidate: says what it is told to, reads on in the background, and can wait for a type of message."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.sequence = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def join(cls, site: DemoSite, token: str) -> AsyncIterator["Client"]:
        url = f"ws://127.0.0.1:{site.port}/ws/interview/{token}/"
        async with connect(url, origin=site.url, compression=None) as socket:  # type: ignore[arg-type]
            client = cls(socket)
            reader = asyncio.create_task(client._read())
            try:
                yield client
            finally:
                reader.cancel()

    async def _read(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            waiting = self._waiting.pop(message["type"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)

    def expect(self, type_: str) -> asyncio.Future[dict[str, Any]]:
        """The next message of a type, from now on."""
        self._waiting[type_] = asyncio.get_running_loop().create_future()
        return self._waiting[type_]

    async def say(self, type_: str, **values: object) -> None:
        await self._socket.send(json.dumps({"type": type_, **values}))

    async def begin(self) -> dict[str, Any]:
        """Consent, and hear the first question at once. Returns it."""
        question = self.expect("next_question")
        await self.say("start", consent={"document_version": "2026-1", "accepted": True})
        return await self.hear(await question)

    async def hear(self, question: dict[str, Any]) -> dict[str, Any]:
        await self.say("playback_finished", sequence=question["sequence"])
        self.sequence = 0
        return question

    async def send_frame(self, answer: int, pcm: bytes) -> None:
        await self._socket.send(FRAME_HEADER.pack(answer, self.sequence) + pcm)
        self.sequence += 1


def make_room_noise(seed: int) -> bytes:
    """One frame of a quiet room: no speech, so that nothing is transcribed."""
    samples = np.random.default_rng(seed).normal(0, 120, FRAME_SAMPLES)
    return samples.astype("<i2").tobytes()
