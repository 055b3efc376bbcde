"""JSON schemas as hosted engines take them: a strict subset, where every object is closed and every field required.

What the subset cannot say (bounds, patterns, lengths) goes into the description, so that the model reads it; the reply
is held to the whole schema by pydantic afterwards, whatever the engine promised.
"""

import json
from collections.abc import Mapping
from typing import Any

KEPT = frozenset({"type", "properties", "items", "required", "enum", "const", "anyOf", "$defs", "$ref", "description"})
DROPPED = frozenset({"title", "default", "additionalProperties", "discriminator", "examples"})


class NotStrict(ValueError):
    """The schema has what the subset cannot express: an object with keys of its own making."""


def make_strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same shape within the subset. Raises NotStrict."""
    is_open = schema.get("additionalProperties") not in (None, False)
    if is_open or (schema.get("type") == "object" and "properties" not in schema):
        raise NotStrict("an object without named fields")
    if "$ref" in schema:  # nothing but definitions may stand beside it
        schema = {name: schema[name] for name in ("$ref", "$defs") if name in schema}
    strict: dict[str, Any] = {}
    for name, value in schema.items():
        strict |= make_part_strict(name, value)
    bounds = ", ".join(f"{name} {json.dumps(value)}" for name, value in schema.items() if is_bound(name))
    if bounds:
        strict["description"] = f"{schema['description']} ({bounds})" if schema.get("description") else bounds
    if "properties" in strict:
        strict["required"], strict["additionalProperties"] = list(strict["properties"]), False
    return strict


def make_part_strict(name: str, value: Any) -> dict[str, Any]:
    match name:
        case "properties" | "$defs":
            return {name: {key: make_strict(part) for key, part in value.items()}}
        case "items":
            return {name: make_strict(value)}
        case "anyOf" | "oneOf":
            return {"anyOf": [make_strict(part) for part in value]}
        case "allOf" if len(value) == 1:
            return make_strict(value[0])
        case _:
            return {name: value} if name in KEPT else {}


def is_bound(name: str) -> bool:
    return name not in KEPT | DROPPED | {"oneOf", "allOf"}


def tell_schema(schema: Mapping[str, Any]) -> str:
    """For engines that take no schema: the words that ask for it."""
    return f"Answer with one JSON object and nothing else. It must fit this JSON schema:\n{json.dumps(schema)}"
