"""A panel's settings in words, for its page in the admin. Used by panels.py."""

from interviewpanel.domain.consent import ConsentText
from interviewpanel.domain.panel_settings import TURN_FIELDS, TURN_LABELS, to_percents
from interviewpanel.domain.score_calculator import TECHNICAL_WEIGHTS
from interviewpanel.domain.turn_rules import TurnRulesError, from_settings
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.selectors.consent import UnknownConsent, write_invitation_consent
from organizations.domain.clocks import write_moment
from organizations.models import Organization
from organizations.selectors import find_zone


def describe_window(panel: InterviewPanel) -> str:
    """When interviews can begin, in the organization's time zone."""
    zone = find_zone(panel.organization)
    if panel.opens_at is None and panel.closes_at is None:
        return "always open"
    parts = [
        f"{word} {write_moment(at.astimezone(zone))}"
        for word, at in (("from", panel.opens_at), ("until", panel.closes_at))
        if at
    ]
    return f"{' '.join(parts)} ({zone.key})"


def describe_turns(panel: InterviewPanel) -> str:
    """The numbers that count for this panel: the profile's with its own."""
    try:
        rules = from_settings(panel.turn_profile, panel.turn_settings)
    except TurnRulesError as error:
        return str(error)
    shown = [(field.name, getattr(rules, field.name)) for field in TURN_FIELDS if field.name != "think_seconds"]
    return "; ".join(f"{TURN_LABELS[name]} {value:g} s" for name, value in shown if value is not None)


def describe_scoring(panel: InterviewPanel) -> str:
    weights = to_percents(panel.score_weights or {str(name): share for name, share in TECHNICAL_WEIGHTS.items()})
    said = ", ".join(f"{name} {share:g} %" for name, share in weights.items())
    return said if panel.score_weights else f"The usual: {said} of a technical question"


def write_consent(panel: InterviewPanel | None, organization: Organization | None) -> ConsentText | None:
    """What candidates of the panel agree to now, as it is stored; None where there is no text of its version."""
    panel = panel or InterviewPanel()
    organization = organization or Organization(name="your organization")
    invitation = InterviewPanelCandidate(
        panel=panel, organization=organization, retention_days=organization.retention_days
    )
    try:
        return write_invitation_consent(invitation, panel.language)
    except UnknownConsent:
        return None
