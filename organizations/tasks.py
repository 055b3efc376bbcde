"""The background work of organizations, by the names that stand on the broker. Each hands over to one service."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from config.work.sweeper import sweep_task
from config.work.tasks import work_task
from organizations.models import Message, ResumeText, StaffMail, WebhookDelivery
from organizations.services import (
    ended_invitations,
    messages,
    resume_texts,
    staff_mail,
    stored_answers,
    webhook_endpoints,
    webhook_sending,
    webhook_turns,
    webhooks,
)

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


@work_task(ResumeText, give_up=resume_texts.leave_unread)
def read_resume(row: ResumeText) -> Store:
    """The text of a résumé, and what in it nobody sees."""
    return resume_texts.read_resume(row)


@work_task(
    WebhookDelivery,
    give_up=webhook_sending.give_up_delivery,
    lock=webhook_sending.hold_endpoint,
    delay=webhook_turns.find_delay,
)
def send_webhook(delivery: WebhookDelivery) -> Store:
    """An event to another system."""
    return webhook_sending.send_webhook(delivery, timezone.now())


@sweep_task
def delete_ended_invitations(now: datetime) -> int:
    """Who was asked to join and did not, and what was sent about it, are not kept for ever."""
    return ended_invitations.delete_ended(now)


@sweep_task
def delete_stored_answers(now: datetime) -> int:
    """What calls of the API were answered yesterday: nobody repeats them any more."""
    return stored_answers.remove_old_answers(now=now)


@sweep_task
def delete_webhook_deliveries(now: datetime) -> int:
    """What other systems were told is personal data; after a month nobody replays it."""
    return webhooks.delete_old_deliveries(now=now) + webhook_endpoints.delete_ended_callbacks(now=now)
