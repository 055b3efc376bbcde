"""Notes that a person has looked at a report. Called by the admin, where a report is opened or downloaded."""

from datetime import datetime

from reports.models import InterviewReport


def note_read(*, report: InterviewReport, now: datetime) -> None:
    """Effect: the report has been read, from its first opening on. One that is not made yet has nothing to read."""
    InterviewReport.objects.filter(pk=report.pk, made_at__isnull=False, read_at__isnull=True).update(read_at=now)
