"""What leaves a line although no form saves a row: files that are taken away, passwords; and how long a reason is.

The deeds of docs/roles.md are walked in test_role_history.py.
"""

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from organizations.models import Candidate, Change
from tests.history_lines import list_lines, read_lines
from tests.integration.organizations.conftest import Tenants

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "arguments", "said"),
    [
        ("organizations_change_export", [], "The history, as a file."),
        ("organizations_candidate_export", [], "The candidates, as a file."),
        ("questionbank_question_export", ["csv"], "The questions, as CSV."),
        ("questionbank_question_export", ["json"], "The questions, as JSON."),
    ],
)
def test_who_takes_a_file_away_is_in_the_history(tenants: Tenants, page: str, arguments: list[str], said: str) -> None:
    own, address = tenants.ours.organization, reverse(f"admin:{page}", args=arguments)
    assert tenants.client("recruiter").get(address).status_code == 200
    (line,) = list_lines(action="exported")
    assert (line.actor, line.organization, line.message) == (tenants.people["recruiter"], own, said)
    assert tenants.client("root").get(address).status_code == 200
    line = list_lines(action="exported")[-1]
    assert (line.actor, line.organization, line.message) == (tenants.people["root"], None, said)


def test_who_is_refused_a_file_leaves_no_line(tenants: Tenants) -> None:
    assert tenants.client("reviewer").get(reverse("admin:organizations_candidate_export")).status_code == 403
    assert list_lines(action="exported") == []


def test_ones_own_password_is_told_and_never_which(tenants: Tenants) -> None:
    owner, client = tenants.people["owner"], tenants.client("owner")
    owner.set_password("correct horse")
    owner.save()
    client.force_login(owner)
    words = {"old_password": "wrong", "new_password1": "battery staple 7", "new_password2": "battery staple 7"}
    assert client.post(reverse("admin:password_change"), words).status_code == 200
    told = {"subject_type": "organizations.membership", "message": "Set a password of their own."}
    assert list_lines(**told) == []
    assert client.post(reverse("admin:password_change"), {**words, "old_password": "correct horse"}).status_code == 302
    (line,) = list_lines(**told)
    assert (line.actor, line.organization, line.differences, line.reason) == (owner, tenants.ours.organization, [], "")
    owner.refresh_from_db()
    assert owner.check_password("battery staple 7")


def test_a_password_that_is_set_by_a_link_is_told(tenants: Tenants) -> None:
    owner, client = tenants.people["owner"], Client()
    keys = {"uidb64": urlsafe_base64_encode(force_bytes(owner.pk)), "token": default_token_generator.make_token(owner)}
    page = client.get(reverse("password_reset_confirm", kwargs=keys), follow=True)
    words = {"new_password1": "battery staple 7", "new_password2": "battery staple 7"}
    assert client.post(page.request["PATH_INFO"], words).status_code == 302
    membership = owner.memberships.get()
    assert read_lines(membership)[-1] == ("Set a password of their own.", "")


@pytest.mark.parametrize("is_list", [False, True])
def test_a_reason_that_is_too_long_is_refused_and_never_cut(tenants: Tenants, is_list: bool) -> None:
    made = Candidate.objects.create(organization=tenants.ours.organization, full_name="Aiko", email="aiko@example.com")
    client = tenants.client("recruiter")
    one = reverse("admin:organizations_candidate_delete", args=[made.pk])
    url = reverse("admin:organizations_candidate_changelist") if is_list else one
    chosen = {"action": "delete_selected", "_selected_action": [made.pk]} if is_list else {}
    assert client.post(url, {"post": "yes", "change_reason": "x" * 501, **chosen}).status_code == 400
    assert Candidate.objects.filter(pk=made.pk).exists()
    assert list_lines(action="deleted") == []
    assert client.post(url, {"post": "yes", "change_reason": "x" * 500, **chosen}).status_code == 302
    assert Change.objects.get(action="deleted").reason == "x" * 500


def test_a_panel_takes_no_longer_reason_either(tenants: Tenants) -> None:
    panel = tenants.ours.panel
    url = reverse("admin:interviewpanel_interviewpanel_archive", args=[panel.pk])
    assert tenants.client("recruiter").post(url, {"confirmed": "yes", "reason": "x" * 501}).status_code == 400
    panel.refresh_from_db()
    assert panel.status == "published"
    title = "Screening. Reason: none"  # a title that looks like what was once cut apart
    panel.title = title
    panel.save()
    tenants.client("recruiter").post(
        reverse("admin:interviewpanel_interviewpanel_copy", args=[panel.pk]), {"confirmed": "yes", "reason": "For May"}
    )
    (line,) = list_lines(action="added", subject_type="interviewpanel.interviewpanel")
    assert (line.message, line.reason) == (f"Duplicated from “{title}”.", "For May")
