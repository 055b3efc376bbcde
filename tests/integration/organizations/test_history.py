"""The history of changes: what is written, for whom, and that nobody writes it anew.

Named people: Olga administers Fernbrook; Rosa recruits there; Ravi rates there; Stan administers Elsewhere.
"""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from pytest_django import Settings

from authentication.models import User
from interviewpanel.models import InterviewPanel
from organizations.append_only import is_history_guarded
from organizations.models import Candidate, Change, Organization
from organizations.services.history import forget_changes, record_change, record_changes
from organizations.services.members import add_member
from tests.integration.organizations.conftest import Tenants

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def list_lines(**of: object) -> list[tuple[str, str, str, str]]:
    """Without the sign-ins, and without those who joined."""
    lines = Change.objects.filter(**of).exclude(action__startswith="sign").order_by("pk")
    lines = lines.exclude(subject_type="organizations.membershipinvitation")
    lines = lines.exclude(subject_type="organizations.membership").exclude(message="Explained to Priya.")
    return [(one.action, one.subject_name, one.message, one.reason) for one in lines]


def tell(change: Change) -> list[tuple[str, str | None, str | None]]:
    return [(one["field"], one["before"], one["after"]) for one in change.differences]


# --- The service -----------------------------------------------------------------------------------------------------


def test_a_line_says_who_did_what_to_which_row_when_and_why(tenants: Tenants) -> None:
    owner, panel = tenants.people["owner"], tenants.ours.panel
    line = record_change(
        row=panel,
        action="changed",
        organization_id=panel.organization_id,
        actor=owner,
        now=NOON,
        message="Archived.",
        reason="The job is filled",
    )
    line.refresh_from_db()
    assert (line.actor, line.organization, line.at) == (owner, panel.organization, NOON)
    assert (line.subject_type, line.subject_id, line.subject_uuid, line.subject_name) == (
        *("interviewpanel.interviewpanel", panel.pk),
        *(panel.uuid, "Backend screening"),
    )
    assert (line.message, line.reason, line.differences) == ("Archived.", "The job is filled", [])


def test_many_rows_take_one_statement(tenants: Tenants, django_assert_num_queries: object) -> None:
    organization = tenants.ours.organization
    people = Candidate.objects.bulk_create(
        Candidate(organization=organization, full_name=f"P {number}", email=f"p{number}@example.com")
        for number in range(30)
    )
    rows = [(one, organization.pk) for one in people]
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert record_changes(rows=rows, action="added", actor=None, now=NOON, message="Imported.") == 30


def test_the_database_refuses_to_rewrite_a_line(tenants: Tenants) -> None:
    assert is_history_guarded(connection)
    panel = tenants.ours.panel
    owner, stranger = tenants.people["owner"], tenants.people["stranger"]
    line = record_change(
        row=panel, action="changed", organization_id=panel.organization_id, actor=owner, now=NOON, message="Archived."
    )
    forged: list[dict[str, object]] = [
        *({"message": "Published."}, {"message": ""}, {"actor": stranger}, {"actor": None}, {"reason": "Because"}),
        *({"subject_id": 7}, {"action": "deleted"}, {"at": datetime(2020, 1, 1, tzinfo=UTC)}),
        *({"organization": tenants.elsewhere}, {"subject_name": "Erased"}, {"differences": [{"field": "x"}]}),
    ]
    for values in forged:
        with pytest.raises(IntegrityError, match="not rewritten"), transaction.atomic():
            Change.objects.filter(pk=line.pk).update(**values)
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError, match="not rewritten"), transaction.atomic():
            Change.objects.filter(pk=line.pk).delete()


def test_forgetting_takes_the_words_and_leaves_who_and_when(tenants: Tenants) -> None:
    candidate, owner = tenants.session.invitation.candidate, tenants.people["owner"]
    line = record_change(
        row=candidate,
        action="changed",
        organization_id=candidate.organization_id,
        actor=owner,
        now=NOON,
        message="Priya rang.",
        reason="Her name",
    )
    assert forget_changes(model=Candidate, pks=[candidate.pk]) == 1
    line.refresh_from_db()
    assert (line.subject_name, line.message, line.reason, line.differences) == ("Erased", "", "", [])
    assert (line.actor, line.at, line.subject_id) == (owner, NOON, candidate.pk)


def test_the_lines_of_an_organization_that_is_deleted_stay_as_nobodys(tenants: Tenants) -> None:
    line = record_change(
        row=tenants.elsewhere, action="changed", organization_id=tenants.elsewhere.pk, actor=None, now=NOON
    )
    tenants.elsewhere.delete()
    line.refresh_from_db()
    assert (line.organization, line.subject_name) == (None, "Elsewhere")


# --- The admin -------------------------------------------------------------------------------------------------------


def test_a_saved_page_keeps_the_values_before_and_after(tenants: Tenants) -> None:
    candidate = tenants.session.invitation.candidate
    url = reverse("admin:organizations_candidate_change", args=[candidate.pk])
    data = {"organization": candidate.organization_id, "full_name": "Priya R.", "email": candidate.email, "phone": ""}
    assert tenants.client("recruiter").post(url, data).status_code == 302
    line = Change.objects.get(action="changed", subject_type="organizations.candidate")
    assert (line.actor, line.organization_id) == (tenants.people["recruiter"], candidate.organization_id)
    assert tell(line) == [("full_name", "Priya Raghunathan", "Priya R.")]


def test_saving_what_is_there_already_is_no_change(tenants: Tenants) -> None:
    candidate = tenants.session.invitation.candidate
    url = reverse("admin:organizations_candidate_change", args=[candidate.pk])
    data = {"organization": candidate.organization_id, "full_name": candidate.full_name, "email": candidate.email}
    assert tenants.client("recruiter").post(url, data).status_code == 302
    assert list_lines() == []


def test_actions_are_kept_with_their_words_and_what_they_changed(tenants: Tenants) -> None:
    panel = tenants.ours.panel
    url = reverse("admin:interviewpanel_interviewpanel_changelist")
    tenants.client("recruiter").post(url, {"action": "archive", "_selected_action": [panel.pk], "confirmed": "yes"})
    line = Change.objects.get(action="changed", message="Archived.")
    assert (line.message, tell(line)) == ("Archived.", [("status", "Published", "Archived")])


def test_adding_and_deleting_are_kept_by_name(tenants: Tenants) -> None:
    client = tenants.client("recruiter")
    data = {"organization": tenants.ours.organization.pk, "full_name": "Aiko Mori", "email": "aiko@fernbrook.example"}
    assert client.post(reverse("admin:organizations_candidate_add"), data).status_code == 302
    made = Candidate.objects.get(email="aiko@fernbrook.example")
    assert list_lines() == [("added", "Aiko Mori", "", "")]
    deletion = {"post": "yes", "change_reason": "Entered twice: Aiko Mori asked, write to aiko@fernbrook.example"}
    client.post(reverse("admin:organizations_candidate_delete", args=[made.pk]), deletion)
    # Who was deleted has no name any more, not in the history either; why stays.
    assert list_lines() == [
        ("added", "Erased", "", ""),
        ("deleted", "Erased", "", "Entered twice: … asked, write to …"),
    ]
    deletion["change_reason"] = "Entered twice"
    panel = InterviewPanel.objects.create(organization=tenants.ours.organization, title="Draft", job_title="X")
    client.post(reverse("admin:interviewpanel_interviewpanel_delete", args=[panel.pk]), deletion)
    assert list_lines(subject_type="interviewpanel.interviewpanel") == [("deleted", "Draft", "", "Entered twice")]


def test_the_page_history_says_it_in_words(tenants: Tenants) -> None:
    panel = tenants.ours.panel
    client = tenants.client("owner")
    url = reverse("admin:interviewpanel_interviewpanel_changelist")
    client.post(url, {"action": "archive", "_selected_action": [panel.pk], "confirmed": "yes"})
    page = client.get(reverse("admin:interviewpanel_interviewpanel_history", args=[panel.pk])).content.decode()
    for word in ("Archived.", "owner@fernbrook.example", "Status", "Published", "Backend screening"):
        assert word in page
    assert (
        tenants.client("stranger")
        .get(reverse("admin:interviewpanel_interviewpanel_history", args=[panel.pk]))
        .status_code
        == 302
    )


# --- Sign-ins --------------------------------------------------------------------------------------------------------


def test_a_sign_in_is_kept_for_the_organization_of_who_belongs_to_one(tenants: Tenants) -> None:
    """When and from where somebody works elsewhere as well is for superadmins alone."""
    fernbrook = tenants.ours.organization
    add_member(fernbrook, tenants.people["root"], "reviewer")
    said = {}
    for name in ("recruiter@fernbrook.example", "between@both.example", "root@example.com"):
        before = Change.objects.count()
        for password in ("guess", "correct horse"):
            form = {"username": name, "password": password}
            tenants.client("nobody").post(reverse("admin:login"), form, REMOTE_ADDR="203.0.113.47")
        said[name] = [(one.action, one.organization, one.message) for one in Change.objects.order_by("pk")[before:]]
    place = "From 203.0.113.0/24."
    assert said == {
        "recruiter@fernbrook.example": [("sign_in_refused", fernbrook, place), ("signed_in", fernbrook, place)],
        "between@both.example": [("sign_in_refused", None, place), ("signed_in", None, place)],
        "root@example.com": [("sign_in_refused", None, place), ("signed_in", None, place)],
    }


def test_a_refused_sign_in_is_kept_of_users_only_and_not_by_the_thousand(tenants: Tenants, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 100  # whoever guesses from many addresses is not locked out
    client = tenants.client("nobody")
    for number in range(25):
        form = {"username": "owner@fernbrook.example", "password": f"guess {number}"}
        assert client.post(reverse("admin:login"), form).status_code == 200
    client.post(reverse("admin:login"), {"username": "my-password-by-mistake", "password": "x"})
    lines = Change.objects.filter(action="sign_in_refused")
    assert {(one.actor, one.subject_type) for one in lines} == {(None, "organizations.membership")}
    assert lines.count() == 20
    assert not any("guess" in str(vars(one)) or "mistake" in str(vars(one)) for one in lines)


def test_users_with_a_history_are_not_deleted(tenants: Tenants) -> None:
    owner = tenants.people["owner"]
    record_change(
        row=tenants.ours.panel, action="changed", organization_id=tenants.ours.organization.pk, actor=owner, now=NOON
    )
    with pytest.raises(ProtectedError):
        owner.delete()
    assert User.objects.filter(pk=owner.pk).exists()
    assert Organization.objects.count() == 2
