"""What a candidate's download has of their report. Added to the others' by apps.py."""

from django.db.models import Model

from interviewpanel.models import InterviewSession
from interviewpanel.selectors.own_data_fields import Facts, Part, pick_shown
from reports.models import InterviewReport

SHOWN: dict[type[Model], tuple[str, ...]] = {
    InterviewReport: (
        *("uuid", "kind", "state", "made_at", "read_at", "overall", "grade", "recommendation"),
        *("technical", "communication", "problem_solving", "role_fit", "document"),
        *("work_status", "created_at", "finished_at"),
    )
}
LEFT_OUT = {
    "InterviewReport.pdf": "drawn from the document, which is here as a whole",
    "InterviewReport.json": "the document once more",
}


def describe_report(session: InterviewSession) -> Facts | None:
    """The report of an interview; None where none is made."""
    report = InterviewReport.objects.filter(session=session).first()
    return pick_shown(report) if report is not None else None


REPORT = Part("report", describe_report)
