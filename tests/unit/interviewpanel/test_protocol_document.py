"""The documents in docs/protocol say what the code does. The socket tests hold every single message against them."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import interviewpanel
from interviewpanel.domain import protocol
from interviewpanel.domain.protocol import CLIENT_MESSAGES, MONITOR_MESSAGES
from interviewpanel.selectors.monitored import TOLD
from organizations.domain.webhook_events import EVENT_TYPES
from tests.protocol_document import CANDIDATE, MONITOR, list_messages, load_document

CODE = Path(interviewpanel.__file__).parent
# What both sockets stand on says errors.
MONITOR_FILES = ("monitor.py", "monitor_watches.py", "socket.py")
CLOSE_CODES = {value for name, value in vars(protocol).items() if name.startswith("CLOSE_")}


def find_told_types(*, of_monitor: bool = False) -> set[str]:
    """The type of every message that the socket tells and every event that a service records, from the code."""
    told: set[str] = set()
    for folder in ("consumers", "services", "selectors", *([] if of_monitor else ["live"])):
        for file in (CODE / folder).rglob("*.py"):
            is_monitors = file.name in MONITOR_FILES
            if folder == "consumers" and is_monitors is not of_monitor and file.name != "socket.py":
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = {"tell": 0, "record_event": 1}.get(name)
                if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                    told.add(node.args[place].value)  # type: ignore[attr-defined]
    return told


def find_error_codes() -> set[str]:
    """Every text in the code that is an error's code: of one of the protocol's families."""
    families = "message|audio|consent|answer|turn|pause|interview|queue|state|link|server"
    code = re.compile(rf"(?:{families})[.][a-z_]+|flood|session[.]replaced")
    found: set[str] = set()
    for folder in ("consumers", "live", "services", "selectors", "domain"):
        for file in (CODE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and code.fullmatch(node.value):
                    found.add(node.value)
    return found - set(EVENT_TYPES)  # other systems are told those, by webhooks


def test_every_error_code_is_in_the_document_and_no_other() -> None:
    assert set(load_document()["components"]["schemas"]["ErrorCode"]["enum"]) == find_error_codes()


CLIENTS = [(CANDIDATE, CLIENT_MESSAGES), (MONITOR, MONITOR_MESSAGES)]


@pytest.mark.parametrize(("document", "known"), CLIENTS)
def test_every_message_of_the_client_is_in_the_document_and_no_other(document: str, known: Any) -> None:
    assert set(list_messages("receive", document)) == set(known)


def test_every_message_of_the_server_is_in_the_document_and_no_other() -> None:
    assert set(list_messages("send")) == find_told_types()


def test_a_monitor_is_told_every_event_that_is_recorded() -> None:
    told = find_told_types(of_monitor=True)
    assert set(list_messages("send", MONITOR)) == told
    assert set(TOLD) < told


@pytest.mark.parametrize(("document", "known"), CLIENTS)
def test_what_the_code_requires_of_a_message_the_document_requires(document: str, known: Any) -> None:
    for type_, wanted in known.items():
        schema = list_messages("receive", document)[type_].schema
        assert isinstance(schema, dict)
        assert set(schema["required"]) == {"type", *wanted}


def test_every_close_code_is_in_the_document() -> None:
    text = load_document()["info"]["description"]
    assert {code for code in CLOSE_CODES if f"| {code} |" not in text} == set()


@pytest.mark.parametrize("name", [CANDIDATE, MONITOR])
def test_every_reference_leads_somewhere(name: str) -> None:
    document = load_document(name)

    def list_references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if "$ref" in value else []
            return own + [one for part in value.values() for one in list_references(part)]
        return [one for part in value for one in list_references(part)] if isinstance(value, list) else []

    for reference in list_references(document):
        target: object = document
        for name in reference.removeprefix("#/").split("/"):
            assert isinstance(target, dict)
            target = target[name]
        assert target
