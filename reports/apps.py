"""Connects the end of an interview to its report, and registers the system checks."""

from datetime import datetime

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        from interviewpanel.signals import interview_ended
        from reports import checks  # noqa: F401 - registers

        interview_ended.connect(open_report_of_ended_interview, dispatch_uid="open report")


def open_report_of_ended_interview(*, session: object, now: datetime, **_: object) -> None:
    """Receiver of `interview_ended`, in the transaction that ends the interview."""
    from interviewpanel.models import InterviewSession
    from interviewpanel.selectors.withdrawals import has_withdrawn
    from reports.services.reports import open_report

    assert isinstance(session, InterviewSession)
    if has_withdrawn(session):
        return  # nobody rates who has taken back the agreement to be rated
    open_report(session=session, now=now)
