"""What the bank has already where new questions are to stand: for the model, so that it seldom writes it again."""

from django.db.models import Q, QuerySet

from questionbank.domain.batches import BatchRow
from questionbank.models import Question, Subtopic

MOST_TOLD = 40
MOST_AT_ONE_PLACE = 500


def list_bank(organization_id: int) -> QuerySet[Question]:
    """All that an organization's interviews may ask: its own and what is for all; retired ones too, which may have
    leaked."""
    return Question.objects.filter(Q(organization=organization_id) | Q(organization=None))


def list_known_texts(organization_id: int, row: BatchRow, language: str) -> list[str]:
    """Those of the subtopic first, then of its topic, the newest first."""
    bank = list_bank(organization_id).filter(language=language, current_version__isnull=False)
    here = Q(subtopic__name__iexact=row.subtopic, topic__name__iexact=row.topic)
    texts: list[str] = []
    for condition in (here, Q(topic__name__iexact=row.topic) & ~here):
        rows = bank.filter(condition).order_by("-pk").values_list("current_version__text", flat=True)
        texts += rows[: MOST_TOLD - len(texts)]
    return texts


def list_texts_at(organization_id: int, subtopic: Subtopic, language: str) -> list[tuple[str, bool]]:
    """Those of one subtopic, the newest first, each with whether it is live. One query."""
    bank = list_bank(organization_id).filter(subtopic=subtopic, language=language, current_version__isnull=False)
    rows = bank.order_by("-pk").values_list("current_version__text", "status")[:MOST_AT_ONE_PLACE]
    return [(text, status == Question.Status.LIVE) for text, status in rows]
