"""The scorecard in the words of applicant tracking systems: what a person decided, what the numbers advise, and the
scores as attributes. Whoever wants the evidence reads `evaluation/` or `report/`.
"""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.schema import give_example
from interviewpanel.domain.hiring_terms import Rating, name_advice, name_decision, rate_score
from interviewpanel.selectors.decisions import find_decision
from reports.api.results import MAY_WAIT, VIEW_REPORT, WAITS, ResultRows, tell_waiting
from reports.domain.answer_cards import Measure
from reports.domain.scorecard import Scorecard

OVERALL = [one.value for one in Rating if one is not Rating.MIXED]
EXAMPLE = {
    "interview": "0f8c8a34-50a8-4d0e-9df5-8b9f1f7c2a01",
    "overall_recommendation": "no_decision",
    "advice": "yes",
    "overall": 81,
    "attributes": [
        {"name": "Technical", "type": "component", "rating": "yes", "value": 84, "why": ""},
        {"name": "Communication", "type": "component", "rating": "yes", "value": 78, "why": ""},
        {"name": "Problem solving", "type": "component", "rating": "mixed", "value": 70, "why": ""},
        {
            "name": "Role fit",
            "type": "component",
            "rating": "no_decision",
            "value": None,
            "why": "Nothing of the plan asked for it.",
        },
        {"name": "Databases", "type": "category", "rating": "strong_yes", "value": 88, "why": ""},
    ],
}


class AttributeSerializer(serializers.Serializer):
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=["component", "category"])
    rating = serializers.ChoiceField(choices=[one.value for one in Rating])
    value = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    why = serializers.CharField(help_text="Why there is no value.")


class ScorecardSerializer(serializers.Serializer):
    interview = serializers.UUIDField()
    overall_recommendation = serializers.ChoiceField(
        choices=OVERALL, help_text="What a person decided; `no_decision` until somebody has."
    )
    advice = serializers.ChoiceField(
        choices=OVERALL, help_text="What the overall score says: from 85, 75, 60 (no decision), 40, below."
    )
    overall = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    attributes = AttributeSerializer(many=True)


@extend_schema(tags=["results"])
class ScorecardViewSet(ResultRows):
    permissions: ClassVar = {"scorecard": VIEW_REPORT}

    @extend_schema(
        summary="The scorecard in hiring terms",
        description="`strong_yes`, `yes`, `no`, `definitely_not`, `no_decision`, and `mixed` of an attribute. What was "
        "too little measured has no rating. 202 while the report is being made.",
        responses={200: ScorecardSerializer, **MAY_WAIT},
        examples=[give_example(EXAMPLE, of="response", name="Scorecard"), WAITS],
    )
    @action(detail=True, methods=["get"])
    def scorecard(self, request: Request, uuid: str) -> Response:
        session = self.get_object()
        report = self.find_report(session)
        if report is None:
            return tell_waiting()
        decision = find_decision(session.pk)
        told = describe_scorecard(self.read_document(report), decision.stage if decision else "")
        return answer_tagged(request, ScorecardSerializer(told).data)


def describe_scorecard(scorecard: Scorecard, stage: str) -> dict[str, Any]:
    overall = scorecard.verdict.overall
    return {
        "interview": scorecard.header.session_uuid,
        "overall_recommendation": name_decision(stage).value,
        "advice": name_advice(overall).value,
        "overall": overall,
        "attributes": [
            *(_describe_attribute(one, "component") for one in scorecard.measures),
            *(_describe_attribute(one, "category") for one in scorecard.categories),
        ],
    }


def _describe_attribute(measure: Measure, kind: str) -> dict[str, Any]:
    rating = rate_score(measure.value).value
    return {"name": measure.label, "type": kind, "rating": rating, "value": measure.value, "why": measure.why}
