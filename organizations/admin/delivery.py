"""How the admin shows what became of a message: a badge, the reason, the times. Used by the admin of every app."""

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from organizations.admin.tables import draw_badge, show_moment
from organizations.models import Message
from organizations.services.message_kinds import name_kind

State = Message.State
BADGES = {
    State.QUEUED: "is-info",
    State.SENT: "is-info",
    State.DELIVERED: "is-good",
    State.BOUNCED: "is-bad",
    State.FAILED: "is-bad",
    State.CANCELLED: "",
}
CHANNELS = {"email": "e-mail", "sms": "SMS"}


def draw_state(state: str, reason: str = "") -> SafeString:
    """What waits because it was put off looks other than what waits its turn."""
    if state == State.QUEUED and reason:
        return draw_badge("trying again", "is-warning")
    return draw_badge(State(state).label.lower(), BADGES[State(state)])


def draw_delivery(*, kind: str, channel: str, state: str, reason: str, at: datetime | None) -> SafeString:
    """For a column: the badge, below it what was sent when, and why it stands so."""
    what = f"{name_kind(kind)}, {CHANNELS[channel]}"
    why = format_html('<br><span class="desk-hint delivery-reason">{}</span>', reason) if reason else ""
    return format_html(
        '{}<br><span class="desk-hint moment">{} · {}</span>{}', draw_state(state, reason), what, show_moment(at), why
    )


def describe_message(message: Message) -> dict[str, Any]:
    """A line of the table of messages (templates/admin/organizations/messages.html)."""
    return {
        "message": message,
        "kind": name_kind(message.kind),
        "channel": CHANNELS[message.channel],
        "state": draw_state(message.state, message.reason),
        "at": show_moment(message.reported_at or message.sent_at or message.created_at),
    }
