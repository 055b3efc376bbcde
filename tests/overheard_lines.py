"""The line between a candidate's page and the server, overheard by a test, which may speak in the place of either.

Used by the tests of the candidate's page for what is hard to wait for: a countdown at a given moment, an answer that
ends while something is still on its way.
"""

import json
import re
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.processes import wait_until

SECONDS = 30.0


class OverheardLine:
    """`said` is what the page has told the server, in order; sound is counted in `frames`."""

    def __init__(self, page: Page) -> None:
        self.said: list[dict[str, Any]] = []
        self.frames = 0
        self.connections = 0
        self._page = page
        self._swallowed: set[str] = set()
        self._route: WebSocketRoute | None = None
        self._server: WebSocketRoute | None = None
        page.route_web_socket(re.compile("/ws/interview/"), self._connect)

    def swallow(self, kind: str) -> None:
        """Cut the line instead of delivering the next message of this type."""
        self._swallowed.add(kind)

    def tell_page(self, kind: str, **fields: object) -> None:
        assert self._route is not None
        self._route.send(json.dumps({"type": kind, "at": "2026-01-01T00:00:00.000Z", **fields}))

    def tell_server(self, kind: str, **fields: object) -> None:
        assert self._server is not None
        self._server.send(json.dumps({"type": kind, **fields}))

    def cut(self) -> None:
        """The page finds its connection closed, and comes back by itself."""
        assert self._route is not None
        self._route.close(code=4000)

    def list_said(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.said if one["type"] == kind]

    def wait_for(self, kind: str, *, count: int = 1) -> dict[str, Any]:
        """The newest message of this type, once there are so many."""

        def look() -> bool:
            self._page.evaluate("0")  # what the page says is heard while we are in a call of Playwright
            return len(self.list_said(kind)) >= count

        wait_until(f"the page has said {kind}", look, seconds=SECONDS)
        return self.list_said(kind)[-1]

    def _connect(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        self._route, self._server = route, server
        self.connections += 1
        route.on_message(lambda message: self._hear(message, route, server))
        server.on_message(route.send)

    def _hear(self, message: str | bytes, route: WebSocketRoute, server: WebSocketRoute) -> None:
        if isinstance(message, bytes):
            self.frames += 1
        else:
            said = json.loads(message)
            if said["type"] in self._swallowed:
                self._swallowed.remove(said["type"])
                route.close(code=4000)
                server.close()
                return
            self.said.append(said)
        server.send(message)
