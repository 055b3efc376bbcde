"""Lists whose rows lead to the page on which an interview is reviewed (reports/admin/review.py), not to the record.

The page lies in an app above this one, so it is only named here.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from organizations.admin.tables import draw_link

PAGE = "reports_interviewreport_review"


class ReviewChangeList(ChangeList):
    def url_for_result(self, result: Any) -> str:
        return reverse(f"admin:{PAGE}", args=[getattr(result, self.model_admin.review_path)])


class ReviewLinkedAdmin(ModelAdmin):
    """`review_path` is the field of a row with its session's key."""

    review_path = "pk"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ReviewChangeList


def link_review(session_id: int, text: str) -> SafeString:
    return draw_link(PAGE, session_id, text)
