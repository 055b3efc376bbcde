"""Questions that ask the same: a warning when one is saved, and a page of all pairs. Part of QuestionAdmin."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html, format_html_join

from questionbank.admin.question_pages import BADGES, QuestionPages, name_question
from questionbank.domain.similarity import SIMILAR_FROM
from questionbank.models import Question
from questionbank.selectors.similar_questions import find_similar, find_similar_pairs

TEMPLATE = "admin/questionbank/question/similar.html"
MOST_SHOWN = 5
MOST_PAIRS = 200


class SimilarQuestions(QuestionPages):
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.similar_view)
        return [path("similar/", view, name="questionbank_question_similar"), *super().get_urls()]

    def list_comparable(self, request: HttpRequest, question: Question) -> QuerySet[Question]:
        """What the user sees, of the question's own organization and of the bank for all."""
        seen: QuerySet[Question] = self.get_queryset(request)
        own = seen.filter(organization=question.organization_id)
        return own if question.organization_id is None else own | seen.filter(organization__isnull=True)

    def warn_of_similar(self, request: HttpRequest, question: Question) -> None:
        if question.current_version is None:
            return
        found = find_similar(
            question.current_version.text,
            question.language,
            self.list_comparable(request, question),
            without=question.pk,
        )
        if not found:
            return
        links = format_html_join(
            "; ",
            '<a class="desk-link" href="{}">{}</a> ({} % the same, {})',
            (
                (
                    self.page_url("change", one.question.pk),
                    name_question(one.question),
                    one.percent,
                    one.question.status,
                )
                for one in found[:MOST_SHOWN]
            ),
        )
        said = "This question is much like another: {}" if len(found) == 1 else "This question is much like others: {}"
        self.message_user(request, format_html(said, links), messages.WARNING)

    def similar_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        pairs = find_similar_pairs(self.get_queryset(request))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Similar questions",
            "pairs": [
                (pair, [(one, name_question(one), BADGES[one.status]) for one in (pair.first, pair.second)])
                for pair in pairs[:MOST_PAIRS]
            ],
            "count": len(pairs),
            "more": max(0, len(pairs) - MOST_PAIRS),
            "threshold": round(100 * SIMILAR_FROM),
        }
        return TemplateResponse(request, TEMPLATE, context)
