"""The background work of the question bank, by the names that stand on the broker."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from config.work.sweeper import sweep_task
from config.work.tasks import work_task
from questionbank.models import Generation, ResumeSummary
from questionbank.services import generation as generations
from questionbank.services import model_calls, question_cache, resume_summaries

Store = Callable[[], None]


@work_task(Generation, give_up=generations.give_up_generation)
def generate(generation: Generation) -> Store:
    """What somebody asked a language model to write."""
    return generations.generate(generation, timezone.now())


@work_task(ResumeSummary, give_up=resume_summaries.leave_unsummarised)
def summarise_resume(summary: ResumeSummary) -> Store:
    """What of a résumé bears on work."""
    return resume_summaries.summarise_resume(summary, timezone.now())


@sweep_task
def delete_model_calls(now: datetime) -> int:
    """What language models took, when nobody compares with it any more."""
    return model_calls.delete_old_calls(now=now)


@sweep_task
def trim_question_cache(now: datetime) -> int:
    """Of what is kept of written questions, the least used above the limit."""
    return question_cache.trim_cache(now)
