"""Somebody who is gone is named in no line of the history; and nobody blanks lines by it.

Named people: Rosa recruits for Fernbrook; Olga administers it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.erasure import erase_interview
from organizations.append_only import drop_history_guards, install_history_guards, is_history_guarded
from organizations.domain.differences import Difference, store_differences
from organizations.models import Candidate, Change
from organizations.services.history import forget_person, record_change
from tests.integration.organizations.conftest import Tenants

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def about(panel: InterviewPanel, **words: Any) -> Change:
    return record_change(
        row=panel, action="changed", organization_id=panel.organization_id, actor=None, now=NOON, **words
    )


def read_line(line: Change) -> tuple[str, str, str, Any]:
    line = Change.objects.get(pk=line.pk)
    return line.subject_name, line.message, line.reason, line.differences


@pytest.mark.parametrize("name", ["Priya Raghunathan", "Zoë Ångström", 'Jo "J" O\'Dea [x] *', "50%_off \\ Lee"])
def test_a_name_is_erased_wherever_a_line_has_it_and_the_line_keeps_its_words(tenants: Tenants, name: str) -> None:
    panel = tenants.ours.panel
    InterviewPanel.objects.filter(pk=panel.pk).update(title=f"For {name}")
    panel.refresh_from_db()
    line = about(
        panel,
        message=f"Invited {name.upper()}.",
        reason=f"{name} asked: 100% [sure]",
        differences=[
            Difference("alternative_route", f"{name}: route", "", f"Ask {name}, 5 * [2]?"),
            Difference("token", "Token", None, None),
        ],
    )
    elsewhere = record_change(
        row=panel, action="changed", organization_id=tenants.elsewhere.pk, actor=None, now=NOON, message=f"{name}."
    )
    kept = about(tenants.ours.panel, message="Archived.")
    assert forget_person(organization_id=panel.organization_id, words=[name]) == 2  # `kept` has the title as well
    values = {"field": "alternative_route", "label": "[erased]: route", "before": "", "after": "Ask [erased], 5 * [2]?"}
    secret = {"field": "token", "label": "Token", "before": None, "after": None}
    assert read_line(line) == ("For [erased]", "Invited [erased].", "[erased] asked: 100% [sure]", [values, secret])
    assert read_line(kept) == ("For [erased]", "Archived.", "", [])
    assert read_line(elsewhere)[1] == f"{name}."
    assert forget_person(organization_id=panel.organization_id, words=[name]) == 0


def test_nobody_blanks_the_history_by_calling_a_candidate_like_its_words(tenants: Tenants) -> None:
    panel = tenants.ours.panel
    values = [Difference("a", "A", "1", "2")]
    line = about(panel, message="Signed out everywhere. By hand.", reason="Lost laptop", differences=values)
    data = {"organization": panel.organization_id, "full_name": "Signed out everywhere", "email": "x@example.com"}
    client = tenants.client("recruiter")
    assert client.post(reverse("admin:organizations_candidate_add"), data).status_code == 302
    made = Candidate.objects.get(email="x@example.com")
    client.post(reverse("admin:organizations_candidate_delete", args=[made.pk]), {"post": "yes"})
    assert not Candidate.objects.filter(pk=made.pk).exists()
    assert read_line(line) == (str(panel), "[erased]. By hand.", "Lost laptop", store_differences(values))


@pytest.mark.parametrize("is_erased", [True, False])
def test_a_name_of_one_word_is_erased_in_lines_about_panels_its_bearer_was_invited_to(
    tenants: Tenants, is_erased: bool
) -> None:
    panel, other = (
        tenants.ours.panel,
        InterviewPanel.objects.create(organization=tenants.ours.organization, title="Draft", job_title="X"),
    )
    person = Candidate.objects.create(organization=panel.organization, full_name="Grace", email="grace@example.com")
    invitation = InterviewPanelCandidate.objects.create(
        organization=panel.organization, panel=panel, candidate=person, expires_at=NOON + timedelta(days=90)
    )
    lines = [about(one, message="Grace rang, with a grace of 5 minutes; grace@example.com") for one in (panel, other)]
    if is_erased:
        assert erase_interview(invitation_id=invitation.pk, reason="request", now=NOON)
    else:
        person.delete()
    assert [read_line(line)[1] for line in lines] == [
        "[erased] rang, with a grace of 5 minutes; [erased]",
        "Grace rang, with a grace of 5 minutes; [erased]",
    ]


def test_of_many_who_are_deleted_at_once_the_history_is_read_once(tenants: Tenants) -> None:
    organization, panel = tenants.ours.organization, tenants.ours.panel
    line = about(panel, message="Invited Ann Bo 0, Ann Bo 11 and Ann Bo 1.")
    people = [
        Candidate.objects.create(organization=organization, full_name=f"Ann Bo {one}", email=f"p{one}@example.com")
        for one in range(12)
    ]
    url = reverse("admin:organizations_candidate_changelist")
    data = {"action": "delete_selected", "_selected_action": [one.pk for one in people], "post": "yes"}
    with CaptureQueriesContext(connection) as queries:
        tenants.client("recruiter").post(url, data)
    assert not Candidate.objects.filter(full_name__startswith="Ann Bo").exists()
    assert read_line(line)[1] == "Invited [erased], [erased] and [erased]."
    reads = ("SELECT", "DECLARE")  # PostgreSQL's cursor
    found = [one["sql"] for one in queries if one["sql"].startswith(reads) and '"organizations_change"' in one["sql"]]
    assert len(found) == 1


def test_the_database_lets_nothing_but_erased_words_through(tenants: Tenants) -> None:
    panel = tenants.ours.panel
    difference = {"field": "title", "label": "Title", "before": "Jane Doe", "after": "Jo"}
    stored = Difference("title", "Title", "Jane Doe", "Jo")
    line = about(panel, message="Invited Jane Doe.", reason="Asked", differences=[stored, stored])
    gone = {**difference, "before": "[erased]"}
    refused: list[dict[str, object]] = [
        *({"message": "[erased] published."}, {"message": "invited [erased]."}, {"message": ""}),
        *({"message": "Invited x[erased]."}, {"message": "Invited [erased].", "reason": ""}),
        *(
            {"differences": []},
            {"differences": [gone]},
            {"differences": [gone, {**difference, "after": "J[erased]x"}]},
        ),
        *({"differences": [gone, {**difference, "field": "[erased]"}]}, {"differences": [gone, difference, gone]}),
        *({"differences": [gone, {**difference, "after": None}]}, {"differences": [{**gone, "more": ""}, difference]}),
        {"message": "Invited [erased].", "actor": tenants.people["owner"]},
    ]
    for values in refused:
        with pytest.raises(IntegrityError, match="not rewritten"), transaction.atomic():
            Change.objects.filter(pk=line.pk).update(**values)
    Change.objects.filter(pk=line.pk).update(message="Invited [erased].", differences=[gone, difference])
    assert read_line(line)[1:] == ("Invited [erased].", "Asked", [gone, difference])


def test_a_name_within_another_word_is_nobodys(tenants: Tenants) -> None:
    panel = tenants.ours.panel
    for message in ("Three plan lines changed.", "Invited An Li."):
        record_change(
            row=panel,
            action="changed",
            organization_id=panel.organization_id,
            actor=None,
            now=NOON,
            message=message,
        )
    forget_person(organization_id=panel.organization_id, words=["An Li"])
    left = Change.objects.filter(at=NOON).order_by("pk").values_list("message", flat=True)
    assert list(left) == ["Three plan lines changed.", "Invited [erased]."]


def test_a_migration_replaces_the_guard_of_before() -> None:
    """Else `[erased]` would be refused where the site was set up earlier."""
    config = apps.get_app_config("organizations")
    drop_history_guards(config, using="default")
    assert not is_history_guarded(connection)
    install_history_guards(config, using="default")
    install_history_guards(config, using="default")
    assert is_history_guarded(connection)
