from typing import Any

from django.apps import AppConfig
from django.utils import timezone


class QuestionbankConfig(AppConfig):
    name = "questionbank"
    verbose_name = "Question bank"

    def ready(self) -> None:
        from organizations.signals import resume_left, resume_read

        resume_read.connect(summarise_read_resume, dispatch_uid="résumé that was read")
        resume_left.connect(forget_left_summary, dispatch_uid="summary of a résumé that was replaced")


def summarise_read_resume(*, resume_text_id: int, **_: object) -> None:
    """In the transaction that keeps the text."""
    from organizations.models import ResumeText
    from questionbank.services.resume_summaries import queue_summary

    text = ResumeText.objects.select_related("organization").get(pk=resume_text_id)
    queue_summary(text=text, now=timezone.now())


def forget_left_summary(*, candidate_id: int, **_: Any) -> None:
    """In the transaction that replaces or removes the file."""
    from questionbank.services.resume_summaries import forget_summary

    forget_summary(candidate_id=candidate_id)
