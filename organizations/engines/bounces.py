"""Mail servers' reports about e-mail that they could not deliver, or did (RFC 3464). Called by services/bounces.py."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message

from organizations.domain.delivery import shorten_words

MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")


@dataclass(frozen=True)
class DeliveryReport:
    """`action` is failed, delayed, delivered, relayed or expanded; `message_ids` name the e-mail it is about."""

    action: str
    words: str
    message_ids: tuple[str, ...]


def read_report(content: bytes) -> DeliveryReport | None:
    """The worst that the report says of any recipient; None for mail that is no delivery report."""
    mail = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    if mail.get_content_type() != "multipart/report":
        return None
    blocks = [
        block for part in mail.walk() if part.get_content_type() == "message/delivery-status" for block in _blocks(part)
    ]
    recipients = [block for block in blocks if block.get("Action")]
    if not recipients:
        return None
    worst = min(recipients, key=lambda block: _rank(str(block["Action"])))
    return DeliveryReport(str(worst["Action"]).strip().lower(), _read_words(worst), tuple(_list_ids(mail)))


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _rank(action: str) -> int:
    order = ("failed", "delayed", "delivered", "relayed", "expanded")
    name = action.strip().lower()
    return order.index(name) if name in order else len(order)


def _read_words(block: Message) -> str:
    """Such as `5.1.1: 550 5.1.1 user unknown`; the kind of diagnosis (`smtp;`) is left out."""
    diagnosis = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
    status = str(block.get("Status", "")).strip()
    return shorten_words(diagnosis if status in diagnosis else f"{status}: {diagnosis}".strip(": "))


def _list_ids(mail: EmailMessage) -> Iterator[str]:
    """Of the returned e-mail, or of its headers, whichever the server sent back."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            yield from (found for one in _blocks(part) for found in MESSAGE_ID.findall(str(one.get("Message-ID", ""))))
        elif part.get_content_type() == "text/rfc822-headers":
            headers = email.message_from_string(str(part.get_payload(decode=False)), policy=policy.default)
            yield from MESSAGE_ID.findall(str(headers.get("Message-ID", "")))
