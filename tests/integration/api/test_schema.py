"""The description of the API as a whole: every operation, whoever added it, says what it is, with examples that fit."""

import json
import re
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from config.api.views import make_schema
from tests.api_descriptions import explain_misfits, list_operations


def test_it_is_valid_and_nothing_in_it_was_guessed() -> None:
    told = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=told)
    assert yaml.safe_load(told.getvalue())["openapi"] == "3.1.1"


@pytest.mark.django_db
def test_it_is_served_as_json_and_as_yaml() -> None:
    client = Client()
    default, asked = client.get("/api/v1/schema/"), client.get("/api/v1/schema/?format=yaml")
    by_header = client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi"})
    assert default["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert {asked["Content-Type"], by_header["Content-Type"]} == {"application/vnd.oai.openapi"}
    assert json.loads(default.content) == yaml.safe_load(asked.content) == yaml.safe_load(by_header.content)


def test_every_operation_says_what_it_is() -> None:
    without = {
        operation.name: missing
        for operation in list_operations()
        if (missing := [part for part in ("summary", "tags", "operationId") if not operation.told.get(part)])
    }
    assert without == {}
    names = [operation.told["operationId"] for operation in list_operations()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_tag_is_explained() -> None:
    explained = {tag["name"]: tag["description"] for tag in make_schema()["tags"]}
    used = {tag for operation in list_operations() for tag in operation.told["tags"]}
    assert used - set(explained) == set(), "Add it with its words to TAGS in config/api_description.py."
    assert all(explained.values())


def test_every_way_to_sign_in_and_the_server_are_explained() -> None:
    schema = make_schema()
    assert all(scheme["description"] for scheme in schema["components"]["securitySchemes"].values())
    assert [set(server) for server in schema["servers"]] == [{"url", "description"}]


def test_every_body_has_an_example() -> None:
    bodies, shown = set(), set()
    for operation in list_operations():
        bodies |= {f"{operation.name} {place}" for place, _ in operation.list_bodies()}
        shown |= {f"{operation.name} {example.place}" for example in operation.list_examples()}
    assert sorted(bodies - shown) == [], "Give it an example: config.api.schema.give_example."


@pytest.mark.parametrize("operation", list_operations(), ids=lambda operation: operation.name)
def test_every_example_fits_its_own_schema(operation: object) -> None:
    misfits = {
        example.place: wrong
        for example in operation.list_examples()  # type: ignore[attr-defined]
        if (wrong := explain_misfits(example.value, example.schema))
    }
    assert misfits == {}


def test_component_names_say_what_they_are() -> None:
    """A digit at the end is what two different things of one name are given."""
    names = make_schema()["components"]["schemas"]
    assert [name for name in names if re.search(r"\d$", name)] == []


def test_what_a_refusal_looks_like_is_the_same_everywhere() -> None:
    for operation in list_operations():
        refusals = {status: one for status, one in operation.told["responses"].items() if status >= "400"}
        assert {"429"} <= set(refusals), operation.name
        assert {tuple(one["content"]) for one in refusals.values()} == {("application/problem+json",)}, operation.name
