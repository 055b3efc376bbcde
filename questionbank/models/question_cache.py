"""The cache of written questions: what was asked for, what came of it, and how often that spared a call of a model."""

import uuid

from django.db import models
from django.db.models import F, Q

from organizations.models import Organization
from questionbank.models.questions import Question, QuestionVersion


class CachedQuestion(models.Model):
    """One question a language model wrote, found again by what it was written for (domain/question_cache.py).

    Several may have one key: so many were written for the same wish. Never given to another organization.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="cached_questions")
    key = models.CharField(max_length=64, help_text="SHA-256 of topic, skill level, kind, language and request.")
    topic = models.CharField(max_length=200)
    skill_level = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    language = models.CharField(max_length=8)
    request = models.CharField(max_length=300, help_text="What was asked for, shortened.")
    words = models.TextField(help_text="The request's stems, sorted: what is compared without a model of meaning.")
    embedding = models.BinaryField(null=True, help_text="The request's meaning, as 32-bit floats.")
    embedding_model = models.CharField(max_length=120, blank=True, help_text="Vectors of two models say nothing.")
    content = models.JSONField(help_text="The question, by the names of a version's fields.")
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, null=True, related_name="cached", help_text="Where it stands in the bank."
    )
    version = models.ForeignKey(
        QuestionVersion, on_delete=models.CASCADE, null=True, related_name="+", help_text="As it was written."
    )
    engine = models.CharField(max_length=20)
    model = models.CharField(max_length=120)
    prompt_version = models.CharField(max_length=80)
    tokens = models.PositiveIntegerField(default=0, help_text="What writing it took, read and written ones together.")
    usage_count = models.PositiveIntegerField(default=0)
    last_used = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(name="cached_question_key", fields=["organization", "key"]),
            models.Index(
                name="cached_question_alike", fields=["organization", "topic", "skill_level", "kind", "language", "-id"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} · {self.skill_level} · {self.request}"


class CacheMonth(models.Model):
    """How often the cache had what was asked for, by month. Kept when cached questions are removed."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    month = models.DateField(help_text="Its first day.")
    hits = models.PositiveIntegerField(default=0)
    misses = models.PositiveIntegerField(default=0)
    tokens_saved = models.PositiveBigIntegerField(default=0, help_text="What the questions given out had taken.")

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="cache_month_once")]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


USABLE = Q(question__isnull=True) | Q(
    question__status__in=[Question.Status.REVIEW, Question.Status.LIVE], question__current_version=F("version")
)
"""What may be given out again as it was: nobody has edited it since, nor retired it, nor taken it back to draft."""
