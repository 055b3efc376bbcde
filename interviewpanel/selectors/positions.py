"""Which positions have a question set. Read by services/starts.py, the API and the admin."""

from django.db.models import QuerySet

from interviewpanel.domain.positions import normalise
from interviewpanel.models import PositionQuestionSet
from organizations.models import Organization


def list_question_sets(organization: Organization, language: str = "") -> QuerySet[PositionQuestionSet]:
    """All of them, or those whose panel speaks the language. Only those of published panels serve anybody."""
    rows = PositionQuestionSet.objects.select_related("panel").filter(organization=organization)
    return rows.filter(panel__language=language) if language else rows


def is_taken(organization: Organization, position: str, experience: str, *, besides: int | None = None) -> bool:
    """Whether another question set is of this position and experience, however they are written."""
    keys = {"position_key": normalise(position), "experience_key": normalise(experience)}
    rows = PositionQuestionSet.objects.filter(organization=organization, **keys)
    return (rows if besides is None else rows.exclude(pk=besides)).exists()
