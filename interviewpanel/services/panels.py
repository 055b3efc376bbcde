"""Publishing a panel: only one that the bank can fill may invite anybody. Called by the admin and the demo."""

from django.db import transaction

from interviewpanel.domain.turn_rules import TurnRulesError, from_settings
from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.question_supply import list_missing


class PanelNotReady(Exception):
    """The panel cannot be published. `problems` says exactly what is missing, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def find_problems(panel: InterviewPanel) -> list[str]:
    """Everything that stands in the way of publishing, for a person to mend."""
    problems = list(list_missing(panel))
    if not panel.distribution.exists():
        problems.append("The panel asks no questions. Add at least one row with a count to its distribution.")
    try:
        from_settings(panel.turn_profile, panel.turn_settings)
    except TurnRulesError as error:
        problems.append(f"Turn settings: {error}")
    return problems


@transaction.atomic
def publish_panel(panel: InterviewPanel) -> None:
    """Raises PanelNotReady with all problems at once."""
    problems = find_problems(panel)
    if problems:
        raise PanelNotReady(problems)
    panel.status = InterviewPanel.Status.PUBLISHED
    panel.save(update_fields=["status"])
