"""Takes a mail server's report about an e-mail that was sent before. Called by `manage.py read_bounce`."""

from datetime import datetime

from organizations.engines.bounces import DeliveryReport, read_report
from organizations.models import Message
from organizations.services.messages import report_bounced, report_delayed, report_delivered

MOST_BYTES = 2_000_000


def take_bounce(content: bytes, now: datetime) -> str:
    """Effects: the state of the message that the report is about. Returns what was done, naming nobody."""
    if len(content) > MOST_BYTES:
        return f"This mail is larger than {MOST_BYTES} bytes, so it was not read. Nothing has changed."
    report = read_report(content)
    if report is None:
        return "This mail is no delivery report (RFC 3464). Nothing has changed."
    message = Message.objects.filter(provider_id__in=report.message_ids).exclude(provider_id="").first()
    if message is None:
        return "This report is about no message of this site. Nothing has changed."
    return _take(message, report, now)


def _take(message: Message, report: DeliveryReport, now: datetime) -> str:
    if report.action == "failed":
        report_bounced(uuid=message.uuid, words=report.words, now=now)
        return f"Message {message.uuid} has bounced."
    if report.action == "delayed":
        report_delayed(uuid=message.uuid, words=report.words)
        return f"Message {message.uuid} is delayed."
    if report.action == "delivered":
        report_delivered(uuid=message.uuid, now=now)
        return f"Message {message.uuid} was delivered."
    return f"Message {message.uuid} was handed on to another server. Nothing has changed."
