"""Panels as the API tells and takes them. What may be stored is decided by services/panel_changes.py."""

from typing import Any, ClassVar

from rest_framework import serializers

from config.api.fields import KnownFields
from config.api.moments import check_near
from interviewpanel.api.plans import PlanRowSerializer
from interviewpanel.domain.consent import CONSENT_VERSION
from interviewpanel.domain.panel_plans import MOST_ROWS
from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.consent import list_versions
from interviewpanel.services.panels import is_plan_open
from organizations.api.owners import HELP
from organizations.api.serializers import OptionalReasonSerializer

MOST_NUMBERS = 40
MOST_SECONDS = 86_400
JOB = ("title", "job_title", "job_category", "experience_level", "language", "status", "opens_at", "closes_at")
SETTINGS = (
    *("max_questions", "max_minutes", "pause_budget_seconds", "grace_seconds", "turn_profile", "turn_settings"),
    *("max_follow_ups", "words_by_model", "question_wording", "interviewer_voice", "voice_name", "door"),
    *("records_video", "consent_version", "consent_addition", "alternative_route", "decision_days"),
    *("accommodation_policy", "shows_scores_to_candidates", "score_weights", "rates_blind"),
)


class NumbersField(serializers.DictField):
    """Names and numbers. The names are checked before anything is said of one of them."""

    child = serializers.FloatField(allow_null=True, min_value=-1e6, max_value=1e6)
    name = serializers.CharField(max_length=64)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            if len(data) > MOST_NUMBERS:
                raise serializers.ValidationError(f"At most {MOST_NUMBERS} numbers.")
            for name in data:
                self.name.run_validation(name)
        return super().to_internal_value(data)


class PanelInListSerializer(serializers.ModelSerializer):
    """A panel in a list."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    question_count = serializers.IntegerField(source="planned", read_only=True, help_text="Of its plan.")
    invited_count = serializers.IntegerField(read_only=True, help_text="Invitations of candidates.")
    held_count = serializers.IntegerField(read_only=True, help_text="Interviews that are over.")

    class Meta:
        model = InterviewPanel
        fields = ("id", "organization", *JOB, "question_count", "invited_count", "held_count", "created_at")
        read_only_fields = fields


class PanelSerializer(KnownFields, serializers.ModelSerializer):
    """A panel with all its settings and its plan. While it is published, and once somebody was interviewed by it, its
    plan and what answers are judged by stay as they are (`is_plan_open`)."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.UUIDField(source="organization.uuid", required=False, help_text=HELP)
    opens_at = serializers.DateTimeField(
        required=False, allow_null=True, validators=[check_near], help_text="Interviews can begin from here on."
    )
    closes_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        validators=[check_near],
        help_text="No interview begins after this, and no link lasts longer.",
    )
    pause_budget_seconds = serializers.IntegerField(
        min_value=0, max_value=MOST_SECONDS, required=False, default=600, help_text="For pauses, in all."
    )
    grace_seconds = serializers.IntegerField(
        min_value=0, max_value=MOST_SECONDS, required=False, default=600, help_text="For lost connections, in all."
    )
    turn_settings = NumbersField(
        required=False, default=dict, help_text="Numbers of the turn that are not the profile's, in seconds."
    )
    consent_version = serializers.ChoiceField(choices=list(list_versions()), default=CONSENT_VERSION)
    alternative_route = serializers.CharField(
        max_length=2000,
        required=False,
        allow_blank=True,
        default="",
        help_text="What candidates are told who would rather not talk to a program.",
    )
    decision_days = serializers.IntegerField(
        min_value=1, max_value=365, required=False, default=10, help_text="Candidates hear within so many days."
    )
    score_weights = NumbersField(
        required=False,
        default=dict,
        help_text="What the components, or dimensions of your own, weigh: 100 together. Empty: the usual.",
    )
    distribution = PlanRowSerializer(
        many=True,
        required=False,
        max_length=MOST_ROWS,
        help_text="The plan. What is sent stands in place of all that was there.",
    )
    is_plan_open = serializers.SerializerMethodField()

    class Meta:
        model = InterviewPanel
        fields = ("id", "organization", *JOB, *SETTINGS, "distribution", "is_plan_open", "created_at")
        read_only_fields = ("status", "created_at")
        validators: ClassVar[list[Any]] = []
        extra_kwargs: ClassVar = {"title": {"help_text": "For your own list. Candidates see the job's title."}}

    def get_is_plan_open(self, panel: InterviewPanel) -> bool:
        return is_plan_open(panel)


class PanelCopySerializer(OptionalReasonSerializer):
    title = serializers.CharField(max_length=150, required=False, help_text="Of the duplicate; else the same, (copy).")
