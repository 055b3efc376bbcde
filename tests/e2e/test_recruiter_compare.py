"""A recruiter compares the candidates of a panel, on the same question and without names, decides, and shares a report,
in a real browser: by keyboard too, by day and by night, on a phone. Whoever has the link reads and hears it until it is
withdrawn.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.models import Decision, InterviewPanel, InterviewSession
from reports.models import InterviewReport, ReportShare
from tests.axe_checks import check_axe
from tests.browsers import PHONE, open_page
from tests.live_site import SHORT_PANEL, SITE, LiveSite
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
HOLD_FOUR = "from tests.compared_interviews import main; main()"


@pytest.fixture(scope="module")
def site(embedded_site: LiveSite) -> LiveSite:
    """Amara, Jonas, Mei and Diego were interviewed on one panel, and their reports are made."""
    embedded_site.manage("shell", "-c", HOLD_FOUR)
    embedded_site.start_web()
    return embedded_site


@pytest.fixture
def recruiter(page: Page, site: LiveSite) -> RecruiterPage:
    recruiter = RecruiterPage(page, site.port)
    recruiter.sign_in()
    return recruiter


@pytest.fixture
def compare(site: LiveSite) -> str:
    return (
        f"/admin/interviewpanel/interviewpanel/{InterviewPanel.objects.using(SITE).get(title=SHORT_PANEL).pk}/compare/"
    )


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    with open_page(chromium, size=PHONE, color_scheme="dark") as page:
        yield page


def find_interview(name: str) -> InterviewSession:
    session: InterviewSession = InterviewSession.objects.using(SITE).get(invitation__candidate__full_name=name)
    return session


# --- Compare ---------------------------------------------------------------------------------------------------------


def test_candidates_are_compared_decided_and_put_side_by_side(recruiter: RecruiterPage, compare: str) -> None:
    panel = compare.removesuffix("compare/")
    recruiter.open(f"{panel}change/")
    recruiter.page.get_by_role("link", name="Compare the candidates").click()
    rows = recruiter.see(".compare-table tbody tr:not(.compare-level)")
    expect(rows).to_have_count(4)
    expect(recruiter.see(".compare-cautions")).to_contain_text("measurement's uncertainty")
    expect(recruiter.see(".compare-level").first).to_contain_text("within the measurement")
    recruiter.expect_fits()
    recruiter.picture("compare-table")
    check_axe(recruiter.page, "the comparison's table", within=".compare-page")

    for name in ("Amara Okafor", "Diego Fuentes"):
        recruiter.page.get_by_label(f"Choose {name}").check()
    recruiter.page.get_by_role("button", name="Side by side").click()
    expect(recruiter.see(".compare-side thead th")).to_have_text(["Amara Okafor", "Diego Fuentes"])
    expect(recruiter.see(".compare-side q").first).to_be_visible()
    recruiter.expect_fits()
    recruiter.picture("compare-side")
    check_axe(recruiter.page, "side by side", within=".compare-page")

    recruiter.see(".compare-side a").get_by_text("Decide …").last.click()
    recruiter.page.get_by_label("Decline").check()
    recruiter.page.get_by_label("Reason").fill("Skipped two of five questions.")
    recruiter.picture("decide-one")
    check_axe(recruiter.page, "the page on which is decided", within=".desk-act")
    recruiter.page.get_by_role("button", name="Decide about 1 candidate").click()
    recruiter.expect_said("1 candidate was declined. Nothing was sent to anybody.")
    expect(recruiter.see(".compare-side")).to_contain_text("Skipped two of five questions. (Demo Recruiter)")
    decided = Decision.objects.using(SITE).get(session=find_interview("Diego Fuentes"))
    assert (decided.stage, decided.reason) == ("decline", "Skipped two of five questions.")


def test_several_are_put_on_hold_at_once_and_narrowed_to(recruiter: RecruiterPage, compare: str) -> None:
    recruiter.open(compare)
    for name in ("Jonas Lindqvist", "Mei Tanaka"):
        recruiter.page.get_by_label(f"Choose {name}").check()
    recruiter.page.get_by_role("button", name="Decide …").click()
    recruiter.page.get_by_label("Hold").check()
    recruiter.page.get_by_label("Reason").fill("Waits for the second reader.")
    recruiter.page.get_by_role("button", name="Decide about 2 candidates").click()
    recruiter.expect_said("2 candidates were put on hold.")
    recruiter.page.get_by_role("link", name="Hold", exact=True).click()
    expect(recruiter.see(".compare-table tbody th")).to_have_count(2)


def test_the_same_question_is_heard_from_each(recruiter: RecruiterPage, compare: str) -> None:
    recruiter.open(f"{compare}questions/")
    recruiter.picture("compare-questions")
    recruiter.see(".desk-table a.desk-link").first.click()
    expect(recruiter.see(".compare-answer")).not_to_have_count(0)
    expect(recruiter.see(".compare-matrix .is-heard").first).to_be_visible()
    recruiter.expect_fits()
    recruiter.picture("compare-question")
    check_axe(recruiter.page, "the same question", within=".compare-page")
    button = recruiter.see(".compare-play").first
    player = recruiter.see(f"#{button.get_attribute('data-player')}")
    button.focus()
    recruiter.page.keyboard.press("Enter")
    recruiter.page.wait_for_function("one => one.readyState > 1 && one.played.length > 0", arg=player.element_handle())


def test_without_names_nobody_is_named(recruiter: RecruiterPage, compare: str) -> None:
    recruiter.open(compare)
    recruiter.page.get_by_role("link", name="Hide names").click()
    expect(recruiter.see(".compare-table tbody th")).to_contain_text(["Candidate"] * 4)
    recruiter.picture("compare-blind")
    for name in ("All candidates", "Same question"):
        recruiter.page.get_by_role("link", name=name).first.click()
        text = recruiter.see(".compare-page").inner_text()
        assert [word for word in ("Amara", "Jonas", "Mei", "Diego") if word in text] == []
    recruiter.see(".desk-table a.desk-link").first.click()
    expect(recruiter.see(".compare-answer h3").first).to_contain_text("Candidate")
    expect(recruiter.see("audio")).to_have_count(0)


# --- Share -----------------------------------------------------------------------------------------------------------


def test_a_report_is_shared_read_heard_and_revoked(
    recruiter: RecruiterPage, chromium: Browser, phone: Page, site: LiveSite
) -> None:
    report = InterviewReport.objects.using(SITE).get(session=find_interview("Amara Okafor"))
    recruiter.open(f"/admin/reports/interviewreport/{report.pk}/change/")
    recruiter.page.get_by_role("link", name="Share …").click()
    recruiter.page.get_by_label("Who reads it, and what for").fill("Second opinion by the team lead")
    recruiter.page.get_by_label("Let them listen").check()
    recruiter.page.get_by_role("button", name="Make the link").click()
    recruiter.expect_said("The link is made.")
    recruiter.expect_fits()
    recruiter.picture("share-links")
    check_axe(recruiter.page, "the links of a report", within=".desk-page")
    link = recruiter.see(".links-address input").input_value()
    path = link[link.index("/share/") :]
    site.links.append(f"http://localhost:{site.port}{path}")

    with open_page(chromium) as reader:
        reader.goto(f"http://localhost:{site.port}{path}")
        expect(reader.locator("h1")).to_have_text("Amara Okafor")
        expect(reader.locator(".banner")).to_contain_text("Shared by Demo Recruiter")
        RecruiterPage(reader, site.port).picture("shared-report")
        check_axe(reader, "a shared report")
        reader.locator(".play").first.click()
        reader.wait_for_function("() => document.querySelector('audio').played.length > 0")
        assert reader.context.cookies() == []

    phone.goto(f"http://localhost:{site.port}{path}")
    RecruiterPage(phone, site.port).expect_fits()
    RecruiterPage(phone, site.port).picture("shared-report-phone")

    recruiter.page.get_by_role("button", name="Revoke").click()
    recruiter.page.get_by_label("Reason").fill("The lead has read it")
    recruiter.page.get_by_role("button", name="Revoke the link").click()
    recruiter.expect_said("The link opens nothing any more.")
    with chromium.new_context() as context:
        gone = context.request.get(f"http://localhost:{site.port}{path}")
        sound = context.request.get(f"http://localhost:{site.port}{path}answers/1.flac")
        assert (gone.status, "This link was revoked" in gone.text(), "Amara" in gone.text()) == (410, True, False)
        assert sound.status == 404
    assert ReportShare.objects.using(SITE).get().opened_count == 2
