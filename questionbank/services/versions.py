"""Writing a question and its next version. Called by the admin.

A version is never changed: interviews point at the one they asked. Saving other content makes the next number.
"""

from typing import Any

from django.db import transaction

from authentication.models import User
from questionbank.domain.bank_format import FORMAT, read_document
from questionbank.domain.json_objects import BankFormatError, Problem
from questionbank.models import Question, QuestionVersion

CONTENT_FIELDS = (
    *("text", "assesses", "expected_answer", "expected_elements", "criteria", "red_flags", "suggestions"),
    *("expected_seconds", "think_seconds", "weights"),
)


class QuestionRefused(Exception):
    """The question cannot be written like this; the message says why and what to do."""


def find_content_problems(content: dict[str, Any], *, kind: str) -> list[Problem]:
    """What the bank's own format says against this content, as if it were a file with one question."""
    entry = {**content, "key": "this-question", "type": kind, "difficulty": "medium"}
    document = {
        "format": FORMAT,
        "language": "en",
        "category": "Any",
        "topic": "Any",
        "subtopics": [{"name": "Any", "questions": [entry]}],
    }
    try:
        read_document(document, "this question")
    except BankFormatError as error:
        return list(error.problems)
    return []


@transaction.atomic
def save_question(question: Question, content: dict[str, Any], *, user: User | None) -> bool:
    """Write the question, and its next version if the content differs from the current one; True if it did.

    Topic and category follow the subtopic. Effects in order: the question (not live before it has a version), the
    version, then the question points at it. Raises QuestionRefused where the subtopic is another organization's.
    """
    subtopic = question.subtopic
    question.topic, question.category = subtopic.topic, subtopic.topic.category
    if question.category.organization_id not in (None, question.organization_id):
        raise QuestionRefused(
            f"The subtopic “{subtopic}” belongs to one organization and the question does not. "
            "Choose a subtopic of the same organization, or one that is for all."
        )
    current = question.current_version
    wanted_status = question.status
    if current is None:
        question.status = Question.Status.DRAFT
    question.save()
    if current is not None and all(getattr(current, name) == content[name] for name in CONTENT_FIELDS):
        return False
    last = question.versions.order_by("-number").values_list("number", flat=True).first() or 0
    question.current_version = QuestionVersion.objects.create(
        question=question, number=last + 1, created_by=user, **{name: content[name] for name in CONTENT_FIELDS}
    )
    question.status = wanted_status
    question.save(update_fields=["current_version", "status"])
    return True
