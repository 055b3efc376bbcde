"""What a candidate's download has of their report, of its narratives, and that it was shared. Added by apps.py."""

from typing import Any

from django.db.models import Model

from interviewpanel.models import InterviewSession
from interviewpanel.selectors.own_data_fields import Facts, Part, pick_shown
from reports.models import InterviewNarrative, InterviewReport, ReportShare

SHOWN: dict[type[Model], tuple[str, ...]] = {
    InterviewReport: (
        *("uuid", "kind", "state", "made_at", "reviewed_at", "overall", "grade", "recommendation"),
        *("technical", "communication", "problem_solving", "role_fit", "document"),
        *("work_status", "created_at", "finished_at"),
    )
}
LEFT_OUT = {
    "InterviewReport.pdf": "drawn from the document, which is here as a whole",
    "InterviewReport.json": "the document once more",
    "InterviewReport.categories": "a part of the document once more",
}
SHOWN_OF_NARRATIVES: dict[type[Model], tuple[str, ...]] = {
    InterviewNarrative: (
        *("evidence_hash", "reply", "dropped", "engine", "model", "prompt_version", "work_status"),
        *("created_at", "finished_at"),
    )
}
LEFT_OUT_OF_NARRATIVES = {"InterviewNarrative.reply_hash": "made of what the model gave back; it says nothing"}
SHOWN_OF_SHARES: dict[type[Model], tuple[str, ...]] = {
    ReportShare: (
        *("uuid", "purpose", "includes_names", "includes_audio", "created_at", "expires_at", "revoked_at"),
        *("opened_count", "last_opened_at"),
    )
}
LEFT_OUT_OF_SHARES = {
    "ReportShare.token_hash": "made of a link that is somebody else's; it opens nothing",
    "ReportShare.created_by": "who of the organization acted is that person's data",
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
    """The document as it is, but for who of the organization judged and decided: that is those persons' data."""
    if document is None:
        return None
    hidden = dict(document)
    if document.get("answers") is not None:
        hidden["answers"] = [_hide_in_answer(answer) for answer in document["answers"]]
    if document.get("decided"):
        hidden["decided"] = {**document["decided"], "by": A_PERSON}
    return hidden


def _hide_in_answer(answer: dict[str, Any]) -> dict[str, Any]:
    judged = {
        name: [
            {key: A_PERSON if key in NAMES and value else value for key, value in one.items()} for one in answer[name]
        ]
        for name in ("ratings", "overrides")
        if answer.get(name)
    }
    return {**answer, **judged}


def describe_shares(session: InterviewSession) -> Facts | None:
    """How often the report was handed on, when and what for. Who reads a link is not known."""
    rows = list(ReportShare.objects.filter(session=session).order_by("id"))
    return {"count": len(rows), "links": [pick_shown(row) for row in rows]} if rows else None


def describe_narratives(session: InterviewSession) -> Facts | None:
    """All that language models wrote of the interview, also of scores that people have changed since."""
    rows = [pick_shown(row) for row in InterviewNarrative.objects.filter(session=session).order_by("pk")]
    return {"count": len(rows), "narratives": rows} if rows else None


REPORT = Part("report", describe_report)
NARRATIVES = Part("narratives", describe_narratives)
SHARES = Part("shared_reports", describe_shares)
