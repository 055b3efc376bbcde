"""The four things that are done with panels, and what is said before: what will happen, and to what it cannot.

Used by panel_actions.py, which asks and does them.
"""

from dataclasses import dataclass, field

from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.panel_facts import OpenLinks
from interviewpanel.services.panels import find_problems, has_interviews

Status = InterviewPanel.Status


@dataclass(frozen=True)
class Act:
    """Something done with panels: `verb` is its button, `many` that for several, `effect` says what will happen."""

    name: str
    verb: str
    many: str
    effect: str
    permission: str = "change"
    is_dangerous: bool = False


PUBLISH = Act(
    "publish",
    "Publish",
    "Publish {count} panels",
    "Candidates can be invited from then on. The plan, the agreement and how answers are judged stay as they are, so "
    "that all candidates have the same.",
)
REOPEN = Act(
    "reopen",
    "Take back to draft",
    "Take {count} panels back to draft",
    "The plan can be changed again. Links open nothing until the panel is published again.",
)
ARCHIVE = Act(
    "archive",
    "Archive",
    "Archive {count} panels",
    "Nobody is invited any more and no interview begins; those that go on are finished. All results stay.",
    is_dangerous=True,
)
COPY = Act(
    "copy",
    "Duplicate",
    "Duplicate {count} panels",
    "Makes a draft with the same settings and the same plan, without the window, the invitations and the interviews.",
    permission="add",
)
ACTS = {act.name: act for act in (PUBLISH, REOPEN, ARCHIVE, COPY)}


@dataclass(frozen=True)
class Affected:
    """A panel on the page that asks. `obstacles`: why it will stay as it is."""

    panel: InterviewPanel
    obstacles: list[str] = field(default_factory=list)


def list_consequences(act: Act, links: OpenLinks) -> list[str]:
    """What happens to people, with their number."""
    said = [act.effect]
    if act in (ARCHIVE, REOPEN) and links.waiting:
        many = links.waiting > 1
        said.append(f"{links.waiting} open link{'s' if many else ''} of candidates stop{'' if many else 's'} working.")
    if act is ARCHIVE and links.live:
        said.append(f"{links.live} interview{'s go' if links.live > 1 else ' goes'} on, and ends as usual.")
    return said


def list_obstacles(act: Act, panel: InterviewPanel) -> list[str]:
    """Why a panel will stay as it is; [] if it will not."""
    if act is PUBLISH:
        return ["It is published already."] if panel.status == Status.PUBLISHED else find_problems(panel)
    if act is REOPEN and panel.status == Status.DRAFT:
        return ["It is a draft already."]
    if act is REOPEN and has_interviews(panel):
        return ["It has held an interview, so its plan stays as it is. Duplicate it and change the duplicate."]
    if act is ARCHIVE and panel.status == Status.ARCHIVED:
        return ["It is archived already."]
    return []
