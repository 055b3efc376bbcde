"""The history: every change that a person makes, and the few that the system makes in a person's stead.

Called by the base of the admin's pages (admin/recording.py) for all that is done there; by views and services of every
app for what is done elsewhere; by the erasure of a candidate, which makes lines forget. Not called where a live
interview writes: its rows are their own record. Why it is ours: docs/decisions/0021-the-history-of-changes.md.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from authentication.models import User
from organizations.domain.differences import Difference, store_differences
from organizations.domain.names import leave_out_names
from organizations.models import Candidate, Change

FORGOTTEN = "Erased"


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
    them; erasing looks for the name besides (forget_person).
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
    lines = [_make_line(row, action=action, organization_id=owner, actor=actor, now=now) for row, owner in rows]
    for line in lines:
        line.message, line.reason = message, reason
    return len(Change.objects.bulk_create(lines, batch_size=500))


def record_departure(
    *, candidate: Candidate, organization_id: int | None, actor: User | None, now: datetime, reason: str
) -> Change:
    """A candidate was deleted, and every line has forgotten them: who did it, when and why stays, without a name."""
    line = _make_line(candidate, action=Change.Action.DELETED, organization_id=organization_id, actor=actor, now=now)
    line.subject_name = FORGOTTEN
    line.reason = leave_out_names(reason, candidate.full_name, (candidate.email, candidate.phone))
    line.save(force_insert=True)
    return line


def record_each(
    *, rows: Iterable[tuple[Model, int | None, str]], action: str, actor: User | None, now: datetime
) -> int:
    """Of many rows at once, each with its organization's id and its own words, by one statement. Returns how many."""
    lines = []
    for row, owner, message in rows:
        line = _make_line(row, action=action, organization_id=owner, actor=actor, now=now)
        line.message = message
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
        subject_name=str(row)[:200],
    )


def forget_changes(*, model: type[Model], pks: Iterable[Any]) -> int:
    """Who did what to these rows, and when, stays; how they were called, and every value and word, goes."""
    lines = Change.objects.filter(subject_type=model._meta.label_lower, subject_id__in=list(pks))
    return lines.update(**_forgotten())


def forget_person(*, organization_id: int, words: Iterable[str]) -> int:
    """Lines of the organization that name a person by one of these words forget too, whatever row they are about.

    As a word of its own: who is called An Li is not in "plan lines". The database finds what may name them, and the
    words decide.
    """
    names = [word for word in words if word]
    if not names:
        return 0
    named = Q()
    for word in names:
        named |= Q(subject_name__icontains=word) | Q(message__icontains=word) | Q(reason__icontains=word)
        # SQLite keeps JSON as it was written, with other letters than ASCII escaped.
        named |= Q(values_text__icontains=word) | Q(values_text__icontains=json.dumps(word)[1:-1])
    lines = Change.objects.filter(organization_id=organization_id).annotate(
        values_text=Cast("differences", TextField())
    )
    is_named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    doomed = [line.pk for line in lines.filter(named).iterator() if is_named.search(_join_words(line))]
    return Change.objects.filter(pk__in=doomed).update(**_forgotten())


def _join_words(line: Change) -> str:
    values = json.dumps(line.differences, ensure_ascii=False)
    return "\n".join((line.subject_name, line.message, line.reason, values))


def _forgotten() -> Mapping[str, Any]:
    return {"subject_name": FORGOTTEN, "message": "", "reason": "", "differences": []}
