"""What can be done with a candidate's link, and why not. Asked by the pages that offer it before anything is done, for
one or for hundreds; the services check again, row by row.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Act(StrEnum):
    SEND = "send"
    REMIND = "remind"
    NEW_LINK = "new_link"
    EXTEND = "extend"
    REVOKE = "revoke"


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
