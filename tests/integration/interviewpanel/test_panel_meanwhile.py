"""Two people at one panel, or one candidate: nothing that somebody did meanwhile is put back or overseen.

Named people: Root, who sees all, with a page opened before; somebody else, who was quicker.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, transaction
from django.forms import modelform_factory
from django.test import Client, RequestFactory
from django.urls import reverse

from authentication.models import User
from interviewpanel.domain.panel_plans import NOTHING_PLANNED
from interviewpanel.models import InterviewPanel
from interviewpanel.services.panels import (
    PanelMoved,
    PanelNotReady,
    archive_panel,
    hold_panel,
    publish_panel,
    reopen_panel,
)
from organizations.models import Candidate
from tests.html_forms import read_form
from tests.live_interviews import invite, make_panel
from tests.lock_waits import need_row_locks, run_in_turn

pytestmark = pytest.mark.django_db
PAGE = "admin:interviewpanel_interviewpanel"
FORMS = {"panel": "interviewpanel_form", "candidate": "candidate_form"}


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root@example.org", "x")


@pytest.fixture
def client(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


@pytest.fixture
def panel() -> InterviewPanel:
    panel = make_panel()
    InterviewPanel.objects.update(status="draft")
    panel.refresh_from_db()
    return panel


def change(**values: Any) -> None:
    """As if somebody else had done it."""
    InterviewPanel.objects.update(**values)


def status_of(panel: InterviewPanel) -> str:
    return InterviewPanel.objects.values_list("status", flat=True).get(pk=panel.pk)


def said(response: Any) -> list[str]:
    return [str(one) for one in response.context["messages"]]


# --- Moves -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "before", "after"),
    [
        (publish_panel, "draft", "archived"),
        (archive_panel, "published", "draft"),
        (reopen_panel, "published", "archived"),
    ],
)
def test_a_move_is_refused_from_another_state_than_was_seen(
    panel: InterviewPanel, move: Any, before: str, after: str
) -> None:
    change(status=before)
    panel.refresh_from_db()
    change(status=after)
    with pytest.raises(PanelMoved) as refused:
        move(panel)
    assert str(refused.value) == f"“Screening” is {after} meanwhile. Look at it again, then decide."
    assert status_of(panel) == after


@pytest.mark.parametrize(
    ("move", "state"), [(publish_panel, "published"), (archive_panel, "archived"), (reopen_panel, "draft")]
)
def test_a_move_to_where_it_is_already_is_refused(panel: InterviewPanel, move: Any, state: str) -> None:
    change(status=state)
    panel.refresh_from_db()
    with pytest.raises(PanelMoved, match=f"“Screening” is {state} already."):
        move(panel)


def test_an_old_page_publishes_nothing_that_was_archived_meanwhile(client: Client, panel: InterviewPanel) -> None:
    address = reverse(f"{PAGE}_publish", args=[panel.pk])
    page = client.get(address).content.decode()
    assert f'name="seen" value="{panel.pk}-draft"' in page
    change(status="archived")
    done = client.post(address, {"seen": f"{panel.pk}-draft", "confirmed": "yes"}, follow=True)
    assert said(done) == ["“Screening” is archived meanwhile. Look at it again, then decide."]
    assert status_of(panel) == "archived"


@pytest.mark.django_db(transaction=True)
def test_publishing_waits_for_who_saves_the_plan_and_looks_at_what_was_saved(panel: InterviewPanel) -> None:
    need_row_locks()

    def publish() -> list[str]:
        with pytest.raises(PanelNotReady) as refused:
            publish_panel(panel)
        return refused.value.problems

    found = run_in_turn(lambda: hold_panel(panel.pk), lambda: panel.distribution.all().delete(), publish)
    assert found == [NOTHING_PLANNED]
    assert status_of(panel) == "draft"


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_a_page_of_a_draft_is_not_saved_when_it_was_published_meanwhile(client: Client, panel: InterviewPanel) -> None:
    address = reverse(f"{PAGE}_change", args=[panel.pk])
    form = read_form(client.get(address).content.decode(), "interviewpanel_form")
    assert form["seen_status"] == ["draft"]
    change(status="published")
    page = client.post(address, {**form, "title": "Another"})
    told = (
        "Nothing was saved: somebody has changed this panel meanwhile, and it is published now. Look at it as it "
        "stands, then change it again."
    )
    assert page.context["adminform"].form.non_field_errors() == [told]
    panel.refresh_from_db()
    assert (panel.title, panel.status) == ("Screening", "published")
    assert client.post(address, {**form, "title": "Another", "seen_status": "published"}).status_code == 302
    panel.refresh_from_db()
    assert (panel.title, panel.status) == ("Another", "published")


def save_late(model: Any, row: Any, root: User, *names: str) -> None:
    """The second half of saving a page: the row as it was loaded before, with what the form shows."""
    page, request = admin.site.get_model_admin(model), RequestFactory().post("/")
    request.user = root
    page.save_model(request, row, modelform_factory(model, fields=names)(instance=row), True)


def test_a_page_writes_no_column_that_it_does_not_show(panel: InterviewPanel, root: User) -> None:
    loaded = InterviewPanel.objects.get(pk=panel.pk)
    change(status="published")
    loaded.title = "Another"
    save_late(InterviewPanel, loaded, root, "title")
    panel.refresh_from_db()
    assert (panel.title, panel.status) == ("Another", "published")


def test_a_candidate_who_is_gone_is_not_made_anew_by_a_page_that_was_open(panel: InterviewPanel, root: User) -> None:
    change(status="published")
    panel.refresh_from_db()
    candidate = invite(panel).candidate
    loaded = Candidate.objects.get(pk=candidate.pk)
    candidate.invitations.all().delete()
    candidate.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        save_late(Candidate, loaded, root, "full_name", "email")
    assert not Candidate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_saves_a_candidate_waits_for_who_erases_them_and_finds_nobody(client: Client, root: User) -> None:
    need_row_locks()
    candidate = Candidate.objects.create(
        organization=make_panel().organization, full_name="Ada Adler", email="ada@example.com"
    )
    address = reverse("admin:organizations_candidate_change", args=[candidate.pk])
    data = {"organization": candidate.organization_id, "full_name": "Ada Lovelace", "email": "ada@example.com"}

    def hold() -> None:
        Candidate.objects.select_for_update().get(pk=candidate.pk)

    def save() -> int:
        return client.post(address, data).status_code

    assert run_in_turn(hold, lambda: Candidate.objects.all().delete(), save) == 302
    assert not Candidate.objects.exists()


def test_a_page_of_what_never_was_says_so(client: Client) -> None:
    for key in ("0", "none", "9" * 30):
        assert client.post(reverse("admin:organizations_candidate_change", args=[key]), {}).status_code == 302


@pytest.mark.parametrize("which", ["panel", "candidate"])
def test_who_saves_over_somebody_elses_change_is_told_first(client: Client, panel: InterviewPanel, which: str) -> None:
    candidate = invite(make_panel("Elsewhere")).candidate
    row, field, url = {
        "panel": (panel, "job_title", reverse(f"{PAGE}_change", args=[panel.pk])),
        "candidate": (candidate, "phone", reverse("admin:organizations_candidate_change", args=[candidate.pk])),
    }[which]
    theirs, mine = {"job_title": ("Theirs", "Mine"), "phone": ("+4930111222", "+4930333444")}[field]
    page = client.get(url)
    assert page.context["adminform"].form.fields["organization"].disabled, "prepared as for every page of a row"
    form = {**read_form(page.content.decode(), FORMS[which]), field: mine}
    type(row)._base_manager.filter(pk=row.pk).update(**{field: theirs})
    refused = client.post(url, form)
    assert "Somebody has changed this since you opened the page" in refused.content.decode()
    row.refresh_from_db()
    assert getattr(row, field) == theirs
    again = client.post(url, {**read_form(refused.content.decode(), FORMS[which]), field: mine})
    row.refresh_from_db()
    assert (again.status_code, getattr(row, field)) == (302, mine)


def test_a_refused_page_still_offers_the_question_bank(client: Client) -> None:
    url = reverse(f"{PAGE}_add")
    make_panel()
    page = client.get(url)
    sent = {**read_form(page.content.decode(), FORMS["panel"]), "title": "", "distribution-TOTAL_FORMS": "0"}
    refused = client.post(url, sent)
    offered = [len(one.context["grid"].options) for one in (page, refused)]
    assert (refused.status_code, offered[0] > 0, offered[0] == offered[1]) == (200, True, True)
    assert refused.content.decode().partition('id="plan-places"')[2].count("<option") >= offered[0]
