"""A monitor's page for tests: speaks the monitor's protocol to the application in the test's own loop.

Every message that is sent or received is held against docs/protocol/monitor.yaml.
"""

from channels.routing import URLRouter
from channels.sessions import CookieMiddleware
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.urls import path

from authentication.models import User
from interviewpanel.consumers import MonitorConsumer
from interviewpanel.consumers.clocks import WallClock
from tests.protocol_document import MONITOR
from tests.sockets import Messages


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
