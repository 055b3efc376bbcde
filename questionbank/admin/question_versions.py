"""The versions of a question: who made which when, what two of them differ in, and an old one made current again.

Part of QuestionAdmin. Which interviews asked a version is told by the app that holds them (`count_interviews`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from organizations.admin.scope import get_user
from questionbank.admin.question_pages import QuestionPages, Tab
from questionbank.domain.version_diffs import compare_versions
from questionbank.models import Question, QuestionVersion
from questionbank.services.versions import QuestionRefused, describe_content, restore_version

TAB = Tab("versions", "Versions")
TEMPLATE = "admin/questionbank/question/versions.html"


class QuestionVersions(QuestionPages):
    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/versions/", wrap(self.versions_view), name="questionbank_question_versions"),
            path(
                "<int:pk>/versions/<int:number>/restore/", wrap(self.restore_view), name="questionbank_question_restore"
            ),
            *super().get_urls(),
        ]

    def list_pages(self, request: HttpRequest, question: Question) -> Iterable[Tab]:
        return (*super().list_pages(request, question), TAB)

    def count_interviews(self, request: HttpRequest, question: Question) -> Mapping[int, tuple[int, str]]:
        """By version number: how many of the user's interviews asked it, and where they stand. Here, nobody knows."""
        return {}

    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        question = self.find_question(request, pk)
        versions = list(question.versions.select_related("created_by").order_by("-number"))
        before, after = choose_two(versions, request.GET.get("from"), request.GET.get("to"))
        asked = self.count_interviews(request, question)
        changes = compare_versions(describe_content(before), describe_content(after)) if before and after else []
        context = {
            "versions": [(version, *asked.get(version.number, (None, ""))) for version in versions],
            "before": before,
            "after": after,
            "changes": changes,
            "may_restore": self.has_change_permission(request, question),
        }
        return self.show_page(request, TEMPLATE, question, TAB, context)

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """POST only: the old version's content, as the next version."""
        question = self.find_question(request, pk)
        if request.method != "POST" or not self.has_change_permission(request, question):
            raise Http404("There is no such page for you.")
        try:
            made = restore_version(question=question, number=number, user=get_user(request))
        except QuestionRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self.page_url("versions", pk))
        if made is None:
            self.message_user(request, f"Version {number} says what the current one says. Nothing was changed.")
        else:
            self.log_change(request, question, f"Version {number} was made current again, as version {made.number}.")
            self.message_user(
                request, f"Version {made.number} says what version {number} said. It is asked from now on."
            )
        return HttpResponseRedirect(self.page_url("versions", pk))


def choose_two(
    versions: Sequence[QuestionVersion], before: str | None, after: str | None
) -> tuple[QuestionVersion | None, QuestionVersion | None]:
    """The two to compare, the older first: those asked for, else the current one and the one before. Newest first."""
    numbers = {str(version.number): version for version in versions}
    if len(versions) < 2:
        return None, None
    chosen = [numbers[one] for one in (before, after) if one is not None and one in numbers]
    if len(chosen) < 2:
        chosen = [versions[1], versions[0]]
    chosen.sort(key=lambda version: version.number)
    return chosen[0], chosen[1]
