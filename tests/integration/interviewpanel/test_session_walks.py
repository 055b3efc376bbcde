"""Random walks of an interview: after every step the database says what a small model of it says."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from interviewpanel.domain.states import LIVE, MoveRefused
from interviewpanel.models import Answer, InterviewPanelCandidate
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services import answers, session_manager
from interviewpanel.services.invitations import issue_invitation
from organizations.models import Candidate
from tests.live_interviews import T0, begin, make_panel, reload
from tests.work import do_due

pytestmark = pytest.mark.django_db
PAUSE_BUDGET_SECONDS, GRACE_SECONDS = 100, 200
QUESTIONS = 3


class Walk(RuleBasedStateMachine):
    """The model: a status, the epoch, how many questions were asked, and seconds used of clock, pauses and grace."""

    made = 0

    def __init__(self) -> None:
        super().__init__()
        Walk.made += 1
        candidate = Candidate.objects.create(
            organization=PANEL[0].organization, full_name=f"Walker {Walk.made}", email=f"w{Walk.made}@example.com"
        )
        self.now: datetime = T0
        self.session = begin(self.invite(candidate), now=self.now)
        self.status, self.epoch, self.asked = "in_progress", 1, 1
        self.before = ""
        self.clock = self.paused = self.grace = 0.0

    def invite(self, candidate: Candidate) -> InterviewPanelCandidate:
        return issue_invitation(panel=PANEL[0], candidate=candidate, now=T0)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @rule(seconds=st.integers(1, 60))
    def let_time_pass(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        if self.status == "in_progress":
            self.clock += seconds
        elif self.status == "paused":
            self.paused += seconds
        elif self.status == "interrupted":
            self.grace += seconds

    @rule()
    def pause(self) -> None:
        if self.status == "paused":
            session_manager.pause_session(session_id=self.session.pk, epoch=self.epoch, now=self.now)
        elif self.status == "in_progress" and self.paused < PAUSE_BUDGET_SECONDS:
            session_manager.pause_session(session_id=self.session.pk, epoch=self.epoch, now=self.now)
            self.status = "paused"
        else:
            with pytest.raises(MoveRefused):
                session_manager.pause_session(session_id=self.session.pk, epoch=self.epoch, now=self.now)

    @rule()
    def resume(self) -> None:
        if self.status in ("paused", "in_progress"):
            session_manager.resume_session(session_id=self.session.pk, epoch=self.epoch, now=self.now)
            self.status = "in_progress"
            do_due(now=self.now)
        else:
            with pytest.raises(MoveRefused):
                session_manager.resume_session(session_id=self.session.pk, epoch=self.epoch, now=self.now)

    @rule()
    def lose_the_connection(self) -> None:
        session_manager.interrupt_session(session_id=self.session.pk, epoch=self.epoch, now=self.now)
        if self.status in ("in_progress", "paused"):
            self.before, self.status = self.status, "interrupted"

    @rule()
    def come_back(self) -> None:
        if not self.is_live:
            with pytest.raises(LinkRefused):
                session_manager.open_session(invitation=self.session.invitation, now=self.now)
            return
        session_manager.open_session(invitation=self.session.invitation, now=self.now)
        self.epoch += 1
        if self.status == "interrupted":
            self.status = self.before

    @rule()
    def speak_from_an_old_tab(self) -> None:
        old = self.epoch - 1
        session_manager.interrupt_session(session_id=self.session.pk, epoch=old, now=self.now)
        with pytest.raises(MoveRefused):
            session_manager.end_session(session_id=self.session.pk, epoch=old, now=self.now, reason="no_reply")

    @precondition(lambda self: self.is_live and self.status != "paused")
    @rule(reason=st.sampled_from(["skipped", "typed"]))
    def answer(self, reason: str) -> None:
        open_answer = Answer.objects.filter(session=self.session, status__in=["asked", "answering"]).first()
        assert open_answer is not None
        close: dict[str, object] = {"session_id": self.session.pk, "epoch": self.epoch, "answer_id": open_answer.pk}
        close |= {"reason": reason, "typed_text": "All that matters.", "now": self.now}
        answers.close_answer(**close)  # type: ignore[arg-type]
        with pytest.raises(MoveRefused, match="closed already"):
            answers.close_answer(**close)  # type: ignore[arg-type]
        do_due(now=self.now)
        if self.asked < QUESTIONS:
            self.asked += 1
        else:
            self.status = "completed"

    @rule(is_abandoned=st.booleans())
    def end(self, is_abandoned: bool) -> None:
        ended = session_manager.end_session(
            session_id=self.session.pk, epoch=self.epoch, now=self.now, reason="no_reply", is_abandoned=is_abandoned
        )
        assert ended == self.is_live
        if ended:
            self.status = "abandoned" if is_abandoned else "completed"

    @invariant()
    def the_database_says_the_same(self) -> None:
        session = reload(self.session)
        open_answers = Answer.objects.filter(session=session, status__in=["asked", "answering"]).count()
        running = (self.now - session.clock_running_since).total_seconds() if session.clock_running_since else 0.0
        assert (session.status, session.epoch, session.answers.count(), open_answers) == (
            self.status,
            self.epoch,
            self.asked,
            int(self.is_live),
        )
        assert session.clock_used_seconds + running == pytest.approx(self.clock)
        assert bool(session.clock_running_since) == (self.status == "in_progress")
        if self.status != "paused":
            assert session.pause_used_seconds == pytest.approx(self.paused)
        if self.is_live and self.status != "interrupted":
            assert session.grace_used_seconds == pytest.approx(self.grace)
        sequences = list(session.events.values_list("sequence", flat=True))
        assert sequences == list(range(1, session.event_sequence + 1))


PANEL = [None]  # type: ignore[var-annotated]


def test_whatever_a_candidate_does_the_database_is_right() -> None:
    PANEL[0] = make_panel(  # type: ignore[call-overload]
        questions=QUESTIONS, pause_budget_seconds=PAUSE_BUDGET_SECONDS, grace_seconds=GRACE_SECONDS
    )
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
