"""Runs one management command, and says in a few lines what a person can mend by themselves. Called by manage.py.

A setting that makes no sense, a database that is away and tables that are not there end with status 1 and a sentence
instead of a trace; `--traceback` shows the trace all the same. Ctrl-C ends without a word, with status 130.
"""

import os
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

SERVING = "runserver"


def run_command_line(arguments: Sequence[str]) -> None:
    """`arguments` are sys.argv. Raises SystemExit, and whatever a command raises that cannot be said in a sentence."""
    try:
        _prepare_settings(arguments)
        execute_from_command_line(list(arguments))
    except ImproperlyConfigured as error:
        _end_with(str(error), arguments, error)
    except DatabaseError as error:
        _end_with(_explain(), arguments, error)
    except KeyboardInterrupt:
        sys.exit(130)


def find_served_port(arguments: Sequence[str]) -> str | None:
    """The port that `runserver [host:]port` names; None for another command, and where it names none."""
    if list(arguments[1:2]) != [SERVING]:
        return None
    address = next((word for word in arguments[2:] if not word.startswith("-")), "")
    port = address.rpartition(":")[2]
    return port if port.isdigit() else None


def _prepare_settings(arguments: Sequence[str]) -> None:
    port = find_served_port(arguments)
    if port:
        # PORT decides what PUBLIC_URL is by default. In the environment, since the reloader starts another process.
        os.environ["PORT"] = port  # noqa: TID251 - an entry point
    options: dict[str, Any] = settings.DATABASES["default"]["OPTIONS"]
    if list(arguments[1:2]) != [SERVING]:
        # A command has one thread and needs no pool, whose errors come late and do not tell the cause.
        options.pop("pool", None)


def _explain() -> str:
    from config.database import explain_database

    try:
        return explain_database()
    except DatabaseError:
        return ""  # it answers, but not even this question: the first error says more


def _end_with(explanation: str, arguments: Sequence[str], error: Exception) -> None:
    if not explanation or "--traceback" in arguments:
        raise error
    sys.exit(explanation)
