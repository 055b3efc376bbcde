"""The description of the API, read for tests: its operations, their examples, and what fits a schema."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from config.api.schema import METHODS
from config.api.views import make_schema

JSON = "application/json"


@dataclass(frozen=True)
class Example:
    place: str  # of what: "request", or the status of an answer
    value: Any
    schema: dict[str, Any]


@dataclass(frozen=True)
class Operation:
    path: str
    method: str
    told: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path.removeprefix('/api/v1')}"

    def list_bodies(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Everything that is sent or answered as JSON when all is well: its place, and its media type object."""
        if content := self.told.get("requestBody", {}).get("content", {}).get(JSON):
            yield "request", content
        for status, response in self.told["responses"].items():
            if status.startswith("2") and (content := response.get("content", {}).get(JSON)):
                yield status, content

    def list_examples(self) -> Iterator[Example]:
        for place, content in self.list_bodies():
            for example in content.get("examples", {}).values():
                yield Example(place, example["value"], content["schema"])


@cache
def list_operations() -> list[Operation]:
    """Of the whole API, whoever added them."""
    paths = deepcopy(make_schema())["paths"]
    return [
        Operation(path, method, told[method]) for path, told in paths.items() for method in METHODS if method in told
    ]


def explain_misfits(value: Any, schema: dict[str, Any]) -> list[str]:
    """Where a value is not what the schema says; formats are looked at too."""
    whole = {"components": make_schema()["components"], **schema}
    checker = Draft202012Validator.FORMAT_CHECKER
    errors = Draft202012Validator(whole, format_checker=checker).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in errors]
