"""Which questions a language model wrote: filters of the list, what the page of one says, a word before it goes live.

Part of QuestionAdmin. What is kept of it: models/generated_questions.py.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organizations.admin.tables import NOTHING, draw_link
from questionbank.admin.question_moves import QuestionMoves
from questionbank.admin.question_pages import name_question
from questionbank.domain.question_states import Move, QuestionStatus
from questionbank.models import GeneratedQuestion, Question


class OriginFilter(admin.SimpleListFilter):
    title = "written by"
    parameter_name = "written_by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("model", "A language model"), ("people", "People")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in ("model", "people"):
            return queryset.filter(origin__isnull=self.value() == "people")
        return queryset


class BatchFilter(admin.SimpleListFilter):
    """Where a batch's page leads; offered only there."""

    title = "batch"
    parameter_name = "batch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        wanted = request.GET.get(self.parameter_name, "")
        return [(wanted, "The one you come from")] if wanted else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        try:
            return queryset.filter(origin__generation__parent__uuid=UUID(str(self.value())))
        except ValueError:
            return queryset.none()


class QuestionOrigins(QuestionMoves):
    @admin.display(description="written by")
    def written_by(self, question: Question) -> SafeString | str:
        """The model, and the batch that it was asked in; a dash for what people wrote."""
        origin = find_origin(question)
        if origin is None:
            return NOTHING
        if origin.generation is None:
            return (
                f"{origin.model} ({origin.engine}), prompt {origin.prompt_version}, for one candidate in an interview"
            )
        batch = origin.generation.parent or origin.generation
        page = reverse("admin:questionbank_generation_batch", args=[batch.pk])
        said = format_html(
            '{} ({}), prompt {}, in <a href="{}">a batch</a>', origin.model, origin.engine, origin.prompt_version, page
        )
        if origin.copied_from is None:
            return said
        other = draw_link("questionbank_question_change", origin.copied_from.pk, name_question(origin.copied_from))
        return format_html("{}; the same as {}, which stands in {}", said, other, origin.copied_from.subtopic)

    def list_move_warnings(self, request: HttpRequest, questions: Sequence[Question], move: Move) -> Iterable[Any]:
        """A candidate who is asked on both places would be asked the same twice."""
        yield from super().list_move_warnings(request, questions, move)
        if move.target != QuestionStatus.LIVE:
            return
        made = GeneratedQuestion.objects.filter(question__in=questions, generation=None)
        for one in made.select_related("question__current_version")[:5]:
            yield (
                f"“{name_question(one.question)}” was made for one candidate, in an interview. Read it and its rubric: "
                "nothing in them may tell of that candidate, and everybody must be able to answer it."
            )
        copies = GeneratedQuestion.objects.filter(
            question__in=questions, copied_from__status=Question.Status.LIVE
        ).select_related("copied_from__subtopic__topic", "copied_from__current_version")
        for one in copies[:5]:
            assert one.copied_from is not None
            yield (
                f"“{name_question(one.copied_from)}” is live in {one.copied_from.subtopic} as well: a panel with both "
                "places could ask it twice."
            )


def find_origin(question: Question) -> GeneratedQuestion | None:
    rows = GeneratedQuestion.objects.filter(question=question)
    related = ("generation__parent", "copied_from__subtopic__topic", "copied_from__current_version")
    return rows.select_related(*related).first()
