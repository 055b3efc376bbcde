"""The greeting: by name, with disclosure and limits by code, and one sentence of a language model if it is there."""

from datetime import datetime

from interviewpanel.models import InterviewSession, PreparedLine
from interviewpanel.selectors.speech import compose_greeting
from interviewpanel.services.conversation.lines import open_line, take_line


def prepare_greeting(session: InterviewSession, now: datetime) -> None:
    """Effects: a line is due, as the link is opened for the first time: the consent text is read meanwhile."""
    open_line(session, PreparedLine.Kind.GREETING, now=now)


def choose_greeting(session: InterviewSession, now: datetime) -> str:
    """Effects: the prepared sentence is used, or late from now on."""
    line = take_line(session, PreparedLine.Kind.GREETING, now=now)
    return compose_greeting(session, line.text if line else "")
