"""The background work of organizations, by the names that stand on the broker. Each hands over to one service."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from config.work.sweeper import sweep_task
from config.work.tasks import work_task
from organizations.models import Message, StaffMail
from organizations.services import ended_invitations, messages, staff_mail

Store = Callable[[], None]


@work_task(Message, give_up=messages.give_up_message)
def send_message(message: Message) -> Store:
    """An e-mail or an SMS to a candidate."""
    return messages.send_message(message, timezone.now())


def _leave(mail: StaffMail, reason: str) -> None:
    """Why it was not sent stands in `last_error`; the page of an invitation shows it."""


@work_task(StaffMail, give_up=_leave)
def send_staff_mail(mail: StaffMail) -> Store:
    """A link to somebody who works here, or is asked to."""
    return staff_mail.send_staff_mail(mail, timezone.now())


@sweep_task
def delete_ended_invitations(now: datetime) -> int:
    """Who was asked to join and did not, and what was sent about it, are not kept for ever."""
    return ended_invitations.delete_ended(now)
