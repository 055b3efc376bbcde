"""What a candidate is told of a panel. Read by views/join before the interview, and with each question in it."""

from interviewpanel.models import InterviewPanel


def count_planned_questions(panel: InterviewPanel) -> int:
    """How many questions will be asked if time allows: as `of` in `next_question`."""
    rows = panel.distribution.all()
    return min(panel.max_questions, sum(row.easy_count + row.medium_count + row.hard_count for row in rows))
