"""Messages about an invitation: which there are, asking for one, and writing it when its turn comes.

Called by the admin, the sweep of reminders, and organizations' task, which sends what is written here. The private link
is made here as the message is sent: no row holds it.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from django.utils import timezone

from interviewpanel.domain.link_acts import Act, find_obstacle
from interviewpanel.models import InterviewPanelCandidate, Place
from interviewpanel.selectors.link_facts import annotate_link_facts, read_link_facts
from interviewpanel.selectors.places import list_open_places
from interviewpanel.services.admissions import PLACE_FREE
from interviewpanel.services.invitations import join_url
from interviewpanel.services.message_texts import (
    UNLINKED,
    describe_answer,
    describe_invitation,
    describe_place,
    describe_sample,
    list_placeholders,
    read_words,
)
from organizations.models import Message, Organization
from organizations.services.message_kinds import Content, MessageKind, NotNeeded, Words, add_kind
from organizations.services.messages import EMAIL, MessageRefused, queue_message

INVITATION, REMINDER, NEW_LINK, EXTENDED, REVOKED = "invitation", "reminder", "new_link", "extended", "revoked"
ANSWERED = "answered"
LABELS = {
    INVITATION: "Invitation",
    REMINDER: "Reminder",
    NEW_LINK: "New link",
    EXTENDED: "Later deadline",
    REVOKED: "Link revoked",
    ANSWERED: "Request answered",
    PLACE_FREE: "Place free",
}
# By which act's rules it is decided, when a message's turn comes, whether there is still a use for it.
ACTS = {INVITATION: Act.SEND, REMINDER: Act.REMIND, NEW_LINK: Act.SEND, EXTENDED: Act.SEND}


def queue_about(
    *,
    invitation: InterviewPanelCandidate,
    kind: str,
    now: datetime,
    channels: Collection[str] = (EMAIL,),
    once_key: str | None = None,
) -> list[Message]:
    """Effects: a message by each channel, in the caller's transaction. Raises MessageRefused for the first that cannot
    be, before any is queued; trial interviews are told nothing.
    """
    if invitation.is_trial:
        raise MessageRefused("This is a trial interview of your own people: nobody is written to.")
    if kind in ACTS and (obstacle := find_obstacle(ACTS[kind], read_link_facts(load_facts(invitation.pk), now), now)):
        raise MessageRefused(obstacle)
    queued = [
        queue_message(
            candidate=invitation.candidate,
            channel=channel,
            kind=kind,
            language=invitation.panel.language,
            about=invitation.uuid,
            now=now,
            once_key=once_key,
        )
        for channel in channels
    ]
    return [message for message in queued if message is not None]


def load_facts(pk: int) -> InterviewPanelCandidate:
    """The invitation as it is in the database now, with what decides on its link."""
    rows = InterviewPanelCandidate.objects.select_related("panel", "candidate", "organization")
    return annotate_link_facts(rows).get(pk=pk)


def write_message(message: Message, now: datetime) -> Content:
    """As things are now. Raises NotNeeded where there is no use for it any more."""
    rows = InterviewPanelCandidate.objects.filter(uuid=message.about) if message.about else None
    found = rows.values_list("pk", flat=True).first() if rows is not None else None
    if found is None:
        raise NotNeeded("The invitation is not there any more.")
    invitation = load_facts(found)
    if message.kind == REVOKED:
        if invitation.revoked_at is None:
            raise NotNeeded("The candidate has got a new link meanwhile.")
        return describe_invitation(invitation, "", message.kind, message.language)
    if message.kind == ANSWERED:
        return _write_answer(invitation, message.language, now)
    if message.kind == PLACE_FREE:
        return _write_place(invitation, message.language, now)
    if obstacle := find_obstacle(ACTS[message.kind], read_link_facts(invitation, now), now):
        raise NotNeeded(obstacle)
    return describe_invitation(invitation, join_url(invitation), message.kind, message.language)


def _write_answer(invitation: InterviewPanelCandidate, language: str, now: datetime) -> Content:
    """With the link to where the reply stands, which also opens when the interview cannot be begun any more."""
    facts = read_link_facts(invitation, now)
    if facts.is_erased:
        raise NotNeeded("The candidate's data was erased.")
    can_begin = not facts.has_begun and not find_obstacle(Act.SEND, facts, now)
    return describe_answer(invitation, f"{join_url(invitation)}privacy/", language, can_begin=can_begin)


def _write_place(invitation: InterviewPanelCandidate, language: str, now: datetime) -> Content:
    """For as long as the place is held; whether the link has ended meanwhile does not count for who waited in line."""
    called = list_open_places().filter(session__invitation=invitation, state=Place.State.CALLED, held_until__gt=now)
    held_until = called.values_list("held_until", flat=True).first()
    if held_until is None:
        raise NotNeeded("The interview has begun, or the place was given to the next.")
    return describe_place(invitation, join_url(invitation), held_until, language)


def _make_sample(kind: str, organization: Organization, language: str) -> Content:
    return describe_sample(organization, kind, language, timezone.now())


def add_kinds() -> None:
    """Called as the site starts."""
    for name, label in LABELS.items():
        words: Callable[[str, str], Words] = partial(read_words, name)
        sample: Callable[[Organization, str], Content] = partial(_make_sample, name)
        linked = name not in UNLINKED
        add_kind(
            MessageKind(
                name=name,
                label=label,
                required=frozenset({"link"} if linked else ()),
                placeholders=list_placeholders(name),
                read_words=words,
                write=write_message,
                make_sample=sample,
            )
        )
