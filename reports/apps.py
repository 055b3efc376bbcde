"""Connects the end of an interview to its report and a report's going to its files, adds the report to what candidates
download, registers the checks."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils import timezone


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        from interviewpanel.selectors.own_data_fields import add_part
        from interviewpanel.signals import interview_ended, interview_judged
        from organizations.selectors import add_hiding_rule
        from reports import checks  # noqa: F401 - registers
        from reports.models import InterviewReport, ReportShare
        from reports.selectors import own_data
        from reports.selectors.hidden_lines import leave_out_hidden_report_lines

        interview_ended.connect(open_report_of_ended_interview, dispatch_uid="open report")
        interview_judged.connect(renew_report_of_judged_interview, dispatch_uid="renew report")
        post_delete.connect(remove_files_of_deleted_report, InterviewReport, dispatch_uid="report's files")
        post_delete.connect(forget_deleted_share, ReportShare, dispatch_uid="history of ReportShare")
        add_part(own_data.REPORT, shown=own_data.SHOWN, left_out=own_data.LEFT_OUT)
        add_hiding_rule("reports", leave_out_hidden_report_lines)
        add_part(own_data.NARRATIVES, shown=own_data.SHOWN_OF_NARRATIVES, left_out=own_data.LEFT_OUT_OF_NARRATIVES)
        add_part(own_data.SHARES, shown=own_data.SHOWN_OF_SHARES, left_out=own_data.LEFT_OUT_OF_SHARES)


def open_report_of_ended_interview(*, session: object, now: datetime, **_: object) -> None:
    """Receiver of `interview_ended`, in the transaction that ends the interview."""
    from interviewpanel.models import InterviewSession
    from interviewpanel.selectors.withdrawals import has_withdrawn
    from reports.services.reports import open_report

    assert isinstance(session, InterviewSession)
    if has_withdrawn(session):
        return  # nobody rates who has taken back the agreement to be rated
    open_report(session=session, now=now)


def renew_report_of_judged_interview(*, session: Any, now: datetime, **_: object) -> None:
    """Receiver of `interview_judged`, in the transaction in which a person decides."""
    from reports.services.reports import renew_report

    renew_report(session=session, now=now)


def remove_files_of_deleted_report(*, instance: Any, **_: object) -> None:
    """In the transaction that deletes it. Its session's folder goes with the session; older reports lay outside it."""
    from interviewpanel.services.file_removals import open_removal

    if names := [file.name for file in (instance.pdf, instance.json) if file]:
        open_removal(names=names, now=timezone.now())


def forget_deleted_share(*, instance: Any, **_: object) -> None:
    """The history calls a share by the candidate's name: it keeps who shared when, and the name not."""
    from interviewpanel.services.erasure import forget_history

    forget_history(type(instance), [instance.pk])
