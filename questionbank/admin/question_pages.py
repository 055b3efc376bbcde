"""What every page about one question shares: who may open it, the tabs above it, the buttons of its next moves.

Base of the other parts of QuestionAdmin. A page of another app (statistics, trying it) adds itself to `list_pages`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from organizations.admin.scope import NamedRow
from organizations.admin.tables import shorten
from questionbank.domain.question_states import PUBLISH, Move, list_moves
from questionbank.models import Question

MOST_TRAIL = 60  # characters of a question in the way to its page
BADGES = {"draft": "", "review": "is-info", "live": "is-good", "retired": "is-bad"}
NO_QUESTION = "There is no such question, or you may not see it."


@dataclass(frozen=True)
class Tab:
    """A page about a question; `name` is that of its address, without the app and the model."""

    name: str
    title: str


class QuestionPages(ModelAdmin):
    """Mixed into QuestionAdmin, which is a TenantAdmin: permissions are asked there."""

    def list_pages(self, request: HttpRequest, question: Question) -> Iterable[Tab]:
        """The tabs above a question that the user may open."""
        title = "Edit" if self.has_change_permission(request, question) else "Question"
        return (Tab("change", title),)

    def page_url(self, name: str, *args: Any) -> str:
        return reverse(f"admin:questionbank_question_{name}", args=args)

    def find_question(self, request: HttpRequest, pk: int) -> Question:
        """A question that the user may see. Raises Http404 for every other, as if it were not there."""
        question = (
            self.get_queryset(request)
            .select_related("current_version", "organization", "subtopic__topic__category")
            .filter(pk=pk)
            .first()
        )
        if question is None or not self.has_view_permission(request, question):
            raise Http404(NO_QUESTION)
        return question

    def may_move(self, request: HttpRequest, question: Question, move: Move) -> bool:
        if not self.has_change_permission(request, question):
            return False
        return move.permission != PUBLISH or self.may_publish(request, question)

    def may_publish(self, request: HttpRequest, question: Question) -> bool:
        return request.user.has_perm("questionbank.publish_question") and self.may(request, PUBLISH, question)

    def head_context(self, request: HttpRequest, question: Question, current: str) -> dict[str, Any]:
        """For questionbank/question_head.html."""
        tabs = [(tab, self.page_url(tab.name, question.pk)) for tab in self.list_pages(request, question)]
        moves = [move for move in list_moves(question.status) if self.may_move(request, question, move)]
        return {
            "question": question,
            "question_text": name_question(question),
            "status_badge": BADGES[question.status],
            "tabs": [(tab.title, url, tab.name == current) for tab, url in tabs],
            "moves": [(move, self.page_url("move", question.pk, move.target)) for move in moves],
        }

    def show_page(
        self, request: HttpRequest, template: str, question: Question, tab: Tab, context: dict[str, Any]
    ) -> HttpResponse:
        """A page about a question, under its tabs."""
        whole = {
            **self.admin_site.each_context(request),
            **self.head_context(request, question, tab.name),
            "opts": self.opts,
            "title": tab.title,
            "subtitle": shorten(name_question(question), MOST_TRAIL),
            "original": NamedRow(question, shorten(name_question(question), MOST_TRAIL)),
            **context,
        }
        return TemplateResponse(request, template, whole)


def name_question(question: Question) -> str:
    """What people know a question by: how it is spoken."""
    return question.current_version.text if question.current_version else question.key
