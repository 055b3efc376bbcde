"""ETags on pages of one thing: read again only what has changed, change only what one has read (RFC 9110, 13)."""

import hashlib
import json
from typing import Any

from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder


class HasChanged(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "It is not what you have read any more. Read it again, then change it."
    default_code = "changed_meanwhile"


class NothingSaid(exceptions.APIException):
    """For what is not changed without saying what one has read."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Say which version you have read: send its ETag in the header If-Match."
    default_code = "version_not_said"


def make_etag(data: Any) -> str:
    """Of what is told, not of a row: whatever changes the answer changes the tag."""
    told = json.dumps(data, cls=JSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def answer_tagged(request: Request, data: Any, status_code: int = status.HTTP_200_OK) -> Response:
    """The answer with its tag; 304 and nothing if the client has it already."""
    tag = make_etag(data)
    if request.method in ("GET", "HEAD") and matches(request.headers.get("If-None-Match"), tag):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
    return Response(data, status_code, headers={"ETag": tag})


def check_unchanged(request: Request, data: Any) -> None:
    """Raises HasChanged if the client says what it has read, and it was something else. Saying so is optional."""
    wanted = request.headers.get("If-Match")
    if wanted is not None and not matches(wanted, make_etag(data)):
        raise HasChanged


def matches(header: str | None, tag: str) -> bool:
    tags = [one.strip().removeprefix("W/") for one in (header or "").split(",")]
    return "*" in tags or tag in tags
