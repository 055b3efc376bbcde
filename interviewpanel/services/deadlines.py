"""Acts for sessions that no server holds any more. The sweep of `tasks.sweep_sessions`.

A live socket keeps its session's lease and watches its own deadlines; only when the lease has run out, or its owner is
known to be dead, does the sweeper step in. Every action is the same guarded transition that a socket would make.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from config.work.owners import is_owner_dead
from interviewpanel.domain.states import LIVE, MoveRefused, SessionStatus
from interviewpanel.models import InterviewSession, Place
from interviewpanel.selectors.places import OPEN
from interviewpanel.services.admissions import sweep_queue
from interviewpanel.services.answers import stop_waiting_for_words
from interviewpanel.services.clocks import count_grace_seconds_left, count_remaining_seconds, count_seconds_to_resume
from interviewpanel.services.events import lock_session
from interviewpanel.services.session_manager import LEASE_SECONDS, end_session, interrupt_session, resume_session

logger = logging.getLogger(__name__)


def sweep_sessions(now: datetime) -> int:
    """Returns how many sessions were acted on."""
    live = InterviewSession.objects.filter(status__in=sorted(LIVE)).select_related("invitation__panel")
    count = 0
    for sweep in (sweep_queue, expire_sessions):
        try:
            count += sweep(now)
        except Exception:
            logger.exception("%s failed; it is tried again with the next sweep.", sweep.__name__)
    for session in live.iterator(chunk_size=200):
        try:
            count += act_for_session(session, now)
        except MoveRefused as conflict:
            logger.info("Session %s moved on by itself: %s", session.uuid, conflict)
        except Exception:
            logger.exception("Session %s could not be swept.", session.uuid)
    return count


def expire_sessions(now: datetime) -> int:
    """Sessions whose link ended before they began are over, unless somebody is reading the first screen just now, or
    asked in time and stands in the queue."""
    is_free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    queued = Place.objects.filter(session=OuterRef("pk"), state__in=OPEN)
    late = InterviewSession.objects.filter(
        is_free, ~Exists(queued), status=SessionStatus.PENDING, invitation__expires_at__lte=now
    )
    return late.update(status=SessionStatus.EXPIRED, ended_at=now, end_reason="expired")


def act_for_session(session: InterviewSession, now: datetime) -> bool:
    """The first thing that is due for one session, if any. The rest comes with the next sweep.

    No turn ends while nobody is connected, however long it has been quiet: the page goes on recording what is said, and
    sends it when it is back. The grace period alone runs then.
    """
    if is_held(session, now):
        return False
    if session.status != SessionStatus.INTERRUPTED:
        return _interrupt_unheld(session, now)
    if count_grace_seconds_left(session, now) <= 0:
        return end_session(session_id=session.pk, now=now, reason="connection_lost", is_abandoned=True)
    return stop_waiting_for_words(session_id=session.pk, now=now)


@transaction.atomic
def _interrupt_unheld(session: InterviewSession, now: datetime) -> bool:
    """The clock stops at the last sign of life: when the lease was last renewed. False if it was renewed just now."""
    locked = lock_session(session.pk)
    if locked.epoch != session.epoch or is_held(locked, now):
        return False
    renewed_at = now if locked.lease_until is None else locked.lease_until - timedelta(seconds=LEASE_SECONDS)
    interrupt_session(session_id=locked.pk, epoch=locked.epoch, now=min(now, renewed_at))
    return True


def is_held(session: InterviewSession, now: datetime) -> bool:
    """Whether a server has this session now, as far as anybody can know."""
    return bool(session.lease_until and session.lease_until > now and not is_owner_dead(session.lease_owner))


def is_limit_reached(session: InterviewSession, now: datetime) -> bool:
    """What a live socket looks at each second, without a query: has a pause or the talking time run out?"""
    if session.status == SessionStatus.PAUSED and session.paused_at is not None:
        return count_seconds_to_resume(session, now) <= 0
    return session.status == SessionStatus.IN_PROGRESS and count_remaining_seconds(session, now) <= 0


@transaction.atomic
def act_on_limits(*, session_id: int, epoch: int, now: datetime) -> bool:
    """Do what is due for a session that this connection holds. True if something was done.

    With the talking time used up in the middle of an answer the interview ends there, politely; the answer counts.
    """
    session = lock_session(session_id, epoch=epoch)
    if not is_limit_reached(session, now):
        return False
    if session.status == SessionStatus.IN_PROGRESS:
        return end_session(session_id=session_id, now=now, reason="time_is_up")
    if session.pause_reason == "are_you_there":
        return end_session(session_id=session_id, now=now, reason="no_reply", is_abandoned=True)
    resume_session(session_id=session_id, epoch=session.epoch, now=now, reason="pause_budget_spent")
    return True
