"""What the history says of values, and what it keeps to itself."""

import pytest

from organizations.domain.addresses import shorten_address
from organizations.domain.differences import (
    MOST_LETTERS,
    Difference,
    describe_formsets,
    find_changed,
    is_secret,
    make_difference,
    read_differences,
    store_differences,
)


def test_a_difference_is_read_as_a_sentence() -> None:
    assert str(make_difference("retention_days", "Retention days", "180", "90")) == "Retention days: 180 → 90"
    assert str(make_difference("phone", "Phone", "", "+442071838750")) == "Phone: nothing → +442071838750"


@pytest.mark.parametrize("field", ["password", "token_hash", "api_key", "webhook_secret", "consent_hash"])
def test_secrets_are_said_to_have_changed_and_no_more(field: str) -> None:
    assert is_secret(field)
    difference = make_difference(field, "It", "old", "new")
    assert (difference.before, difference.after, str(difference)) == (None, None, "It changed")


@pytest.mark.parametrize("field", ["title", "retention_days", "contact_email", "status"])
def test_what_is_no_secret_is_told(field: str) -> None:
    assert not is_secret(field)


def test_long_values_are_cut() -> None:
    difference = make_difference("text", "Text", "a" * 1000, "b")
    assert difference.before is not None
    assert (len(difference.before), difference.before[-1]) == (MOST_LETTERS, "…")


def test_only_what_both_know_is_compared() -> None:
    assert find_changed({"a": 1, "b": 2, "gone": 3}, {"a": 1, "b": 5, "new": 6}) == ["b"]


def test_differences_are_stored_and_read_again() -> None:
    differences = [Difference("role", "Role", "Recruiter", "Reviewer"), Difference("password", "Password", None, None)]
    assert read_differences(store_differences(differences)) == differences
    assert read_differences({"not": "a list"}) == []


def test_rows_below_are_told_by_name() -> None:
    message = [
        {"changed": {"fields": ["Title"]}},
        {"added": {"name": "question row", "object": "Indexing"}},
        {"deleted": {"name": "question row", "object": "Joins"}},
        {"changed": {"name": "question row", "object": "Views", "fields": ["Easy count"]}},
    ]
    assert describe_formsets(message) == "Added question row “Indexing”. Deleted question row “Joins”."


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.47", "203.0.113.0/24"),
        ("2001:db8:aa:bb::7", "2001:db8:aa::/48"),
        ("::ffff:203.0.113.47", "203.0.113.0/24"),
        ("127.0.0.1", "this machine"),
        ("::1", "this machine"),
        ("", ""),
        ("not an address", ""),
    ],
)
def test_addresses_are_shortened(address: str, kept: str) -> None:
    assert shorten_address(address) == kept
