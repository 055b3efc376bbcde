"""What every part of QuestionViewSet stands on."""

from typing import Any

from rest_framework import serializers

from organizations.api.views import TenantViewSet
from questionbank.api.question_serializers import QuestionSerializer
from questionbank.models import Question

SEEN_BY, CHANGE, PUBLISH = (f"questionbank.{action}_question" for action in ("view", "change", "publish"))


class QuestionPart(TenantViewSet):
    queryset = Question.objects.select_related("organization", "category", "topic", "subtopic", "current_version")
    has_global_rows = True
    seen_by = SEEN_BY

    def describe(self, question: Question) -> Any:
        return QuestionSerializer(question).data

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("versions__created_by")

    def read_again(self, question: Question) -> Question:
        """As the database has it."""
        found: Question = self.queryset.prefetch_related("versions__created_by").get(pk=question.pk)
        return found


def read_sent(serializer: serializers.BaseSerializer) -> Any:
    """Raises ValidationError."""
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
