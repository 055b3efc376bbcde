"""JSON written piece by piece is the JSON that would be written at once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from config.json_stream import write_json

VALUES = [
    {},
    [],
    "two\nlines and a ü",
    {"at": [1, {"deep": [True, None]}], "text": 'a "quote"\n'},
    [[], [[]], {"a": {}}],
    {"a": [{"b": "c\\n"}, 2.5]},
]


def pour(value: object) -> object:
    """The same with iterators for lists."""
    if isinstance(value, dict):
        return {name: pour(one) for name, one in value.items()}
    return (pour(one) for one in value) if isinstance(value, list) else value


@pytest.mark.parametrize("value", VALUES)
def test_writes_what_would_be_written_at_once(value: object) -> None:
    expected = json.dumps(value, indent=2, ensure_ascii=False)
    assert "".join(write_json(value)) == expected
    assert "".join(write_json(pour(value))) == expected


def test_writes_moments_as_the_rest_of_the_site_does() -> None:
    assert "".join(write_json({"at": datetime(2031, 5, 5, 9, tzinfo=UTC)})) == '{\n  "at": "2031-05-05T09:00:00Z"\n}'


def test_takes_of_an_iterator_only_what_is_being_written() -> None:
    taken: list[int] = []

    def count() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            yield number

    pieces = write_json({"numbers": count()})
    while next(pieces) != "3":
        assert len(taken) <= 4
    assert taken == [0, 1, 2, 3]
