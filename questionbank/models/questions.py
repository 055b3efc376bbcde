"""A question, its versions, and the stems by which similar ones are found."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from organizations.models import Organization
from questionbank.models.catalogue import Category, Subtopic, Topic
from questionbank.models.generated_interviews import GeneratedInterview


class Difficulty(models.TextChoices):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Question(models.Model):
    class Kind(models.TextChoices):
        TECHNICAL = "technical"
        BEHAVIORAL = "behavioral"
        SITUATIONAL = "situational"
        EXPERIENCE = "experience"

    class Status(models.TextChoices):
        DRAFT = "draft"
        REVIEW = "review"
        LIVE = "live"
        RETIRED = "retired"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    key = models.SlugField(max_length=120, help_text="A stable name for import and export.")
    # Topic and category are the subtopic's, repeated so that a plan's cell is one indexed query (see `question_cell`).
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    subtopic = models.ForeignKey(Subtopic, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TECHNICAL)
    difficulty = models.CharField(max_length=6, choices=Difficulty.choices)
    language = models.CharField(max_length=8, default="en")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    status_reason = models.CharField(max_length=300, blank=True, editable=False, help_text="Of the last move.")
    status_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    times_asked = models.PositiveIntegerField(default=0, help_text="Exposure: the least asked is preferred.")
    generated_interview = models.ForeignKey(
        GeneratedInterview, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    current_version = models.ForeignKey(
        "QuestionVersion", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["key"]
        permissions = [("publish_question", "Can let candidates be asked a question")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="question_key_unique"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(organization__isnull=True), name="question_key_unique_global"
            ),
            models.CheckConstraint(name="question_difficulty", condition=Q(difficulty__in=Difficulty.values)),
            models.CheckConstraint(
                name="question_status", condition=Q(status__in=["draft", "review", "live", "retired"])
            ),
            models.CheckConstraint(
                name="live_question_has_a_version", condition=~Q(status="live") | Q(current_version__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                # The tenant stands before the exposure: else a bank full of others' questions is read through for ours.
                fields=[level, "difficulty", "language", "organization", "times_asked", "id"],
                condition=Q(status="live"),
                name=f"question_cell_{level}",
            )
            for level in ("subtopic", "topic", "category")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_technical(self) -> bool:
        return self.kind == self.Kind.TECHNICAL


class QuestionVersion(models.Model):
    """What is asked and how it is judged. Rows are never changed once made; an edit makes the next number."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(help_text="As the interviewer speaks it.")
    assesses = models.CharField(max_length=300)
    expected_answer = models.TextField()
    expected_elements = models.JSONField(default=list, help_text="Key points, a list of short texts.")
    criteria = models.JSONField(default=list, help_text="Each: key, name, description, component, weight.")
    red_flags = models.JSONField(default=list, blank=True)
    suggestions = models.JSONField(default=list, blank=True, help_text="Reply starters for the typed path.")
    expected_seconds = models.PositiveIntegerField(default=90)
    think_seconds = models.PositiveIntegerField(default=30)
    weights = models.JSONField(default=dict, blank=True, help_text="Component weights of this question, if its own.")
    note = models.CharField(max_length=200, blank=True, help_text="What was changed, and why.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="question_version_number_unique"),
            models.CheckConstraint(name="question_version_number_positive", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.question.key} v{self.number}"


class QuestionStem(models.Model):
    """A stem by which similar questions are found (domain/similarity.py); those of the current version's text."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="stems")
    stem = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stem", "question"], name="question_stem_once")]

    def __str__(self) -> str:
        return self.stem
