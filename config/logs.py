"""Keeps candidates' tokens out of every log line. Installed as a filter on the log handler by config/settings.py."""

import logging
import re

# A token travels in two kinds of path only: /i/<token>/ and ws/interview/<token>/.
TOKEN_IN_PATH = re.compile(r"(/i/|ws/interview/)[^/\s\"'?]+")


def scrub_tokens(text: str) -> str:
    """`/i/abc/` becomes `/i/[token]/`."""
    return TOKEN_IN_PATH.sub(r"\1[token]", text)


class TokenScrubber(logging.Filter):
    """Rewrites a record's message (arguments merged) and its exception text, if either holds a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        scrubbed = scrub_tokens(message)
        if scrubbed != message:
            record.msg, record.args = scrubbed, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = scrub_tokens(logging.Formatter().formatException(record.exc_info))
        return True


def scrub_every_logger() -> None:
    """Put the scrubber on handlers that others installed too: uvicorn makes its own, and logs socket paths."""
    scrubber = TokenScrubber()
    for name in ("", "uvicorn", "uvicorn.error", "uvicorn.access", "celery", "daphne"):
        for handler in logging.getLogger(name).handlers:
            if not any(isinstance(one, TokenScrubber) for one in handler.filters):
                handler.addFilter(scrubber)
