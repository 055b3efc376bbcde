"""The limit of live interviews: of web processes, and not of cores that a process cannot use."""

import pytest

from config.capacity import read_capacity
from config.env import Environment


@pytest.mark.parametrize(
    ("values", "is_set", "limit"),
    [
        ({}, False, 200),
        ({"WEB_CONCURRENCY": "4"}, False, 800),
        ({"WEB_CONCURRENCY": "4", "INTERVIEW_LIMIT": "50"}, True, 50),
    ],
)
def test_it_is_two_hundred_a_process_unless_set(values: dict[str, str], is_set: bool, limit: int) -> None:
    assert read_capacity(Environment(values))[:2] == (is_set, limit)
