"""Messages about invitations, queued and sent by the real work. Used by the tests of messages and of returned mail."""

from typing import Any

from pytest_django import Settings

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitation_messages import queue_about
from organizations.models import Message
from tests.live_interviews import after
from tests.work import do_due


def use_server(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.EMAIL_TIMEOUT = 1.0
    settings.DEFAULT_FROM_EMAIL = "interviews@ib.example"


def send(invitation: InterviewPanelCandidate, kind: str = "invitation", seconds: float = 1, **wishes: Any) -> Message:
    (message,) = queue_about(invitation=invitation, kind=kind, now=after(seconds), **wishes)
    do_due(Message, now=after(seconds))
    message.refresh_from_db()
    return message


def reload(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)
