"""Questions as the API tells of them, and what is sent to write them. Lengths and lists are bounded here; what a
question must be besides is the bank's format's to say (services/versions.find_content_problems)."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.fields import BoundedListField
from organizations.api.owners import make_owner_field
from questionbank.api.owners import make_global_field
from questionbank.api.place_serializers import ID, OWNER, SUBTOPIC, TOPIC, NamedSerializer
from questionbank.domain.bank_format import COMPONENTS, KEY_PATTERN, LANGUAGE_PATTERN, MAX_KEY_CHARS
from questionbank.domain.json_objects import MAX_SECONDS, MAX_WEIGHT
from questionbank.models import Difficulty, Question, QuestionVersion

KIND_CHOICES = Question.Kind.choices
CONTENT = {
    "text": "Why is a composite index fast for this query?",
    "assesses": "Knows how an index is read",
    "expected_answer": "A composite index with the customer first makes the query fast.",
    "expected_elements": ["A composite index is used", "The customer column comes first"],
    "criteria": [
        {"key": "index", "name": "Index", "description": "Names it", "component": "technical", "weight": 1},
    ],
    "red_flags": ["Indexes every column"],
    "suggestions": ["The index helps because …"],
    "expected_seconds": 90,
    "think_seconds": 30,
    "weights": {"technical": 60, "relevance": 40},
}
ROW = {"type": "technical", "difficulty": "medium", "language": "en"}
NEW_EXAMPLE = {"subtopic": SUBTOPIC["id"], "key": "composite-index", **ROW, **CONTENT, "note": "First draft"}
SUMMARY_EXAMPLE = {
    "id": ID,
    "organization": OWNER,
    "is_global": False,
    "key": "composite-index",
    **ROW,
    "category": {"id": TOPIC["category"]["id"], "name": "Databases"},
    "topic": {"id": SUBTOPIC["topic"]["id"], "name": "Indexing"},
    "subtopic": {"id": SUBTOPIC["id"], "name": "Composite indexes"},
    "status": "draft",
    "status_reason": "",
    "status_changed_at": None,
    "text": CONTENT["text"],
    "version": 1,
    "created_at": "2026-03-02T12:00:00Z",
}
VERSION_EXAMPLE = {
    "number": 1,
    "note": "First draft",
    "created_by": "recruiter@fernbrook.example",
    "created_at": "2026-03-02T12:00:00Z",
}
EXAMPLE = {**SUMMARY_EXAMPLE, **CONTENT, "versions": [VERSION_EXAMPLE]}
CHANGE_EXAMPLE = {"text": "Why does a composite index make this query fast?", "note": "Plainer", "seen": 1}


UNKNOWN_CRITERION = {"key": "", "name": "", "description": "", "component": "", "weight": 0}  # of hand-written rows


class LineField(serializers.CharField):
    def __init__(self, **own: Any) -> None:
        super().__init__(**{"max_length": 1000, **own})


class WeightField(serializers.FloatField):
    """Whole where it is, as the bank writes it."""

    def to_internal_value(self, data: Any) -> float:
        return _make_whole(super().to_internal_value(data))

    def to_representation(self, value: Any) -> float:
        return _make_whole(super().to_representation(value))


def _make_whole(number: float) -> float:
    return int(number) if number.is_integer() else number


class CriterionSerializer(serializers.Serializer):
    key = serializers.RegexField(f"^{KEY_PATTERN.pattern}$", max_length=MAX_KEY_CHARS)
    name = serializers.CharField(max_length=100)
    description = LineField()
    component = serializers.ChoiceField(choices=COMPONENTS, help_text="Which part of the score it is in.")
    weight = WeightField(min_value=0, max_value=MAX_WEIGHT, help_text="Above 0.")

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation({**UNKNOWN_CRITERION, **instance})


class ComponentWeightsSerializer(serializers.Serializer):
    """Only if the question weighs the components otherwise than its panel, on any scale: 60 and 40 are as good as 3 and
    2."""

    relevance = WeightField(min_value=0, max_value=MAX_WEIGHT, required=False)
    depth = WeightField(min_value=0, max_value=MAX_WEIGHT, required=False)
    clarity = WeightField(min_value=0, max_value=MAX_WEIGHT, required=False)
    technical = WeightField(min_value=0, max_value=MAX_WEIGHT, required=False)


class ContentSerializer(serializers.Serializer):
    """What is asked and how it is judged: a version."""

    text = serializers.CharField(max_length=4000, help_text="Word for word as the interviewer speaks it.")
    assesses = serializers.CharField(max_length=300, help_text="What a good answer shows, in one sentence.")
    expected_answer = serializers.CharField(max_length=20_000, help_text="The candidate never sees it.")
    expected_elements = BoundedListField(
        child=LineField(), min_length=1, max_length=50, help_text="Key points of a good answer."
    )
    criteria = CriterionSerializer(many=True, min_length=1, max_length=50, help_text="What the answer is rated on.")
    red_flags = BoundedListField(child=LineField(), max_length=50, required=False)
    suggestions = BoundedListField(
        child=LineField(), max_length=50, required=False, help_text="Reply starters for candidates who type."
    )
    expected_seconds = serializers.IntegerField(min_value=10, max_value=MAX_SECONDS, required=False)
    think_seconds = serializers.IntegerField(min_value=0, max_value=MAX_SECONDS, required=False)
    weights = ComponentWeightsSerializer(required=False)


class NewQuestionSerializer(ContentSerializer):
    organization = make_owner_field()
    is_global = make_global_field()
    subtopic = serializers.UUIDField(help_text="The id of the subtopic it stands in.")
    key = serializers.RegexField(
        f"^{KEY_PATTERN.pattern}$",
        max_length=MAX_KEY_CHARS,
        required=False,
        help_text="A stable name for import and export; made from the text if left out.",
    )
    type = serializers.ChoiceField(choices=KIND_CHOICES)
    difficulty = serializers.ChoiceField(choices=Difficulty.choices)
    language = serializers.RegexField(f"^{LANGUAGE_PATTERN.pattern}$", max_length=8, default="en")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Kept with the version.")


class ChangedQuestionSerializer(ContentSerializer):
    """What is left out stays as it is."""

    subtopic = serializers.UUIDField(help_text="The id of the subtopic it is to stand in.")
    type = serializers.ChoiceField(choices=KIND_CHOICES)
    difficulty = serializers.ChoiceField(choices=Difficulty.choices)
    language = serializers.RegexField(f"^{LANGUAGE_PATTERN.pattern}$", max_length=8)
    note = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="What you changed, and why. Kept with the version."
    )
    seen = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text="The number of the version that you have read, where you send no If-Match.",
    )


class QuestionSummarySerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    organization = serializers.UUIDField(source="organization.uuid", default=None, allow_null=True)
    is_global = serializers.SerializerMethodField(help_text="For all organizations.")
    key = serializers.CharField()
    type = serializers.ChoiceField(source="kind", choices=KIND_CHOICES)
    difficulty = serializers.ChoiceField(choices=Difficulty.choices)
    language = serializers.CharField()
    category = NamedSerializer()
    topic = NamedSerializer()
    subtopic = NamedSerializer()
    status = serializers.ChoiceField(choices=Question.Status.choices)
    status_reason = serializers.CharField(help_text="Of the last move.")
    status_changed_at = serializers.DateTimeField(allow_null=True)
    text = serializers.CharField(source="current_version.text", default="")
    version = serializers.IntegerField(source="current_version.number", default=0, help_text="0: nothing is written.")
    created_at = serializers.DateTimeField()

    def get_is_global(self, question: Question) -> bool:
        return question.organization_id is None


class VersionSummarySerializer(serializers.Serializer):
    number = serializers.IntegerField()
    note = serializers.CharField()
    created_by = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_created_by(self, version: QuestionVersion) -> str | None:
        return str(version.created_by) if version.created_by else None


class VersionSerializer(ContentSerializer, VersionSummarySerializer):
    pass


class QuestionSerializer(QuestionSummarySerializer):
    assesses = serializers.CharField(source="current_version.assesses", default="")
    expected_answer = serializers.CharField(source="current_version.expected_answer", default="")
    expected_elements = serializers.ListField(
        child=serializers.CharField(), source="current_version.expected_elements", default=list
    )
    criteria = CriterionSerializer(many=True, source="current_version.criteria", default=list)
    red_flags = serializers.ListField(child=serializers.CharField(), source="current_version.red_flags", default=list)
    suggestions = serializers.ListField(
        child=serializers.CharField(), source="current_version.suggestions", default=list
    )
    expected_seconds = serializers.IntegerField(source="current_version.expected_seconds", default=0)
    think_seconds = serializers.IntegerField(source="current_version.think_seconds", default=0)
    weights = ComponentWeightsSerializer(source="current_version.weights", default=dict)
    versions = serializers.SerializerMethodField(help_text="The newest first.")

    @extend_schema_field(VersionSummarySerializer(many=True))
    def get_versions(self, question: Question) -> Any:
        versions = sorted(question.versions.all(), key=lambda one: -one.number)
        return VersionSummarySerializer(versions, many=True).data
