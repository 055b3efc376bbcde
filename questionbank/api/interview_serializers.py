"""Generated interviews as the API tells of them, and what is sent to edit one."""

from typing import Any

from rest_framework import serializers

from config.api.fields import BoundedListField, KnownFields
from questionbank.api.question_serializers import CriterionSerializer, WeightField
from questionbank.domain.bank_format import COMPONENTS
from questionbank.domain.interview_checks import COUNT, MOST, MOST_CRITERIA
from questionbank.models import Difficulty, GeneratedInterview, Question
from questionbank.selectors.description_facts import check_questions
from questionbank.services.generated_interviews import find_problems

ID, OWNER = "9a3f5f9e-5d0f-4d43-9b52-3c2f6a1d7e88", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
CRITERION = {
    "key": "reads_the_plan",
    "name": "Reads the plan",
    "description": "Says that they look at the plan of the query, and at what in it.",
    "component": "technical",
    "weight": 2,
    "is_checked": True,
}
QUESTION: dict[str, Any] = {
    "id": "Q1",
    "text": "A page that was quick last week takes four seconds today. How do you find out why?",
    "assesses": "Whether they look for evidence before they change anything.",
    "kind": "technical",
    "difficulty": "medium",
    "competencies": ["C1"],
    "expected_answer": "They measure where the time goes, read the plan of the query and say what they expect.",
    "expected_elements": ["Measures first", "Reads the plan"],
    "red_flags": ["Adds indexes at random"],
    "expected_seconds": 120,
    "criteria": [CRITERION],
    "is_from_cache": False,
}
LISTED: dict[str, Any] = {
    "id": ID,
    "organization": OWNER,
    "job_description": "b0a1f5f2-7c58-4c0e-8f56-2f0d54d6f0aa",
    "req_id": "REQ-2026-014",
    "series": "5c1d6f0a-0c63-4f0a-8c5b-0f7a3b1c2d3e",
    "version": 1,
    "name": "Backend engineer, first interview",
    "status": "draft",
    "level": "mid",
    "language": "en",
    "generation": "3f1f0f0a-7d0f-4a51-9d0a-5a3d0c4b9e21",
    "tokens": 9840,
    "from_cache": 0,
    "created_at": "2026-11-21T09:32:10Z",
    "published_at": None,
}
EXAMPLE: dict[str, Any] = {**LISTED, "questions": [QUESTION], "problems": [], "wording": []}
SENT = {name: value for name, value in QUESTION.items() if name != "is_from_cache"}
CHANGES: dict[str, Any] = {"name": "Backend engineer, sharper", "questions": [SENT]}


class GeneratedCriterionSerializer(CriterionSerializer):
    name = serializers.CharField(max_length=MOST["name"])
    description = serializers.CharField(max_length=MOST["description"])
    component = serializers.ChoiceField(choices=COMPONENTS)
    weight = WeightField(min_value=0, max_value=10, help_text="Above 0.")
    is_checked = serializers.BooleanField(help_text="Only what is checked is rated.")


class GeneratedQuestionSerializer(serializers.Serializer):
    """`competencies` are ids of the enhanced description."""

    id = serializers.RegexField(r"^Q[1-9]\d?$", max_length=4, help_text="Of the interview; their order may be changed.")
    text = serializers.CharField(max_length=MOST["text"])
    assesses = serializers.CharField(max_length=MOST["assesses"])
    kind = serializers.ChoiceField(choices=Question.Kind.choices)
    difficulty = serializers.ChoiceField(choices=Difficulty.choices)
    competencies = BoundedListField(child=serializers.RegexField(r"^C\d{1,3}$", max_length=4), max_length=10)
    expected_answer = serializers.CharField(max_length=MOST["expected_answer"])
    expected_elements = BoundedListField(
        child=serializers.CharField(max_length=MOST["expected_elements"]), max_length=12
    )
    red_flags = BoundedListField(child=serializers.CharField(max_length=MOST["red_flags"]), max_length=8)
    expected_seconds = serializers.IntegerField(min_value=10, max_value=900)
    criteria = GeneratedCriterionSerializer(
        many=True,
        max_length=MOST_CRITERIA,
        help_text="In their order, as a whole: what is left out is gone. A draft may have fewer; to publish it each "
        "question has 8 to 10.",
    )
    is_from_cache = serializers.BooleanField(
        read_only=True, default=False, help_text="Written earlier, for a wish that was the same or alike."
    )


class GeneratedInterviewInListSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    job_description = serializers.UUIDField(source="description.uuid", read_only=True)
    req_id = serializers.CharField(source="description.req_id", read_only=True)
    series = serializers.UUIDField(read_only=True, help_text="The same for all versions.")
    generation = serializers.SlugRelatedField(slug_field="uuid", read_only=True, allow_null=True)
    tokens = serializers.SerializerMethodField(help_text="Read and written together, of the whole generation.")
    from_cache = serializers.IntegerField(
        read_only=True, help_text="How many of its questions were written before, and took no call of the model."
    )

    class Meta:
        model = GeneratedInterview
        fields = read_only_fields = tuple(LISTED)

    def get_tokens(self, interview: GeneratedInterview) -> int:
        return interview.prompt_tokens + interview.completion_tokens


class GeneratedInterviewSerializer(GeneratedInterviewInListSerializer):
    questions = GeneratedQuestionSerializer(many=True, read_only=True)
    problems = serializers.SerializerMethodField(help_text="What keeps it from being published.")
    wording = serializers.SerializerMethodField(help_text="Wording to look at, as in a job description.")

    class Meta(GeneratedInterviewInListSerializer.Meta):
        fields = read_only_fields = tuple(EXAMPLE)

    def get_problems(self, interview: GeneratedInterview) -> list[str]:
        return find_problems(interview)

    def get_wording(self, interview: GeneratedInterview) -> list[dict[str, Any]]:
        return check_questions(interview.questions, interview.language)


class InterviewChangesSerializer(KnownFields, serializers.Serializer):
    """What is left out stays. Questions are sent as a whole."""

    name = serializers.CharField(max_length=150, required=False)
    questions = GeneratedQuestionSerializer(many=True, max_length=COUNT, required=False)

    def validate_questions(self, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        ids = [one["id"] for one in questions]
        if len(ids) != len(set(ids)):
            raise serializers.ValidationError("Two questions have the same id.")
        return questions


def tell_interview(interview: GeneratedInterview) -> dict[str, Any]:
    told: dict[str, Any] = GeneratedInterviewSerializer(interview).data
    return told
