"""Which writer words which kind of line. The work of tasks.prepare_line."""

from collections.abc import Callable

from interviewpanel.models import PreparedLine
from interviewpanel.services.conversation.lines import Kind, Writer, give_up, prepare
from interviewpanel.services.conversation.next_questions import write_foreseen_question
from interviewpanel.services.conversation.writers import (
    write_closing,
    write_follow_up,
    write_greeting,
    write_rephrasing,
)

WRITERS: dict[str, Writer] = {
    Kind.GREETING: write_greeting,
    Kind.CLOSING: write_closing,
    Kind.FOLLOW_UP: write_follow_up,
    Kind.NEXT_QUESTION: write_foreseen_question,
    Kind.REPHRASING: write_rephrasing,
}


def prepare_line(line: PreparedLine) -> Callable[[], None]:
    """Word one line. Returns what stores it."""
    return prepare(line, WRITERS)


def give_up_line(line: PreparedLine, reason: str) -> None:
    give_up(line, reason)
