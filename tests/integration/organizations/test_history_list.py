"""The list of the history: who reads which lines, what is found in it, and what leaves as a file.

Named people, of the conftest: the owner administers Fernbrook, the recruiter recruits there, the reviewer rates there,
and the stranger administers Elsewhere.
"""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from organizations.models import Change
from organizations.services.history import record_change
from tests.integration.organizations.conftest import Tenants
from tests.interview_rows import ENDED_AT

pytestmark = pytest.mark.django_db
LIST = reverse("admin:organizations_change_changelist")
EXPORT = reverse("admin:organizations_change_export")


def tell(tenants: Tenants, row: Any, **words: Any) -> Change:
    owner = {"organization_id": tenants.ours.organization.pk, "actor": tenants.people["owner"], "now": ENDED_AT}
    return record_change(row=row, **{"action": "changed", **owner, **words})


def read_list(tenants: Tenants, person: str, **asked: str) -> list[Change]:
    page = tenants.client(person).get(LIST, asked)
    assert page.status_code == 200, page.status_code
    return [one for one in page.context["cl"].result_list if not one.action.startswith("sign")]


def test_everybody_reads_of_what_they_may_see(tenants: Tenants) -> None:
    about = {
        "panel": tell(tenants, tenants.ours.panel),
        "invitation": tell(tenants, tenants.session.invitation, message="Time × 1.5."),
        "member": tell(tenants, tenants.people["recruiter"].memberships.get()),
        "user": tell(tenants, tenants.people["recruiter"], organization_id=None),
        "elsewhere": tell(tenants, tenants.elsewhere, organization_id=tenants.elsewhere.pk),
    }
    names = {line.pk: name for name, line in about.items()}
    read = {
        person: [names[one.pk] for one in reversed(read_list(tenants, person)) if one.pk in names]
        for person in ("root", "owner", "recruiter", "stranger", "between")
    }
    assert read == {
        "root": ["panel", "invitation", "member", "user", "elsewhere"],
        "owner": ["panel", "invitation", "member"],
        "recruiter": ["panel", "invitation"],
        "stranger": ["elsewhere"],
        "between": ["elsewhere"],  # rates for Fernbrook, and reads the history of Elsewhere only
    }


def test_a_rater_reads_none_of_it(tenants: Tenants) -> None:
    line = tell(tenants, tenants.session.invitation, message="Time × 1.5.")
    client = tenants.client("reviewer")
    urls = [LIST, EXPORT, reverse("admin:organizations_change_change", args=[line.pk])]
    assert [client.get(url).status_code for url in urls] == [403, 403, 403]
    assert "organizations/change/" not in client.get(reverse("admin:index")).content.decode()


def test_it_is_searched_and_filtered(tenants: Tenants) -> None:
    panel = tell(tenants, tenants.ours.panel, message="Archived.", reason="The budget is spent")
    candidate = tell(tenants, tenants.session.invitation.candidate, action="deleted", reason="A duplicate")
    asked = [
        ({"q": "budget"}, [panel]),
        ({"q": "owner@fern"}, [candidate, panel]),
        ({"q": "raghu"}, [candidate]),
        ({"action__exact": "deleted"}, [candidate]),
        ({"kind": "interviewpanel.interviewpanel"}, [panel, tenants.line]),
        ({"actor__id__exact": str(tenants.people["owner"].pk)}, [candidate, panel]),
        ({"at__gte": "2026-03-13 00:00:00+00:00", "q": "budget"}, []),
    ]
    for values, lines in asked:
        found = [one for one in read_list(tenants, "owner", **values) if one.subject_type != "organizations.membership"]
        assert found == lines, values


@pytest.mark.parametrize("question", ["actor__password__startswith", "organization__slug", "message__startswith"])
def test_it_answers_no_question_that_it_does_not_offer(tenants: Tenants, question: str) -> None:
    assert tenants.client("owner").get(LIST, {question: "a"}).status_code == 400


def test_it_leaves_as_a_file_that_is_cut_as_the_list_is(tenants: Tenants) -> None:
    tell(tenants, tenants.ours.panel, message="=cmd|' /C calc'!A0", reason="The job is filled")
    tell(tenants, tenants.people["recruiter"].memberships.get(), message="Nobody else's business")
    client = tenants.client("recruiter")
    answer = client.get(EXPORT, {"kind": "interviewpanel.interviewpanel"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["who"], row["in words"], row["why"]) for row in rows] == [
        ("owner@fernbrook.example", "'=cmd|' /C calc'!A0", "The job is filled"),
        ("The system", "Explained to Priya.", ""),
    ]
    assert (rows[0]["when (UTC)"], rows[0]["of what"]) == ("2026-03-12 09:42:00", "Interview panel")
    assert "business" not in client.get(EXPORT).content.decode()
    last = Change.objects.filter(action="exported").order_by("pk")[0]
    assert (last.actor, last.organization) == (tenants.people["recruiter"], tenants.ours.organization)


def test_nobody_adds_changes_or_deletes_a_line(tenants: Tenants) -> None:
    line, root = tell(tenants, tenants.ours.panel, message="Archived."), tenants.client("root")
    for page in ("change", "delete"):
        url = reverse(f"admin:organizations_change_{page}", args=[line.pk])
        assert root.post(url, {"post": "yes", "message": "Published."}).status_code == 403
    assert root.post(reverse("admin:organizations_change_add"), {"message": "x"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [line.pk], "post": "yes"}
    root.post(LIST, chosen)
    line.refresh_from_db()
    assert line.message == "Archived."


def test_a_line_says_before_and_after(tenants: Tenants) -> None:
    client, panel = tenants.client("owner"), tenants.ours.panel
    client.post(
        reverse("admin:interviewpanel_interviewpanel_changelist"),
        {"action": "archive", "_selected_action": [panel.pk], "confirmed": "1"},
    )
    line = Change.objects.get(message="Archived.")
    page = client.get(reverse("admin:organizations_change_change", args=[line.pk])).content.decode()
    for word in ("Archived.", "Published", "owner@fernbrook.example", "Before"):
        assert word in page
