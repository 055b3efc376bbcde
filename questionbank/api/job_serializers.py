"""Job descriptions as the API tells of them, and what is sent to write one. Lengths and lists are bounded here."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from config.api.fields import BoundedListField, KnownFields
from organizations.api.owners import make_owner_field
from questionbank.domain.job_wording import GROUNDS
from questionbank.models import EnhancedDescription, JobDescription
from questionbank.selectors.description_facts import check_description, check_enhanced, trace_enhanced

ID, OWNER = "b0a1f5f2-7c58-4c0e-8f56-2f0d54d6f0aa", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
REQ_ID = r"^[A-Za-z0-9][A-Za-z0-9._ -]*$"
LISTS = ("must_haves", "nice_to_haves", "tools", "spoken_languages")
WRITTEN: dict[str, Any] = {
    "req_id": "REQ-2026-014",
    "title": "Backend engineer",
    "description": "You build and operate the ordering services of 40 food markets. You keep PostgreSQL fast.",
    "department": "Ordering",
    "level": "mid",
    "language": "en",
    "team": "Five engineers and a designer",
    "must_haves": ["Two years with Python on the web"],
    "nice_to_haves": [],
    "tools": ["PostgreSQL"],
    "location": "Leeds",
    "working_mode": "hybrid",
    "spoken_languages": ["English B2"],
    "seniority": "",
    "notes": "",
}
LISTED: dict[str, Any] = {
    "id": ID,
    "organization": OWNER,
    "req_id": WRITTEN["req_id"],
    "title": WRITTEN["title"],
    "department": WRITTEN["department"],
    "level": WRITTEN["level"],
    "enhancements": 1,
    "interviews": 1,
    "created_at": "2026-11-21T09:00:00Z",
}
WORDING = {
    "place": "description",
    "ground": "age",
    "found": "young team",
    "around": "We are a young team that",
    "start": 9,
    "reason": "Age is protected: who is older or younger may do the work as well.",
    "instead": "Say what the team does.",
}
GAP = {"name": "no_measurable_result", "words": "No measurable result: nothing says how one would see …"}
DOCUMENT: dict[str, Any] = {
    "title": "Backend engineer, ordering",
    "summary": "You build and run the services through which 40 food markets take their orders.",
    "work_outputs": [{"id": "W1", "output": "Services that stay up", "measure": "40 markets", "requirements": ["R1"]}],
    "role": {
        "purpose": "Keeps ordering fast.",
        "level": "mid",
        "works_with": "The ordering team",
        "responsibilities": ["Build services"],
    },
    "knowledge": [{"id": "K1", "text": "PostgreSQL", "importance": "must", "requirements": ["R2"]}],
    "competencies": [
        {
            "id": "C1",
            "name": "Query analysis",
            "description": "Finds out why a query is slow.",
            "shown_by": ["Reads a plan"],
            "requirements": ["R2"],
        }
    ],
    "not_about_work": [],
}
REQUIREMENT = {"id": "R2", "text": "You keep PostgreSQL fast.", "source": "description"}
TRACE: dict[str, Any] = {
    "requirements": [{**REQUIREMENT, "is_about_work": True, "competencies": ["C1"], "questions": ["Q1"]}],
    "requirements_without_competency": [],
    "competencies_without_question": [],
}
ENHANCED: dict[str, Any] = {
    "id": "2d0f6c6e-3f5c-4d5e-8f0a-6d1f2a3b4c5d",
    "version": 1,
    "document": DOCUMENT,
    "wording": [],
    "gaps": [],
    "traceability": TRACE,
    "inputs": {
        **{name: WRITTEN[name] for name in WRITTEN if name != "req_id"},
        "requirements": [REQUIREMENT],
    },
    "engine": "ollama",
    "model": "llama3.1:8b",
    "prompt_version": "enhance_description/1+0a1b2c3d4e5f",
    "prompt_tokens": 1210,
    "completion_tokens": 830,
    "started_at": "2026-11-21T09:30:01Z",
    "created_at": "2026-11-21T09:30:40Z",
}
EXAMPLE: dict[str, Any] = {
    "id": ID,
    "organization": OWNER,
    **WRITTEN,
    "checks": {"wording": [WORDING], "instructions": [], "gaps": [GAP]},
    "enhanced": ENHANCED,
    "created_at": "2026-11-21T09:00:00Z",
    "updated_at": "2026-11-21T09:00:00Z",
}


def make_lines() -> BoundedListField:
    return BoundedListField(child=serializers.CharField(max_length=300), max_length=40, required=False)


class JobDescriptionWriteSerializer(KnownFields, serializers.ModelSerializer):
    organization = make_owner_field()
    req_id = serializers.RegexField(REQ_ID, max_length=60, help_text="Unique in the organization.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="en")
    description = serializers.CharField(max_length=20_000)
    must_haves, nice_to_haves, tools, spoken_languages = (make_lines() for _ in LISTS)

    class Meta:
        model = JobDescription
        fields = ("organization", *WRITTEN)
        validators: list[Any] = []  # the requisition is looked for where the organization is known


class JobDescriptionInListSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    enhancements = serializers.IntegerField(source="versions", read_only=True, help_text="How many versions.")
    interviews = serializers.IntegerField(source="interview_count", read_only=True)

    class Meta:
        model = JobDescription
        fields = read_only_fields = tuple(LISTED)


class WordingSerializer(serializers.Serializer):
    place = serializers.CharField()
    ground = serializers.ChoiceField(choices=list(GROUNDS.items()))
    found = serializers.CharField()
    around = serializers.CharField()
    start = serializers.IntegerField(help_text="Characters from the beginning of the text.")
    reason = serializers.CharField()
    instead = serializers.CharField()


class InstructionSerializer(serializers.Serializer):
    place = serializers.CharField()
    found = serializers.CharField()
    around = serializers.CharField()
    start = serializers.IntegerField()


class GapSerializer(serializers.Serializer):
    name = serializers.CharField()
    words = serializers.CharField()


class DescriptionChecksSerializer(serializers.Serializer):
    wording = WordingSerializer(many=True, help_text="Unlawful, or keeps people from applying. English only.")
    instructions = InstructionSerializer(many=True, help_text="Sentences that speak to a language model.")
    gaps = GapSerializer(many=True, help_text="What is missing.")


class WorkOutputSerializer(serializers.Serializer):
    id = serializers.CharField()
    output = serializers.CharField()
    measure = serializers.CharField(allow_blank=True)
    requirements = serializers.ListField(child=serializers.CharField())


class WorkRoleSerializer(serializers.Serializer):
    purpose = serializers.CharField()
    level = serializers.CharField(allow_blank=True)
    works_with = serializers.CharField(allow_blank=True)
    responsibilities = serializers.ListField(child=serializers.CharField())


class KnowledgeSerializer(serializers.Serializer):
    id = serializers.CharField()
    text = serializers.CharField()
    importance = serializers.ChoiceField(choices=["must", "nice"])
    requirements = serializers.ListField(child=serializers.CharField())


class CompetencySerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    shown_by = serializers.ListField(child=serializers.CharField())
    requirements = serializers.ListField(child=serializers.CharField(), help_text="Ids of sentences of the original.")


class EnhancedDocumentSerializer(serializers.Serializer):
    title = serializers.CharField()
    summary = serializers.CharField()
    work_outputs = WorkOutputSerializer(many=True)
    role = WorkRoleSerializer()
    knowledge = KnowledgeSerializer(many=True)
    competencies = CompetencySerializer(many=True)
    not_about_work = serializers.ListField(child=serializers.CharField())


class TracedRequirementSerializer(serializers.Serializer):
    id = serializers.CharField()
    text = serializers.CharField()
    source = serializers.CharField()
    is_about_work = serializers.BooleanField()
    competencies = serializers.ListField(child=serializers.CharField())
    questions = serializers.ListField(child=serializers.CharField())


class TraceabilitySerializer(serializers.Serializer):
    requirements = TracedRequirementSerializer(many=True)
    requirements_without_competency = serializers.ListField(child=serializers.CharField())
    competencies_without_question = serializers.ListField(child=serializers.CharField())


class EnhancementSerializer(serializers.Serializer):
    """A version by the WORK method."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    document = EnhancedDocumentSerializer()
    wording = WordingSerializer(many=True)
    gaps = GapSerializer(many=True)
    traceability = TraceabilitySerializer(help_text="With the questions of the newest interview made from it.")
    inputs = serializers.JSONField(help_text="What was written when it was made.")
    engine = serializers.CharField()
    model = serializers.CharField()
    prompt_version = serializers.CharField()
    prompt_tokens = serializers.IntegerField()
    completion_tokens = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class JobDescriptionSerializer(JobDescriptionWriteSerializer):
    id = serializers.UUIDField()
    organization = serializers.UUIDField()
    checks = DescriptionChecksSerializer()
    enhanced = EnhancementSerializer(allow_null=True, help_text="The newest version.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    class Meta(JobDescriptionWriteSerializer.Meta):
        fields = tuple(EXAMPLE)


def tell_moment(at: Any) -> Any:
    return serializers.DateTimeField().to_representation(at)


def tell_enhanced(enhanced: EnhancedDescription) -> dict[str, Any]:
    interview = enhanced.interviews.exclude(status="archived").order_by("-pk").first()
    plain = ("engine", "model", "prompt_version", "prompt_tokens", "completion_tokens")
    return {
        "id": str(enhanced.uuid),
        "version": enhanced.number,
        "document": enhanced.document,
        **check_enhanced(enhanced),
        "traceability": trace_enhanced(enhanced, interview).to_dict(),
        "inputs": enhanced.source,
        **{name: getattr(enhanced, name) for name in plain},
        "started_at": tell_moment(enhanced.started_at),
        "created_at": tell_moment(enhanced.created_at),
    }


def tell_description(description: JobDescription) -> dict[str, Any]:
    latest = description.enhancements.order_by("-number").first()
    return {
        "id": str(description.uuid),
        "organization": str(description.organization.uuid),
        **{name: getattr(description, name) for name in WRITTEN},
        "checks": check_description(description),
        "enhanced": None if latest is None else tell_enhanced(latest),
        "created_at": tell_moment(description.created_at),
        "updated_at": tell_moment(description.updated_at),
    }
