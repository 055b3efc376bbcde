"""Inviting many candidates to one panel, and sending the links at once. Called by the admin's import."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from interviewpanel.domain.link_acts import Act
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.selectors.link_facts import find_open_links
from interviewpanel.services.invitations import InvitationRefused, issue_invitation
from interviewpanel.services.link_acts import ActRefused, Wish, do_act
from organizations.models import Candidate, Change
from organizations.services.history import Author, record_changes

# So many in one transaction: each of its own would wait for the database among those that are sending already, and all
# in one would let everybody else wait.
TOGETHER = 50
HAS_ONE = "there is an open link to this panel already."


@dataclass
class Invited:
    """`refused` has the names by the reason why they were not invited, or not written to."""

    invitations: list[InterviewPanelCandidate] = field(default_factory=list)
    sent: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, candidate: Candidate, reason: str) -> None:
        self.refused.setdefault(reason, []).append(candidate.full_name)


def invite_all(
    *, panel: InterviewPanel, candidates: Iterable[Candidate], channels: Collection[str], author: Author
) -> Invited:
    """Effects: an invitation for each who has no open link to the panel, its messages, and its line in the history.

    What cannot be done with one holds up no other. Interrupted and begun again, nobody is invited twice.
    """
    wanted, done, now = list(candidates), Invited(), author.now
    invited = {row.candidate_id for row in find_open_links(panel, wanted)}
    for start in range(0, len(wanted), TOGETHER):
        with transaction.atomic():
            before = len(done.invitations)
            for candidate in wanted[start : start + TOGETHER]:
                if candidate.pk in invited:
                    done.refuse(candidate, HAS_ONE)
                else:
                    _invite(done, panel, candidate, tuple(channels), now)
            made = done.invitations[before:]
            rows = [(one, one.organization_id) for one in made]
            record_changes(
                rows=rows, action=Change.Action.ADDED, actor=author.user, now=now, message="Invited by an import."
            )
    return done


def _invite(
    done: Invited, panel: InterviewPanel, candidate: Candidate, channels: tuple[str, ...], now: datetime
) -> None:
    try:
        made = issue_invitation(panel=panel, candidate=candidate, now=now)
    except InvitationRefused as refusal:
        done.refuse(candidate, str(refusal))
        return
    done.invitations.append(made)
    if channels:
        _send(done, made, channels, now)


def _send(done: Invited, made: InterviewPanelCandidate, channels: tuple[str, ...], now: datetime) -> None:
    try:
        do_act(invitation=made, act=Act.SEND, wish=Wish(channels=channels), now=now)
    except ActRefused as refusal:
        done.refuse(made.candidate, str(refusal))
    else:
        done.sent += 1
