"""The evaluation of a whole interview, as the API tells it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from interviewpanel.api.session_serializers import RECOMMENDATIONS
from interviewpanel.domain.score_calculator import ThreeStep
from reports.domain.scorecard import Verdict


class EvidenceQuoteSerializer(serializers.Serializer):
    """Words of the candidate: which characters of the answer's text, and at which second of its recording."""

    answer = serializers.IntegerField()
    text = serializers.CharField()
    span = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="First, and behind the last."
    )
    start_seconds = serializers.FloatField(allow_null=True)


class EvidencedClaimSerializer(serializers.Serializer):
    title = serializers.CharField()
    text = serializers.CharField()
    answers = serializers.ListField(child=serializers.IntegerField(), help_text="The answers it rests on.")
    quotes = EvidenceQuoteSerializer(many=True)


class MeasureSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    value = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    why = serializers.CharField(help_text="Why there is no value.")
    answers = serializers.ListField(child=serializers.IntegerField())


class AdviceSerializer(serializers.Serializer):
    """Advice to a person; nothing follows from it."""

    code = serializers.ChoiceField(choices=RECOMMENDATIONS)
    label = serializers.CharField()
    three_step = serializers.ChoiceField(choices=[one.value for one in ThreeStep])


class SkillSerializer(serializers.Serializer):
    name = serializers.CharField()
    category = serializers.CharField()
    value = serializers.IntegerField()
    answers = serializers.ListField(child=serializers.IntegerField())
    quotes = EvidenceQuoteSerializer(many=True)
    text = serializers.CharField(help_text="A language model's sentence on it, if any; the number is computed.")


class FollowUpSerializer(serializers.Serializer):
    question = serializers.CharField()
    reason = serializers.CharField()
    answer = serializers.IntegerField(allow_null=True)


class WriterSerializer(serializers.Serializer):
    """The language model that was asked, and by the hash of what scores."""

    engine = serializers.CharField()
    model = serializers.CharField()
    prompt_version = serializers.CharField()
    evidence_hash = serializers.CharField()
    written_at = serializers.DateTimeField(allow_null=True)


class DroppedSerializer(serializers.Serializer):
    section = serializers.CharField()
    reason = serializers.CharField(help_text="A code, such as `number`.")
    why = serializers.CharField(help_text="The same in words.")
    count = serializers.IntegerField()


class NarrativeSerializer(serializers.Serializer):
    """An empty section is explained in `silences`, by its name."""

    summary = EvidencedClaimSerializer(many=True)
    strengths = EvidencedClaimSerializer(many=True)
    gaps = EvidencedClaimSerializer(many=True)
    technical = EvidencedClaimSerializer(many=True)
    behavioural = EvidencedClaimSerializer(many=True)
    highlights = EvidenceQuoteSerializer(many=True)
    red_flags = EvidencedClaimSerializer(many=True)
    skills = SkillSerializer(many=True)
    skill_gaps = SkillSerializer(many=True)
    follow_ups = FollowUpSerializer(many=True)
    silences = serializers.DictField(child=serializers.CharField())
    author = serializers.CharField(help_text="`template`, or the language model that wrote any of it.")
    authors = serializers.DictField(
        child=serializers.CharField(), help_text="The same of each section, by its name: each falls back by itself."
    )
    writer = WriterSerializer(allow_null=True, help_text="Null where no language model's words are in it.")
    dropped = DroppedSerializer(
        many=True, help_text="How many sentences of the model did not pass the checks, and why."
    )
    note = serializers.CharField(help_text="Why there is nothing by a language model, or not yet.")


class MissingPartSerializer(serializers.Serializer):
    """What the overall does not contain, why, and what that does to it."""

    what = serializers.CharField()
    why = serializers.CharField()
    effect = serializers.CharField()
    answer = serializers.IntegerField(allow_null=True)


class VerdictSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=["final", "partial", "insufficient"])
    overall = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    overall_of_ten = serializers.FloatField(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    recommendation = AdviceSerializer(allow_null=True)
    planned_weight = serializers.FloatField(help_text="Of all questions of the plan.")
    scored_weight = serializers.FloatField(help_text="Of those that count.")
    why = serializers.CharField(help_text="Why there is no overall.")


class EvaluationSerializer(serializers.Serializer):
    interview = serializers.UUIDField(source="header.session_uuid")
    made_at = serializers.DateTimeField(source="header.times.made_at")
    verdict = VerdictSerializer()
    automatic = serializers.SerializerMethodField(
        help_text="What the measured scores alone come to, where people have overridden any; else null."
    )
    measures = MeasureSerializer(many=True, help_text="Technical, communication, problem solving, role fit.")
    categories = MeasureSerializer(many=True)
    missing = MissingPartSerializer(many=True)
    narrative = NarrativeSerializer()

    @extend_schema_field(VerdictSerializer(allow_null=True))
    def get_automatic(self, scorecard: object) -> object:
        automatic: Verdict | None = getattr(scorecard, "automatic", None)
        return None if automatic is None else VerdictSerializer(automatic).data
