"""What a candidate's download has of their report. Added to the others' by apps.py."""

from typing import Any

from django.db.models import Model

from interviewpanel.models import InterviewSession
from interviewpanel.selectors.own_data_fields import Facts, Part, pick_shown
from reports.models import InterviewReport

SHOWN: dict[type[Model], tuple[str, ...]] = {
    InterviewReport: (
        *("uuid", "kind", "state", "made_at", "overall", "grade", "recommendation"),
        *("technical", "communication", "problem_solving", "role_fit", "document"),
        *("work_status", "created_at", "finished_at"),
    )
}
LEFT_OUT = {
    "InterviewReport.pdf": "drawn from the document, which is here as a whole",
    "InterviewReport.json": "the document once more",
}

NAMES = ("by", "withdrawn_by")
A_PERSON = "a person of the organization"


def describe_report(session: InterviewSession) -> Facts | None:
    """The report of an interview; None where none is made."""
    report = InterviewReport.objects.filter(session=session).first()
    if report is None:
        return None
    return {**pick_shown(report), "document": hide_people(report.document)}


def hide_people(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """The document as it is, but for who of the organization judged: that is those persons' data."""
    if document is None:
        return None
    answers = document.get("answers")
    return document if answers is None else {**document, "answers": [_hide_in_answer(answer) for answer in answers]}


def _hide_in_answer(answer: dict[str, Any]) -> dict[str, Any]:
    judged = {
        name: [
            {key: A_PERSON if key in NAMES and value else value for key, value in one.items()} for one in answer[name]
        ]
        for name in ("ratings", "overrides")
        if answer.get(name)
    }
    return {**answer, **judged}


REPORT = Part("report", describe_report)
