"""What can be done with a link as it stands, in a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from interviewpanel.domain.link_acts import Act, LinkFacts, find_obstacle

NOW = datetime(2031, 5, 5, 9, tzinfo=UTC)
WAITING = LinkFacts(
    is_erased=False,
    is_revoked=False,
    has_withdrawn=False,
    has_begun=False,
    is_over=False,
    expires_at=NOW + timedelta(1),
)
STANDS = {
    "waiting": WAITING,
    "expired": replace(WAITING, expires_at=NOW),
    "revoked": replace(WAITING, is_revoked=True),
    "begun": replace(WAITING, has_begun=True, expires_at=NOW),
    "over": replace(WAITING, has_begun=True, is_over=True),
    "withdrew": replace(WAITING, has_withdrawn=True, is_revoked=True),
    "erased": replace(WAITING, is_erased=True, is_revoked=True),
    "closed": replace(WAITING, panel_refusal="Closed."),
}
POSSIBLE = {
    Act.SEND: {"waiting", "begun"},
    Act.REMIND: {"waiting"},
    Act.NEW_LINK: {"waiting", "expired", "revoked", "begun"},
    Act.EXTEND: {"waiting", "expired"},
    Act.REVOKE: {"waiting", "expired", "begun", "closed"},
}


@pytest.mark.parametrize("act", list(Act))
def test_what_can_be_done(act: Act) -> None:
    assert {name for name, facts in STANDS.items() if not find_obstacle(act, facts, NOW)} == POSSIBLE[act]
    assert all(why.endswith(".") for facts in STANDS.values() if (why := find_obstacle(act, facts, NOW)))
