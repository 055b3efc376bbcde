"""`AnswerScore`: one scoring of one answer, and the work of making it. Scoring again makes a new row."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from interviewpanel.domain.human_ratings import MOST_REASON_CHARACTERS
from interviewpanel.models.answers import Answer


class AnswerScore(WorkItem):
    """`done` means that `state` says what came of it; there is a composite only where one was measured."""

    class State(models.TextChoices):
        SCORED = "scored"
        INSUFFICIENT_EVIDENCE = "insufficient_evidence"
        NEEDS_HUMAN = "needs_human"
        TECHNICAL_FAILURE = "technical_failure"

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="scores")
    number = models.PositiveIntegerField(default=1)
    follow_ups = models.PositiveSmallIntegerField(
        default=0, help_text="The answers to how many follow-up questions it was made of, besides."
    )
    state = models.CharField(max_length=21, choices=State.choices, blank=True)
    composite = models.PositiveSmallIntegerField(null=True, blank=True)
    components = models.JSONField(default=dict, help_text="relevance, depth, clarity, technical: 0–100, or null.")
    criteria = models.JSONField(default=list, help_text="Each with rating, quote and its span in the transcript.")
    elements = models.JSONField(default=list, help_text="Expected elements, covered or not, with the matched words.")
    interval = models.JSONField(null=True, blank=True, help_text="80 % interval of the embedded scorer: [low, high].")
    rationale = models.TextField(blank=True)
    strengths = models.JSONField(default=list)
    improvements = models.JSONField(default=list)
    notable_quote = models.TextField(blank=True)
    red_flags = models.JSONField(default=list, help_text="Each: text, and the quote that shows it with its span.")
    flags = models.JSONField(default=list)
    reasons = models.JSONField(default=list, help_text="Why a person should look.")
    is_fallback = models.BooleanField(default=False)
    provenance = models.JSONField(default=dict, help_text="engine, model, prompt version, rubric and input hashes.")
    second_opinion = models.JSONField(
        null=True, blank=True, help_text="The embedded scorer beside a language model: both numbers, and if they agree."
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_by_name = models.CharField(max_length=254, blank=True, help_text="Who had it scored again, as called then.")
    asked_reason = models.TextField(blank=True, max_length=MOST_REASON_CHARACTERS)

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["answer", "number"]
        permissions = [("rescore_answerscore", "Can have answers scored again")]
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(fields=["answer", "number"], name="score_number_unique"),
            models.CheckConstraint(
                name="score_composite_range", condition=Q(composite__isnull=True) | Q(composite__lte=100)
            ),
            models.CheckConstraint(
                name="score_number_only_if_measured",
                condition=Q(composite__isnull=True) | Q(state__in=["scored", "needs_human"]),
            ),
            models.CheckConstraint(
                name="score_again_says_who_and_why", condition=Q(asked_by_name="") | ~Q(asked_reason="")
            ),
        ]

        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(
                fields=["finished_at"],
                condition=Q(work_status="done") & (Q(state="needs_human") | ~Q(reasons=[])),
                name="score_for_person",
            ),
        ]

    task_name = "interviewpanel.tasks.analyze_and_score_answer"
    queue = "scoring"

    def __str__(self) -> str:
        return f"Score {self.number} of answer {self.answer_id}"
