"""Asking a language model to write something: checked first, so that what cannot be done is refused at once, in words.

Called by the pages and the API of what is written; whether somebody may ask is for them to say.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from authentication.models import User
from config.work.rows import WorkItem
from config.work.transports import enqueue
from organizations.models import Organization
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import load_language_model
from questionbank.models import Generation
from questionbank.services.generation.parts import IS_OPEN, tell_whole
from questionbank.services.generation.work import NO_MODEL
from questionbank.services.model_calls import BudgetSpent, check_budget

Status = WorkItem.WorkStatus
MOST_OPEN = 50
MOST_PARTS = 500
MOST_CHARACTERS = 100_000
CANCELLED = "Cancelled by {who}. What was made before is kept; it can be asked for again."
IS_GIVEN_UP = Q(work_status__in=[Status.FAILED, Status.DEAD])


class GenerationRefused(Exception):
    """It is not begun, and the text says why and what to do."""


@dataclass(frozen=True)
class Part:
    """A part of a large generation: done, failed and asked for again by itself."""

    kind: Generation.Kind
    parameters: dict[str, Any]
    steps: int = 1


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. `req_id` is the requisition it is for, if for one; `steps` how many calls it will take
    when all goes well. With `parts` the steps are theirs."""

    kind: Generation.Kind
    parameters: dict[str, Any]
    req_id: str = ""
    steps: int = 1
    parts: Sequence[Part] = field(default=())


def ask_generation(*, asked: Asked, organization: Organization, user: User | None, now: datetime) -> Generation:
    """Effects, in one transaction: the row and those of its parts; announced on commit. Who asks at the same moment for
    the same organization waits, and finds what this one made.

    Raises GenerationRefused: no model is configured or there, the month's tokens are used up, too much is under way,
    or the same is being made for this requisition.
    """
    check_may_begin(organization, now)
    _check_size(asked)
    with transaction.atomic():
        list(Organization.objects.select_for_update(no_key=True).filter(pk=organization.pk).values_list("pk"))
        _check_under_way(asked, organization)
        about = {"organization": organization, "asked_by": user, "req_id": asked.req_id, "due_at": now}
        steps = sum(part.steps for part in asked.parts) or asked.steps
        doing = "Waiting for a worker"
        made = Generation.objects.create(
            kind=asked.kind, parameters=asked.parameters, steps=steps, doing=doing, **about
        )
        rows = [
            Generation(parent=made, kind=part.kind, parameters=part.parameters, steps=part.steps, doing=doing, **about)
            for part in asked.parts
        ]
        for row in Generation.objects.bulk_create(rows) or [made]:
            enqueue(row)
    return made


def _check_under_way(asked: Asked, organization: Organization) -> None:
    """In the transaction that adds to it. Raises GenerationRefused."""
    under_way = Generation.objects.filter(IS_OPEN, organization=organization, parent=None)
    if asked.req_id and under_way.filter(kind=asked.kind, req_id=asked.req_id).exists():
        what = Generation.Kind(asked.kind).label
        raise GenerationRefused(
            f"The {what} for {asked.req_id} is being made already. Wait for it, or cancel it and ask again."
        )
    if under_way.count() >= MOST_OPEN:
        raise GenerationRefused(
            f"{MOST_OPEN} generations are under way for {organization}, which is the most at once. Wait for some."
        )


def tell_missing_model() -> str:
    """Why nothing can be generated now; empty where a model is there. Its host is asked once in ten seconds at most.

    Asked before a transaction begins, too: within it the answer is remembered, and on SQLite nobody else could write
    while it waited for a host.
    """
    model = load_language_model(Purpose.GENERATE)
    if model is not None and model.is_reachable():
        return ""
    return NO_MODEL if model is None else f"{NO_MODEL} {model.describe().detail}"


def check_may_begin(organization: Organization, now: datetime) -> None:
    """Raises GenerationRefused without a model, and at the limit of the month's tokens."""
    if missing := tell_missing_model():
        raise GenerationRefused(missing)
    try:
        check_budget(organization, now)
    except BudgetSpent as spent:
        raise GenerationRefused(str(spent)) from spent


def _check_size(asked: Asked) -> None:
    if len(asked.parts) > MOST_PARTS:
        raise GenerationRefused(f"At most {MOST_PARTS} parts at once. Ask for less, and again for the rest.")
    longest = max(len(json.dumps(one)) for one in (asked.parameters, *(part.parameters for part in asked.parts)))
    if longest > MOST_CHARACTERS:
        raise GenerationRefused(f"At most {MOST_CHARACTERS:,} characters are given to a model at once. Shorten it.")


def cancel_generation(*, generation: Generation, who: str, now: datetime) -> None:
    """Effects: the row and its open parts are failed, with who cancelled; a worker that is at it drops what it makes.

    Raises GenerationRefused if it is over already.
    """
    values = {
        "work_status": Status.FAILED,
        "last_error": CANCELLED.format(who=who),
        "finished_at": now,
        "claimed_until": None,
        "claimed_by": "",
        "doing": "",
    }
    with transaction.atomic():
        Generation.objects.filter(IS_OPEN, parent=generation).update(**values)
        if not Generation.objects.filter(IS_OPEN, pk=generation.pk).update(**values):
            raise GenerationRefused("It is over already, so there is nothing to cancel.")
        tell_whole(generation, now)
    generation.refresh_from_db()


def ask_again(*, generation: Generation, now: datetime) -> None:
    """What was given up goes on where it was: steps that were done stay done. Of a whole only the parts that failed.

    Effects, in one transaction: the row, its failed parts, or the whole that it is a part of, are queued; announced on
    commit. Raises GenerationRefused if it was not given up, and as ask_generation.
    """
    check_may_begin(generation.organization, now)
    values = {
        "work_status": Status.QUEUED,
        "attempts": 0,
        "due_at": now,
        "republished_at": None,
        "last_error": "",
        "finished_at": None,
        "doing": "Waiting for a worker",
    }
    with transaction.atomic():
        parts = list(generation.parts.filter(IS_GIVEN_UP))
        if not Generation.objects.filter(IS_GIVEN_UP, pk=generation.pk).update(**values):
            raise GenerationRefused("Only what has failed is asked for again.")
        Generation.objects.filter(IS_GIVEN_UP, parent=generation).update(**values)
        if generation.parent_id is not None:
            Generation.objects.filter(IS_GIVEN_UP, pk=generation.parent_id).update(**values)
        for row in parts or [generation]:
            enqueue(row)
    generation.refresh_from_db()
