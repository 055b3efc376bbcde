"""What people do with candidates' links: send, remind, replace, extend, revoke; each with the messages that belong to
it. Called by the admin and the API, for one invitation at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from interviewpanel.domain.link_acts import Act, find_obstacle
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.link_facts import read_link_facts
from interviewpanel.services.invitation_messages import (
    EXTENDED,
    INVITATION,
    NEW_LINK,
    REMINDER,
    REVOKED,
    load_facts,
    queue_about,
)
from interviewpanel.services.invitations import (
    InvitationRefused,
    extend_invitation,
    reissue_invitation,
    revoke_invitation,
)
from organizations.domain.clocks import write_deadline
from organizations.models import Candidate, Message
from organizations.selectors import find_zone
from organizations.services.messages import EMAIL, SMS, MessageRefused

CHANNEL_NAMES = {Message.Channel.EMAIL: "e-mail", Message.Channel.SMS: "SMS"}


class ActRefused(Exception):
    """It cannot be done with this invitation; the text says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Wish:
    """How an act is meant. `channels`: how the candidate is told, none for not at all."""

    channels: tuple[str, ...] = ()
    hours: int | None = None
    expires_at: datetime | None = None


@transaction.atomic
def do_act(*, invitation: InterviewPanelCandidate, act: Act, wish: Wish, now: datetime) -> str:
    """Effects: the change of the link, if the act is one, and the messages, all or nothing.

    Returns what was done, for the history. Raises ActRefused.
    """
    return _do(invitation, act, wish, now)


def _do(invitation: InterviewPanelCandidate, act: Act, wish: Wish, now: datetime) -> str:
    try:
        done, kind = ACTS[act](invitation, wish, now)
        channels = choose_channels(invitation.candidate, wish.channels)
        queued = queue_about(invitation=invitation, kind=kind, now=now, channels=channels) if channels else []
    except (InvitationRefused, MessageRefused) as refusal:
        raise ActRefused(str(refusal)) from refusal
    names = " and ".join(CHANNEL_NAMES[Message.Channel(message.channel)] for message in queued)
    told = f"{'To be sent' if done else LABELS[act]} by {names}." if names else ""
    return " ".join(part for part in (done, told) if part)


@transaction.atomic
def act_on_link(*, invitation: InterviewPanelCandidate, act: Act, wish: Wish, now: datetime) -> str:
    """As `do_act`, with the row locked, and refused also for what the pages do not offer: what has no use any more.

    Effects of `do_act`, which `invitation` has then too.
    """
    InterviewPanelCandidate.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if why := find_obstacle(act, read_link_facts(load_facts(invitation.pk), now), now):
        raise ActRefused(why)
    return _do(invitation, act, wish, now)


LABELS = {Act.SEND: "Invitation to be sent", Act.REMIND: "Reminder to be sent"}


def choose_channels(candidate: Candidate, channels: tuple[str, ...]) -> tuple[str, ...]:
    """Without a way that the candidate has no address for, where there is another."""
    addresses: dict[str, str] = {EMAIL: candidate.email, SMS: candidate.phone}
    return tuple(channel for channel in channels if addresses[channel]) or channels


Done = tuple[str, str]


def _send(invitation: InterviewPanelCandidate, wish: Wish, now: datetime) -> Done:
    return "", INVITATION


def _remind(invitation: InterviewPanelCandidate, wish: Wish, now: datetime) -> Done:
    return "", REMINDER


def _replace(invitation: InterviewPanelCandidate, wish: Wish, now: datetime) -> Done:
    reissue_invitation(invitation=invitation, now=now, hours=wish.hours)
    return "New link made.", NEW_LINK


def _extend(invitation: InterviewPanelCandidate, wish: Wish, now: datetime) -> Done:
    if wish.expires_at is None:
        raise InvitationRefused("Say until when.")
    extend_invitation(invitation=invitation, expires_at=wish.expires_at, now=now)
    until = write_deadline(invitation.expires_at, find_zone(invitation.organization))
    return f"Link extended until {until}.", EXTENDED


def _revoke(invitation: InterviewPanelCandidate, wish: Wish, now: datetime) -> Done:
    revoke_invitation(invitation=invitation, now=now)
    return "Link revoked.", REVOKED


ACTS: dict[Act, Callable[[InterviewPanelCandidate, Wish, datetime], Done]] = {
    Act.SEND: _send,
    Act.REMIND: _remind,
    Act.NEW_LINK: _replace,
    Act.EXTEND: _extend,
    Act.REVOKE: _revoke,
}
