"""Start times that can be booked. Then a place is kept for the candidate, who is let in before others.

What a booking is worth is decided in selectors/places.py, which keeps a place from one slot ahead. Called by the
candidate's page and the admin.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from interviewpanel.domain.states import MoveRefused, SessionStatus
from interviewpanel.models import Booking, InterviewPanelCandidate
from interviewpanel.selectors.links import check_link
from interviewpanel.services.admissions import let_in_after_commit, lock_capacity

MOST_OFFERED = 60


class BookingRefused(MoveRefused):
    """Nothing was booked; the text is for the candidate, in the language of the call."""


class SlotTaken(BookingRefused):
    def __init__(self) -> None:
        super().__init__(_("This time is not free any more. Please choose another one."))


def list_free_slots(invitation: InterviewPanelCandidate, now: datetime) -> list[datetime]:
    """The next start times within the link's time and the panel's window that are not full. One query, none where
    nothing can be booked."""
    if settings.SLOT_PLACES == 0:
        return []
    slots = list(_list_slots(invitation, now))
    if not slots:
        return []
    others = Booking.objects.exclude(invitation=invitation)
    booked = others.filter(starts_at__gte=slots[0], starts_at__lte=slots[-1], invitation__revoked_at__isnull=True)
    taken: Counter[datetime] = Counter()
    own: Counter[datetime] = Counter()
    for starts_at, organization in booked.values_list("starts_at", "organization"):
        taken[starts_at] += 1
        own[starts_at] += organization == invitation.organization_id
    most_own = invitation.organization.interview_limit
    free = [at for at in slots if taken[at] < settings.SLOT_PLACES and (most_own is None or own[at] < most_own)]
    return free[:MOST_OFFERED]


def _list_slots(invitation: InterviewPanelCandidate, now: datetime) -> list[datetime]:
    """On the grid of SLOT_MINUTES, from one slot ahead, for a week at most."""
    step = timedelta(minutes=settings.SLOT_MINUTES)
    panel = invitation.panel
    begin = max(now, panel.opens_at) if panel.opens_at else now
    end = min(invitation.expires_at, panel.closes_at or invitation.expires_at, now + timedelta(days=7))
    seconds = step.total_seconds()
    first = datetime.fromtimestamp((begin.timestamp() // seconds + 1) * seconds, UTC)
    if first - now < step:
        first += step
    count = max(0, int((end - first) / step) + 1) if end > first else 0
    return [first + number * step for number in range(count) if first + number * step < end]


@transaction.atomic
def book_slot(
    *, invitation: InterviewPanelCandidate, starts_at: datetime, now: datetime, user_id: int | None = None
) -> Booking:
    """Effects: the candidate has this start time, in place of another one. `user_id`: of the recruiter who books.

    Under the lock of the queue, so that no slot is given to more than it holds. Raises BookingRefused; LinkRefused
    where the link opens nothing.
    """
    lock_capacity()
    session = check_link(invitation, now)
    if session is not None and session.status != SessionStatus.PENDING:
        raise BookingRefused(_("The interview has begun."))
    if starts_at not in list_free_slots(invitation, now):
        raise SlotTaken
    booking, _is_new = Booking.objects.update_or_create(
        invitation=invitation,
        defaults={
            "organization_id": invitation.organization_id,
            "starts_at": starts_at,
            "booked_at": now,
            "booked_by_id": user_id,
        },
    )
    return booking


@transaction.atomic
def cancel_booking(*, invitation: InterviewPanelCandidate, now: datetime) -> None:
    """Effects: the time is free for others, and a place that was kept for it."""
    lock_capacity()
    Booking.objects.filter(invitation=invitation).delete()
    let_in_after_commit(now)


def find_booking(invitation: InterviewPanelCandidate, now: datetime) -> datetime | None:
    """The time that is booked and still worth something. One query."""
    late = now - timedelta(seconds=settings.QUEUE_TOLD_SECONDS)
    rows = Booking.objects.filter(invitation=invitation, starts_at__gt=late)
    return rows.values_list("starts_at", flat=True).first()
