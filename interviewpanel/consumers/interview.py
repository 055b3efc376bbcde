"""`ws/interview/<token>/`: the door by which a browser comes. It reads; all else is interviewpanel.live's."""

from typing import Any

from channels.exceptions import StopConsumer

from config.draining import is_draining
from interviewpanel.consumers.socket import SayingSocket
from interviewpanel.domain import protocol
from interviewpanel.live import LiveInterview
from interviewpanel.live.clocks import WallClock
from interviewpanel.live.threads import in_thread
from interviewpanel.services.invitations import find_invitation


class InterviewConsumer(SayingSocket):
    resends = True

    def __init__(self, clock: WallClock | None = None) -> None:
        super().__init__(clock)
        self.live = LiveInterview(self)

    async def connect(self) -> None:
        """Accepted first: close codes reach a browser only then, and before it nobody learns whether a token exists.

        A server that is about to end accepts nobody: the client comes again, and finds another one.
        """
        if is_draining():
            await self._send_elsewhere()
            return
        await self.accept()
        try:
            invitation = await in_thread(find_invitation, self.scope["url_route"]["kwargs"]["token"])
        except Exception:
            await self.live.fail()
            return
        if invitation is None:
            await self.refuse("link.unknown", "This link is not valid. Please check it.", protocol.CLOSE_TOKEN)
            return
        await self.live.open(invitation)

    async def _send_elsewhere(self) -> None:
        """HTTP 503, which is passing; what a socket is refused by without it, 403, would mean for good."""
        if "websocket.http.response" not in self.scope.get("extensions", {}):
            await self.close()
            return
        headers = [(b"retry-after", b"1")]
        await self.base_send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
        await self.base_send({"type": "websocket.http.response.body", "body": b""})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if bytes_data is not None:
            await self.live.receive_frame(lambda: protocol.read_frame(bytes_data))
        else:
            await self.live.receive_message(lambda: protocol.read_message(text_data or ""))

    async def disconnect(self, code: int) -> None:
        self.has_left = True
        await self.live.close()

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        await self.disconnect(message.get("code", 1006))
        raise StopConsumer

    async def session_news(self, message: dict[str, Any]) -> None:
        await self.live.take_hint(message)

    session_settings = session_watched = session_replaced = session_revoked = session_news
