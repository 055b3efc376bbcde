"""Reminds candidates who have a link and have not begun. Called by the sweep.

A reminder is a row with a key of its own for each invitation and deadline, so that two sweepers, or one that is killed
and started again, remind once; whether there is still a use for it is asked again as it is sent.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery

from interviewpanel.domain.reminders import NIGHT, find_reminder_time
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.link_facts import annotate_link_facts
from interviewpanel.services.invitation_messages import (
    EXTENDED,
    INVITATION,
    NEW_LINK,
    REMINDER,
    queue_about,
)
from organizations.models import Message, Organization
from organizations.selectors import find_zone
from organizations.services.messages import MessageRefused

LINKED = (INVITATION, NEW_LINK, EXTENDED)


def remind_waiting(now: datetime) -> int:
    """Effects: a reminder for each candidate whose time for it has come. Returns how many.

    While the site cannot send, none is made: what cannot be sent now would come in a heap later.
    """
    hours = Organization.objects.filter(reminder_hours__gt=0).order_by("reminder_hours")
    each = hours.values_list("reminder_hours", flat=True).distinct()
    return sum(_remind(invitation, now) for one in list(each) for invitation in _list_waiting(one, now))


def _list_waiting(hours: int, now: datetime) -> list[InterviewPanelCandidate]:
    """Of organizations that remind so many hours before: who was sent a link by this site and has not begun, where the
    time of the reminder is at most a night away.
    """
    sent = Message.objects.filter(about=OuterRef("uuid"), kind__in=LINKED, state__in=["sent", "delivered"])
    last = sent.order_by("channel", "-id")  # by e-mail, if any went that way
    reminded = Message.objects.filter(about=OuterRef("uuid"), kind=REMINDER, created_at__gt=OuterRef("link_sent_at"))
    rows = InterviewPanelCandidate.objects.filter(
        expires_at__gt=now,
        expires_at__lte=now + timedelta(hours=hours) + NIGHT,
        revoked_at__isnull=True,
        erased_at__isnull=True,
        is_trial=False,
        organization__reminder_hours=hours,
        panel__status="published",
    ).annotate(link_sent_at=Subquery(last.values("sent_at")[:1]), link_channel=Subquery(last.values("channel")[:1]))
    waiting = annotate_link_facts(rows).filter(
        ~Exists(reminded), Q(link_sent_at__isnull=False), Q(has_begun=False), Q(has_withdrawn=False)
    )
    return list(waiting.select_related("panel", "candidate", "organization").order_by("expires_at"))


def _remind(invitation: InterviewPanelCandidate, now: datetime) -> bool:
    organization, deadline = invitation.organization, invitation.expires_at
    at = find_reminder_time(
        deadline=deadline,
        hours=organization.reminder_hours,
        zone=find_zone(organization),
        link_sent_at=vars(invitation)["link_sent_at"],
    )
    if at is None or at > now:
        return False
    key = f"reminder:{invitation.uuid}:{deadline:%Y%m%dT%H%M%S}"
    channels = (vars(invitation)["link_channel"],)
    try:
        return bool(queue_about(invitation=invitation, kind=REMINDER, now=now, channels=channels, once_key=key))
    except MessageRefused:
        return False
