"""The work of reports: making one, and finishing partial ones, on the queue `reports`; and what a language model writes
for them, on `generation`, where nothing waits for it that others need."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from config.work.sweeper import sweep_task
from config.work.tasks import Store, WorkNotReady, work_task
from interviewpanel.domain.states import TERMINAL_ANSWER
from interviewpanel.models import Answer, CandidateRequest
from interviewpanel.services.events import hold_session
from reports.models import InterviewNarrative, InterviewReport
from reports.services.narration import prepare_narrative
from reports.services.remaking import remake_report
from reports.services.reports import ReportNotReady, prepare_report


def leave_to_person(report: InterviewReport, reason: str) -> None:
    """A report that could not be made keeps its row, with the reason in `last_error`; admin offers to try again."""


def hold_session_of_report(report: InterviewReport) -> None:
    hold_session(report.session_id)


@work_task(InterviewReport, give_up=leave_to_person, lock=hold_session_of_report)
def generate_interview_report(report: InterviewReport) -> Store:
    """Make the report when all answers are settled, or after ten minutes as partial."""
    try:
        return prepare_report(report=report, now=timezone.now())
    except ReportNotReady as not_ready:
        raise WorkNotReady(not_ready.due_at) from not_ready


def leave_template(narrative: InterviewNarrative, reason: str) -> None:
    """The report keeps the template's words; the review page says why, and “Make again” asks once more."""


def hold_session_of_narrative(narrative: InterviewNarrative) -> None:
    hold_session(narrative.session_id)


@work_task(InterviewNarrative, give_up=leave_template, lock=hold_session_of_narrative)
def write_interview_narrative(narrative: InterviewNarrative) -> Store:
    """Ask a language model for the narrative of a report that is made; the report is made again with it."""
    return prepare_narrative(narrative=narrative, now=timezone.now())


@sweep_task
def finish_partial_reports(now: datetime) -> int:
    """Make partial reports once more when the last of their answers is settled. Returns how many."""
    open_answers = Answer.objects.filter(session=OuterRef("session")).exclude(status__in=TERMINAL_ANSWER)
    withdrawn = CandidateRequest.objects.filter(
        invitation=OuterRef("session__invitation"), kind=CandidateRequest.Kind.WITHDRAW
    )
    partial = InterviewReport.objects.filter(
        kind=InterviewReport.Kind.PARTIAL, work_status=InterviewReport.WorkStatus.DONE
    ).exclude(Exists(open_answers) | Exists(withdrawn))
    return sum(remake_report(report_id=pk, now=now) for pk in partial.values_list("pk", flat=True)[:100])
