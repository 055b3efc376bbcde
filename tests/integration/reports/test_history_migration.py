"""Django's own log becomes lines of the history once, with nobody's name who is gone; old decisions date reviews."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from interviewpanel.models import Decision
from interviewpanel.services.erasure import erase_interview
from organizations.models import Candidate, Change
from organizations.services.history import record_change
from reports.models import InterviewReport
from tests.interview_rows import ENDED_AT, World, make_interview, make_report, make_session
from tests.staff import make_member

pytestmark = pytest.mark.django_db
MIGRATION = import_module("reports.migrations.0005_one_history")
FIELDS = '[{"changed": {"fields": ["Title", "Full name"]}}, {"added": {"name": "row", "object": "Priya"}}]'
AT = ENDED_AT - timedelta(days=3)


def log(user: Any, row: Model, flag: int, message: str, at: Any = AT, name: str = "Priya Raghunathan") -> None:
    entry = LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=name,
        action_flag=flag,
        change_message=message,
    )
    LogEntry.objects.filter(pk=entry.pk).update(action_time=at)


def test_the_log_is_copied_and_emptied(world: World) -> None:
    rosa = make_member("rosa@fernbrook.example", {world.organization: "hr"})
    owner, kept = world.organization.pk, make_interview(world).invitation
    erased = make_session(world, candidate="Erased Soon").invitation
    gone = Candidate.objects.create(organization=world.organization, full_name="Gone Soon", email="gone@example.com")
    for row in (kept, erased, gone):
        log(rosa, row, CHANGE, FIELDS)
    log(rosa, world.panel, CHANGE, "Archived. Reason: Gone Soon withdrew", name="Screening")
    log(rosa, world.row.category, ADDITION, '[{"added": {}}]', name="Data")
    log(rosa, world.question.topic, DELETION, "", name="Databases")
    erase_interview(invitation_id=erased.pk, reason="request", now=ENDED_AT)
    gone.delete()
    record_change(row=world.panel, action="changed", organization_id=owner, actor=rosa, now=ENDED_AT, message="Now.")
    log(rosa, world.panel, CHANGE, "Stands in the history already.", at=ENDED_AT + timedelta(seconds=1))
    MIGRATION.copy_log(apps, None)
    lines = Change.objects.filter(at=AT).order_by("pk")
    told = "Changed Title, Full name. Added row."
    assert [(one.action, one.subject_type, one.subject_name, one.message, one.organization_id) for one in lines] == [
        ("changed", "interviewpanel.interviewpanelcandidate", "Priya Raghunathan", told, owner),
        ("changed", "interviewpanel.interviewpanelcandidate", "Erased", "", owner),
        ("changed", "organizations.candidate", "Erased", "", None),
        ("changed", "interviewpanel.interviewpanel", "Screening", "Archived.", owner),
        ("added", "questionbank.category", "Data", "", owner),
        ("deleted", "questionbank.topic", "Databases", "", owner),
    ]
    assert {one.actor for one in lines} == {rosa}
    assert not Change.objects.filter(message="Stands in the history already.").exists()
    assert LogEntry.objects.count() == 0


def test_a_report_is_reviewed_since_somebody_decided(world: World) -> None:
    sessions = [make_session(world, candidate=name) for name in ("One", "Two", "Three")]
    for session in sessions:
        make_report(session)
    rosa = make_member("rosa@fernbrook.example", {world.organization: "hr"})
    stages = {0: ("hold", "advance"), 1: ("decline", "to_review")}
    for index, told in stages.items():
        for days, stage in enumerate(told):
            Decision.objects.create(
                organization=world.organization,
                session=sessions[index],
                stage=stage,
                reason="Said why.",
                decided_by=rosa,
                decided_at=ENDED_AT + timedelta(days=days),
            )
    InterviewReport.objects.update(reviewed_at=None)
    MIGRATION.fill_reviewed(apps, None)
    since = InterviewReport.objects.order_by("session_id").values_list("reviewed_at", flat=True)
    assert list(since) == [ENDED_AT, None, None]
