"""Errors of the API as problem details (RFC 9457): one form for everything that is refused or not found.

`type` is a URN of ours with a code that programs may compare; `detail` is a sentence for people; where fields are at
fault, `errors` names each by a JSON pointer into what was sent. Named in settings.REST_FRAMEWORK.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

TYPE = "urn:interviewbot:problem:"
MEDIA_TYPE = "application/problem+json"
NOT_THERE = "There is no such thing here, or it is not yours to see."
NOT_SIGNED_IN = "Send an API key or an access token in the header: `Authorization: Bearer …`."
TITLES = {
    400: "What was sent cannot be used",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not done here",
    406: "No such form of answer",
    409: "It is not in a state for that",
    412: "It has changed meanwhile",
    413: "Too large",
    415: "No such form of request",
    422: "The key was used for something else",
    428: "Say which version you have read",
    429: "Too many requests",
}


MOST_ERRORS = 100


class Refused(exceptions.APIException):
    """What services refuse: the row is not in a state for it. The message says what to do."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "It is not in a state for that."
    default_code = "refused"


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None for what is a fault of ours: Django then logs it and answers 500."""
    known = _translate(error)
    if known is None:
        return None
    set_rollback()
    headers = {}
    if header := getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if (wait := getattr(known, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + (wait % 1 > 0))
    return Response(describe_problem(known), known.status_code, headers=headers, content_type=MEDIA_TYPE)


def _translate(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, Http404) or (isinstance(error, exceptions.NotFound) and not str(error.detail)):
        return exceptions.NotFound(NOT_THERE)
    if isinstance(error, exceptions.NotAuthenticated):
        error.detail = exceptions.ErrorDetail(NOT_SIGNED_IN, code="not_authenticated")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(*error.args)
    return error if isinstance(error, exceptions.APIException) else None


def describe_problem(error: exceptions.APIException) -> dict[str, Any]:
    """The body of the answer."""
    problem: dict[str, Any] = {
        "type": TYPE + _name_code(error),
        "title": TITLES.get(error.status_code, "It did not work"),
        "status": error.status_code,
    }
    if isinstance(error, exceptions.ValidationError):
        errors = list(_list_errors(error.detail, ""))
        told = errors[:MOST_ERRORS]
        own = [one["detail"] for one in told if one["pointer"] == "#"]
        problem["detail"] = " ".join(own) or "Some fields are not right; errors names each."
        if more := len(errors) - len(told):
            problem["detail"] += f" Only the first {MOST_ERRORS} are named; there are {more} more."
        problem["errors"] = told
    else:
        problem["detail"] = _make_text(error.detail)
    return problem


def _make_text(said: Any) -> str:
    """What is said may repeat what was sent; half of a pair of surrogates is in JSON, and cannot be sent again."""
    return str(said).encode(errors="replace").decode()


def _name_code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return (codes if isinstance(codes, str) else "invalid").replace("_", "-")


def _list_errors(detail: Any, place: str) -> Iterator[dict[str, str]]:
    """Every message with the JSON pointer of what it is about; `#` is the whole."""
    if isinstance(detail, dict):
        for name, below in detail.items():
            step = "" if name == "non_field_errors" else f"/{str(name).replace('~', '~0').replace('/', '~1')}"
            yield from _list_errors(below, place + step)
    elif isinstance(detail, list):
        for number, below in enumerate(detail):
            is_message = isinstance(below, exceptions.ErrorDetail)
            yield from _list_errors(below, place if is_message else f"{place}/{number}")
    else:
        code = getattr(detail, "code", "invalid")
        yield {"pointer": _make_text(f"#{place}"), "detail": _make_text(detail), "code": str(code)}
