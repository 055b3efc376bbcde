"""A test that an applicant tracking system sends to a candidate: an invitation, its e-mail, and where to tell of its
end. Called by the API.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.selectors.link_facts import find_open_links
from interviewpanel.services.bulk_invitations import invite_candidate
from interviewpanel.services.invitations import InvitationRefused
from interviewpanel.services.link_acts import ActRefused
from interviewpanel.services.starts import Person
from organizations.models import ApiKey
from organizations.services.candidates import NoCandidate, find_or_add_candidate
from organizations.services.messages import EMAIL
from organizations.services.webhook_endpoints import WebhookRefused, set_callback


class AssessmentRefused(Exception):
    """It cannot be sent; the message says why and what to do."""


@dataclass(frozen=True)
class Order:
    """`url` is told by PATCH when the scorecard exists, in the name of `key`, which came as `secret`; empty: nobody."""

    test_id: str
    person: Person
    url: str = ""
    key: ApiKey | None = None
    secret: str = ""
    profile_url: str = ""


@dataclass(frozen=True)
class Ordered:
    invitation: InterviewPanelCandidate
    is_new: bool
    is_new_person: bool


def order_assessment(*, panel: InterviewPanel, order: Order, now: datetime) -> Ordered:
    """Effects, in the caller's transaction: the candidate unless their address is known, an invitation, its e-mail, and
    where its end is told. Who has an open link to the panel gets no other: the call was repeated, or somebody has
    invited them by hand.

    Raises AssessmentRefused.
    """
    try:
        candidate, is_new_person = find_or_add_candidate(organization=panel.organization, **asdict(order.person))
        if open_links := find_open_links(panel, [candidate]):
            _set_callback(order, open_links[0], now)
            return Ordered(open_links[0], is_new=False, is_new_person=False)
        metadata = {"profile_url": order.profile_url} if order.profile_url else {}
        invitation = invite_candidate(panel=panel, candidate=candidate, channels=(EMAIL,), now=now, metadata=metadata)
        _set_callback(order, invitation, now)
    except (NoCandidate, InvitationRefused, ActRefused, WebhookRefused) as refusal:
        raise AssessmentRefused(str(refusal)) from refusal
    return Ordered(invitation, is_new=True, is_new_person=is_new_person)


def _set_callback(order: Order, invitation: InterviewPanelCandidate, now: datetime) -> None:
    if order.url and order.key is not None:
        set_callback(key=order.key, secret=order.secret, subject=invitation.uuid, url=order.url, now=now)
