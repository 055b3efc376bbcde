"""`Idempotency-Key`: a creating call that is repeated, because its answer was lost, creates nothing more.

After draft-ietf-httpapi-idempotency-key-header: the same key with another body is 422, a call whose first is under way
is 409, and what was refused may be tried again under the same key.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from config.api.problems import Refused
from organizations.api.callers import get_reach, name_caller
from organizations.services import stored_answers

HEADER = "Idempotency-Key"
MOST_CHARACTERS = 255
KEPT_HEADERS = ("Location", "ETag")


class KeyMismatch(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = f"This {HEADER} was used for another call. Choose a new one for each thing to be created."
    default_code = "key_used_elsewhere"


def create_once(request: Request, create: Callable[[], Response]) -> Response:
    """What `create` answers, in one transaction with the memory of it; or what it answered the first time.

    Without the header it is simply done.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        with transaction.atomic():
            return create()
    if len(key) > MOST_CHARACTERS:
        raise exceptions.ValidationError({HEADER: [f"At most {MOST_CHARACTERS} characters."]})
    try:
        call = stored_answers.begin_call(
            caller=name_caller(request), key=key, request_hash=_hash_request(request), now=timezone.now()
        )
    except stored_answers.KeyUsedElsewhere:
        raise KeyMismatch from None
    except stored_answers.StillUnderWay:
        raise Refused("The first call with this key is still under way. Ask again in a moment.") from None
    except stored_answers.Forgotten:
        raise Refused("What the first call with this key was about has been erased since.") from None
    if isinstance(call, stored_answers.Answer):
        _check_allowed(request, call)
        return Response(call.body, call.status, headers={**call.headers, "Idempotency-Replayed": "true"})
    return _create_and_store(request, call, create)


def _create_and_store(request: Request, call: stored_answers.Begun, create: Callable[[], Response]) -> Response:
    try:
        with transaction.atomic():
            response = create()
            told = stored_answers.Answer(
                response.status_code, _make_plain(response.data), _list_headers(response), _list_allowed(request)
            )
            stored_answers.store_answer(call=call, answer=told)
            return response
    except stored_answers.TakenOver:
        raise Refused("This took so long that another call with the same key does it. Ask again in a moment.") from None
    except BaseException:
        stored_answers.forget_call(call=call)
        raise


def _list_allowed(request: Request) -> list[int] | None:
    """Where the caller may do this now; None: everywhere."""
    reach, view = get_reach(request), request.parser_context.get("view")
    permission = getattr(view, "permissions", {}).get(getattr(view, "action", None) or "", "")
    return None if reach.sees_all else sorted(reach.list_organizations(permission))


def _check_allowed(request: Request, first: stored_answers.Answer) -> None:
    """What was told then may be a private link: who has lost any of the rights of then is not told it again."""
    now = _list_allowed(request)
    if now is not None and (first.organizations is None or not set(first.organizations) <= set(now)):
        raise exceptions.PermissionDenied("Your rights are less than they were at the first call with this key.")


def _make_plain(data: Any) -> Any:
    return json.loads(json.dumps(data, cls=JSONEncoder))


def _list_headers(response: Response) -> dict[str, str]:
    return {name: response[name] for name in KEPT_HEADERS if name in response}


def _hash_request(request: Request) -> str:
    body = json.dumps(_describe(request.data), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode(errors="surrogatepass")).hexdigest()


def _describe(data: Any) -> Any:
    """What was sent; of a file its name and size, which tell two calls apart well enough."""
    if isinstance(data, dict):
        return {str(name): _describe(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_describe(one) for one in data]
    if hasattr(data, "read"):
        return [getattr(data, "name", ""), getattr(data, "size", 0)]
    return data
