"""What is said after something was done to many rows."""

import pytest

from organizations.admin.told import name_all


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["One"], "“One”"),
        (["One", "Two", "Three"], "3 questions (“One”, “Two”, “Three”)"),
        ([f"No {number}" for number in range(300)], "300 questions (“No 0”, “No 1”, “No 2” and 297 more)"),
    ],
)
def test_names_are_said_once_and_only_the_first(names: list[str], said: str) -> None:
    assert name_all(names, "questions") == said
