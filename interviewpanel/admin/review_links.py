"""Links to interviews, and lists whose rows lead to where an interview is watched or reviewed, not to the record."""

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from interviewpanel.interview_urls import REVIEW, interview_url
from organizations.admin.tables import draw_link


def link_review(session_id: int, text: str) -> SafeString:
    return draw_link(REVIEW, session_id, text)


def link_interview(session: Any, text: str, answer: int | None = None) -> SafeString:
    return format_html('<a href="{}">{}</a>', interview_url(session, answer), text)


class ReviewChangeList(ChangeList):
    def url_for_result(self, result: Any) -> str:
        page = self.model_admin
        return interview_url(page.find_interview(result), page.find_answer(result))


class ReviewLinkedAdmin(ModelAdmin):
    """`find_interview` leads from a row to its interview, `find_answer` to the number of the answer that it is of."""

    def find_interview(self, row: Any) -> Any:
        return row

    def find_answer(self, row: Any) -> int | None:
        return None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ReviewChangeList
