"""By which numbers the turns of one session end. Read by the consumer and by session_state."""

from interviewpanel.domain.turn_detection import TurnRules, from_settings
from interviewpanel.models import InterviewSession


def load_rules(session: InterviewSession) -> TurnRules:
    """The panel's rules, with the candidate's accommodations and their own wish to end answers by hand."""
    invitation, panel = session.invitation, session.invitation.panel
    rules = from_settings(panel.turn_profile, panel.turn_settings, invitation.time_multiplier)
    rules = rules.with_longer_silence(invitation.silence_multiplier)
    return rules.without_silence() if session.waits_for_done else rules
