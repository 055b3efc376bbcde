"""Each state of a panel, an interview and a decision has one word and one look, on every page."""

import re
from pathlib import Path

from interviewpanel.admin.state_signs import PANELS, SESSIONS, STAGES
from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import Decision, InterviewPanel

LIVE_PAGES = Path(__file__).parents[3] / "interviewpanel/static/interviewpanel/admin/live/states.js"


def test_no_state_is_without_a_sign() -> None:
    assert set(PANELS) == set(InterviewPanel.Status)
    assert set(SESSIONS) == set(SessionStatus)
    assert set(STAGES) == set(Decision.Stage)


def test_the_live_pages_call_states_as_the_lists_do() -> None:
    table = LIVE_PAGES.read_text(encoding="utf-8").split("STATUSES = {")[1].split("};")[0]
    told = re.findall(r'(\w+): \["([^"]+)", "(\w*)"\]', table)
    assert {name: (word, tone and f"is-{tone}") for name, word, tone in told} == {
        str(status): sign for status, sign in SESSIONS.items()
    }
