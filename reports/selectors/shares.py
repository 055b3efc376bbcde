"""Shared reports as lists show them, and what of an interview a link may play. Read by the admin and views."""

from django.db.models import QuerySet

from interviewpanel.models import Recording
from reports.models import ReportShare


def list_shares(session_id: int) -> QuerySet[ReportShare]:
    """The links to one interview's report, the newest first."""
    return ReportShare.objects.filter(session=session_id).select_related("created_by").order_by("-created_at", "-id")


def list_playable(session_id: int) -> frozenset[int]:
    """The numbers of the answers whose sound is joined: one query."""
    ready = Recording.objects.filter(session=session_id, work_status=Recording.WorkStatus.DONE, answer__isnull=False)
    return frozenset(ready.values_list("answer__number", flat=True))
