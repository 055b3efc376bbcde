"""What the site is doing now, in figures for /metrics: read from rows, whose truth every process shares.

Twelve statements, whatever the size: what is looked through is what is open, given up, or of interviews that began
lately.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from config.work.rows import WorkItem
from interviewpanel.domain.states import LIVE
from interviewpanel.models import Answer, AnswerScore, AudioSegment, CalibrationRun, InterviewSession
from interviewpanel.selectors.calibration import list_unseen_drifts
from interviewpanel.selectors.waiting import LONGEST_INTERVIEW
from questionbank.models import ModelCall
from reports.selectors.place_figures import PlaceFigures, read_places

RECENT = timedelta(minutes=5)
HOUR = timedelta(hours=1)
MOST_ROWS = 20_000
QUANTILES = (0.5, 0.95)
Status = WorkItem.WorkStatus
OPEN, GIVEN_UP = (Status.QUEUED, Status.RUNNING), (Status.FAILED, Status.DEAD)


@dataclass(frozen=True)
class WorkFigures:
    """Of one kind of work. `oldest_due_seconds`: how long what is due has waited to be taken."""

    open: Mapping[str, int] = field(default_factory=dict)
    given_up: Mapping[str, int] = field(default_factory=dict)
    given_up_last_hour: int = 0
    oldest_due_seconds: float = 0.0


@dataclass(frozen=True)
class ModelFigures:
    """Of the calls of language models in the last hour."""

    calls: Mapping[tuple[str, str, str], int]  # by purpose, engine and outcome
    tokens: Mapping[tuple[str, str, str], int]  # by purpose, engine, and read or written
    seconds: Mapping[str, Sequence[float]]  # of those that brought an answer, by purpose, the quickest first


@dataclass(frozen=True)
class Figures:
    sessions: Mapping[str, int]  # live ones, by status
    turns: Sequence[float]  # seconds from the end of a turn to the next question, of the last five minutes
    transcriptions: Sequence[float]  # seconds from a stored segment to its words, of the same
    transcription_lag_seconds: float  # of the oldest segment without words
    work: Mapping[str, WorkFigures]
    scores: Mapping[tuple[str, str], int]  # of the last hour, by engine and state
    models: ModelFigures
    places: PlaceFigures
    drifts: int  # runs of golden sets whose alarm nobody has noted

    @property
    def reports_waiting(self) -> int:
        return sum(self.work["interview_report"].open.values())


def read_figures(now: datetime) -> Figures:
    return Figures(
        sessions=count_live_sessions(),
        turns=list_turns(now),
        transcriptions=list_transcriptions(now),
        transcription_lag_seconds=find_transcription_lag(now),
        work=read_work(now),
        scores=count_scores(now),
        models=read_models(now),
        places=read_places(now),
        drifts=list_unseen_drifts(CalibrationRun.objects.order_by()).count(),
    )


def count_live_sessions() -> dict[str, int]:
    rows = InterviewSession.objects.filter(status__in=sorted(LIVE)).order_by()
    counted = dict(rows.values_list("status").annotate(number=Count("pk")))
    return {status: counted.get(status, 0) for status in sorted(LIVE)}


def list_turns(now: datetime) -> list[float]:
    before = Answer.objects.filter(session=OuterRef("session"), number=OuterRef("number") - 1)
    asked = Answer.objects.filter(_of_late("session", now), number__gt=1, asked_at__gte=now - RECENT).annotate(
        closed_before=Subquery(before.values("closed_at")[:1])
    )
    return _list_seconds(asked.filter(closed_before__isnull=False), "closed_before", "asked_at")


def list_transcriptions(now: datetime) -> list[float]:
    heard = AudioSegment.objects.filter(
        _of_late("answer__session", now), work_status=Status.DONE, finished_at__gte=now - RECENT
    )
    return _list_seconds(heard, "created_at", "finished_at")


def find_transcription_lag(now: datetime) -> float:
    oldest = AudioSegment.objects.filter(work_status__in=OPEN).aggregate(at=Min("created_at"))["at"]
    return 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())


def count_scores(now: datetime) -> dict[tuple[str, str], int]:
    made = AnswerScore.objects.filter(
        _of_late("answer__session", now), work_status=Status.DONE, finished_at__gte=now - HOUR
    ).order_by()
    engine = Coalesce(KeyTextTransform("engine", "provenance"), Value("none", output_field=TextField()))
    counted = made.annotate(engine=engine).values_list("engine", "state").annotate(number=Count("pk"))
    return {(str(engine), state): number for engine, state, number in counted}


def read_models(now: datetime) -> ModelFigures:
    """By an index, of the newest calls."""
    made = ModelCall.objects.filter(created_at__gte=now - HOUR).order_by("-created_at")
    calls: Counter[tuple[str, str, str]] = Counter()
    tokens: Counter[tuple[str, str, str]] = Counter()
    seconds: dict[str, list[float]] = {}
    columns = ("purpose", "engine", "outcome", "prompt_tokens", "completion_tokens", "seconds")
    for purpose, engine, outcome, read, written, took in made.values_list(*columns)[:MOST_ROWS]:
        calls[purpose, engine, outcome] += 1
        tokens[purpose, engine, "read"] += read
        tokens[purpose, engine, "written"] += written
        if outcome == ModelCall.Outcome.DONE:
            seconds.setdefault(purpose, []).append(took)
    return ModelFigures(calls, tokens, {purpose: sorted(one) for purpose, one in seconds.items()})


def _of_late(session: str, now: datetime) -> Q:
    """By an index: nothing of an interview that began earlier happens now."""
    return Q(**{f"{session}__started_at__gte": now - LONGEST_INTERVIEW})


def _list_seconds(rows: QuerySet[Any], begin: str, end: str) -> list[float]:
    took = ExpressionWrapper(F(end) - F(begin), output_field=DurationField())
    found = rows.order_by().annotate(took=took).values_list("took", flat=True)[:MOST_ROWS]
    return sorted(max(0.0, one.total_seconds()) for one in found)


# --- Work -------------------------------------------------------------------------------------------------------------


def list_kinds() -> dict[str, type[WorkItem]]:
    """Every kind of work there is, by its name in the figures: `audio_segment`."""
    models = [model for model in apps.get_models() if issubclass(model, WorkItem)]
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower(): model for model in models}


def read_work(now: datetime) -> dict[str, WorkFigures]:
    """One statement for all kinds, each by its indexes of what is open and what was given up."""
    kinds = list_kinds()
    first, *others = [query for kind, model in kinds.items() for query in _count_work(kind, model, now)]
    found: dict[str, dict[str, tuple[int, int, datetime | None]]] = {kind: {} for kind in kinds}
    for kind, status, number, lately, due_at in first.union(*others, all=True):
        found[kind][status] = (number, lately, due_at)
    return {kind: _sum_up(by_status, now) for kind, by_status in found.items()}


def _count_work(kind: str, model: type[WorkItem], now: datetime) -> Iterator[QuerySet[Any]]:
    for statuses in (OPEN, GIVEN_UP):
        yield (
            model._default_manager.filter(work_status__in=statuses)
            .order_by()
            .values_list(Value(kind), "work_status")
            .annotate(
                number=Count("pk"),
                lately=Count("pk", filter=Q(finished_at__gte=now - HOUR)),
                oldest=Min("due_at", filter=Q(work_status=Status.QUEUED, due_at__lte=now)),
            )
        )


def _sum_up(by_status: Mapping[str, tuple[int, int, datetime | None]], now: datetime) -> WorkFigures:
    oldest = by_status.get(Status.QUEUED, (0, 0, None))[2]
    return WorkFigures(
        open={str(status): by_status.get(status, (0,))[0] for status in OPEN},
        given_up={str(status): by_status.get(status, (0,))[0] for status in GIVEN_UP},
        given_up_last_hour=sum(by_status.get(status, (0, 0))[1] for status in GIVEN_UP),
        oldest_due_seconds=0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
    )
