"""What can be done with a candidate's link, and why not. Asked by the pages that offer it before anything is done, for
one or for hundreds; the services check again, row by row.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_HOURS = 90 * 24  # that a new link lasts


class Act(StrEnum):
    SEND = "send"
    REMIND = "remind"
    NEW_LINK = "new_link"
    EXTEND = "extend"
    REVOKE = "revoke"


NEEDS_REASON = (Act.EXTEND, Act.REVOKE)


class LinkState(StrEnum):
    """How a link stands, in one word. `NOT_BEGUN` is said to who rates, in place of whether a deadline has passed."""

    WAITING = "waiting"
    EXPIRED = "expired"
    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    OVER = "over"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


@dataclass(frozen=True)
class LinkFacts:
    """How an invitation stands. `panel_refusal` says why its panel invites nobody now; empty where it does."""

    is_erased: bool
    is_revoked: bool
    has_withdrawn: bool
    has_begun: bool
    is_over: bool
    expires_at: datetime
    panel_refusal: str = ""


def name_state(facts: LinkFacts, now: datetime, *, tells_end: bool = True) -> LinkState:
    """The last thing that became of it."""
    if facts.is_erased:
        return LinkState.ERASED
    if facts.is_over:
        return LinkState.OVER
    if facts.is_revoked:
        return LinkState.WITHDRAWN if facts.has_withdrawn else LinkState.REVOKED
    if facts.has_begun:
        return LinkState.BEGUN
    if not tells_end:
        return LinkState.NOT_BEGUN
    return LinkState.EXPIRED if facts.expires_at <= now else LinkState.WAITING


def find_obstacle(act: Act, facts: LinkFacts, now: datetime) -> str:
    """Why the act is not possible or has no use; empty where it can be done."""
    if facts.is_erased:
        return "The candidate's data was erased."
    if facts.has_withdrawn:
        return "The candidate has withdrawn."
    if facts.is_over:
        return "The interview is over."
    if act == Act.NEW_LINK:
        return facts.panel_refusal
    if facts.is_revoked:
        return "The link was revoked already." if act == Act.REVOKE else "The link was revoked. Make a new one."
    if act == Act.REVOKE:
        return ""
    if act in (Act.REMIND, Act.EXTEND) and facts.has_begun:
        return "The interview has begun."
    if act == Act.EXTEND:
        return facts.panel_refusal
    if facts.expires_at <= now and not facts.has_begun:
        return "The link has expired. Extend it, or make a new one."
    return facts.panel_refusal
