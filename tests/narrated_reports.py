"""Reports and the narratives written beside them, made by their own work; for the tests of narratives."""

from datetime import timedelta

import time_machine

from config.work.tasks import perform
from interviewpanel.models import InterviewSession
from reports.domain.scorecard import Narrative
from reports.models import InterviewNarrative, InterviewReport
from reports.services.documents import from_document
from reports.services.reports import open_report
from tests.interview_rows import ENDED_AT

LATER = ENDED_AT + timedelta(minutes=2)
REPORT, NARRATIVE = InterviewReport.task_name, InterviewNarrative.task_name


def make(report: InterviewReport) -> InterviewReport:
    perform(REPORT, report.pk)
    report.refresh_from_db()
    return report


def begin(session: InterviewSession, *, after: timedelta = timedelta(seconds=30)) -> InterviewReport:
    """The report as it is at once: in the words of the template."""
    with time_machine.travel(ENDED_AT + after, tick=False):
        return make(open_report(session=session, now=ENDED_AT))


def write(session: InterviewSession) -> InterviewNarrative:
    """The narrative's own work, once."""
    row = InterviewNarrative.objects.get(session=session)
    with time_machine.travel(LATER, tick=False):
        perform(NARRATIVE, row.pk)
    row.refresh_from_db()
    return row


def read(report: InterviewReport) -> Narrative:
    report.refresh_from_db()
    return from_document(report.document or {}).narrative


def remake(report: InterviewReport) -> Narrative:
    with time_machine.travel(LATER, tick=False):
        return read(make(report))


def tell(session: InterviewSession) -> Narrative:
    """Report, narrative, and the report's new edition."""
    report = begin(session)
    write(session)
    return remake(report)
