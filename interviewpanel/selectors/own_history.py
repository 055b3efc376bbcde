"""What the history of changes says about one candidate, for the candidate's download: what was done to their rows, when
and why. Who did it is that person's data, and is not here. Read by own_data.py.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.own_data_fields import SHOWN, Facts, pick_shown
from organizations.models import Change


def list_own_changes(invitation: InterviewPanelCandidate) -> Iterator[Facts]:
    """About the candidate, the invitation, and what was asked for by it. One query while it is read."""
    rows = [invitation, invitation.candidate, *invitation.accommodations.all(), *invitation.requests.all()]
    yield from _read_lines(rows)


def list_changes_of_interview(session: InterviewSession) -> Iterator[Facts]:
    """It tells of ratings: for interviews that are over."""
    yield from _read_lines([session]) if session.is_over else ()


def _read_lines(rows: Iterable[Model]) -> Iterator[Facts]:
    about = Q(pk__in=())
    for row in rows:
        about |= Q(subject_type=row._meta.label_lower, subject_id=row.pk)
    for line in Change.objects.filter(about).order_by("pk").iterator():
        yield _describe(line)


def _describe(line: Change) -> Facts:
    facts = {**pick_shown(line), "differences": _list_shown(line)}
    return {"of": line.subject_type.partition(".")[2], **facts, "is_by_a_person": line.actor_id is not None}


def _list_shown(line: Change) -> list[Any]:
    """Of the fields that changed, those whose values the download shows: who of the staff decided is in none."""
    shown = SHOWN[apps.get_model(line.subject_type)]
    return [one for one in line.differences if one.get("field") in shown]
