"""Work rows, kind by kind: what waits, what is being done, what was given up lately. One query for all kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import Count, Max, Min, Q, QuerySet, Value

from config.work.rows import WorkItem, is_being_done, is_due
from interviewpanel.models import AnswerScore, AudioSegment, JoinedVideo, Recording, SessionStep
from interviewpanel.selectors.waiting import leave_out_trials, list_given_up
from organizations.models import Message
from reports.domain.home_figures import Queue
from reports.models import InterviewReport
from reports.selectors.home.sight import Sight

Status = WorkItem.WorkStatus
Sums: TypeAlias = Any  # a query of sums: its type is longer than what it does


@dataclass(frozen=True)
class Kind:
    """A kind of work: its rows, the path to their session; messages have none, and are about no trial."""

    name: str
    model: type[WorkItem]
    session: str
    permission: str

    @property
    def organization(self) -> str:
        return f"{self.session}__organization" if self.session else "organization"


KINDS = (
    Kind("transcription", AudioSegment, "answer__session", "interviewpanel.view_audiosegment"),
    Kind("scoring", AnswerScore, "answer__session", "interviewpanel.view_answerscore"),
    Kind("reports", InterviewReport, "session", "reports.view_interviewreport"),
    Kind("steps", SessionStep, "session", "interviewpanel.view_interviewsession"),
    Kind("recordings", Recording, "session", "interviewpanel.view_interviewsession"),
    Kind("videos", JoinedVideo, "recording__session", "interviewpanel.view_interviewsession"),
    Kind("messages", Message, "", "organizations.view_message"),
)


def list_queues(sight: Sight, now: datetime) -> list[Queue]:
    """Of every kind that the user may see, in the order of KINDS."""
    seen = [kind for kind in KINDS if sight.may(kind.permission)]
    if not seen:
        return []
    open_work = [_sum_open(kind, sight, now) for kind in seen]
    # What of messages was given up is told by the invitations that did not arrive.
    given_up = [_sum_given_up(kind, sight, now) for kind in seen if kind.session]
    first, *others = [*open_work, *given_up]
    found = {(row["name"], row["part"]): row for row in first.union(*others, all=True)}
    return [_make_queue(kind.name, found) for kind in seen]


def _sum_open(kind: Kind, sight: Sight, now: datetime) -> Sums:
    """What is due and nobody does (also what a worker took and never came back from), and what is being done."""
    is_waiting = is_due(now)
    rows = _cut(kind, sight).filter(work_status__in=[Status.QUEUED, Status.RUNNING])
    real = leave_out_trials(rows, f"{kind.session}__invitation") if kind.session else rows
    return _name(real, kind, "open").annotate(
        total=Count("pk", filter=is_waiting),
        running=Count("pk", filter=is_being_done(now)),
        since=Min("due_at", filter=is_waiting),
        announced_at=Max("republished_at", filter=is_waiting),
    )


def _sum_given_up(kind: Kind, sight: Sight, now: datetime) -> Sums:
    rows = list_given_up(_cut(kind, sight), f"{kind.session}__invitation", now)
    return _name(rows, kind, "given_up").annotate(
        total=Count("pk"),
        running=Count("pk", filter=Q(work_status=Status.RUNNING)),  # none: the columns of both parts are the same
        since=Min("finished_at"),
        announced_at=Max("republished_at"),
    )


def _cut(kind: Kind, sight: Sight) -> QuerySet[Any]:
    return sight.cut(kind.model._default_manager.all(), kind.organization, kind.permission)


def _name(rows: QuerySet[Any], kind: Kind, part: str) -> Sums:
    return rows.order_by().annotate(name=Value(kind.name), part=Value(part)).values("name", "part")


def _make_queue(name: str, found: Mapping[tuple[str, str], dict[str, Any]]) -> Queue:
    """A kind without any rows has no sums."""
    is_open, given_up = found.get((name, "open"), {}), found.get((name, "given_up"), {})
    return Queue(
        kind=name,
        waiting=is_open.get("total", 0),
        due_since=is_open.get("since"),
        announced_at=is_open.get("announced_at"),
        running=is_open.get("running", 0),
        given_up=given_up.get("total", 0),
        given_up_since=given_up.get("since"),
    )
