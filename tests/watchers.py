"""A monitor's page for tests: speaks the monitor's protocol to the application in the test's own loop.

Every message that is sent or received is held against docs/protocol/monitor.yaml.
"""

from typing import Any

from channels.routing import URLRouter
from channels.sessions import CookieMiddleware
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.urls import path
from django.utils import timezone

from authentication.models import User
from interviewpanel.consumers import MonitorConsumer
from interviewpanel.live.clocks import WallClock
from interviewpanel.services.answers import close_answer
from tests.live_interviews import begin_now, find_open, invite, make_panel, store_audio
from tests.protocol_document import MONITOR
from tests.sockets import Message, Messages
from tests.staff import make_member
from tests.work import do_due


def make_application(clock: WallClock | None = None) -> URLRouter:
    """The monitor's socket route, with a clock of the test's choosing."""
    return URLRouter([path("ws/monitor/", CookieMiddleware(MonitorConsumer.as_asgi(clock=clock)))])


def sign_in_by_cookie(user: User) -> str:
    """The session key that a browser has after signing in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Monitor(Messages):
    """One page of somebody who watches."""

    document = MONITOR

    def __init__(self, cookie: str | None, clock: WallClock | None = None, application: object = None) -> None:
        headers = [(b"origin", b"http://localhost")]
        if cookie is not None:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        super().__init__(WebsocketCommunicator(application or make_application(clock), "/ws/monitor/", headers=headers))

    @classmethod
    async def open(cls, cookie: str | None, clock: WallClock | None = None) -> "Monitor":
        monitor = cls(cookie, clock)
        await monitor.connect()
        return monitor


class WatchedInterview:
    """Priya is interviewed by Fernbrook; its recruiter and its reviewer may watch."""

    def __init__(self) -> None:
        self.panel = make_panel("Fernbrook")
        self.invitation = invite(self.panel, now=timezone.now())
        self.session = begin_now(self.invitation)
        organization = self.panel.organization
        self.recruiter = sign_in_by_cookie(make_member("recruiter@fernbrook.example", {organization: "hr"}))
        self.reviewer = sign_in_by_cookie(make_member("reviewer@fernbrook.example", {organization: "reviewer"}))

    @property
    def uuid(self) -> str:
        return str(self.session.uuid)

    def answer(self) -> None:
        """Priya speaks, and is heard and scored."""
        answer = find_open(self.session)
        store_audio(answer, now=timezone.now())
        close_answer(session_id=self.session.pk, epoch=None, answer_id=answer.pk, reason="done", now=timezone.now())
        do_due()


async def watch(cookie: str, uuid: str, *, last_sequence: int = 0) -> Monitor:
    """Of the interview, how it stands is told already."""
    monitor = await Monitor.open(cookie)
    await monitor.say("watch_session", session=uuid, last_sequence=last_sequence)
    await monitor.expect("session_state")
    return monitor


def list_events(monitor: Monitor) -> list[tuple[int, str]]:
    return [(one["sequence"], one["type"]) for one in monitor.received if "sequence" in one]


def pick(message: Message, *names: str) -> list[Any]:
    return [message[name] for name in names]
