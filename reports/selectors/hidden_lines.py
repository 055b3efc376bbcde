"""What the history tells of a report is kept from who has to rate its interview first. Registered in apps.py."""

from django.db.models import QuerySet

from interviewpanel.selectors.blind_ratings import list_hidden_answers
from organizations.models import Change
from organizations.selectors import Reach
from reports.models import InterviewReport


def leave_out_hidden_report_lines(lines: QuerySet[Change], user_id: int | None, reach: Reach) -> QuerySet[Change]:
    if reach.sees_all:
        return lines
    hidden = InterviewReport.objects.filter(session__in=list_hidden_answers(user_id, reach).values("session"))
    return lines.exclude(subject_type=InterviewReport._meta.label_lower, subject_id__in=hidden.values("pk"))
