"""Schemas within the strict subset: closed, every field required, bounds told in words."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from questionbank.engines.llm.schemas import NotStrict, make_strict


class Criterion(BaseModel):
    name: str = Field(description="What is looked for.", max_length=80)
    rating: int | None = Field(default=None, ge=0, le=4)
    level: Literal["low", "high"] = "low"


class Verdict(BaseModel):
    criteria: list[Criterion] = Field(min_length=1, max_length=3)
    first: Criterion
    best: Criterion | None = None


def test_the_whole_shape_is_kept() -> None:
    assert make_strict(Verdict.model_json_schema()) == {
        "$defs": {
            "Criterion": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "description": "What is looked for. (maxLength 80)"},
                    "rating": {"anyOf": [{"type": "integer", "description": "maximum 4, minimum 0"}, {"type": "null"}]},
                    "level": {"type": "string", "enum": ["low", "high"]},
                },
                "required": ["name", "rating", "level"],
                "additionalProperties": False,
            }
        },
        "type": "object",
        "properties": {
            "criteria": {
                "type": "array",
                "items": {"$ref": "#/$defs/Criterion"},
                "description": "maxItems 3, minItems 1",
            },
            "first": {"$ref": "#/$defs/Criterion"},
            "best": {"anyOf": [{"$ref": "#/$defs/Criterion"}, {"type": "null"}]},
        },
        "required": ["criteria", "first", "best"],
        "additionalProperties": False,
    }


class Named(BaseModel):
    by_name: dict[str, int]


class Anything(BaseModel):
    value: dict[str, Any]


@pytest.mark.parametrize("schema", [Named, Anything])
def test_an_object_with_keys_of_its_own_making_is_beyond_it(schema: type[BaseModel]) -> None:
    with pytest.raises(NotStrict):
        make_strict(schema.model_json_schema())


class Branch(BaseModel):
    name: str
    branches: list["Branch"]


def test_a_shape_that_holds_itself_keeps_its_definition() -> None:
    strict = make_strict(Branch.model_json_schema())
    assert strict["$ref"] == "#/$defs/Branch"
    assert strict["$defs"]["Branch"]["required"] == ["name", "branches"]
