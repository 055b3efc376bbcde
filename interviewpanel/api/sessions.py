"""Interviews: listed, read, and steered while they go on. What was said and recorded: transcripts.py, recordings.py."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.db import transaction
from django.db.models import F, OrderBy, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.moments import MomentFilter
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api.raters import filter_status, leave_out_expired
from interviewpanel.api.session_serializers import STATUSES, STEER, ExtensionSerializer, InterviewSerializer
from interviewpanel.domain.states import LIVE, MoveRefused
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.blind_ratings import has_hidden_scores
from interviewpanel.selectors.decisions import RATE_FIRST
from interviewpanel.selectors.told_interviews import list_kept, tell_results
from interviewpanel.services import steering
from interviewpanel.services.events import lock_session
from organizations.api.callers import get_reach, get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.searches import SEARCHED_EMAIL, search_email
from organizations.api.serializers import ReasonSerializer
from organizations.api.views import TenantViewSet
from organizations.models import Change

VIEW = "interviewpanel.view_interviewsession"
REFUSALS: dict[int, Any] = {400: PROBLEM, 404: PROBLEM, 409: PROBLEM}
REASON = {"reason": "The candidate asked by phone to stop here."}
EXTENSION = {"reason": "The line was bad.", "minutes": 10, "expected_limit_seconds": 1800}
EXAMPLE = {
    "id": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
    "organization": "0d9c6a4e-2f51-4d6f-8a56-1f2d3c4b5a69",
    "invitation": "a3c7a1de-1b5e-47c5-b5b2-9f4d1c2e3f40",
    "candidate": {"id": "8f14e45f-ceea-467f-a3f9-b5c1d2e3f405", "full_name": "Priya Raghunathan"},
    "panel": {
        "id": "c9f0f895-fb98-4ab9-9f59-d3a1b2c3d4e5",
        "title": "Backend screening",
        "job_title": "Backend Engineer",
        "language": "en",
        "max_minutes": 30,
    },
    "status": "completed",
    "is_live": False,
    "pause_reason": "",
    "created_at": "2026-03-12T09:29:00Z",
    "started_at": "2026-03-12T09:30:00Z",
    "ended_at": "2026-03-12T09:42:00Z",
    "end_reason": "all questions asked",
    "kept_until": None,
    "recordings_kept_until": None,
    "recordings_erased_at": None,
    "clock": {"limit_seconds": 1800, "used_seconds": 612.0, "running_since": None, "paused_seconds": 0.0},
    "metadata": {},
    "has_withdrawn": False,
    "rate_first": False,
    "report": {"state": "final", "made_at": "2026-03-12T09:42:20Z"},
    "result": {"overall": 56, "grade": "F", "recommendation": "no_hire"},
}
LIVE_EXAMPLE = {
    **EXAMPLE,
    "status": "in_progress",
    "is_live": True,
    "ended_at": None,
    "end_reason": "",
    "report": {"state": "none", "made_at": None},
    "result": None,
}


def get_reader_id(request: Request) -> int | None:
    """Whose ratings count where somebody is to rate first; None for another system."""
    user = get_user(request)
    return user.pk if user else None


class InterviewRows(TenantViewSet):
    """Base of every view of interviews: whoever sees an interview may be told that something may not be done with it;
    for everybody else there is no such interview."""

    queryset = list_kept()
    seen_by = VIEW


class RatedFirstRows(InterviewRows):
    """Base of the views that tell, or lead to, what was measured."""

    def get_object(self) -> Any:
        """Raises Refused for who is to rate the interview first."""
        session = super().get_object()
        if has_hidden_scores(session, get_reader_id(self.request), get_reach(self.request)):
            raise Refused(RATE_FIRST)
        return session


class EndFilter(MomentFilter):
    def filter(self, rows: Any, value: Any) -> Any:
        if value is None:
            return rows
        return super().filter(leave_out_expired(cast("Request", self.parent.request), rows), value)


class InterviewFilters(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=[(one, one) for one in STATUSES], method="keep_status")
    is_live = filters.BooleanFilter(method="keep_live")
    organization = filters.UUIDFilter("organization__uuid")
    panel = filters.UUIDFilter("invitation__panel__uuid")
    candidate = filters.UUIDFilter("invitation__candidate__uuid")
    started_after = MomentFilter("started_at", "gte")
    started_before = MomentFilter("started_at", "lt")
    ended_after = EndFilter("ended_at", "gte")
    ended_before = EndFilter("ended_at", "lt")

    def keep_status(self, rows: Any, name: str, value: list[str]) -> Any:
        return filter_status(cast("Request", self.request), rows, value) if value else rows

    def keep_live(self, rows: Any, name: str, value: bool) -> Any:
        live = sorted(LIVE)
        return rows.filter(status__in=live) if value else rows.exclude(status__in=live)


@extend_schema(tags=["interviews"])
@extend_schema_view(
    list=extend_schema(
        summary="Interviews",
        description="Those whose link was opened; not what staff tried, nor what was erased.",
        examples=[give_example(EXAMPLE, of="response")],
    )
)
class InterviewViewSet(ListModelMixin, InterviewRows):
    serializer_class = InterviewSerializer
    filterset_class = InterviewFilters
    search_fields = ("invitation__candidate__full_name", SEARCHED_EMAIL)
    ordering_fields = ("created_at", "started_at")
    ordering = ("-created_at",)
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        "end": STEER,
        "pause": STEER,
        "resume": STEER,
        "extend": STEER,
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows = search_email(self.request, super().get_queryset(), "invitation__candidate__email")
        return tell_results(rows, get_reader_id(self.request), get_reach(self.request))

    def filter_queryset(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """What has not begun comes last, on every database; what is equal has an order as well."""
        found = super().filter_queryset(rows)
        asked = [one for one in found.query.order_by if isinstance(one, str)]
        order = [OrderBy(F("started_at"), one[0] == "-", nulls_last=True) if "started" in one else one for one in asked]
        return found.order_by(*order, "-pk")

    @extend_schema(
        summary="One interview",
        responses={200: InterviewSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, self.get_serializer(self.get_object()).data)

    # --- What is done while it goes on --------------------------------------------------------------------------------

    @extend_schema(
        summary="End an interview now",
        description="What was answered so far counts, the candidate is told, the report follows. The reason is kept in "
        "the history and not shown to the candidate.",
        request=ReasonSerializer,
        responses={200: InterviewSerializer, **REFUSALS},
        examples=[give_example(REASON, of="request"), give_example(EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, uuid: str) -> Response:
        return self.steer(request, "Ended while it went on.", steering.end_by_organization)

    @extend_schema(
        summary="Pause an interview",
        description="Its clock stands, and the candidate is told. The pause is of the time that the panel gives for "
        "pauses, and ends with it; the candidate may end it before.",
        request=ReasonSerializer,
        responses={200: InterviewSerializer, **REFUSALS},
        examples=[give_example(REASON, of="request"), give_example(LIVE_EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, uuid: str) -> Response:
        return self.steer(request, "Paused.", steering.pause_by_organization)

    @extend_schema(
        summary="Go on with an interview that was paused here",
        description="A pause that the candidate took is theirs to end.",
        request=ReasonSerializer,
        responses={200: InterviewSerializer, **REFUSALS},
        examples=[give_example(REASON, of="request"), give_example(LIVE_EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, uuid: str) -> Response:
        return self.steer(request, "Pause ended.", steering.resume_by_organization)

    @extend_schema(
        summary="Give an interview more talking time",
        description="The candidate is told at once. With an `Idempotency-Key` a repeated call adds nothing more.",
        request=ExtensionSerializer,
        responses={200: InterviewSerializer, 422: PROBLEM, **REFUSALS},
        examples=[give_example(EXTENSION, of="request"), give_example(LIVE_EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, uuid: str) -> Response:
        def add() -> Response:
            told = ExtensionSerializer(data=request.data)
            told.is_valid(raise_exception=True)
            values = told.validated_data
            minutes, expected = values["minutes"], values.get("expected_limit_seconds")
            session = self.get_object()
            added = "1 minute" if minutes == 1 else f"{minutes} minutes"

            def extend(*, session_id: int, now: Any) -> None:
                limit = lock_session(session_id).clock_limit_seconds if expected is None else expected
                steering.extend_session(session_id=session_id, minutes=minutes, expected_limit_seconds=limit, now=now)

            return self.do(request, session, f"Extended by {added}.", values["reason"], extend)

        return create_once(request, add)

    def steer(self, request: Request, message: str, deed: Callable[..., None]) -> Response:
        told = ReasonSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        with transaction.atomic():
            return self.do(request, self.get_object(), message, told.validated_data["reason"], deed)

    def do(
        self, request: Request, session: InterviewSession, message: str, reason: str, deed: Callable[..., None]
    ) -> Response:
        """The deed and its line, in one transaction. Raises Refused in the service's words."""
        try:
            deed(session_id=session.pk, now=timezone.now())
        except MoveRefused as refusal:
            raise Refused(str(refusal)) from refusal
        record(request, session, Change.Action.CHANGED, session.organization_id, message, reason=reason)
        return Response(self.get_serializer(self.get_object()).data)
