"""Where log lines go, and how much of each library is heard. Read by settings.py."""

from typing import Any


def configure_logs(level: str) -> dict[str, Any]:
    """Django's LOGGING: all to the console, in lines without tokens. `level` is of our own code: debug, info …"""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_tokens": {"()": "config.logs.TokenScrubber"}},
        "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_tokens"]}},
        "root": {"handlers": ["console"], "level": level.upper()},
        "loggers": {
            "django": {"level": "INFO", "handlers": [], "propagate": True},
            "uvicorn": {"level": "INFO", "handlers": [], "propagate": True},
            "uvicorn.access": {"level": "WARNING", "handlers": [], "propagate": True},
            "uvicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "websockets": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "axes": {"level": "ERROR"},  # what it says stands in the history, and in answers
            "twilio": {"level": "WARNING"},  # below that, a dozen lines for each SMS
            "fontTools": {"level": "WARNING"},
            # The clients of language models: below this, a line for each request, and at last what was asked itself.
            **{
                name: {"level": "WARNING"}
                for name in ("httpx", "httpx2", "httpcore", "httpcore2", "anthropic", "openai")
            },
        },
    }
