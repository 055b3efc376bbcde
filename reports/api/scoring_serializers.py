"""How an answer was scored: each time, and by whom besides. Parts of result_serializers.py."""

from rest_framework import serializers


class SecondOpinionSerializer(serializers.Serializer):
    """The embedded scorer beside a language model's ratings: coverage of what was expected, not truth."""

    technical = serializers.IntegerField(allow_null=True)
    relevance = serializers.IntegerField(allow_null=True)
    interval = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="80 % interval of technical."
    )
    by_model = serializers.DictField(
        child=serializers.IntegerField(allow_null=True),
        help_text="What the ratings come to: `technical`, `relevance`, `composite`. Also where that is not counted.",
    )
    agrees = serializers.BooleanField(allow_null=True, help_text="null: not comparable, and `why` says so.")
    why = serializers.CharField()
    engine = serializers.CharField()
    version = serializers.CharField()


class ScoringSerializer(serializers.Serializer):
    """One scoring of the answer. Scoring again adds one and changes none."""

    number = serializers.IntegerField()
    state = serializers.CharField(help_text="Empty while it is under way.")
    composite = serializers.IntegerField(allow_null=True)
    scored_at = serializers.DateTimeField(allow_null=True)
    is_last = serializers.BooleanField(
        help_text="The newest that is done: in force, unless a person has overridden the score."
    )
    is_over = serializers.BooleanField()
    asked_by = serializers.CharField(help_text="Who had it scored again; empty for the first.")
    asked_why = serializers.CharField()
