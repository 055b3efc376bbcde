"""The parts that scores and evaluations are made of, from the plain values of reports/domain/. A number is there only
if it was measured; where it is null, `why` says so."""

from rest_framework import serializers

from reports.api.scoring_serializers import ScoringSerializer, SecondOpinionSerializer

# --- Scores, answer by answer ----------------------------------------------------------------------------------------


class PlayableQuoteSerializer(serializers.Serializer):
    """`start` and `end` count characters of the transcript; the seconds are of the recording: null where typed."""

    text = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    start_seconds = serializers.FloatField(allow_null=True)
    end_seconds = serializers.FloatField(allow_null=True)


class ComponentSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    value = serializers.FloatField(allow_null=True, min_value=0, max_value=100)


class RatedCriterionSerializer(serializers.Serializer):
    name = serializers.CharField()
    description = serializers.CharField()
    component = serializers.CharField()
    weight = serializers.FloatField()
    state = serializers.ChoiceField(
        choices=["rated", "void", "cannot_assess", "not_assessed", "hidden"],
        help_text="`void`: its quote was never said, or proves nothing. `cannot_assess`: it cannot be told from this "
        "transcript. `not_assessed`: nobody looked.",
    )
    rating = serializers.IntegerField(allow_null=True, min_value=0, max_value=4)
    why = serializers.CharField()
    quote = PlayableQuoteSerializer(allow_null=True)


class ExpectedPointSerializer(serializers.Serializer):
    text = serializers.CharField()
    is_covered = serializers.BooleanField(allow_null=True)
    quote = PlayableQuoteSerializer(allow_null=True)


class RedFlagSerializer(serializers.Serializer):
    text = serializers.CharField()
    quote = PlayableQuoteSerializer(allow_null=True)


class ProvenanceSerializer(serializers.Serializer):
    engine = serializers.CharField()
    model = serializers.CharField()
    is_coverage_only = serializers.BooleanField(help_text="The embedded scorer: it judges no truth.")
    fallback_reason = serializers.CharField()
    prompt_version = serializers.CharField()
    rubric_hash = serializers.CharField()
    input_hash = serializers.CharField()
    scored_at = serializers.DateTimeField(allow_null=True)


class MeasuredSerializer(serializers.Serializer):
    state = serializers.CharField()
    composite = serializers.IntegerField(allow_null=True)
    components = ComponentSerializer(many=True)
    why = serializers.CharField()
    needs_human = serializers.ListField(child=serializers.CharField())


class OverrideSerializer(serializers.Serializer):
    """A score that a person put in the place of the measured one. The last is in force unless it is withdrawn."""

    number = serializers.IntegerField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    composite = serializers.IntegerField()
    reason = serializers.CharField()
    measured = serializers.IntegerField(allow_null=True)
    components = ComponentSerializer(many=True)
    withdrawn_by = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawal_reason = serializers.CharField()


class HumanRatingSerializer(serializers.Serializer):
    by = serializers.CharField()
    at = serializers.DateTimeField()
    composite = serializers.IntegerField()
    components = ComponentSerializer(many=True)
    reason = serializers.CharField()
    is_blind = serializers.BooleanField(help_text="Given before the automatic score was shown.")
    is_last = serializers.BooleanField(help_text="Of several by this person, the one that counts.")


ANSWER_STATES = (
    *("scored", "skipped", "no_speech", "not_asked", "insufficient_evidence"),
    *("technical_failure", "needs_human", "pending", "with_question"),
)


class AnswerScoreSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["question", "follow_up"], source="card.kind")
    follow_up_of = serializers.IntegerField(
        source="card.follow_up_of", allow_null=True, help_text="The number of the answer with which it is scored."
    )
    question = serializers.CharField(source="card.question")
    bank_question = serializers.CharField(
        source="card.bank_question", help_text="In whose place a language model's words were asked, if they were."
    )
    is_made_for_candidate = serializers.BooleanField(
        source="card.is_made_for_candidate",
        help_text="By a language model, during the interview: nobody else had been asked it.",
    )
    times_rephrased = serializers.IntegerField(
        source="card.times_rephrased", help_text="How often the candidate had it said in other words; never scored."
    )
    question_type = serializers.CharField(source="card.question_type")
    assesses = serializers.CharField()
    difficulty = serializers.CharField(source="card.difficulty")
    category = serializers.CharField(source="card.category")
    topic = serializers.CharField(source="card.topic")
    subtopic = serializers.CharField(source="card.subtopic")
    weight = serializers.FloatField(source="card.weight")
    asked_at = serializers.DateTimeField(source="card.asked_at", allow_null=True)
    closed_at = serializers.DateTimeField(source="card.closed_at", allow_null=True)
    closed_reason = serializers.CharField(source="card.closed_reason")
    duration_seconds = serializers.FloatField(source="card.duration_seconds", allow_null=True)
    is_typed = serializers.BooleanField(source="card.is_typed")
    transcript = serializers.CharField(source="card.text")
    correction = serializers.CharField(help_text="The candidate's note on what was heard.")
    is_hidden = serializers.BooleanField(help_text="You are to rate it before you see how it was scored.")
    state = serializers.ChoiceField(choices=ANSWER_STATES, source="card.state")
    why = serializers.CharField(source="card.why", help_text="Why there is no number.")
    composite = serializers.IntegerField(source="card.composite", allow_null=True, min_value=0, max_value=100)
    components = ComponentSerializer(source="card.components", many=True)
    interval = serializers.ListField(
        source="card.interval",
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="80 % interval of the technical component, where the embedded scorer made it.",
    )
    criteria = RatedCriterionSerializer(many=True)
    elements = ExpectedPointSerializer(many=True)
    red_flags = RedFlagSerializer(many=True)
    notable = PlayableQuoteSerializer(allow_null=True)
    rationale = serializers.CharField(source="card.rationale")
    strengths = serializers.ListField(source="card.strengths", child=serializers.CharField())
    improvements = serializers.ListField(source="card.improvements", child=serializers.CharField())
    flags = serializers.ListField(source="card.flags", child=serializers.CharField())
    needs_human = serializers.ListField(
        source="card.needs_human", child=serializers.CharField(), help_text="Why a person should look."
    )
    provenance = ProvenanceSerializer(source="card.provenance", allow_null=True)
    second_opinion = SecondOpinionSerializer(source="card.second_opinion", allow_null=True)
    scorings = ScoringSerializer(many=True, help_text="All of them, the newest first.")
    measured = MeasuredSerializer(
        source="card.measured", allow_null=True, help_text="What an override stands in the place of."
    )
    overrides = OverrideSerializer(source="card.overrides", many=True)
    ratings = HumanRatingSerializer(source="card.ratings", many=True)


class ScoresSerializer(serializers.Serializer):
    interview = serializers.UUIDField(source="header.session_uuid")
    to_rate = serializers.ListField(
        child=serializers.IntegerField(), help_text="The answers that you are to rate before you see their scores."
    )
    answers = AnswerScoreSerializer(source="questions", many=True)


class ReportSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    interview = serializers.UUIDField(source="session.uuid")
    kind = serializers.CharField(help_text="`final`, or `partial`: made before every answer was scored.")
    state = serializers.CharField()
    made_at = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField(allow_null=True, help_text="Since when a person has decided.")
    scorecard = serializers.DictField(source="document", help_text="The whole of it: schema interviewbot.scorecard/1.")


class ReportProgressSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=["in_progress"])
    detail = serializers.CharField()
