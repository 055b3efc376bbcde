"""What a candidate is told of a panel before the interview. Read by views/join."""

from django.db.models import F, Sum

from interviewpanel.models import InterviewPanel


def count_planned_questions(panel: InterviewPanel) -> int:
    """How many questions will be asked if time allows: as `of` in `next_question`."""
    counts = F("easy_count") + F("medium_count") + F("hard_count")
    planned = panel.distribution.aggregate(planned=Sum(counts))["planned"] or 0
    return int(min(panel.max_questions, planned))
