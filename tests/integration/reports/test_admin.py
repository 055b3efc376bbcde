"""Reports in the admin: the recruiter's own, and nobody else's."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authentication.models import User
from organizations.models import Organization
from reports.models import InterviewReport
from reports.services.reports import open_report, store_report
from tests.interview_rows import ENDED_AT, make_session, make_world
from tests.scorecards import make_scorecard
from tests.staff import make_member, sign_in

LIST = "admin:reports_interviewreport_changelist"
pytestmark = pytest.mark.django_db


def make_report(name: str = "Fernbrook", *, candidate: str = "Priya Raghunathan") -> InterviewReport:
    """A report that is done, its PDF only named so: what is in one is tested where it is rendered."""
    report = open_report(session=make_session(make_world(name), candidate=candidate), now=ENDED_AT)
    store_report(report=report, scorecard=make_scorecard(), pdf=b"%PDF-1.7\n")
    InterviewReport.objects.filter(pk=report.pk).update(work_status="done", finished_at=ENDED_AT)
    report.refresh_from_db()
    return report


def sign_in_as(email: str, organization: Organization, role: str = "hr") -> Client:
    return sign_in(make_member(email, {organization: role}))


def url_of(report: InterviewReport, kind: str) -> str:
    return reverse(f"admin:reports_interviewreport_{kind}", args=[report.pk])


def read(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_the_recruiter_sees_and_downloads_the_report() -> None:
    report = make_report()
    recruiter = sign_in_as("recruiter@fernbrook.example", report.organization)
    page = recruiter.get(reverse(LIST)).content.decode()
    assert "Priya Raghunathan" in page
    assert url_of(report, "pdf") in page
    change = recruiter.get(reverse("admin:reports_interviewreport_change", args=[report.pk])).content.decode()
    assert "Consider for Next Round" in change

    pdf = recruiter.get(url_of(report, "pdf"))
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    assert {"private", "no-store"} <= set(pdf["Cache-Control"].split(", "))
    assert pdf["Content-Disposition"] == 'inline; filename="scorecard-priya-raghunathan.pdf"'
    assert read(pdf).startswith(b"%PDF-")
    twin = recruiter.get(url_of(report, "json"))
    assert (twin["Content-Type"], read(twin)[:2]) == ("application/json", b"{\n")


def test_a_stranger_finds_nothing() -> None:
    report = make_report()
    stranger = sign_in_as("hr@elsewhere.example", Organization.objects.create(name="Elsewhere", slug="elsewhere"))
    listed = stranger.get(reverse(LIST))
    assert "Priya" not in listed.content.decode()
    assert listed.context["cl"].result_count == 0
    for kind in ("pdf", "json"):
        assert stranger.get(url_of(report, kind)).status_code == 404
    assert stranger.get(reverse("admin:reports_interviewreport_change", args=[report.pk])).status_code == 302


def test_a_reviewer_reads_and_staff_without_a_role_gets_nothing() -> None:
    report = make_report()
    reviewer = sign_in_as("reviewer@fernbrook.example", report.organization, "reviewer")
    assert read(reviewer.get(url_of(report, "pdf"))).startswith(b"%PDF-")
    office = sign_in(User.objects.create_user("office@fernbrook.example", is_staff=True))
    assert office.get(url_of(report, "pdf")).status_code == 404
    assert office.get(reverse(LIST)).status_code == 403


def test_nobody_signed_in_is_asked_to_sign_in_and_media_has_no_url() -> None:
    report = make_report()
    response = Client().get(url_of(report, "pdf"))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("admin:login"))
    assert Client().get(f"/media/{report.pdf.name}").status_code == 404
    assert Client().get(f"/{report.pdf.name}").status_code == 404


def test_a_superuser_sees_every_tenant() -> None:
    one, other = make_report(), make_report("Elsewhere", candidate="Tomás Ortega")
    root = sign_in(User.objects.create_superuser("root@example.com"))
    page = root.get(reverse(LIST)).content.decode()
    assert "Priya Raghunathan" in page
    assert "Tomás Ortega" in page
    assert all(read(root.get(url_of(report, "pdf"))).startswith(b"%PDF-") for report in (one, other))


def test_a_report_that_is_not_made_says_so_and_has_no_file() -> None:
    world = make_world()
    report = open_report(session=make_session(world), now=ENDED_AT)
    recruiter = sign_in_as("recruiter@fernbrook.example", world.organization)
    assert "not made yet" in recruiter.get(reverse(LIST)).content.decode()
    assert recruiter.get(url_of(report, "pdf")).status_code == 404


def test_make_again_puts_ones_own_reports_back_to_work_and_no_others() -> None:
    report, foreign = make_report(), make_report("Elsewhere", candidate="Tomás Ortega")
    recruiter = sign_in_as("recruiter@fernbrook.example", report.organization)
    choose = {"action": "make_again", "_selected_action": [report.pk, foreign.pk]}
    asked = recruiter.post(reverse(LIST), choose)
    assert (asked.context["title"], len(asked.context["rows"])) == ("Make the report again", 1)
    assert set(InterviewReport.objects.values_list("work_status", flat=True)) == {"done"}
    choose["confirmed"] = "yes"
    page = recruiter.post(reverse(LIST), choose, follow=True).content.decode()
    assert "1 of the chosen reports will be made again." in page
    assert list(InterviewReport.objects.order_by("pk").values_list("work_status", flat=True)) == ["queued", "done"]
    again = recruiter.post(reverse(LIST), choose, follow=True).content.decode()
    assert "being made already" in again


def test_reports_are_neither_added_nor_deleted_nor_edited_here() -> None:
    report = make_report()
    recruiter = sign_in_as("recruiter@fernbrook.example", report.organization)
    user = User.objects.get(email="recruiter@fernbrook.example")
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="reports"))
    assert recruiter.get(reverse("admin:reports_interviewreport_add")).status_code == 403
    assert recruiter.get(reverse("admin:reports_interviewreport_delete", args=[report.pk])).status_code == 403
    change = reverse("admin:reports_interviewreport_change", args=[report.pk])
    recruiter.post(change, {"overall": 99, "grade": "A+"})
    report.refresh_from_db()
    assert (report.overall, report.grade) == (73, "C")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_number_of_queries_however_long_it_is(count: int) -> None:
    world = make_world()
    for name in ("Priya Raghunathan", "Tomás Ortega", "Aiko Mori")[:count]:
        open_report(session=make_session(world, candidate=name), now=ENDED_AT)
    recruiter = sign_in_as("recruiter@fernbrook.example", world.organization)
    with CaptureQueriesContext(connection) as queries:
        assert recruiter.get(reverse(LIST)).status_code == 200
    assert len(queries) == 14
