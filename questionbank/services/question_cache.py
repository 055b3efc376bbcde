"""The cache of written questions: looked into before a model is asked, filled with what it wrote.

Called by the makers of generations. What a question found here becomes is decided there (docs/question-bank.md): a copy
elsewhere, never a second one at the same place. Nothing is found across organizations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F

from questionbank.domain.embeddings import pack_vector
from questionbank.domain.question_cache import MOST_REQUEST, Known, Wish, WishVector, measure_wishes
from questionbank.models import CachedQuestion, CacheMonth, Question
from questionbank.models.question_cache import USABLE

MOST_COMPARED = 500
"""Cached questions whose wishes one wish is compared with: the newest."""
MOST_FOUND = 20


@dataclass(frozen=True)
class Writer:
    """Who wrote a question, and what it took."""

    engine: str
    model: str
    prompt_version: str
    tokens: int


@dataclass(frozen=True)
class Found:
    """A cached question; `share` 1 with the very wish, else how much the wishes are alike."""

    cached: CachedQuestion
    share: float

    @property
    def is_exact(self) -> bool:
        return self.share == 1


def is_cache_on(*, wanted: bool) -> bool:
    """By the site's setting, and by what the asker says."""
    return bool(settings.ENABLE_QUESTION_CACHE) and wanted


def find_cached(wish: Wish, *, organization_id: int, vector: WishVector | None = None) -> list[Found]:
    """Questions written for this very wish, then for those alike, the most alike first. Two queries.

    What was edited, retired or deleted since is none of them.
    """
    usable = CachedQuestion.objects.filter(USABLE, organization_id=organization_id).select_related("question")
    found = [Found(one, 1.0) for one in usable.filter(key=wish.key).order_by("usage_count", "pk")[:MOST_FOUND]]
    same = usable.filter(
        topic=wish.topic_name, skill_level=wish.skill_level, kind=wish.kind, language=wish.language
    ).exclude(key=wish.key)
    stems, threshold = wish.stems, settings.CACHE_SIMILARITY_THRESHOLD
    alike = []
    for one in same.order_by("-pk")[:MOST_COMPARED]:
        packed = None if one.embedding is None else bytes(one.embedding)
        share = measure_wishes(stems, vector, Known(one.words, packed, one.embedding_model))
        if share >= threshold - 1e-9:
            alike.append(Found(one, min(share, 0.999)))
    alike.sort(key=lambda one: (-one.share, one.cached.usage_count, one.cached.pk))
    return [*found, *alike][:MOST_FOUND]


def keep_question(
    wish: Wish,
    content: dict[str, Any],
    writer: Writer,
    *,
    organization_id: int,
    question: Question | None = None,
    vector: WishVector | None = None,
) -> CachedQuestion | None:
    """Keep what was written for a wish; with `question`, only as long as it stands in the bank as it was written.

    None where the site keeps none.
    """
    if not settings.ENABLE_QUESTION_CACHE:
        return None
    return CachedQuestion.objects.create(
        organization_id=organization_id,
        key=wish.key,
        topic=wish.topic_name,
        skill_level=wish.skill_level,
        kind=wish.kind,
        language=wish.language,
        request=wish.request[:MOST_REQUEST],
        words=" ".join(sorted(wish.stems)),
        embedding=None if vector is None else pack_vector(vector.vector),
        embedding_model="" if vector is None else vector.model,
        content=content,
        question=question,
        version=None if question is None else question.current_version,
        engine=writer.engine,
        model=writer.model,
        prompt_version=writer.prompt_version,
        tokens=writer.tokens,
    )


def note_hit(cached: CachedQuestion, now: datetime) -> None:
    """It was given out. Effects: its count and the month's, right however many do so at once."""
    CachedQuestion.objects.filter(pk=cached.pk).update(usage_count=F("usage_count") + 1, last_used=now)
    _count(cached.organization_id, now, hits=1, tokens_saved=cached.tokens)


def note_miss(organization_id: int, now: datetime, count: int = 1) -> None:
    """The cache was looked into and had nothing that would do: a model was asked for so many."""
    _count(organization_id, now, misses=count)


def _count(organization_id: int, now: datetime, **more: int) -> None:
    month, _ = CacheMonth.objects.get_or_create(organization_id=organization_id, month=now.date().replace(day=1))
    CacheMonth.objects.filter(pk=month.pk).update(**{name: F(name) + count for name, count in more.items()})


def clear_cache(organization_ids: Sequence[int] | None, pks: Sequence[int] | None = None) -> int:
    """Forget cached questions of these organizations (None: of all), or of them only these. The bank's stay."""
    rows = CachedQuestion.objects.all()
    if organization_ids is not None:
        rows = rows.filter(organization__in=organization_ids)
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    return rows.delete()[0]


def forget_questions(organization_id: int, texts: Sequence[str]) -> None:
    """What a person has edited in an interview is not given out again as it was. One query, or none."""
    if texts:
        own = CachedQuestion.objects.filter(organization=organization_id, question=None)
        own.filter(content__text__in=list(texts)).delete()


def trim_cache(now: datetime) -> int:
    """Of each organization that has more than QUESTION_CACHE_SIZE, the least used go, the oldest first."""
    most, removed = settings.QUESTION_CACHE_SIZE, 0
    full = CachedQuestion.objects.order_by().values("organization").annotate(count=Count("pk")).filter(count__gt=most)
    for row in full:
        own = CachedQuestion.objects.filter(organization=row["organization"]).order_by("usage_count", "pk")
        doomed = list(own.values_list("pk", flat=True)[: min(row["count"] - most, MOST_COMPARED)])
        removed += CachedQuestion.objects.filter(pk__in=doomed).delete()[0]
    return removed
