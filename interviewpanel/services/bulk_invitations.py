"""Inviting many candidates to one panel, and sending the links at once. Called by the admin's import."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.selectors.link_facts import find_open_links
from interviewpanel.services.invitation_messages import INVITATION
from interviewpanel.services.invitations import InvitationRefused, prepare_invitation
from interviewpanel.services.link_acts import choose_channels
from interviewpanel.services.panels import hold_panel
from organizations.models import Candidate, Change, Message
from organizations.services.history import Author, record_changes
from organizations.services.messages import MessageRefused, prepare_message, queue_prepared

# So many acts in one transaction: each of its own would wait for the database among those that are sending already, and
# all in one would let everybody else wait.
TOGETHER = 50
# So many invitations: a batch is a handful of statements, whatever it holds.
INVITED_TOGETHER = 500
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

    What cannot be done with one holds up no other. Interrupted and begun again, or done by two at once, nobody is
    invited twice: who looks for open links holds the panel until their own are made.
    """
    wanted, done = list(candidates), Invited()
    for start in range(0, len(wanted), INVITED_TOGETHER):
        with transaction.atomic():
            held = hold_panel(panel.pk)
            made = _invite_some(done, held, wanted[start : start + INVITED_TOGETHER], tuple(channels), author.now)
            rows = [(one, one.organization_id) for one in made]
            record_changes(
                rows=rows,
                action=Change.Action.ADDED,
                actor=author.user,
                now=author.now,
                message="Invited by an import.",
            )
    return done


def _invite_some(
    done: Invited, panel: InterviewPanel, candidates: Sequence[Candidate], channels: tuple[str, ...], now: datetime
) -> list[InterviewPanelCandidate]:
    invited = {row.candidate_id for row in find_open_links(panel, candidates)}
    prepared: list[InterviewPanelCandidate] = []
    for candidate in candidates:
        if candidate.pk in invited:
            done.refuse(candidate, HAS_ONE)
            continue
        try:
            prepared.append(prepare_invitation(panel=panel, candidate=candidate, now=now))
        except InvitationRefused as refusal:
            done.refuse(candidate, str(refusal))
    made = InterviewPanelCandidate.objects.bulk_create(prepared)
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
