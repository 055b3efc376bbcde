"""The description of the API (OpenAPI 3.1, drf-spectacular): what every operation has in common."""

from collections.abc import Mapping
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, inline_serializer
from rest_framework import serializers

from config.api.problems import NOT_SIGNED_IN, NOT_THERE, TITLES, TYPE

PROBLEM_BODY = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(help_text="A URN with a code that does not change."),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(help_text="For people: what was wrong, and what to do."),
        "errors": inline_serializer(
            "FieldError",
            {
                "pointer": serializers.CharField(help_text="Where, as a JSON pointer into what was sent."),
                "detail": serializers.CharField(),
                "code": serializers.CharField(),
            },
            many=True,
            required=False,
        ),
    },
)
PROBLEM = OpenApiResponse(PROBLEM_BODY, description="Problem details (RFC 9457).")


def give_example(
    value: Any, *, of: Literal["request", "response"], name: str = "Example", status: int | None = None
) -> OpenApiExample:
    """An example; every one of them is sent, or compared, by a test. Without `status` it is of 200 and 201."""
    codes = None if status is None else [str(status)]
    return OpenApiExample(
        name, value=value, request_only=of == "request", response_only=of == "response", status_codes=codes
    )


class PlainSchema(AutoSchema):
    """Says of an operation what `extend_schema` does, and nothing that stands in the code for who reads that."""

    def get_description(self) -> str:
        return ""


PROBLEM_EXAMPLE = {
    "type": "urn:interviewbot:problem:invalid",
    "title": "What was sent cannot be used",
    "status": 400,
    "detail": "Some fields are not right; errors names each.",
    "errors": [{"pointer": "#/email", "detail": "Enter a valid email address.", "code": "invalid"}],
}
CODES = {
    401: ("not-authenticated", NOT_SIGNED_IN),
    403: ("permission-denied", "A key needs the scope `candidates:write`."),
    404: ("not-found", NOT_THERE),
    409: ("refused", "The panel “Backend engineer” is draft. Publish it first, then invite."),
    412: ("changed-meanwhile", "It is not what you have read any more. Read it again, then change it."),
    415: ("unsupported-media-type", "Unsupported media type “text/plain” in request."),
    422: ("key-used-elsewhere", "This Idempotency-Key was used for another call. Choose a new one for each."),
    428: ("say-which", "Say in If-Match which version you have read."),
    429: ("throttled", "Request was throttled. Expected available in 12 seconds."),
}


def make_example(status: int) -> dict[str, Any]:
    """What a refusal of this kind looks like."""
    if status not in CODES:
        return PROBLEM_EXAMPLE
    code, detail = CODES[status]
    return {"type": TYPE + code, "title": TITLES[status], "status": status, "detail": detail}


ALWAYS = {"401": "Sign in first.", "403": "Your role or your key does not allow it.", "429": "Too many requests."}
WRONG, NOT_FOUND, NO_PAGE = (
    "What was sent cannot be used.",
    "There is no such thing of yours.",
    "There is no such page.",
)
METHODS = ("get", "post", "put", "patch", "delete")


def describe_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What every operation may answer besides, said once: a hook of the schema's."""
    for path in result["paths"].values():
        for method in METHODS:
            if method in path:
                _describe_operation(path[method])
    result["components"]["schemas"]["Problem"]["examples"] = [PROBLEM_EXAMPLE]
    return result


def is_open(operation: Mapping[str, Any]) -> bool:
    """Whether it is for who has not signed in, too."""
    return not operation.get("security") or {} in operation["security"]


def _describe_operation(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status, words in ALWAYS.items():
        if status not in responses and not (is_open(operation) and status in ("401", "403")):
            responses[status] = {"description": words}
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    if "path" in places or "page" in names:
        responses.setdefault("404", {"description": NOT_FOUND if "path" in places else NO_PAGE})
    if "query" in places or "requestBody" in operation:
        responses.setdefault("400", {"description": WRONG})
    if "requestBody" in operation:
        responses.setdefault("415", {"description": "Send it as one of the forms that are named here."})
    for status, response in responses.items():
        if status >= "400":
            response["content"] = _make_content(int(status))


def describe_headers(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Idempotency-Key where something is created, ETags on pages of one thing: a hook of the schema's."""
    for place, path in result["paths"].items():
        for method in METHODS:
            if method in path:
                _describe_headers(place, method, path[method])
    return result


def _describe_headers(place: str, method: str, operation: dict[str, Any]) -> None:
    responses, parameters = operation["responses"], operation.setdefault("parameters", [])
    if method == "post" and {"201", "202"} & set(responses) and not is_open(operation):
        parameters.append(_make_header("Idempotency-Key", "Any text of yours: the call is done once for each.", 255))
        refusals = {"400": WRONG, "409": "The first call with this key is under way.", "422": "It was for another."}
        for status, words in refusals.items():
            responses.setdefault(status, {"description": words, "content": _make_content(int(status))})
    if method == "get" and place.endswith("}/") and "200" in responses:
        parameters.append(_make_header("If-None-Match", "The ETag of what you have."))
        responses["200"]["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "Of this very answer."}}
        responses["304"] = {"description": "You have it already."}
    if method == "patch" and "412" in responses:
        parameters.append(_make_header("If-Match", "The ETag of what you have read; 412 if it has changed."))
    if not parameters:
        del operation["parameters"]


def _make_content(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"application/problem+json": {"schema": schema, "example": {**make_example(status)}}}


def _make_header(name: str, words: str, longest: int | None = None) -> dict[str, Any]:
    schema = {"type": "string"} if longest is None else {"type": "string", "maxLength": longest}
    return {"in": "header", "name": name, "schema": schema, "description": words}


def leave_out_unused_tags(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of the schema's."""
    operations = [path[method] for path in result["paths"].values() for method in METHODS if method in path]
    used = {tag for operation in operations for tag in operation.get("tags", ())}
    result["tags"] = [tag for tag in result.get("tags", ()) if tag["name"] in used]
    return result
