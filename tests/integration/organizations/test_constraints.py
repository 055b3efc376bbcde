"""What the database itself refuses: rows that mix tenants, and states that cannot be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models.signals import pre_migrate

from interviewpanel.models import (
    Answer,
    AnswerScore,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewSession,
    SessionEvent,
    TranscriptEntry,
)
from organizations.models import Candidate, Organization
from organizations.tenancy import install_tenant_guards
from questionbank.models import Question
from reports.models import InterviewReport
from tests.interview_rows import (
    ENDED_AT,
    STARTED_AT,
    World,
    add_answer,
    add_score,
    add_segments,
    make_interview,
    make_session,
    make_world,
)

pytestmark = pytest.mark.django_db


def is_refused(write: Callable[[], object]) -> bool:
    """Whether the database refuses the write, now or where the transaction would commit."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError:
        return True
    return False


@pytest.fixture
def worlds() -> tuple[World, InterviewSession, World]:
    ours = make_world("Fernbrook")
    return ours, make_session(ours), make_world("Elsewhere")


def test_every_link_between_tenants_is_guarded() -> None:
    links = {
        model._meta.label: tuple(getattr(model, "tenant_links", ()))
        for model in apps.get_models()
        if hasattr(model, "tenant_links")
    }
    assert links == {
        "interviewpanel.AccommodationRequest": ("invitation",),
        "interviewpanel.Booking": ("invitation",),
        "interviewpanel.CalibrationRun": ("rated_set",),
        "interviewpanel.CallConsent": ("invitation",),
        "interviewpanel.CandidateRequest": ("invitation",),
        "interviewpanel.Decision": ("session",),
        "interviewpanel.InterviewPanelCandidate": ("panel", "candidate"),
        "interviewpanel.InterviewSession": ("invitation",),
        "interviewpanel.PhoneCall": ("invitation",),
        "interviewpanel.Place": ("session",),
        "interviewpanel.PositionQuestionSet": ("panel",),
        "interviewpanel.SpokenAudio": ("invitation",),
        "organizations.Message": ("candidate",),
        "organizations.ResumeText": ("candidate",),
        "questionbank.ResumeSummary": ("candidate",),
        "reports.InterviewNarrative": ("session",),
        "organizations.WebhookDelivery": ("endpoint",),
        "questionbank.GeneratedQuestion": ("generation",),
        "interviewpanel.GeneratedPanel": ("interview", "panel"),
        "questionbank.EnhancedDescription": ("description",),
        "questionbank.GeneratedInterview": ("description", "enhancement", "generation"),
        "questionbank.Generation": ("parent",),
        "questionbank.ScreeningSet": ("description", "generation"),
        "reports.InterviewReport": ("session",),
        "reports.ReportShare": ("session",),
    }


def test_a_row_of_two_tenants_is_not_inserted(worlds: tuple[World, InterviewSession, World]) -> None:
    ours, session, theirs = worlds
    stranger = Candidate.objects.create(organization=theirs.organization, full_name="Aiko", email="aiko@example.com")

    def invite(organization: Organization, panel: InterviewPanel, candidate: Candidate) -> object:
        return InterviewPanelCandidate.objects.create(
            organization=organization, panel=panel, candidate=candidate, token_hash="new", expires_at=ENDED_AT
        )

    own = session.invitation.candidate
    assert is_refused(lambda: invite(ours.organization, ours.panel, stranger))
    assert is_refused(lambda: invite(ours.organization, theirs.panel, own))
    assert is_refused(lambda: invite(theirs.organization, ours.panel, own))
    assert not is_refused(lambda: invite(ours.organization, ours.panel, own))
    assert is_refused(
        lambda: InterviewSession.objects.create(
            organization=theirs.organization,
            invitation=InterviewPanelCandidate.objects.get(token_hash="new"),
            seed=1,
            clock_limit_seconds=60,
        )
    )
    assert is_refused(lambda: InterviewReport.objects.create(organization=theirs.organization, session=session))
    assert not is_refused(lambda: InterviewReport.objects.create(organization=ours.organization, session=session))


def test_a_row_does_not_move_to_another_tenant(worlds: tuple[World, InterviewSession, World]) -> None:
    ours, session, theirs = worlds
    InterviewReport.objects.create(organization=ours.organization, session=session)
    stranger = Candidate.objects.create(organization=theirs.organization, full_name="Aiko", email="aiko@example.com")
    invitations = InterviewPanelCandidate.objects.filter(pk=session.invitation_id)
    assert is_refused(lambda: invitations.update(candidate=stranger))
    assert is_refused(lambda: invitations.update(panel=theirs.panel))
    pointed_at: tuple[type[models.Model], ...] = (
        *(InterviewPanelCandidate, InterviewSession, InterviewReport),
        *(InterviewPanel, Candidate),
    )
    for model in pointed_at:
        rows = model._default_manager.filter(organization=ours.organization)
        assert is_refused(lambda rows=rows: rows.update(organization=theirs.organization)), model  # type: ignore[misc]
        assert rows.count() == 1


def test_the_guards_are_made_once_however_often_migrate_runs(worlds: tuple[World, InterviewSession, World]) -> None:
    _ours, session, theirs = worlds
    for app in ("interviewpanel", "reports"):
        install_tenant_guards(sender=apps.get_app_config(app), using="default")
    assert is_refused(lambda: InterviewReport.objects.create(organization=theirs.organization, session=session))


@pytest.mark.django_db(transaction=True)
def test_a_guarded_table_can_be_migrated_and_is_guarded_again() -> None:
    """On SQLite a new constraint rebuilds the table; with the triggers there, the table was lost on the way."""
    ours, theirs = make_world("Fernbrook"), make_world("Elsewhere")
    session = make_session(ours)
    extra = models.CheckConstraint(name="panel_extra", condition=models.Q(max_minutes__gte=1))
    pre_migrate.send(apps.get_app_config("interviewpanel"), using="default")
    with connection.schema_editor() as editor:
        editor.add_constraint(InterviewPanel, extra)
    with connection.schema_editor() as editor:
        editor.remove_constraint(InterviewPanel, extra)
    for app in ("interviewpanel", "reports"):
        install_tenant_guards(sender=apps.get_app_config(app), using="default")
    assert InterviewPanel.objects.count() == 2
    panels = InterviewPanel.objects.filter(pk=ours.panel.pk)
    assert is_refused(lambda: panels.update(organization=theirs.organization))
    assert is_refused(lambda: InterviewReport.objects.create(organization=theirs.organization, session=session))


def test_one_answer_is_open_in_a_session(worlds: tuple[World, InterviewSession, World]) -> None:
    ours, session, _ = worlds
    opened: dict[str, Any] = {"status": "asked", "closed_reason": "", "closed_at": None, "transcript": ""}
    add_answer(session, ours, 1)
    add_answer(session, ours, 2, **opened)
    assert is_refused(lambda: add_answer(session, ours, 3, **{**opened, "status": "answering"}))
    assert not is_refused(lambda: add_answer(session, ours, 3))
    assert is_refused(lambda: add_answer(session, ours, 4, closed_reason=""))
    assert is_refused(lambda: Answer.objects.filter(number=1).update(status="forgotten"))


def test_one_session_of_an_invitation_lives(worlds: tuple[World, InterviewSession, World]) -> None:
    ours, session, _ = worlds

    def open_another(status: str, **changes: Any) -> object:
        fields: dict[str, Any] = {"consented_at": STARTED_AT, "seed": 1, "clock_limit_seconds": 60, **changes}
        return InterviewSession.objects.create(
            organization=ours.organization, invitation=session.invitation, status=status, **fields
        )

    assert not is_refused(lambda: open_another("pending"))
    for status in ("pending", "greeting", "in_progress", "paused", "interrupted"):
        assert is_refused(lambda status=status: open_another(status)), status  # type: ignore[misc]
    assert not is_refused(lambda: open_another("abandoned", ended_at=ENDED_AT))
    assert is_refused(lambda: open_another("abandoned"))
    InterviewSession.objects.filter(status="pending").delete()
    assert is_refused(lambda: open_another("in_progress", consented_at=None))
    assert is_refused(lambda: open_another("paused", clock_running_since=STARTED_AT))
    assert is_refused(lambda: open_another("asleep"))


def test_numbers_and_sequences_are_given_once(worlds: tuple[World, InterviewSession, World]) -> None:
    ours, session, _ = worlds
    answer = add_answer(session, ours, 1)
    add_segments(answer)
    add_score(answer)
    SessionEvent.objects.create(session=session, sequence=1, type="greeting", at=STARTED_AT)
    again: dict[str, Callable[[], object]] = {
        "answer": lambda: add_answer(session, ours, 1),
        "segment": lambda: add_segments(answer),
        "score": lambda: add_score(answer),
        "event": lambda: SessionEvent.objects.create(session=session, sequence=1, type="closing", at=STARTED_AT),
        "transcript": lambda: TranscriptEntry.objects.create(
            session=session, sequence=1, speaker="interviewer", kind="closing", started_at=ENDED_AT
        ),
        "answer said twice": lambda: TranscriptEntry.objects.create(
            session=session, sequence=99, speaker="candidate", kind="answer", answer=answer, started_at=ENDED_AT
        ),
        "candidate asks": lambda: TranscriptEntry.objects.create(
            session=session, sequence=99, speaker="candidate", kind="question", started_at=ENDED_AT
        ),
    }
    assert {name: is_refused(write) for name, write in again.items()} == dict.fromkeys(again, True)


def test_a_number_stands_only_where_one_was_measured(worlds: tuple[World, InterviewSession, World]) -> None:
    ours, session, _ = worlds
    answer = add_answer(session, ours, 1)
    refused = {
        state: is_refused(lambda number=number, state=state: add_score(answer, 0, number=number, state=state))  # type: ignore[misc]
        for number, state in enumerate(("", *AnswerScore.State.values))
    }
    assert refused == {
        "": True,
        "scored": False,
        "insufficient_evidence": True,
        "needs_human": False,
        "technical_failure": True,
    }
    assert is_refused(lambda: add_score(answer, 101, number=9))
    assert not is_refused(lambda: add_score(answer, None, number=9, state="technical_failure"))
    report = InterviewReport.objects.create(organization=ours.organization, session=session)
    assert is_refused(lambda: InterviewReport.objects.filter(pk=report.pk).update(overall=70))
    assert is_refused(lambda: InterviewReport.objects.filter(pk=report.pk).update(grade="A"))


def test_panels_questions_and_people_keep_their_bounds(worlds: tuple[World, InterviewSession, World]) -> None:
    ours, _session, _ = worlds
    panel = InterviewPanel.objects.filter(pk=ours.panel.pk)
    assert is_refused(lambda: panel.update(opens_at=ENDED_AT, closes_at=ENDED_AT - timedelta(hours=1)))
    assert is_refused(lambda: panel.update(status="open"))
    assert is_refused(lambda: ours.panel.distribution.update(weightage=0))
    assert is_refused(lambda: ours.panel.distribution.update(topic=None))
    assert is_refused(lambda: InterviewPanelCandidate.objects.update(time_multiplier=0.5))
    assert is_refused(lambda: Question.objects.filter(pk=ours.question.pk).update(status="live", current_version=None))
    same = {"organization": ours.organization, "full_name": "Priya again"}
    assert is_refused(lambda: Candidate.objects.create(email="PRIYA@example.com", **same))


def test_a_whole_interview_is_accepted() -> None:
    session = make_interview(make_world("Northgate"))
    assert Answer.objects.filter(session=session).count() == 3
