"""What waits for a person, is live or has gone wrong, each as a condition on rows. Read by the lists' filters
(admin/home_filters.py) and by the home page, so that a figure there and the list behind it are the same rows.

Trial interviews are in none of them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from config.work.rows import WorkItem, is_being_done, is_due
from interviewpanel.domain.states import LIVE
from interviewpanel.models import (
    AccommodationRequest,
    AnswerRating,
    AnswerScore,
    CandidateRequest,
    InterviewPanelCandidate,
    InterviewSession,
    JoinedVideo,
    Recording,
    ScoreOverride,
    SessionStep,
)
from interviewpanel.selectors.withdrawals import NOTHING_MORE
from organizations.models import Message

# What was given up longer ago is no news; its row still says so.
FAILURE_DAYS = 14
EXPIRING_WITHIN = timedelta(hours=24)
EXPIRED_SINCE = timedelta(days=7)
# A live interview lasts hours at most, so that who was live at a time began not long before.
LONGEST_INTERVIEW = timedelta(days=2)
# How far an invitation came, in order.
STAGES = ("invited", "opened", "begun", "finished")
NOT_ARRIVED = (Message.State.BOUNCED, Message.State.FAILED)
GIVEN_UP = (WorkItem.WorkStatus.FAILED, WorkItem.WorkStatus.DEAD)


def leave_out_trials(rows: QuerySet[Any], invitation: str) -> QuerySet[Any]:
    """`invitation`: the path from a row to its invitation, empty for invitations themselves."""
    return rows.filter(**{f"{invitation}__is_trial" if invitation else "is_trial": False})


def list_open_accommodations(rows: QuerySet[AccommodationRequest]) -> QuerySet[AccommodationRequest]:
    return leave_out_trials(rows.filter(state=AccommodationRequest.State.ASKED), "invitation")


def list_open_requests(rows: QuerySet[CandidateRequest]) -> QuerySet[CandidateRequest]:
    return leave_out_trials(rows.filter(answered_at__isnull=True), "invitation")


def list_for_person(scores: QuerySet[AnswerScore]) -> QuerySet[AnswerScore]:
    """Answers that a person has to look at: without a number, or with one that there are reasons to doubt, and that
    nobody has rated yet or given a score of their own.

    The last scoring of an answer that is done counts. This is the one place that says so.
    """
    done = AnswerScore.objects.filter(work_status=WorkItem.WorkStatus.DONE)
    newer = done.filter(answer=OuterRef("answer"), number__gt=OuterRef("number"))
    doubtful = scores.filter(
        Q(state=AnswerScore.State.NEEDS_HUMAN) | ~Q(reasons=[]), work_status=WorkItem.WorkStatus.DONE
    ).exclude(Exists(newer))
    judged = AnswerRating.objects.filter(answer=OuterRef("answer"))
    overridden = ScoreOverride.objects.filter(answer=OuterRef("answer"), withdrawn_at__isnull=True)
    doubtful = doubtful.exclude(Exists(judged) | Exists(overridden))
    return leave_out_trials(doubtful, "answer__session__invitation")


def list_given_up(rows: QuerySet[Any], invitation: str, now: datetime) -> QuerySet[Any]:
    """Work that was given up lately, but for what is not done for a candidate who has withdrawn."""
    since = now - timedelta(days=FAILURE_DAYS)
    given_up = rows.filter(work_status__in=GIVEN_UP, finished_at__gte=since).exclude(last_error=NOTHING_MORE)
    return leave_out_trials(given_up, invitation)


def list_due(rows: QuerySet[Any], invitation: str, now: datetime) -> QuerySet[Any]:
    """Work that is due and nobody does, also what a worker took and never came back from."""
    return leave_out_trials(rows.filter(is_due(now)), invitation)


def list_being_done(rows: QuerySet[Any], invitation: str, now: datetime) -> QuerySet[Any]:
    """Work that a worker holds just now."""
    return leave_out_trials(rows.filter(is_being_done(now)), invitation)


def list_with_failures(sessions: QuerySet[InterviewSession], now: datetime) -> QuerySet[InterviewSession]:
    """Interviews of which a recording, a video or a step was given up lately: these have no list of their own."""
    return _list_having(sessions, list_given_up, now)


def list_with_due_work(sessions: QuerySet[InterviewSession], now: datetime) -> QuerySet[InterviewSession]:
    """Interviews of which a recording, a video or a step is due."""
    return _list_having(sessions, list_due, now)


def list_with_work_being_done(sessions: QuerySet[InterviewSession], now: datetime) -> QuerySet[InterviewSession]:
    """Interviews of which a worker holds a recording, a video or a step."""
    return _list_having(sessions, list_being_done, now)


def _list_having(
    sessions: QuerySet[InterviewSession], find: Callable[[QuerySet[Any], str, datetime], QuerySet[Any]], now: datetime
) -> QuerySet[InterviewSession]:
    recordings = find(Recording.objects.all(), "session__invitation", now).values("session")
    videos = find(JoinedVideo.objects.all(), "recording__session__invitation", now).values("recording__session")
    steps = find(SessionStep.objects.all(), "session__invitation", now).values("session")
    return sessions.filter(Q(pk__in=recordings) | Q(pk__in=videos) | Q(pk__in=steps))


def list_live(sessions: QuerySet[InterviewSession]) -> QuerySet[InterviewSession]:
    return leave_out_trials(sessions.filter(status__in=sorted(LIVE)), "invitation")


def list_under_way(sessions: QuerySet[InterviewSession], at: datetime) -> QuerySet[InterviewSession]:
    """Interviews that went on at that moment."""
    begun = sessions.filter(started_at__lte=at, started_at__gte=at - LONGEST_INTERVIEW)
    return leave_out_trials(begun.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at)), "invitation")


def list_expiring(invitations: QuerySet[InterviewPanelCandidate], now: datetime) -> QuerySet[InterviewPanelCandidate]:
    """Links that end within a day, and nobody has begun."""
    return _list_unused(invitations.filter(expires_at__gt=now, expires_at__lte=now + EXPIRING_WITHIN))


def list_expired(invitations: QuerySet[InterviewPanelCandidate], now: datetime) -> QuerySet[InterviewPanelCandidate]:
    """Links that ended in the last week without anybody having begun."""
    return _list_unused(invitations.filter(expires_at__gt=now - EXPIRED_SINCE, expires_at__lte=now))


def list_undelivered(
    invitations: QuerySet[InterviewPanelCandidate], now: datetime
) -> QuerySet[InterviewPanelCandidate]:
    """Invitations whose last message came back or could not be sent lately, and that nobody has begun."""
    newer = Message.objects.filter(about=OuterRef("about"), pk__gt=OuterRef("pk"))
    since = now - timedelta(days=FAILURE_DAYS)
    lost = Message.objects.alias(ended_at=Coalesce("reported_at", "finished_at", "created_at"))
    lost = lost.filter(~Exists(newer), about__isnull=False, state__in=NOT_ARRIVED, ended_at__gte=since)
    return _list_unused(invitations.filter(uuid__in=lost.order_by().values("about")))


def _list_unused(invitations: QuerySet[InterviewPanelCandidate]) -> QuerySet[InterviewPanelCandidate]:
    withdrawn = CandidateRequest.objects.filter(invitation=OuterRef("pk"), kind=CandidateRequest.Kind.WITHDRAW)
    unused = invitations.filter(revoked_at__isnull=True, erased_at__isnull=True)
    return leave_out_trials(unused.exclude(Exists(_sessions("begun"))).exclude(Exists(withdrawn)), "")


def list_reached(invitations: QuerySet[InterviewPanelCandidate], stage: str) -> QuerySet[InterviewPanelCandidate]:
    """Invitations that came as far as `stage`, one of STAGES."""
    rows = leave_out_trials(invitations, "")
    return rows if stage == "invited" else rows.filter(has_reached(stage))


def has_reached(stage: str) -> Exists:
    """Of an invitation; for every stage but the first, which all have reached."""
    return Exists(_sessions(stage))


def _sessions(stage: str) -> QuerySet[InterviewSession]:
    sessions = InterviewSession.objects.filter(invitation=OuterRef("pk"))
    if stage == "opened":
        return sessions.filter(epoch__gt=0)  # one that was made ahead, by a call of the API, nobody has opened yet
    begun = sessions.filter(started_at__isnull=False)
    return begun if stage == "begun" else begun.filter(ended_at__isnull=False)
