"""Keeps the tokens of private links out of every log line. A filter on the log handler, put there by settings.py."""

import logging
import re
from collections.abc import Mapping

# A token travels in these paths only: a candidate's /i/<token>/ and ws/interview/<token>/, a shared report's
# /share/<token>/, the links by which somebody of the staff sets a password or joins an organization, and the signed
# addresses of recordings and of what is played on a phone.
TOKEN_IN_PATH = re.compile(
    r"(/i/|/share/|ws/interview/|/admin/join/|/password_reset/link/[^/\s]+/|/api/v1/recordings/|/phone/[0-9a-f-]+/sound/)[^/\s\"'?]+"
)


def scrub_tokens(text: str) -> str:
    """`/i/abc/` becomes `/i/[token]/`."""
    return TOKEN_IN_PATH.sub(r"\1[token]", text)


class TokenScrubber(logging.Filter):
    """Rewrites a record's arguments, its message, its exception text and its stack, where they hold a token.

    Arguments keep their number, since uvicorn's access log formats them by itself; the message is merged with them
    only where the two make a path together. Never raises: it runs before logging's own guard against bad calls.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, Mapping):
            record.args = {name: _scrub_value(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(_scrub_value(value) for value in record.args)
        try:
            message = record.getMessage()
        except Exception:  # as many arguments as there are not places; logging would print both as they are
            message, record.args = f"{record.msg} {record.args}", ()
            record.msg = scrub_tokens(message)
        scrubbed = scrub_tokens(message)
        if scrubbed != message:
            record.msg, record.args = scrubbed, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:  # also where another handler made it before us
            record.exc_text = scrub_tokens(record.exc_text)
        if record.stack_info:
            record.stack_info = scrub_tokens(record.stack_info)
        return True


def _scrub_value(value: object) -> object:
    return scrub_tokens(value) if isinstance(value, str) else value


def scrub_every_logger() -> None:
    """Put the scrubber on handlers that others installed too: uvicorn makes its own, and logs socket paths."""
    scrubber = TokenScrubber()
    for name in ("", "uvicorn", "uvicorn.error", "uvicorn.access", "celery", "daphne"):
        for handler in logging.getLogger(name).handlers:
            if not any(isinstance(one, TokenScrubber) for one in handler.filters):
                handler.addFilter(scrubber)
