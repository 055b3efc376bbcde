"""What a candidate's privacy page shows of their interview. The download, which has all of it, is own_data.py."""

from datetime import datetime, timedelta

from interviewpanel.models import Answer, InterviewSession


def find_erasure_day(session: InterviewSession) -> datetime | None:
    """Until when the interview is kept; None while it goes on."""
    if session.ended_at is None:
        return None
    return session.ended_at + timedelta(days=session.organization.retention_days)


def list_answers(session: InterviewSession) -> list[Answer]:
    """In the order of asking, with all that the page shows of each; three queries."""
    rows = session.answers.select_related("correction", "recording").prefetch_related("segments", "scores")
    return list(rows.order_by("number"))
