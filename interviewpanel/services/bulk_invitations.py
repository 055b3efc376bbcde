"""Inviting one candidate or many to one panel, and sending the links at once; and what is done with many links. Called
by the admin and the API.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from interviewpanel.domain.link_acts import Act
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.selectors.link_facts import find_open_links
from interviewpanel.services.announcements import announce_invited
from interviewpanel.services.invitation_messages import INVITATION
from interviewpanel.services.invitations import (
    InvitationRefused,
    check_can_invite,
    issue_invitation,
    prepare_invitation,
)
from interviewpanel.services.link_acts import ActRefused, Wish, act_on_link, choose_channels, do_act
from interviewpanel.services.panels import hold_panel
from interviewpanel.services.phone_pins import make_pins
from organizations.models import Candidate, Change, Message
from organizations.services.history import Author, record_changes
from organizations.services.messages import MessageRefused, prepare_message, queue_prepared

# So many acts in one transaction: each of its own would wait for the database among those that are sending already, and
# all in one would let everybody else wait.
TOGETHER = 50
# So many invitations: a batch is a handful of statements, whatever it holds.
INVITED_TOGETHER = 500
HAS_ONE = "there is an open link to this panel already."
HAS_OPEN_LINK = "has an open link to this panel already. Send that one again, or make it new."


@dataclass(frozen=True)
class Terms:
    """Of new invitations. `metadata` is what another system gives with each, by the candidate's key; `way` is what the
    history says of how they came."""

    hours: int | None = None
    metadata: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    way: str = "Invited by an import."


@dataclass
class Invited:
    """`refused` has the names by the reason why they were not invited, or not written to; `reasons` has the reasons by
    the candidate's key."""

    invitations: list[InterviewPanelCandidate] = field(default_factory=list)
    sent: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def refuse(self, candidate: Candidate, reason: str) -> None:
        self.refused.setdefault(reason, []).append(candidate.full_name)
        self.reasons[candidate.pk] = reason


@transaction.atomic
def invite_candidate(
    *,
    panel: InterviewPanel,
    candidate: Candidate,
    channels: tuple[str, ...],
    now: datetime,
    hours: int | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> InterviewPanelCandidate:
    """Effects: an invitation, and its messages: all or nothing.

    Raises InvitationRefused, also where the candidate has an open link to the panel; and ActRefused where it cannot be
    sent so. Two at once invite nobody twice, as in `invite_all`.
    """
    held = hold_panel(panel.pk)
    check_can_invite(panel=held, candidate=candidate, now=now)
    if find_open_links(held, [candidate]):
        raise InvitationRefused(f"{candidate} {HAS_OPEN_LINK}")
    made = issue_invitation(panel=held, candidate=candidate, now=now, hours=hours, metadata=metadata)
    if channels:
        do_act(invitation=made, act=Act.SEND, wish=Wish(channels=channels), now=now)
    return made


def invite_all(
    *,
    panel: InterviewPanel,
    candidates: Iterable[Candidate],
    channels: Collection[str],
    author: Author,
    terms: Terms = Terms(),
) -> Invited:
    """Effects: an invitation for each who has no open link to the panel, its messages, its line in the history; other
    systems are told.

    What cannot be done with one holds up no other. Interrupted and begun again, or done by two at once, nobody is
    invited twice: who looks for open links holds the panel until their own are made.
    """
    wanted, done = list(candidates), Invited()
    for start in range(0, len(wanted), INVITED_TOGETHER):
        with transaction.atomic():
            held = hold_panel(panel.pk)
            some = wanted[start : start + INVITED_TOGETHER]
            made = _invite_some(done, held, some, tuple(channels), terms, author.now)
            rows = [(one, one.organization_id) for one in made]
            record_changes(
                rows=rows,
                action=Change.Action.ADDED,
                actor=author.user,
                now=author.now,
                message=terms.way,
            )
    return done


def _invite_some(
    done: Invited,
    panel: InterviewPanel,
    candidates: Sequence[Candidate],
    channels: tuple[str, ...],
    terms: Terms,
    now: datetime,
) -> list[InterviewPanelCandidate]:
    invited = {row.candidate_id for row in find_open_links(panel, candidates)}
    prepared: list[InterviewPanelCandidate] = []
    for candidate in candidates:
        if candidate.pk in invited:
            done.refuse(candidate, HAS_ONE)
            continue
        try:
            prepared.append(
                prepare_invitation(
                    panel=panel,
                    candidate=candidate,
                    now=now,
                    hours=terms.hours,
                    metadata=terms.metadata.get(candidate.pk),
                )
            )
        except InvitationRefused as refusal:
            done.refuse(candidate, str(refusal))
    made = InterviewPanelCandidate.objects.bulk_create(prepared)
    make_pins(made)
    announce_invited(made, now)
    done.invitations += made
    if channels:
        queue_prepared([message for invitation in made for message in _write_to(done, invitation, channels, now)])
    return made


def _write_to(
    done: Invited, invitation: InterviewPanelCandidate, channels: tuple[str, ...], now: datetime
) -> list[Message]:
    """By all of its channels, or by none. That it can be sent was asked just now, as it was made."""
    candidate = invitation.candidate
    try:
        written = [
            prepare_message(
                candidate=candidate,
                channel=channel,
                kind=INVITATION,
                language=invitation.panel.language,
                about=invitation.uuid,
                now=now,
            )
            for channel in choose_channels(candidate, channels)
        ]
    except MessageRefused as refusal:
        done.refuse(candidate, str(refusal))
        return []
    done.sent += 1
    return written


def act_on_links(
    *,
    invitations: Sequence[InterviewPanelCandidate],
    act: Act,
    wish: Wish,
    now: datetime,
    record: Callable[[InterviewPanelCandidate, str], None],
) -> list[tuple[InterviewPanelCandidate, str]]:
    """The same with each, a few in a transaction. `record` keeps what was done with one, in that transaction.

    Returns those with whom it could not be done, and why.
    """
    refused = []
    for start in range(0, len(invitations), TOGETHER):
        with transaction.atomic():
            for invitation in invitations[start : start + TOGETHER]:
                try:
                    record(invitation, act_on_link(invitation=invitation, act=act, wish=wish, now=now))
                except ActRefused as refusal:
                    refused.append((invitation, str(refusal)))
    return refused
