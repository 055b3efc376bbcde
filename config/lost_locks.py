"""A person's post below /admin/ that the database ended for want of a lock is done once more, then refused in words.
Named in settings.MIDDLEWARE, last: the view is called from here.

Rows are locked in one order (docs/architecture.md), so this should not happen; where it does, the deed is not lost
behind a fault. What was done of it is rolled back, and what a first try committed is refused by its own service, as
if somebody else had done it.
"""

import logging
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.contrib.messages.storage import default_storage
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

logger = logging.getLogger(__name__)

BELOW = "/admin/"
# PostgreSQL's codes: deadlock detected, could not serialize, lock not available.
LOST = frozenset({"40P01", "40001", "55P03"})
BUSY = "database is locked"  # SQLite's words, after it has waited as long as it is told to
WORDS = (
    "Somebody else was changing the same just now, and nothing of yours was stored.\n"
    "Go back: what you wrote is still in the form. Send it again.\n"
)
# Where Django keeps what was sent, once it is read.
READ = frozenset({"_body", "_files", "_post", "_post_parse_error", "_read_started", "_stream", "_upload_handlers"})
View = Callable[..., HttpResponseBase]


class RepeatLostDeeds:
    """Repeats once, with what was posted and without the first try's messages."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None: Django calls the view itself."""
        if request.method != "POST" or not request.path_info.startswith(BELOW) or iscoroutinefunction(view):
            return None
        before = dict(vars(request))
        try:
            return view(request, *args, **kwargs)
        except OperationalError as error:
            if not is_lost(error):
                raise
            logger.warning("A post to %s lost its locks, and is done again: %s", request.path_info, error)
        _begin_again(request, before)
        try:
            return view(request, *args, **kwargs)
        except OperationalError as error:
            if not is_lost(error):
                raise
            logger.warning("A post to %s lost its locks twice, and is refused: %s", request.path_info, error)
        return HttpResponse(WORDS, status=409, content_type="text/plain; charset=utf-8")


def is_lost(error: OperationalError) -> bool:
    """Whether it failed only because somebody else was at the same rows."""
    return getattr(error.__cause__, "sqlstate", None) in LOST or str(error) == BUSY


def _begin_again(request: HttpRequest, before: dict[str, Any]) -> None:
    """What the first try noted on the request, such as the values it found or that it refused, was rolled back too.

    What was sent can be read once only, and stays as it was read.
    """
    read = {name: value for name, value in vars(request).items() if name in READ}
    vars(request).clear()
    vars(request).update(before, **read)
    request._messages = default_storage(request)  # type: ignore[attr-defined]
    for files in request.FILES.lists():
        for file in files[1]:
            file.seek(0)
