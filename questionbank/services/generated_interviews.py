"""A generated interview in a person's hands: edited while it is a draft, published, archived, taken up anew.

Called by the admin and the API, which have locked the row (`hold_interview`) and record what was done.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from authentication.models import User
from questionbank.domain.interview_checks import find_interview_problems
from questionbank.domain.interview_states import ARCHIVED, DRAFT, PUBLISHED, InterviewRefused, check_move
from questionbank.models import GeneratedInterview
from questionbank.services.question_cache import forget_questions

COPIED = (
    *("organization", "description", "enhancement", "generation", "series", "name", "level", "language"),
    *("questions", "engine", "model", "prompt_tokens", "completion_tokens", "started_at"),
)


def hold_interview(pk: int) -> GeneratedInterview:
    """As it is now; whoever changes it waits until the caller's transaction ends. Raises DoesNotExist."""
    list(GeneratedInterview.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))
    return GeneratedInterview.objects.select_related("organization", "description", "enhancement").get(pk=pk)


def find_problems(interview: GeneratedInterview) -> list[str]:
    """What keeps it from being published."""
    return find_interview_problems(interview.questions, interview.language)


@transaction.atomic
def edit_interview(
    *,
    interview: GeneratedInterview,
    name: str,
    questions: Sequence[Mapping[str, Any]],
    user: User | None,
) -> GeneratedInterview:
    """Effects: the draft is written; of a published one the next version is made as a draft, and that is written. The
    cache does not give out again what was edited.

    A draft may be unfinished; `find_problems` says what is missing. Raises InterviewRefused for an archived one.
    """
    if interview.status == ARCHIVED:
        raise InterviewRefused("It is archived, and stays as it was. Make a new version of it.")
    is_same = interview.name == name and list(interview.questions) == list(questions)
    if is_same:
        return interview
    before = list(interview.questions)
    target = interview if interview.status == DRAFT else make_version(interview=interview, user=user)
    target.name, target.questions = name, list(questions)
    target.save(update_fields=["name", "questions", "updated_at"])
    forget_questions(interview.organization_id, list_edited(before, questions))
    return target


def list_edited(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[str]:
    """The texts, as they were, of the questions that say something else now, or are gone. Their order says nothing, nor
    that of criteria, nor which are checked."""
    now = {one["id"]: _read_words(one) for one in after}
    return [one["text"] for one in before if now.get(one["id"]) != _read_words(one)]


def _read_words(question: Mapping[str, Any]) -> dict[str, Any]:
    criteria = ({name: value for name, value in one.items() if name != "is_checked"} for one in question["criteria"])
    return {**question, "criteria": {one["key"]: one for one in criteria}}


@transaction.atomic
def publish_interview(*, interview: GeneratedInterview, now: datetime) -> None:
    """Effects: the row; the version that was published before is archived. Raises InterviewRefused."""
    check_move(interview.status, PUBLISHED)
    if problems := find_problems(interview):
        told = " ".join(problems[:5])
        more = f" And {len(problems) - 5} more." if len(problems) > 5 else ""
        raise InterviewRefused(f"It cannot be published yet. {told}{more}", tuple(problems))
    others = GeneratedInterview.objects.filter(series=interview.series, status=PUBLISHED)
    others.update(status=ARCHIVED, updated_at=now)
    interview.status, interview.published_at = PUBLISHED, now
    interview.save(update_fields=["status", "published_at", "updated_at"])


def archive_interview(*, interview: GeneratedInterview) -> None:
    """Effects: the row. Panels that were made from it stay. Raises InterviewRefused."""
    check_move(interview.status, ARCHIVED)
    interview.status = ARCHIVED
    interview.save(update_fields=["status", "updated_at"])


@transaction.atomic
def make_version(*, interview: GeneratedInterview, user: User | None) -> GeneratedInterview:
    """Effects: the next version as a draft, the same in all else. Raises InterviewRefused if a draft is there."""
    own = GeneratedInterview.objects.filter(series=interview.series)
    draft = own.filter(status=DRAFT).first()
    if draft is not None:
        raise InterviewRefused(f"Version {draft.version} is a draft already. Edit that one.")
    last = own.aggregate(last=Max("version"))["last"]
    values = {name: getattr(interview, name) for name in COPIED}
    try:
        with transaction.atomic():
            return GeneratedInterview.objects.create(**values, version=last + 1, created_by=user)
    except IntegrityError:
        raise InterviewRefused("Somebody has made the next version just now. Load the page again.") from None
