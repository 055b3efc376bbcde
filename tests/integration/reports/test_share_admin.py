"""Links to a report in the admin: made, copied, withdrawn, listed; by whom, and by whom not.

Named people: Priya, a candidate of Fernbrook; its recruiters and reviewers, and somebody of Elsewhere.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import CandidateRequest
from interviewpanel.services.erasure import erase_interview
from organizations.models import Organization
from reports.models import InterviewReport, ReportShare
from reports.services.shares import share_url
from tests.history_lines import list_lines, read_lines
from tests.interview_rows import World, make_interview, make_report
from tests.rows_besides import add_share
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
LIST = "admin:reports_reportshare_changelist"
ASKED = {"purpose": "Second opinion", "days": "7", "includes_names": "on"}


@pytest.fixture
def report(world: World) -> InterviewReport:
    return make_report(make_interview(world))


def enter(report: InterviewReport, role: str = "hr") -> Client:
    return sign_in(make_member(f"{role}@fernbrook.example", {report.organization: role}))


def enter_elsewhere() -> Client:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    return sign_in(make_member("admin@elsewhere.example", {elsewhere: "admin"}))


def page_of(report: InterviewReport) -> str:
    return reverse("admin:reports_interviewreport_links", args=[report.pk])


@pytest.mark.parametrize("role", ["hr", "admin"])
def test_a_link_is_made_shown_again_and_in_the_history(report: InterviewReport, role: str) -> None:
    client = enter(report, role)
    assert "shared with nobody" in client.get(page_of(report)).content.decode()
    page = client.post(page_of(report), ASKED, follow=True).content.decode()
    made = ReportShare.objects.get()
    assert "The link is made." in page
    assert share_url(made) in page
    assert (made.purpose, made.includes_names, made.includes_audio, made.created_by.email) == (
        *("Second opinion", True, False),
        f"{role}@fernbrook.example",
    )
    assert made.expires_at - made.created_at == timedelta(days=7)
    assert share_url(made) in client.get(page_of(report)).content.decode()
    assert read_lines(report) == []
    assert read_lines(made) == [("Made, for 7 days.", "Second opinion")]
    change = client.get(reverse("admin:reports_interviewreport_change", args=[report.pk])).content.decode()
    assert "1 link made" in change
    assert page_of(report) in change


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"purpose": ""}, "This field is required."), ({"days": "31"}, "less than or equal to 30"), ({"days": "0"}, "1.")],
)
def test_what_is_wrong_is_said_and_no_link_is_made(report: InterviewReport, wrong: dict[str, str], words: str) -> None:
    page = enter(report).post(page_of(report), {**ASKED, **wrong}).content.decode()
    assert words in page
    assert not ReportShare.objects.exists()


def test_a_link_is_revoked_once_after_a_page_that_asks_why(report: InterviewReport) -> None:
    client = enter(report)
    client.post(page_of(report), ASKED)
    made = ReportShare.objects.get()
    asked = client.post(page_of(report), {"_revoke": made.pk})
    assert asked.context["title"] == "Revoke the link"
    without = client.post(page_of(report), {"_revoke": made.pk, "confirmed": "yes", "reason": " "}).content.decode()
    assert "Write why: the history keeps it" in without
    made.refresh_from_db()
    assert made.revoked_at is None
    sure = {"_revoke": made.pk, "confirmed": "yes", "reason": "Sent to the wrong person"}
    page = client.post(page_of(report), sure, follow=True).content.decode()
    assert "The link opens nothing any more." in page
    assert share_url(made) not in page
    assert read_lines(made)[-1] == ("Link revoked.", "Sent to the wrong person")
    again = client.post(page_of(report), sure, follow=True).content.decode()
    assert "Nothing to do" in again
    for nonsense in ("x", "²", "9" * 40):
        assert "Nothing to do" in client.post(page_of(report), {"_revoke": nonsense}, follow=True).content.decode()


def test_nobody_withdraws_a_link_of_another_report_from_here(report: InterviewReport, world: World) -> None:
    other = add_share(make_interview(world, candidate="Omar Benhaddou"), expires_at=timezone.now() + timedelta(days=1))
    enter(report).post(page_of(report), {"_revoke": other.pk, "confirmed": "yes", "reason": "Mine"})
    other.refresh_from_db()
    assert other.revoked_at is None


def test_a_reviewer_and_a_stranger_find_no_such_page(report: InterviewReport) -> None:
    made = add_share(report.session, expires_at=timezone.now() + timedelta(days=1))
    reviewer, stranger = enter(report, "reviewer"), enter_elsewhere()
    for client in (reviewer, stranger):
        assert client.get(page_of(report)).status_code == 404
        assert client.post(page_of(report), ASKED).status_code == 404
        assert client.post(page_of(report), {"_revoke": made.pk}).status_code == 404
        chosen = {"action": "revoke", "_selected_action": [made.pk], "confirmed": "yes", "reason": "Mine"}
        client.post(reverse(LIST), chosen)
    change = reviewer.get(reverse("admin:reports_interviewreport_change", args=[report.pk])).content.decode()
    assert page_of(report) not in change
    assert reviewer.get(reverse(LIST)).status_code == 403
    assert stranger.get(reverse(LIST)).context["cl"].result_count == 0
    made.refresh_from_db()
    assert (made.revoked_at, ReportShare.objects.count()) == (None, 1)
    assert Client().get(page_of(report)).status_code == 302


def test_the_list_of_all_links_withdraws_several_and_is_narrowed(report: InterviewReport, world: World) -> None:
    soon = timezone.now() + timedelta(days=1)
    one, two = add_share(report.session, "a", expires_at=soon), add_share(report.session, "b", expires_at=soon)
    add_share(make_interview(world, candidate="Omar Benhaddou"), "c")
    client = enter(report)
    chosen = {"action": "revoke", "_selected_action": [one.pk, two.pk]}
    asked = client.post(reverse(LIST), chosen)
    assert (asked.context["title"], len(asked.context["rows"])) == ("Revoke 2 links", 2)
    assert not ReportShare.objects.filter(revoked_at__isnull=False).exists()
    page = client.post(reverse(LIST), {**chosen, "confirmed": "yes", "reason": "The post is filled"}, follow=True)
    assert [read_lines(share) for share in (one, two)] == [[("Link revoked.", "The post is filled")]] * 2
    assert "2 links open nothing any more." in page.content.decode()
    counts = {
        state: client.get(reverse(LIST), {"state": state}).context["cl"].result_count
        for state in ("works", "ended", "revoked", "nonsense")
    }
    assert counts == {"works": 0, "ended": 1, "revoked": 2, "nonsense": 3}
    assert client.get(reverse(LIST), {"q": "omar"}).context["cl"].result_count == 1
    change = client.get(reverse("admin:reports_reportshare_change", args=[one.pk])).content.decode()
    assert "Shared report of Priya Raghunathan" in change


def test_what_was_erased_leaves_no_name_in_the_history(report: InterviewReport) -> None:
    client = enter(report)
    client.post(page_of(report), {**ASKED, "purpose": "Somebody who knows Priya"})
    erase_interview(invitation_id=report.session.invitation_id, reason="request", now=timezone.now())
    told = [(line.subject_name, line.message, line.reason) for line in list_lines()]
    assert told == [("Erased", "", "")]


def test_a_reviewer_is_not_told_that_a_report_was_shared(report: InterviewReport) -> None:
    enter(report).post(page_of(report), ASKED)
    reviewer = enter(report, "reviewer")
    pages = [reverse(f"admin:reports_interviewreport_{name}", args=[report.pk]) for name in ("change", "history")]
    told = [reviewer.get(url).content.decode() for url in pages]
    words = ("link made", "Shared", "shared", "Second opinion")
    assert [word for page in told for word in words if word in page] == []


def test_the_list_says_of_each_link_whether_it_opens_anything(report: InterviewReport, world: World) -> None:
    """The candidate's withdrawal closes all of them; trials of the staff are asked for."""
    soon = timezone.now() + timedelta(days=1)
    add_share(report.session, "a", expires_at=soon)
    others = [make_interview(world, candidate=name) for name in ("Omar Benhaddou", "Ines Duarte")]
    for session, key in zip(others, "bc", strict=True):
        add_share(session, key, expires_at=soon)
    type(others[1].invitation).objects.filter(pk=others[1].invitation_id).update(is_trial=True)
    CandidateRequest.objects.create(
        organization=world.organization, invitation=report.session.invitation, kind="withdraw", asked_at=timezone.now()
    )
    client = enter(report)
    page = client.get(reverse(LIST)).context["cl"]
    told = {page.model_admin.candidate(row): page.model_admin.works(row) for row in page.result_list}
    assert told == {
        "Priya Raghunathan": '<span class="desk-badge is-bad">the candidate has withdrawn</span>',
        "Omar Benhaddou": '<span class="desk-badge is-good">works</span>',
    }
    counts = {
        query: client.get(f"{reverse(LIST)}?{query}").context["cl"].result_count
        for query in ("state=works", "state=ended", "state=revoked", "trials=only")
    }
    assert counts == {"state=works": 1, "state=ended": 0, "state=revoked": 1, "trials=only": 1}
