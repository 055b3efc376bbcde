"""The question's admin with what interviews know: statistics, trying it, which panels need it, who asked it.

Registered in place of questionbank's own: questionbank may not know interviews (docs/architecture.md).
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from interviewpanel.admin.question_figures import FIGURE_COLUMNS, FigureColumns, QuestionFigures
from interviewpanel.admin.question_trials import QuestionTrials
from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.retirement_effects import NeedyPanel, list_needy_panels
from questionbank.admin.questions import QuestionAdmin
from questionbank.domain.question_states import Move, QuestionStatus
from questionbank.models import Question

admin.site.unregister(Question)


@admin.register(Question)
class InterviewedQuestionAdmin(QuestionFigures, QuestionTrials, FigureColumns, QuestionAdmin):
    list_display: ClassVar[tuple[str, ...]] = (
        "spoken",
        "place",
        "kind",
        "difficulty",
        "state",
        *FIGURE_COLUMNS,
        "owner",
    )

    def list_move_warnings(self, request: HttpRequest, questions: Sequence[Question], move: Move) -> Iterable[Any]:
        yield from super().list_move_warnings(request, questions, move)
        if move.target == QuestionStatus.LIVE:
            return
        seen = self.admin_site.get_model_admin(InterviewPanel).get_queryset(request)
        panels = InterviewPanel.objects.filter(pk__in=seen.order_by().values("pk"))
        for needy in list_needy_panels(questions, panels):
            yield describe_needy(needy)


def describe_needy(needy: NeedyPanel) -> Any:
    panel = needy.panel
    said = "lacks questions already, and would lack more" if needy.was_short else "could not be filled any more"
    return format_html(
        'The {} panel <a class="desk-link" href="{}">{}</a> {}:{}',
        panel.status,
        reverse("admin:interviewpanel_interviewpanel_change", args=[panel.pk]),
        panel.title,
        said,
        format_html(
            '<ul class="desk-list">{}</ul>', format_html_join("", "<li>{}.</li>", ((one,) for one in needy.missing))
        ),
    )
