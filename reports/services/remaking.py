"""Putting a report that was made back to work. Called by whoever has something new for it, and by a person who asks."""

from datetime import datetime

from config.work.transports import enqueue
from interviewpanel.models import CandidateRequest
from reports.models import InterviewReport


def remake_report(*, report_id: int, now: datetime) -> bool:
    """Put a report that is over (done, failed or dead) back to work, with its attempts anew.

    False: it is at work, or its candidate has withdrawn, and then it stays as it is.
    """
    report = InterviewReport.objects.filter(pk=report_id, work_status__in=InterviewReport.OVER)
    report = report.exclude(session__invitation__requests__kind=CandidateRequest.Kind.WITHDRAW)
    is_put_back = bool(
        report.update(work_status=InterviewReport.WorkStatus.QUEUED, attempts=0, due_at=now, republished_at=None)
    )
    if is_put_back:
        enqueue(InterviewReport.objects.get(pk=report_id))
    return is_put_back
