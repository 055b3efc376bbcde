"""Questions that a language model made for one candidate, while the interview went on. Called by interviewpanel where
one is asked, and where the interview is erased.

No line of the history: a live interview's rows are their own record, and `GeneratedQuestion` says who wrote it.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, ProtectedError

from questionbank.models import GeneratedQuestion, Question, QuestionVersion
from questionbank.services.question_cache import Writer
from questionbank.services.versions import make_key, save_question

NOTE = "Made for one candidate, during the interview."


@transaction.atomic
def keep_asked_question(
    *, like: Question, content: Mapping[str, Any], writer: Writer, organization_id: int, interview: UUID
) -> QuestionVersion:
    """Put it into the organization's bank, where `like` stands, as difficult and of its kind; nobody else is asked it
    until a person has put it live. Effects in order: the question, in review, its first version, where it comes from.
    """
    question = Question(
        organization_id=organization_id,
        subtopic=like.subtopic,
        kind=like.kind,
        difficulty=like.difficulty,
        language=like.language,
        status=Question.Status.REVIEW,
    )
    question.key = make_key(question, content["text"])
    save_question(question, dict(content), user=None, note=NOTE)
    GeneratedQuestion.objects.create(
        organization_id=organization_id,
        question=question,
        interview=interview,
        engine=writer.engine,
        model=writer.model,
        prompt_version=writer.prompt_version,
    )
    version = question.current_version
    assert version is not None, "it was written just now"
    return version


def forget_interview_questions(*uuids: UUID) -> None:
    """The interviews are erased, and their answers are gone. What nobody has put live or edited goes with them: it was
    made from what one candidate said. The rest is the organization's own, and names the interview no more."""
    made = GeneratedQuestion.objects.filter(interview__in=uuids)
    untouched = (
        Question.objects.filter(origin__in=made, current_version__answers=None)
        .exclude(status=Question.Status.LIVE)
        .annotate(count=Count("versions"))
        .filter(count=1)
    )
    for pk in list(untouched.values_list("pk", flat=True)):
        with suppress(ProtectedError), transaction.atomic():  # it was live for a while, and another interview has it
            Question.objects.filter(pk=pk).update(current_version=None)  # which it would protect
            Question.objects.filter(pk=pk).delete()
    made.update(interview=None)
