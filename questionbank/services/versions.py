"""Writing a question and its next version. Called by the admin and the API.

A version is never changed: interviews point at the one they asked. Saving other content makes the next number.
"""

from typing import Any

from django.db import transaction
from django.utils.text import slugify

from authentication.models import User
from organizations.models import Organization
from questionbank.domain.bank_format import FORMAT, read_document
from questionbank.domain.json_objects import BankFormatError, Problem
from questionbank.models import Question, QuestionVersion
from questionbank.services.similar_questions import index_questions

ROW_FIELDS = ("key", "category", "topic", "subtopic", "kind", "difficulty", "language")
CONTENT_FIELDS = (
    *("text", "assesses", "expected_answer", "expected_elements", "criteria", "red_flags", "suggestions"),
    *("expected_seconds", "think_seconds", "weights"),
)


class QuestionRefused(Exception):
    """The question cannot be written like this; the message says why and what to do."""


class PlaceRefused(QuestionRefused):
    """It cannot stand there: the subtopic is another organization's."""


def make_key(question: Question, text: str) -> str:
    """A stable name for one that was given none: from its words, and of its own."""
    return f"{slugify(text)[:60].strip('-')}-{str(question.uuid)[:8]}".lstrip("-")


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


def describe_content(version: QuestionVersion) -> dict[str, Any]:
    """What is asked and how it is judged, by the names of the fields."""
    return {name: getattr(version, name) for name in CONTENT_FIELDS}


def find_meanwhile(question: Question, content: dict[str, Any], seen: int) -> QuestionVersion | None:
    """The current version, where somebody has made it since number `seen` (0: none) was read, and it says other than
    `content`: who saves now would put their text in its place unseen."""
    current = question.current_version
    if current is None or current.number == seen or describe_content(current) == content:
        return None
    return current


@transaction.atomic
def save_question(
    question: Question, content: dict[str, Any], *, user: User | None, note: str = "", seen: int | None = None
) -> bool:
    """Write the question, and its next version if the content differs from the current one; True if it did.

    Topic and category follow the subtopic. The status and the count of interviews stay as they are by now. `seen`: the
    number of the version that was read before; None is the one that `question` came with. Effects in order: the
    question, the version, the question points at it, and it is found as similar by its new text. Raises
    QuestionRefused where the subtopic is another organization's, and where somebody made a version meanwhile.
    """
    subtopic = question.subtopic
    question.topic, question.category = subtopic.topic, subtopic.topic.category
    if question.category.organization_id not in (None, question.organization_id):
        raise PlaceRefused(
            f"The subtopic “{subtopic}” belongs to one organization and the question does not. "
            "Choose a subtopic of the same organization, or one that is for all."
        )
    if question._state.adding:
        question.save()
    else:
        _write_row(question, content, seen)
    current = question.current_version
    if current is not None and describe_content(current) == content:
        return False
    add_version(question, content, user=user, note=note)
    return True


def _write_row(question: Question, content: dict[str, Any], seen: int | None) -> None:
    """What a person edits of the row, under its lock; `question` gets what others have changed since."""
    read = question.current_version.number if question.current_version else 0
    row = lock_question(question.pk)
    if other := find_meanwhile(row, content, read if seen is None else seen):
        raise QuestionRefused(f"Version {other.number} was made meanwhile. Load the page again to see it.")
    question.save(update_fields=ROW_FIELDS)
    for name in ("status", "status_reason", "status_changed_at", "times_asked", "current_version"):
        setattr(question, name, getattr(row, name))


def lock_question(pk: int) -> Question:
    """The row as it is now, with its current version; whoever writes versions or moves it waits."""
    # Locked alone, then read: of a row that was waited for PostgreSQL joins what was there before the wait, and a
    # version that was made meanwhile would seem to be none.
    list(Question.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))
    return Question.objects.select_related("current_version").get(pk=pk)


def add_version(question: Question, content: dict[str, Any], *, user: User | None, note: str = "") -> QuestionVersion:
    """The next version, which the question points at from now on. With the question locked, unless it is new."""
    last = question.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = QuestionVersion.objects.create(
        question=question,
        number=last + 1,
        created_by=user,
        note=note,
        **{name: content[name] for name in CONTENT_FIELDS},
    )
    question.current_version = version
    question.save(update_fields=["current_version"])
    index_questions([(question, version.text)])
    return version


@transaction.atomic
def restore_version(*, question: Question, number: int, user: User | None) -> QuestionVersion | None:
    """Make an old version the current one by repeating it as the next; None where it says what the current one says.

    Raises QuestionRefused where there is no such version.
    """
    row = lock_question(question.pk)
    old = row.versions.filter(number=number).first()
    if old is None:
        raise QuestionRefused(f"There is no version {number} of this question. Choose one of the list.")
    content = describe_content(old)
    if row.current_version is not None and describe_content(row.current_version) == content:
        return None
    version = add_version(row, content, user=user, note=f"Version {number} again.")
    question.current_version = version
    return version


@transaction.atomic
def copy_question(*, question: Question, organization: Organization, user: User | None) -> Question:
    """A draft of an organization's own, from a question that is for all, to be changed as it likes.

    Raises QuestionRefused where the organization has a question of that key already.
    """
    if question.current_version is None:
        raise QuestionRefused("Nothing is written yet, so there is nothing to copy.")
    if Question.objects.filter(organization=organization, key=question.key).exists():
        raise QuestionRefused(f"{organization} has a question “{question.key}” of its own already. Edit that one.")
    names = ("key", "category", "topic", "subtopic", "kind", "difficulty", "language")
    copy = Question.objects.create(organization=organization, **{name: getattr(question, name) for name in names})
    note = "Copied from the question for all organizations."
    add_version(copy, describe_content(question.current_version), user=user, note=note)
    return copy
