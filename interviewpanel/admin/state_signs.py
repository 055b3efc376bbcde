"""What the states of panels, interviews and decisions are called on the desk, and how they look: one table each.

The live pages have the same words in static/interviewpanel/admin/live/states.js; a test holds them together.
"""

from django.utils.safestring import SafeString

from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import Decision, InterviewPanel
from organizations.admin.tables import draw_badge

PANELS = {
    InterviewPanel.Status.DRAFT: ("Draft", "is-warning"),
    InterviewPanel.Status.PUBLISHED: ("Published", "is-good"),
    InterviewPanel.Status.ARCHIVED: ("Archived", ""),
}
SESSIONS = {
    SessionStatus.PENDING: ("Not begun", ""),
    SessionStatus.GREETING: ("Greeting", "is-info"),
    SessionStatus.IN_PROGRESS: ("In progress", "is-good"),
    SessionStatus.PAUSED: ("Paused", "is-warning"),
    SessionStatus.INTERRUPTED: ("Interrupted", "is-bad"),
    SessionStatus.COMPLETED: ("Completed", ""),
    SessionStatus.ABANDONED: ("Abandoned", "is-warning"),
    SessionStatus.EXPIRED: ("Ended unused", ""),
    SessionStatus.REVOKED: ("Revoked", ""),
}
STAGES = {
    Decision.Stage.ADVANCE: ("Advance", "is-good"),
    Decision.Stage.HOLD: ("Hold", "is-warning"),
    Decision.Stage.DECLINE: ("Decline", "is-bad"),
    Decision.Stage.TO_REVIEW: ("To review", "is-info"),
}


def draw_panel_state(status: str) -> SafeString:
    return draw_badge(*PANELS[InterviewPanel.Status(status)])


def draw_session_state(status: str) -> SafeString:
    return draw_badge(*SESSIONS[SessionStatus(status)])


def draw_stage(stage: str) -> SafeString:
    return draw_badge(*STAGES[Decision.Stage(stage)])
