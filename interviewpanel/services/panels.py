"""The life of a panel: published when the bank can fill it, reopened, archived, copied, deleted.

Called by the admin, the API and the demo. Only a published panel invites anybody. Its plan changes only in draft, and
only until somebody was interviewed by it: answers point at the rows of the plan that they filled. Trials (trials.py)
are no interviews here: a plan that was tried can still be changed.
"""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from interviewpanel.domain.panel_plans import NOTHING_PLANNED
from interviewpanel.domain.turn_rules import TurnRulesError, from_settings
from interviewpanel.models import InterviewPanel, InterviewSession
from interviewpanel.selectors.consent import list_versions
from interviewpanel.selectors.panel_facts import was_offered
from interviewpanel.selectors.question_supply import list_missing
from interviewpanel.services.interviewer_voice import prepare_panel_speech


class PanelNotReady(Exception):
    """The panel cannot be published. `problems` says exactly what is missing, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class PanelMoved(Exception):
    """Somebody else has published, archived or reopened it since it was looked at. The message says so."""


class PanelInUse(Exception):
    """The panel has held an interview, so its plan stays as it is. The message says what to do instead."""


def find_problems(panel: InterviewPanel) -> list[str]:
    """Everything that stands in the way of publishing, for a person to mend."""
    problems = list(list_missing(panel))
    if not panel.distribution.exists():
        problems.append(NOTHING_PLANNED)
    try:
        from_settings(panel.turn_profile, panel.turn_settings)
    except TurnRulesError as error:
        problems.append(f"Turn settings: {error}")
    if panel.consent_version not in list_versions():
        problems.append(
            f"Text of the agreement: there is none of version “{panel.consent_version}”. "
            f"Choose of: {', '.join(list_versions())}."
        )
    return problems


def hold_panel(panel_id: int) -> InterviewPanel:
    """The panel's row, locked until the transaction ends: whoever invites, publishes, archives or saves it waits.

    Rows that only point at it are written meanwhile, as those of interviews under way.
    """
    rows = InterviewPanel.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("organization").get(pk=panel_id)


def hold_panels(panel_ids: Iterable[int]) -> None:
    """The same of several, in one order: two who hold the same do not wait for each other. What is gone is left out."""
    rows = InterviewPanel.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(panel_ids))
    list(rows.order_by("pk").values_list("pk"))


def _begin_move(panel: InterviewPanel, seen: str | None, target: str) -> InterviewPanel:
    """The row, locked. `seen` is the state in which somebody looked at it; None: as `panel` was read.

    Raises PanelMoved where it is in another by now, or in the one it is to get.
    """
    row = hold_panel(panel.pk)
    if row.status != (seen or panel.status):
        raise PanelMoved(f"“{row.title}” is {row.status} meanwhile. Look at it again, then decide.")
    if row.status == target:
        raise PanelMoved(f"“{row.title}” is {row.status} already.")
    return row


def _end_move(panel: InterviewPanel, row: InterviewPanel, target: InterviewPanel.Status) -> None:
    row.status = panel.status = target
    row.save(update_fields=["status"])


@transaction.atomic
def publish_panel(panel: InterviewPanel, *, seen: str | None = None) -> None:
    """Candidates can be invited from now on; nobody changes the plan while it is looked at.

    Raises PanelNotReady with all problems at once, and PanelMoved.
    """
    row = _begin_move(panel, seen, InterviewPanel.Status.PUBLISHED)
    problems = find_problems(row)
    if problems:
        raise PanelNotReady(problems)
    _end_move(panel, row, InterviewPanel.Status.PUBLISHED)
    prepare_panel_speech(row, timezone.now())


def has_interviews(panel: InterviewPanel) -> bool:
    return InterviewSession.objects.filter(invitation__panel=panel, invitation__is_trial=False).exists()


def is_plan_open(panel: InterviewPanel) -> bool:
    """Whether the plan may be changed: of a panel that is being made, or of a draft that nobody was interviewed by."""
    return panel.pk is None or (panel.status == InterviewPanel.Status.DRAFT and not has_interviews(panel))


@transaction.atomic
def reopen_panel(panel: InterviewPanel, *, seen: str | None = None) -> None:
    """Back to draft, so that its plan can be changed; its links open nothing until it is published again.

    Raises PanelInUse, and PanelMoved.
    """
    row = _begin_move(panel, seen, InterviewPanel.Status.DRAFT)
    if has_interviews(row):
        raise PanelInUse(
            f"“{row.title}” has held an interview, so its plan stays as it is. Duplicate it and change the duplicate."
        )
    _end_move(panel, row, InterviewPanel.Status.DRAFT)


@transaction.atomic
def archive_panel(panel: InterviewPanel, *, seen: str | None = None) -> None:
    """Nobody is invited any more and no interview begins; those under way go on, and all results stay.

    Raises PanelMoved.
    """
    row = _begin_move(panel, seen, InterviewPanel.Status.ARCHIVED)
    _end_move(panel, row, InterviewPanel.Status.ARCHIVED)


def name_copy(panel: InterviewPanel) -> str:
    return f"{panel.title[:143]} (copy)"


@transaction.atomic
def copy_panel(panel: InterviewPanel, title: str | None = None) -> InterviewPanel:
    """A draft with the same settings and the same plan, and without the window, the invitations and the interviews."""
    rows = list(panel.distribution.all())
    copy = InterviewPanel.objects.get(pk=panel.pk)
    copy.pk, copy.uuid = None, uuid.uuid4()
    copy.title, copy.status = title or name_copy(panel), InterviewPanel.Status.DRAFT
    copy.opens_at = copy.closes_at = None
    copy._state.adding = True
    copy.save()
    for row in rows:
        row.pk, row.panel = None, copy
        row._state.adding = True
        row.save()
    return copy


@transaction.atomic
def delete_panel(panel: InterviewPanel) -> None:
    """With its plan, and with the trials of its makers. Raises PanelInUse where a candidate was ever invited to it."""
    row = hold_panel(panel.pk)
    if was_offered([row]):
        raise PanelInUse(f"Candidates were invited to “{row.title}”, so it stays. Archive it instead.")
    row.delete()
