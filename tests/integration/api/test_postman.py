"""`manage.py make_postman`: a collection that Postman takes, of every call there is."""

import json
from io import StringIO
from typing import Any

from django.core.management import call_command
from jsonschema import Draft202012Validator

from reports.api.assessments import SENT
from tests.api_descriptions import list_operations

TEXT = {"type": "string"}
# What we use of https://schema.getpostman.com/json/collection/v2.1.0/collection.json, with its requirements.
NAMED = {"type": "object", "required": ["key", "value"], "properties": {"key": TEXT, "value": TEXT}}
REQUEST = {
    "type": "object",
    "required": ["method", "url", "header"],
    "additionalProperties": False,
    "properties": {
        "method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
        "description": TEXT,
        "header": {"type": "array", "items": NAMED},
        "auth": {"type": "object", "required": ["type"], "properties": {"type": {"enum": ["bearer", "noauth"]}}},
        "url": {
            "type": "object",
            "required": ["raw", "host", "path"],
            "additionalProperties": False,
            "properties": {
                "raw": {"type": "string", "pattern": r"^\{\{site\}\}/api/v1/"},
                "host": {"const": ["{{site}}"]},
                "path": {"type": "array", "items": TEXT},
                "query": {"type": "array", "items": NAMED},
                "variable": {"type": "array", "items": NAMED},
            },
        },
        "body": {
            "oneOf": [
                {
                    "required": ["mode", "raw"],
                    "properties": {"mode": {"const": "raw"}, "raw": TEXT, "options": {"type": "object"}},
                },
                {"required": ["mode", "formdata"], "properties": {"mode": {"const": "formdata"}}},
            ]
        },
    },
}
ITEM = {
    "type": "object",
    "required": ["name", "request", "response"],
    "properties": {"name": TEXT, "request": REQUEST, "response": {"const": []}},
}
FOLDER = {
    "type": "object",
    "required": ["name", "description", "item"],
    "properties": {"name": TEXT, "description": TEXT, "item": {"type": "array", "minItems": 1, "items": ITEM}},
}
COLLECTION = {
    "type": "object",
    "required": ["info", "item"],
    "additionalProperties": False,
    "properties": {
        "info": {
            "type": "object",
            "required": ["name", "schema"],
            "properties": {
                "name": TEXT,
                "description": TEXT,
                "schema": {"const": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
            },
        },
        "auth": {
            "const": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        },
        "variable": {"type": "array", "items": NAMED},
        "item": {"type": "array", "items": FOLDER},
    },
}


def make() -> dict[str, Any]:
    told = StringIO()
    call_command("make_postman", stdout=told)
    collection: dict[str, Any] = json.loads(told.getvalue())
    return collection


def test_it_has_the_shape_that_postman_reads() -> None:
    assert [error.message for error in Draft202012Validator(COLLECTION).iter_errors(make())] == []


def test_every_call_is_in_it_once_with_its_example() -> None:
    items = [item for folder in make()["item"] for item in folder["item"]]
    found = {(item["request"]["method"], "/" + "/".join(item["request"]["url"]["path"])) for item in items}
    wanted = {
        (operation.method.upper(), operation.path.replace("{", ":").replace("}", "")) for operation in list_operations()
    }
    assert (found, len(items)) == (wanted, len(wanted))
    by_name = {item["name"]: item["request"] for item in items}
    sign_in = by_name["Sign in"]
    assert sign_in["auth"] == {"type": "noauth"}
    assert json.loads(sign_in["body"]["raw"]) == {"email": "hr@demo.example", "password": "the password"}
    add = by_name["Add a candidate"]
    assert {header["key"]: header["value"] for header in add["header"]} == {
        "Idempotency-Key": "{{$guid}}",
        "Content-Type": "application/json",
    }


def test_what_a_call_needs_is_switched_on_with_its_example() -> None:
    items = {item["name"]: item["request"] for folder in make()["item"] for item in folder["item"]}
    status, decide = items["How a test stands"], items["Decide"]
    (asked,) = status["url"]["query"]
    assert asked == {
        "key": "partner_interview_id",
        "value": SENT,
        "description": "As send_test has answered.",
        "disabled": False,
    }
    assert status["url"]["raw"] == f"{{{{site}}}}/api/v1/ats/test_status?partner_interview_id={SENT}"
    (version,) = [header for header in decide["header"] if header["key"] == "If-Match"]
    assert (len(version["value"]), version["disabled"]) == (34, False)
    listed = items["Interviews"]["url"]
    assert {one["disabled"] for one in listed["query"]} == {True}
    assert "?" not in listed["raw"]
