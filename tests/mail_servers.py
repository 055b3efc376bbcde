"""A real SMTP server for tests, on a port of its own: it takes, refuses, hangs or hangs up as the test wishes."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.processes import find_free_port


@dataclass
class MailServer:
    """`answers` are given in turn to the sender (at="mail"), to RCPT ("rcpt") or to the whole mail ("data").

    Where none is left, the mail is taken. An answer is what the server says, "hang" for silence, or "close" to hang up.
    """

    port: int = field(default_factory=find_free_port)
    at: str = "rcpt"
    answers: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer(server) if self.at == "mail" else None
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer(server) if self.at == "rcpt" else None
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self._answer(server) if self.at == "data" else None
        if answer is None:
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.taken.append(mail)
            self.senders.append(str(envelope.mail_from))
        return answer or "250 OK: queued"

    async def _answer(self, server: SMTP) -> str | None:
        answer = self.answers.pop(0) if self.answers else None
        if answer == "hang":
            while not self.released.is_set():
                await asyncio.sleep(0.02)
        if answer in ("hang", "close"):
            assert server.transport is not None
            server.transport.close()
            return "421 gone"
        return answer

    def texts(self) -> list[str]:
        return [read_part(mail, "plain") for mail in self.taken]


def read_part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


@contextlib.contextmanager
def run_mail_server(**wishes: Any) -> Iterator[MailServer]:
    server = MailServer(**wishes)
    controller = Controller(server, hostname="127.0.0.1", port=server.port, ready_timeout=20)
    controller.start()
    try:
        yield server
    finally:
        server.released.set()
        controller.stop()
