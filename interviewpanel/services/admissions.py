"""Who may begin an interview now. Every decision is made under one lock, so that the limit holds with many servers.

The lock is the update of the one `Capacity` row. It is taken after a session's lock and never before one: what is done
here touches no session. Called by services/session_manager.py as a candidate begins and as an interview ends, by the
queue's own messages, by the admin, and by the sweep, which lets people in when a server has died.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from interviewpanel.domain.queueing import Tenant, choose_next
from interviewpanel.domain.states import MoveRefused, SessionStatus
from interviewpanel.models import Capacity, InterviewSession, Place
from interviewpanel.selectors.places import OPEN, Standing, count_taken, list_open_places, read_standing
from interviewpanel.services.events import tell_sockets
from organizations.services.messages import MessageRefused, check_can_reach, queue_message

logger = logging.getLogger(__name__)
State = Place.State
PLACE_FREE = "place_free"  # the kind of message
FORGOTTEN = timedelta(hours=12)  # so long after their link's end, who is not back is out of the line


class QueueRefused(MoveRefused):
    """Nothing was changed; the message says why and what to do."""


def lock_capacity() -> None:
    """Until the transaction ends nobody else decides. An update waits on both databases, as a row's lock would not."""
    row = Capacity.objects.filter(pk=Capacity.ONLY)
    if not row.update(decisions=F("decisions") + 1):
        Capacity.objects.bulk_create([Capacity(pk=Capacity.ONLY)], ignore_conflicts=True)
        row.update(decisions=F("decisions") + 1)


def take_place(session: InterviewSession, *, consent_hash: str, now: datetime) -> bool:
    """For a session that its caller has locked and that has not begun: may it begin now?

    Effects: it stands in the queue from now on, unless it did; whoever may begin is called; if it is among them, its
    place is taken and the answer is True. A place that was held for it and has lapsed is gone: it waits anew.
    """
    lock_capacity()
    fresh = {"organization_id": session.organization_id, "arrived_at": now, "consent_hash": consent_hash}
    place, is_new = Place.objects.get_or_create(session=session, defaults=fresh)
    if not is_new:
        _return_to_line(place, consent_hash, now)
    _call_next(now)
    mine = Place.objects.filter(pk=place.pk, state=State.CALLED)
    return mine.update(state=State.BEGUN, begun_at=now, held_until=None) == 1


def _return_to_line(place: Place, consent_hash: str, now: datetime) -> None:
    """Who is in line and wants to be told by e-mail or SMS still does: pages say `start` after every reconnect."""
    rows = Place.objects.filter(pk=place.pk)  # by statements of their own: who leaves the line takes no lock
    rows.update(consent_hash=consent_hash)
    rows.filter(Q(state=State.LEFT) | Q(state=State.CALLED, held_until__lte=now)).update(
        state=State.WAITING,
        arrived_at=now,
        left_at=None,
        tell_by="",
        called_at=None,
        held_until=None,
        told_at=None,
    )


@transaction.atomic
def let_in(now: datetime) -> int:
    """Effects: places whose hold ran out are given on, and everybody who may begin is called, in order: their page
    hears of it, who left the page gets a message. Returns how many were called. Without anybody in line it asks once.
    """
    if not list_open_places().exists():
        return 0
    lock_capacity()
    return _call_next(now)


def let_in_after_commit(now: datetime) -> None:
    """A place is free once the caller's transaction has ended. It may fail: the sweep comes by."""
    transaction.on_commit(partial(let_in, now), robust=True)


def _call_next(now: datetime) -> int:
    """Under the lock. A number of queries that does not depend on how many wait; where no place is free, which is the
    usual case while somebody does, the line is not read at all."""
    Place.objects.filter(state=State.CALLED, held_until__lte=now).update(state=State.LEFT, left_at=now, tell_by="")
    taken = count_taken()
    if taken.total() >= settings.INTERVIEW_LIMIT:
        return 0
    standing = read_standing(now, taken)
    if standing.is_drained:
        return 0
    chosen = choose_next(standing.present, standing.tenants, free=standing.free)
    return _call([one.id for one in chosen], now) if chosen else 0


def _call(places: Collection[int], now: datetime, **values: object) -> int:
    """Effects: each place is held; their pages look; who left the page is written to, and has longer. Returns how many
    were called: who has left the line since it was read, which takes no lock, is not."""
    rows = Place.objects.filter(pk__in=places, state=State.WAITING)
    hold, told_hold = timedelta(seconds=settings.QUEUE_HOLD_SECONDS), timedelta(seconds=settings.QUEUE_TOLD_SECONDS)
    called = {"state": State.CALLED, "called_at": now, **values}
    count = rows.filter(tell_by="").update(held_until=now + hold, **called)
    count += rows.exclude(tell_by="").update(held_until=now + told_hold, told_at=now, **called)
    related = ("session__invitation__candidate", "session__invitation__panel")
    for place in Place.objects.filter(pk__in=places, state=State.CALLED).select_related(*related):
        tell_sockets(place.session, {"type": "session.settings"})
        if place.tell_by:
            _write_to(place, now)
    return count


def _write_to(place: Place, now: datetime) -> None:
    """One that cannot be written to any more keeps the place for as long: they may look by themselves."""
    invitation = place.session.invitation
    try:
        queue_message(
            candidate=invitation.candidate,
            channel=place.tell_by,
            kind=PLACE_FREE,
            language=invitation.panel.language,
            about=invitation.uuid,
            now=now,
        )
    except MessageRefused as refusal:
        logger.warning("Interview %s: nobody could be told that a place is free: %s", place.session.uuid, refusal)


# --- What a candidate who waits may do ----------------------------------------------------------------------------


@transaction.atomic
def leave_queue(*, session_id: int, epoch: int, now: datetime) -> None:
    """Effects: out of the line; a place that was held goes to the next. The link stays good."""
    _find_mine(session_id, epoch)
    if Place.objects.filter(session=session_id, state__in=OPEN).update(state=State.LEFT, left_at=now, tell_by=""):
        let_in_after_commit(now)


@transaction.atomic
def ask_to_be_told(*, session_id: int, epoch: int, channel: str, now: datetime) -> None:
    """Effects: they keep their place in line without the page, and are written to when a place is free.

    Raises QueueRefused where there is no such way, or they do not wait.
    """
    session = _find_mine(session_id, epoch)
    if channel not in list_channels(session):
        raise QueueRefused("This site cannot write to you that way. Please keep this page open.", "queue.no_channel")
    if not Place.objects.filter(session=session, state=State.WAITING).update(tell_by=channel):
        raise QueueRefused("You are not in the queue.", "queue.not_waiting")


def _find_mine(session_id: int, epoch: int) -> InterviewSession:
    """Raises QueueRefused for a connection that holds the session no more."""
    rows = InterviewSession.objects.select_related("invitation__candidate").filter(pk=session_id, epoch=epoch)
    session = rows.first()
    if session is None:
        raise QueueRefused("This interview is open elsewhere; this connection can change nothing.", "session.replaced")
    return session


def list_channels(session: InterviewSession) -> list[str]:
    """How this candidate can be told. Nobody writes to the people who try a panel. No query."""
    if session.invitation.is_trial:
        return []
    return [channel for channel in ("email", "sms") if _can_reach(session, channel)]


def _can_reach(session: InterviewSession, channel: str) -> bool:
    try:
        check_can_reach(session.invitation.candidate, channel)
    except MessageRefused:
        return False
    return True


# --- What people of the site may do -------------------------------------------------------------------------------


@transaction.atomic
def let_in_by_hand(*, place_id: int, user_id: int, may_exceed: bool, now: datetime) -> None:
    """Effects: this candidate is called now, before others. `may_exceed`: over the organization's own limit too, which
    is for who sets it to say.

    Raises QueueRefused where they do not wait any more, the site takes nobody, the organization's own limit is reached,
    or all places of the site are taken: that limit is what the machines bear, and holds for everybody.
    """
    lock_capacity()
    standing = read_standing(now)
    gone = QueueRefused("This candidate does not wait any more. Look at the list again.")
    chosen = next((one for one in standing.waiting if one.id == place_id), None)
    if chosen is None:
        raise gone
    if place_id in standing.absent:
        raise QueueRefused(
            "This candidate has closed the page, and a place would be held for nobody. They are let in when they are "
            "back."
        )
    if standing.is_drained:
        raise QueueRefused("This site lets nobody in just now: it is being updated.")
    _check_room(standing)
    if not may_exceed:
        _check_own_limit(standing.tenants[chosen.organization])
    if not _call([place_id], now, let_in_by_id=user_id):
        raise gone


def _check_room(standing: Standing) -> None:
    kept = sum(tenant.kept for tenant in standing.tenants.values())
    if standing.free - kept <= 0:
        raise QueueRefused(
            f"All {settings.INTERVIEW_LIMIT} places of this site are taken or kept for booked times. Wait until an "
            "interview ends, or ask whoever runs the site."
        )


def _check_own_limit(tenant: Tenant) -> None:
    if tenant.limit is not None and tenant.live >= tenant.limit:
        raise QueueRefused(
            f"All {tenant.limit} places of your organization are taken. Wait until one of its interviews ends, or ask "
            "whoever runs the site for a higher limit."
        )


@transaction.atomic
def drain(now: datetime) -> None:
    """Effects: nobody new is let in on the whole site until `undrain`; those who wait keep their place in line."""
    lock_capacity()
    Capacity.objects.filter(drained_at__isnull=True).update(drained_at=now)


@transaction.atomic
def undrain(now: datetime) -> int:
    """Effects: those who wait are let in again. Returns how many were called."""
    lock_capacity()
    Capacity.objects.update(drained_at=None)
    return _call_next(now)


def sweep_queue(now: datetime) -> int:
    """Effects: who waits under a link that opens nothing any more is out of the line; whoever may begin is called.

    A closed page may be a line that broke a moment ago, and out of the line a link that has ended opens nothing. It is
    passed over and does no harm, so it stays for hours.
    """
    gone = ~Q(session__status=SessionStatus.PENDING)
    nobody = Q(session__lease_until__isnull=True) | Q(session__lease_until__lte=now)
    late = Q(session__invitation__expires_at__lte=now - FORGOTTEN, tell_by="", state=State.WAITING) & nobody
    rows = Place.objects.filter(gone | late, state__in=OPEN).values("pk")
    left = Place.objects.filter(pk__in=rows, state__in=OPEN).update(state=State.LEFT, left_at=now, tell_by="")
    return left + let_in(now)
