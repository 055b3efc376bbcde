"""The documents in docs/protocol, and messages held against them."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parent.parent / "docs" / "protocol"
CANDIDATE, MONITOR = "asyncapi.yaml", "monitor.yaml"


@cache
def load_document(name: str = CANDIDATE) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return document


@cache
def list_messages(direction: str, name: str = CANDIDATE) -> dict[str, Draft202012Validator]:
    """Validators by message type: of what the client sends ("receive") or what the server sends ("send")."""
    document = load_document(name)
    (operation,) = [one for one in document["operations"].values() if one["action"] == direction]
    names = [one["$ref"].rsplit("/", 1)[1] for one in operation["messages"]]
    components = {"components": {"schemas": document["components"]["schemas"]}}
    validators: dict[str, Draft202012Validator] = {}
    for one in names:
        message = document["components"]["messages"][one]
        if message["contentType"] == "application/json":
            schema = {**message["payload"], **components}
            Draft202012Validator.check_schema(schema)
            validators[message["name"]] = Draft202012Validator(schema)
    return validators


def check_sent(message: dict[str, Any], document: str = CANDIDATE) -> None:
    """A client's message is as the document says."""
    list_messages("receive", document)[message["type"]].validate(message)


def check_received(message: dict[str, Any], document: str = CANDIDATE) -> None:
    """A server's message is as the document says."""
    list_messages("send", document)[message["type"]].validate(message)
