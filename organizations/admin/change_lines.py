"""A line of the history as a page shows it: who, what, when, why. Used by a row's history and by the whole list."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst

from organizations.domain.differences import Difference, read_differences
from organizations.models import Change

Action = Change.Action
TONES = {
    Action.ADDED: "is-good",
    Action.CHANGED: "is-info",
    Action.DELETED: "is-bad",
    Action.EXPORTED: "is-warning",
    Action.SIGN_IN_REFUSED: "is-warning",
}


@dataclass(frozen=True)
class ChangeLine:
    at: datetime
    who: str
    address: str
    action: str
    tone: str
    words: str
    differences: list[Difference]
    reason: str

    @property
    def is_silent(self) -> bool:
        return not (self.words or self.differences or self.reason)


def draw_line(change: Change) -> ChangeLine:
    return ChangeLine(
        at=change.at,
        who=name_actor(change),
        address=change.actor.email if change.actor is not None else "",
        action=str(change.get_action_display()),
        tone=TONES.get(Action(change.action), ""),
        words=change.message,
        differences=read_differences(change.differences),
        reason=change.reason,
    )


def name_actor(change: Change) -> str:
    if change.actor is not None:
        return str(change.actor)
    return "Somebody" if change.action == Action.SIGN_IN_REFUSED else "The system"


def name_kind(subject_type: str) -> str:
    """“interviewpanel.interviewpanel” → “Interview panel”; as it is, where there is no such kind any more."""
    try:
        return str(capfirst(apps.get_model(subject_type)._meta.verbose_name))
    except (LookupError, ValueError):
        return subject_type


def find_page(change: Change) -> str:
    """The page of the row that was changed; empty where the admin has none, or the row is gone by this line."""
    if change.subject_id is None or change.action == Action.DELETED:
        return ""
    try:
        model = apps.get_model(change.subject_type)
        if not admin.site.is_registered(model):
            return ""
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[change.subject_id])
    except (LookupError, ValueError, NoReverseMatch):
        return ""
