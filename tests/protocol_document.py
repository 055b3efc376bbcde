"""docs/protocol/asyncapi.yaml, and messages held against it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

PATH = Path(__file__).parent.parent / "docs" / "protocol" / "asyncapi.yaml"


@cache
def load_document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return document


@cache
def list_messages(direction: str) -> dict[str, Draft202012Validator]:
    """Validators by message type: of what the client sends ("receive") or what the server sends ("send")."""
    document = load_document()
    (operation,) = [one for one in document["operations"].values() if one["action"] == direction]
    names = [one["$ref"].rsplit("/", 1)[1] for one in operation["messages"]]
    components = {"components": {"schemas": document["components"]["schemas"]}}
    validators: dict[str, Draft202012Validator] = {}
    for name in names:
        message = document["components"]["messages"][name]
        if message["contentType"] == "application/json":
            schema = {**message["payload"], **components}
            Draft202012Validator.check_schema(schema)
            validators[message["name"]] = Draft202012Validator(schema)
    return validators


def check_sent(message: dict[str, Any]) -> None:
    """A client's message is as the document says."""
    list_messages("receive")[message["type"]].validate(message)


def check_received(message: dict[str, Any]) -> None:
    """A server's message is as the document says."""
    list_messages("send")[message["type"]].validate(message)
