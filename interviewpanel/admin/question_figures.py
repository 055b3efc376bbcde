"""How a question did: its page of statistics, and three columns of the list. Part of InterviewedQuestionAdmin.

For who keeps a bank somewhere, from the interviews of those organizations alone, less the answers that they have to
rate first. Raters see none of it. Of few answers no mean is told: it would be somebody's score.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.safestring import SafeString

from interviewpanel.admin.question_charts import draw_histogram
from interviewpanel.domain.question_statistics import (
    LEAST_ANSWERS,
    Sums,
    add_sums,
    correlate,
    has_enough,
    list_hints,
    measure_deviation,
    measure_expected_seconds,
    measure_mean,
    measure_seconds,
    measure_share,
    say_correlation,
    say_too_few,
    show_percent,
)
from interviewpanel.models import Answer
from interviewpanel.selectors.blind_ratings import list_hidden_answers
from interviewpanel.selectors.question_figures import count_asked, list_interviews, load_list_sums, load_version_sums
from organizations.admin.scope import TenantAdmin, get_reach
from organizations.admin.tables import NOTHING, draw_badge
from questionbank.admin.question_pages import QuestionPages, Tab
from questionbank.models import Question

TAB = Tab("figures", "Statistics")
TEMPLATE = "admin/questionbank/question/figures.html"
SESSIONS = "interviewpanel.view_interviewsession"
FIGURE_COLUMNS = ("asked", "mean", "skipped")
MOST_INTERVIEWS = 25


class QuestionFigures(QuestionPages):
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.figures_view)
        return [path("<int:pk>/statistics/", view, name="questionbank_question_figures"), *super().get_urls()]

    def list_pages(self, request: HttpRequest, question: Question) -> Iterable[Tab]:
        own = super().list_pages(request, question)
        return (*own, TAB) if self.keeps_a_bank(request) else own

    def keeps_a_bank(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.may_anywhere(request, "change")

    def list_counted_organizations(self, request: HttpRequest) -> Collection[int] | None:
        """Whose interviews count for this user; None: all."""
        reach = get_reach(request)
        if reach.sees_all:
            return None
        keeps = reach.list_organizations(self.name_permission("change"))
        return sorted(set(keeps) & set(reach.list_organizations(SESSIONS)))

    def list_hidden(self, request: HttpRequest) -> QuerySet[Answer] | None:
        """What this user has to rate first; None where there can be none."""
        reach = get_reach(request)
        return None if reach.sees_all else list_hidden_answers(request.user.pk, reach)

    def count_interviews(self, request: HttpRequest, question: Question) -> Mapping[int, tuple[int, str]]:
        if not self.keeps_a_bank(request):
            return {}
        page = self.page_url("figures", question.pk)
        counts = count_asked(question.pk, self.list_counted_organizations(request), self.list_hidden(request))
        versions = question.versions.values_list("number", flat=True)
        return {number: (counts.get(number, 0), f"{page}?version={number}#interviews") for number in versions}

    def figures_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        question = self.find_question(request, pk)
        if not self.keeps_a_bank(request):
            raise Http404("There is no such page for you.")
        organizations, hidden = self.list_counted_organizations(request), self.list_hidden(request)
        by_version = load_version_sums(question.pk, organizations, hidden)
        chosen = read_version(request.GET.get("version"), by_version)
        sums = add_sums(by_version.values()) if chosen is None else by_version[chosen]
        interviews = list_interviews(question.pk, organizations, hidden)
        if chosen is not None:
            interviews = interviews.filter(question_version__number=chosen)
        context = {
            "figures": describe_figures(sums),
            "hints": list_hints(sums),
            "chosen": chosen,
            "by_version": [(number, describe_figures(one)) for number, one in sorted(by_version.items(), reverse=True)],
            "is_cut": organizations is not None and question.organization_id is None,
            "interviews": list(interviews[:MOST_INTERVIEWS]),
            "most": MOST_INTERVIEWS,
            "least": LEAST_ANSWERS,
        }
        return self.show_page(request, TEMPLATE, question, TAB, context)


def read_version(text: str | None, known: Mapping[int, Sums]) -> int | None:
    """The version that is asked for, if there is one of this number."""
    number = int(text) if text and text.isdecimal() else None
    return number if number in known else None


def describe_figures(sums: Sums) -> dict[str, Any]:
    """For the template: numbers where there are some, and None or a sentence where there are not."""
    found, tells = correlate(sums), has_enough(sums)
    seconds, expected = measure_seconds(sums), measure_expected_seconds(sums)
    return {
        "sums": sums,
        "mean": measure_mean(sums) if tells else None,
        "deviation": measure_deviation(sums) if tells else None,
        "too_few": "" if tells else say_too_few(sums),
        "skip_rate": show_share(measure_share(sums.skipped, sums.asked)),
        "silence_rate": show_share(measure_share(sums.no_speech, sums.asked)),
        "failure_rate": show_share(measure_share(sums.failed, sums.asked)),
        "human_rate": show_share(measure_share(sums.needs_human, sums.judged)),
        "seconds": seconds,
        "expected_seconds": expected,
        "time_share": round(100 * seconds / expected) if seconds is not None and expected else None,
        "correlation": found,
        "r": show_signed(found.r) if found else "",
        "interval": f"{show_signed(found.low)} to {show_signed(found.high)}" if found else "",
        "no_correlation": say_correlation(sums) if found is None else "",
        "histogram": draw_histogram(sums.bins) if tells else "",
        "bins": [(10 * place, 10 * place + (9 if place < 9 else 10), count) for place, count in enumerate(sums.bins)],
    }


def show_signed(number: float) -> str:
    """With a minus that is one."""
    return f"{number:.2f}".replace("-", "−")


def show_share(share: float | None) -> str:
    return NOTHING if share is None else show_percent(share)


class FigureColumns(TenantAdmin):
    """Columns of the list: two queries for all rows of the page, whatever their number."""

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        columns = tuple(super().get_list_display(request))
        if self.keeps_a_bank(request):
            return columns
        return tuple(column for column in columns if column not in FIGURE_COLUMNS)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type:
        page, base = self, super().get_changelist(request, **kwargs)

        class FigureList(base):  # type: ignore[misc, valid-type]
            def get_results(self, request: HttpRequest) -> None:
                super().get_results(request)
                self.result_list: Any = page.add_figures(request, list(self.result_list))

        return FigureList

    def add_figures(self, request: HttpRequest, questions: list[Any]) -> list[Any]:
        if not self.keeps_a_bank(request):
            return questions
        organizations, hidden = self.list_counted_organizations(request), self.list_hidden(request)
        sums = load_list_sums([one.pk for one in questions], organizations, hidden)
        for question in questions:
            question.sums = sums.get(question.pk, Sums())
        return questions

    @admin.display(description="asked")
    def asked(self, question: Any) -> int:
        return int(question.sums.asked)

    @admin.display(description="mean")
    def mean(self, question: Any) -> str | SafeString:
        found = measure_mean(question.sums)
        if found is None or not has_enough(question.sums):
            return NOTHING
        keys = {hint.key: hint.title for hint in list_hints(question.sums)}
        title = keys.get("too_easy") or keys.get("too_hard")
        if title is None:
            return f"{found:.0f}"
        return draw_badge(f"{found:.0f}", "is-warning", title)

    @admin.display(description="skipped")
    def skipped(self, question: Any) -> str:
        return show_share(measure_share(question.sums.skipped, question.sums.asked))
