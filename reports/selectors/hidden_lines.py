"""What the history tells of a report is kept from who has to rate its interview first. Registered in apps.py."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from interviewpanel.selectors.blind_ratings import list_hidden_answers
from organizations.models import Change
from organizations.selectors import Reach
from reports.models import InterviewReport


def leave_out_hidden_report_lines(lines: QuerySet[Change], user_id: int | None, reach: Reach) -> QuerySet[Change]:
    if reach.sees_all:
        return lines
    hidden = list_hidden_answers(user_id, reach).filter(session__report=OuterRef("subject_id"))
    return lines.exclude(Q(Exists(hidden), subject_type=InterviewReport._meta.label_lower))
