"""`GeneratedQuestion`: that a language model wrote a question of the bank, which one, and what was asked of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from organizations.models import Organization
from questionbank.models.generations import Generation
from questionbank.models.questions import Question


class GeneratedQuestion(models.Model):
    """Beside the question's first version. Never changed: who edits the question makes a version of their own.

    Without a generation it was made for one candidate, in the interview that is named until it is erased.
    """

    tenant_links: ClassVar = ("generation",)

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="origin")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, null=True, related_name="questions")
    interview = models.UUIDField(null=True, help_text="The interview it was made in, if for one candidate.")
    engine = models.CharField(max_length=20)
    model = models.CharField(max_length=120)
    prompt_version = models.CharField(max_length=80)
    is_from_cache = models.BooleanField(default=False, help_text="Written earlier, for a wish that was alike.")
    copied_from = models.ForeignKey(
        Question, on_delete=models.SET_NULL, null=True, related_name="copies", help_text="It stands there as well."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["interview"], condition=Q(interview__isnull=False), name="generated_question_interview"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} · {self.model}"
