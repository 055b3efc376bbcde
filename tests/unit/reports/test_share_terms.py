"""How long a link lasts, and why it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from reports.domain.shares import find_end, name_ending

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def test_a_link_lasts_one_to_thirty_days() -> None:
    assert find_end(NOW, 1) == NOW + timedelta(days=1)
    assert find_end(NOW, 30) == NOW + timedelta(days=30)
    for days in (0, -1, 31):
        with pytest.raises(ValueError, match="1 to 30 days"):
            find_end(NOW, days)


@pytest.mark.parametrize(
    ("seconds_left", "is_revoked", "has_withdrawn", "ending"),
    [
        (1, False, False, ""),
        (0, False, False, "expired"),
        (-1, False, False, "expired"),
        (1, True, False, "revoked"),
        (-1, True, False, "revoked"),
        (1, True, True, "withdrawn"),
        (1, False, True, "withdrawn"),
    ],
)
def test_it_ends_for_one_reason(seconds_left: int, is_revoked: bool, has_withdrawn: bool, ending: str) -> None:
    found = name_ending(
        expires_at=NOW + timedelta(seconds=seconds_left),
        revoked_at=NOW if is_revoked else None,
        has_withdrawn=has_withdrawn,
        now=NOW,
    )
    assert found == ending
