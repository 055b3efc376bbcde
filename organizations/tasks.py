"""The background work of organizations, by the names that stand on the broker. Each hands over to one service."""

from collections.abc import Callable

from django.utils import timezone

from config.work.tasks import work_task
from organizations.models import Message
from organizations.services import messages

Store = Callable[[], None]


@work_task(Message, give_up=messages.give_up_message)
def send_message(message: Message) -> Store:
    """An e-mail or an SMS to a candidate."""
    return messages.send_message(message, timezone.now())
