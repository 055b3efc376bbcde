"""What a candidate's privacy page shows of their interview. The download, which has all of it, is own_data.py."""

from interviewpanel.models import Answer, InterviewSession


def list_answers(session: InterviewSession) -> list[Answer]:
    """In the order of asking, with all that the page shows of each; three queries."""
    rows = session.answers.select_related("correction", "recording").prefetch_related("segments", "scores")
    return list(rows.order_by("number"))
