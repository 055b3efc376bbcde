"""A file of rated answers becomes a set that nobody changes any more."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from authentication.models import User
from interviewpanel.domain.rated_sets import RatedEntry, RatedSetRefused, read_rated_answers
from interviewpanel.models import RatedAnswer, RatedSet
from organizations.models import Organization
from questionbank.models import Question, QuestionVersion


@transaction.atomic
def import_rated_set(
    *, organization: Organization, name: str, origin: str, content: bytes, user: User, now: datetime
) -> RatedSet:
    """Effects: the set and its answers. Raises RatedSetRefused where anything is wrong; then nothing is written."""
    entries = read_rated_answers(content)
    digest = hashlib.sha256(content).hexdigest()
    former = RatedSet.objects.filter(organization=organization, digest=digest).first()
    if former is not None:
        raise RatedSetRefused(f"This very file was imported already, as “{former.name}”.")
    versions = _find_versions(organization, entries)
    rated_set = RatedSet.objects.create(
        organization=organization, name=name, origin=origin, digest=digest, imported_by=user, imported_at=now
    )
    RatedAnswer.objects.bulk_create(
        _make_answer(rated_set, number, entry, versions) for number, entry in enumerate(entries, 1)
    )
    return rated_set


def _find_versions(organization: Organization, entries: Sequence[RatedEntry]) -> dict[str, QuestionVersion]:
    """The current version of each question that is named by its key; the organization's own goes before a global."""
    keys = {entry.question_key for entry in entries if entry.question_key}
    questions = Question.objects.filter(Q(organization=organization) | Q(organization__isnull=True), key__in=keys)
    rows = questions.exclude(current_version=None).select_related("current_version").order_by("organization_id")
    found: dict[str, QuestionVersion] = {}
    for question in sorted(rows, key=lambda row: row.organization_id is not None):
        assert question.current_version is not None
        question.current_version.question = question
        found[question.key] = question.current_version
    missing = sorted(keys - set(found))
    if missing:
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        raise RatedSetRefused(f"The bank has no question called: {', '.join(missing[:10])}{more}.")
    return found


def _make_answer(
    rated_set: RatedSet, number: int, entry: RatedEntry, versions: dict[str, QuestionVersion]
) -> RatedAnswer:
    answer = RatedAnswer(rated_set=rated_set, number=number, text=entry.text, ratings=entry.ratings)
    version = versions.get(entry.question_key)
    if version is None:
        answer.question, answer.expected_answer = entry.question, entry.expected_answer
        answer.expected_elements, answer.language = entry.expected_elements, entry.language
        answer.is_technical = entry.kind == "technical"
    else:  # as the question stands now: a later edit of it changes nothing here
        answer.question, answer.expected_answer = version.text, version.expected_answer
        answer.expected_elements, answer.criteria = version.expected_elements, version.criteria
        answer.language, answer.is_technical = version.question.language, version.question.is_technical
    return answer


@transaction.atomic
def watch_set(*, rated_set: RatedSet, is_watched: bool) -> None:
    """Effects: the row; from the next night on it is scored every night, or no more. One set an organization."""
    if is_watched:
        RatedSet.objects.filter(organization=rated_set.organization_id, is_watched=True).update(is_watched=False)
    RatedSet.objects.filter(pk=rated_set.pk).update(is_watched=is_watched)
