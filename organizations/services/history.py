"""The history: every change that a person makes, and the few that the system makes in a person's stead.

Called by the base of the admin's pages (admin/recording.py) for all that is done there; by views and services of every
app for what is done elsewhere; by the erasure of a candidate, which makes lines forget. Not called where a live
interview writes: its rows are their own record. Why it is ours: docs/decisions/0021-the-history-of-changes.md.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from authentication.models import User
from organizations.append_only import SHOWN_VALUES
from organizations.domain.differences import Difference, store_differences
from organizations.domain.names import ERASED, Eraser, leave_out_names
from organizations.models import Candidate, Change

FORGOTTEN = "Erased"
MOST_NAME = 200  # letters of subject_name
MOST_ASKED = 6  # words that the database looks for; of more, every line is read
# By organization: the words of who is forgotten within forgetting_together.
_waiting: ContextVar[dict[int, set[str]] | None] = ContextVar("forgotten names", default=None)


@dataclass(frozen=True)
class Author:
    """Who makes a change, when and why. `user` is None where the system acts."""

    user: User | None
    now: datetime
    reason: str = ""


def record_change(
    *,
    row: Model,
    action: str,
    organization_id: int | None,
    actor: User | None,
    now: datetime,
    message: str = "",
    differences: Sequence[Difference] = (),
    reason: str = "",
) -> Change:
    """Add a line to the history, in the caller's transaction: so that both happen or none.

    `organization_id` is whose row it is (None: nobody's, read by superadmins only). `actor` is None where the system
    acts. What names a candidate may stand here only if the row leads to that candidate, so that it is forgotten with
    them; elsewhere the name alone is erased (forget_person).
    """
    line = _make_line(row, action=action, organization_id=organization_id, actor=actor, now=now)
    line.message, line.reason, line.differences = message, reason, store_differences(differences)
    line.save(force_insert=True)
    return line


def record_changes(
    *,
    rows: Iterable[tuple[Model, int | None]],
    action: str,
    actor: User | None,
    now: datetime,
    message: str = "",
    reason: str = "",
) -> int:
    """The same of many rows at once, each with its organization's id, by one statement. Returns how many."""
    told = ((row, owner, message) for row, owner in rows)
    return record_each(rows=told, action=action, actor=actor, now=now, reason=reason)


def record_departure(*, candidate: Candidate, organization_id: int | None, author: Author, message: str = "") -> Change:
    """A candidate was deleted, and every line has forgotten them: who did it, when and why stays, without a name.

    `message` names no candidate.
    """
    line = _make_line(
        candidate, action=Change.Action.DELETED, organization_id=organization_id, actor=author.user, now=author.now
    )
    line.subject_name, line.message = FORGOTTEN, message
    line.reason = leave_out_names(author.reason, candidate.full_name, (candidate.email, candidate.phone))
    line.save(force_insert=True)
    return line


def record_each(
    *,
    rows: Iterable[tuple[Model, int | None, str]],
    action: str,
    actor: User | None,
    now: datetime,
    reason: str = "",
) -> int:
    """Of many rows at once, each with its organization's id and its own words, by one statement. Returns how many."""
    lines = []
    for row, owner, message in rows:
        line = _make_line(row, action=action, organization_id=owner, actor=actor, now=now)
        line.message, line.reason = message, reason
        lines.append(line)
    return len(Change.objects.bulk_create(lines, batch_size=500))


def _make_line(row: Model, *, action: str, organization_id: int | None, actor: User | None, now: datetime) -> Change:
    return Change(
        organization_id=organization_id,
        at=now,
        actor=actor,
        action=Change.Action(action),
        subject_type=row._meta.label_lower,
        subject_id=row.pk,
        subject_uuid=getattr(row, "uuid", None),
        subject_name=str(row)[:MOST_NAME],
    )


def forget_changes(*, model: type[Model], pks: Iterable[Any]) -> int:
    """Who did what to these rows, and when, stays; how they were called, and every value and word, goes."""
    lines = Change.objects.filter(subject_type=model._meta.label_lower, subject_id__in=list(pks))
    return lines.update(**_forgotten())


def forget_person(*, organization_id: int, words: Iterable[str]) -> int:
    """What names a person in any other line of the organization is erased in it; the line keeps all else it says.

    Effects: `[erased]` stands in place of each of the words (domain/names.py, `Names.whole`), where it is a word of its
    own: who is called An Li is not in "plan lines". Returns how many lines were changed; 0 in `forgetting_together`.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting.setdefault(organization_id, set()).update(words)
        return 0
    return _erase_words(organization_id, set(words))


def forget_word(*, organization_id: int, word: str, row: Model) -> int:
    """A name of one word is a word like others: it is erased, as it is written, in lines about this row alone."""
    lines = Change.objects.filter(
        organization_id=organization_id, subject_type=row._meta.label_lower, subject_id=row.pk
    )
    return _erase_in(lines, Eraser([word], flags=0)) if word else 0


@contextmanager
def forgetting_together() -> Iterator[None]:
    """Of the people who are forgotten within it, the history is read once, at the end: in the caller's transaction."""
    token = _waiting.set({})
    try:
        yield
        found = _waiting.get() or {}
    finally:
        _waiting.reset(token)
    for organization_id, words in found.items():
        _erase_words(organization_id, words)


def _erase_words(organization_id: int, words: set[str]) -> int:
    if not words:
        return 0
    lines = Change.objects.filter(organization_id=organization_id)
    if len(words) <= MOST_ASKED:
        lines = lines.annotate(values_text=Cast("differences", TextField())).filter(_may_name(words))
    return _erase_in(lines, Eraser(words))


def _may_name(words: Iterable[str]) -> Q:
    """What the database can say of it; the words decide."""
    named = Q()
    for word in words:
        named |= Q(subject_name__icontains=word) | Q(message__icontains=word) | Q(reason__icontains=word)
        # JSON is kept with its own escapes; SQLite's with those of other letters than ASCII.
        for text in {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]}:
            named |= Q(values_text__icontains=text)
    return named


def _erase_in(lines: QuerySet[Change], eraser: Eraser) -> int:
    changed = []
    for line in lines.iterator(chunk_size=500):
        before = (line.subject_name, line.message, line.reason, line.differences)
        name = eraser.erase(line.subject_name)
        line.subject_name = name if len(name) <= MOST_NAME else ERASED
        line.message, line.reason = eraser.erase(line.message), eraser.erase(line.reason)
        line.differences = [_erase_values(one, eraser) for one in line.differences]
        if before != (line.subject_name, line.message, line.reason, line.differences):
            changed.append(line)
    Change.objects.bulk_update(changed, ["subject_name", "message", "reason", "differences"], batch_size=100)
    return len(changed)


def _erase_values(difference: dict[str, Any], eraser: Eraser) -> dict[str, Any]:
    """Its label too, which says what a row below the page's is called."""
    return {
        key: eraser.erase(value) if key in SHOWN_VALUES and isinstance(value, str) else value
        for key, value in difference.items()
    }


def _forgotten() -> Mapping[str, Any]:
    return {"subject_name": FORGOTTEN, "message": "", "reason": "", "differences": []}
