"""Interviews as the API tells of them. What tells of an accommodation, or of a score, is told to who may know it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from interviewpanel.api.metadata import MetadataField
from interviewpanel.api.raters import sees_terms, tells_end
from interviewpanel.domain.score_calculator import Recommendation
from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.watchers import TERMS_PERMISSION
from interviewpanel.services.steering import MOST_MINUTES
from organizations.api.callers import get_reach
from organizations.api.serializers import ReasonSerializer
from organizations.selectors import Reach

STEER = "interviewpanel.steer_interviewsession"
RESULT = "reports.view_interviewreport"  # of the app above, which makes the report
REPORT_STATES = ("none", "in_progress", "failed", "partial", "final", "insufficient")
RECOMMENDATIONS = [(one.value, one.value) for one in Recommendation]  # settings names their schema
STATUSES = [status.value for status in SessionStatus]


class InterviewCandidateSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    full_name = serializers.CharField()


class InterviewPanelSummarySerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    title = serializers.CharField()
    job_title = serializers.CharField()
    language = serializers.CharField()
    max_minutes = serializers.IntegerField(help_text="Of talking, as the panel gives it to everybody.")


class InterviewClockSerializer(serializers.Serializer):
    """Of talking time: `used_seconds` up to when it last stood, and since when it runs."""

    limit_seconds = serializers.IntegerField(source="clock_limit_seconds")
    used_seconds = serializers.FloatField(source="clock_used_seconds")
    running_since = serializers.DateTimeField(source="clock_running_since", allow_null=True)
    paused_seconds = serializers.FloatField(source="pause_used_seconds", help_text="In pauses that are over.")


class InterviewReportStateSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=REPORT_STATES)
    made_at = serializers.DateTimeField(allow_null=True)


class InterviewResultSerializer(serializers.Serializer):
    """Where too little could be scored there is no number."""

    overall = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    grade = serializers.CharField(allow_null=True)
    recommendation = serializers.ChoiceField(choices=RECOMMENDATIONS, allow_null=True)


class InterviewSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    organization = serializers.UUIDField(source="organization.uuid")
    invitation = serializers.UUIDField(source="invitation.uuid", help_text="The panel candidate whose link it was.")
    candidate = InterviewCandidateSerializer(source="invitation.candidate")
    panel = InterviewPanelSummarySerializer(source="invitation.panel")
    status = serializers.SerializerMethodField()
    is_live = serializers.BooleanField()
    pause_reason = serializers.SerializerMethodField(help_text="Whose pause it is, while it is paused.")
    created_at = serializers.DateTimeField(help_text="When the link was first opened.")
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.SerializerMethodField()
    end_reason = serializers.SerializerMethodField(help_text="Empty while it is not over.")
    kept_until = serializers.DateTimeField(allow_null=True, help_text="Then everything of it is erased.")
    recordings_kept_until = serializers.DateTimeField(
        allow_null=True, help_text="Then its sound and video are erased before the rest; null: with it."
    )
    recordings_erased_at = serializers.DateTimeField(allow_null=True, help_text="When they were; the rest stays.")
    clock = serializers.SerializerMethodField(help_text="null for who may not see what a candidate was granted.")
    metadata = serializers.SerializerMethodField()
    has_withdrawn = serializers.BooleanField(help_text="The candidate has taken back the agreement.")
    rate_first = serializers.BooleanField(
        source="hides_scores", help_text="The panel asks you to rate the answers before you see a score."
    )
    report = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField(help_text="null while there is none, or for who may not see it yet.")

    @property
    def reach(self) -> Reach:
        return get_reach(self.context["request"])

    def tells_end(self, session: InterviewSession) -> bool:
        return tells_end(self.context["request"], session.status, session.organization_id)

    @extend_schema_field(
        serializers.ChoiceField(choices=STATUSES, help_text="To who rates, `pending` of one that a deadline has ended.")
    )
    def get_status(self, session: InterviewSession) -> str:
        return session.status if self.tells_end(session) else SessionStatus.PENDING.value

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_ended_at(self, session: InterviewSession) -> Any:
        is_told = session.ended_at is not None and self.tells_end(session)
        return serializers.DateTimeField().to_representation(session.ended_at) if is_told else None

    def get_end_reason(self, session: InterviewSession) -> str:
        return session.end_reason if self.tells_end(session) else ""

    @extend_schema_field(
        MetadataField(allow_null=True, help_text="As it was given with the invitation. Null for who rates.")
    )
    def get_metadata(self, session: InterviewSession) -> Any:
        return session.invitation.metadata if sees_terms(self.context["request"], session.organization_id) else None

    def get_pause_reason(self, session: InterviewSession) -> str:
        return session.pause_reason if session.status == SessionStatus.PAUSED else ""

    @extend_schema_field(InterviewClockSerializer(allow_null=True))
    def get_clock(self, session: InterviewSession) -> Any:
        """Beside the panel's limit it tells of time that was granted; who may give time sees it."""
        owner = session.organization_id
        if not (self.reach.may(TERMS_PERMISSION, owner) or self.reach.may(STEER, owner)):
            return None
        return InterviewClockSerializer(session).data

    @extend_schema_field(InterviewReportStateSerializer)
    def get_report(self, session: Any) -> Any:
        return InterviewReportStateSerializer({"state": name_report(session), "made_at": session.report_made_at}).data

    @extend_schema_field(InterviewResultSerializer(allow_null=True))
    def get_result(self, session: Any) -> Any:
        is_shown = self.reach.may(RESULT, session.organization_id) and not session.hides_scores
        if session.report_made_at is None or session.has_withdrawn or not is_shown:
            return None
        told = {name: getattr(session, f"report_{name}") for name in ("overall", "grade", "recommendation")}
        return InterviewResultSerializer({name: None if one == "" else one for name, one in told.items()}).data


def name_report(session: Any) -> str:
    """Of an interview with what `tell_results` adds."""
    if session.report_work_status is None or session.has_withdrawn:
        return "none"
    if session.report_made_at is None:
        return "failed" if session.report_work_status in ("failed", "dead") else "in_progress"
    return str(session.report_state)


class ExtensionSerializer(ReasonSerializer):
    minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES)
    expected_limit_seconds = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text="`clock.limit_seconds` as you have read it: nothing is added if somebody has extended it meanwhile.",
    )
