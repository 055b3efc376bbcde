"""A recruiter sets a panel up and invites: the plan is built and checked while it is typed, the panel is published,
previewed, duplicated and tried, all in one browser."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.models import Answer, InterviewPanel, InterviewPanelCandidate
from questionbank.models import Question
from tests.axe_checks import check_axe
from tests.browsers import collect_faults, open_page
from tests.live_site import SITE, LiveSite
from tests.mail_servers import MailServer
from tests.page_candidates import PageCandidate
from tests.processes import wait_until
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PANELS = "/admin/interviewpanel/interviewpanel/"
TITLE = "Database engineer, autumn"
SUBTOPIC = "Databases › Transactions and performance"


@pytest.fixture(scope="module")
def site(mailing_site: LiveSite) -> LiveSite:
    return mailing_site


@pytest.fixture
def desk(page: Page, site: LiveSite) -> RecruiterPage:
    desk = RecruiterPage(page, site.port)
    desk.sign_in()
    return desk


def find_panel(title: str = TITLE) -> InterviewPanel:
    return InterviewPanel.objects.using(SITE).get(title=title)


def add_row(desk: RecruiterPage, words: str, place: str) -> None:
    """By the keyboard alone: the words, down to the place, Enter; the row then has the focus."""
    desk.see("#plan-search").fill(words)
    option = desk.see("#plan-options [role=option]").filter(has_text=place).first
    expect(option).to_be_visible()
    for _ in range(desk.see("#plan-options [role=option]").count()):
        if option.get_attribute("aria-selected") == "true":
            break
        desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    expect(desk.see("#plan-options")).to_be_hidden()
    assert str(desk.page.locator(":focus").get_attribute("name")).endswith("-medium_count")


def open_beside(desk: RecruiterPage, button: str) -> Page:
    """What the button opens in a tab of its own."""
    with desk.page.expect_popup() as opened:
        desk.page.get_by_role("link", name=button).or_(desk.page.get_by_role("button", name=button)).first.click()
    return opened.value


def build_panel(desk: RecruiterPage) -> None:
    desk.open(f"{PANELS}add/")
    expect(desk.see("#plan-badge")).to_have_text("Not ready")
    desk.page.fill("#id_title", TITLE)
    desk.page.fill("#id_job_title", "Database engineer")
    add_row(desk, "transactions", SUBTOPIC)
    desk.page.keyboard.type("1")
    expect(desk.see("#plan-badge")).to_have_text("Can be filled")
    hard = desk.page.get_by_label(f"Hard questions on {SUBTOPIC}")
    bank = Question.objects.using(SITE).filter(subtopic__name="Transactions and performance", difficulty="hard").count()
    hard.fill(f"{bank + 2}")
    missing = f"2 of {bank + 2} hard {SUBTOPIC} questions missing"
    expect(desk.see("#plan-problems li")).to_have_text([missing])
    expect(desk.see("#plan-badge")).to_have_text("Not ready")
    expect(desk.see("td.is-short")).to_contain_text("2 missing")
    desk.picture("panel-missing")
    hard.fill("1")
    expect(desk.see("#plan-problems")).to_be_hidden()
    add_row(desk, "collab any", "Anything in Collaboration")
    desk.page.keyboard.type("2")
    expect(desk.see("[data-total=all]")).to_have_text("4")
    desk.expect_fits()


def publish(desk: RecruiterPage) -> None:
    desk.page.get_by_role("button", name="Save and publish").click()
    desk.expect_said(f"“{TITLE}”: published. Candidates can be invited.")
    expect(desk.see("#plan-fixed")).to_contain_text("The panel is published, and all its candidates have the same.")
    assert find_panel().status == "published"
    desk.picture("panel-published")
    desk.expect_fits()


def check_mail(chromium: Browser, site: LiveSite, server: MailServer) -> None:
    """The candidate gets the link, and it opens the interview of this panel."""
    wait_until("the invitation is sent", lambda: server.taken, seconds=60)
    (text,) = server.texts()
    (link,) = set(re.findall(r"http://localhost:\d+/i/[\w-]{43}/", text))
    site.links.append(link)
    with open_page(chromium) as page:
        page.goto(link)
        expect(page.locator("h1").first).to_contain_text("Database engineer")
        RecruiterPage(page, site.port).picture("panel-invited")


def test_a_panel_is_set_up_and_somebody_is_invited(
    desk: RecruiterPage, chromium: Browser, site: LiveSite, server: MailServer
) -> None:
    build_panel(desk)
    publish(desk)
    rows = find_panel().distribution.using(SITE).order_by("pk")
    assert [(str(row), row.easy_count, row.medium_count, row.hard_count) for row in rows] == [
        (SUBTOPIC, 0, 1, 1),
        ("Collaboration", 0, 2, 0),
    ]
    desk.page.get_by_role("link", name="Invite one …").click()
    invite(desk, "Noor Haddad")
    invitation = InterviewPanelCandidate.objects.using(SITE).get(panel=find_panel())
    assert (invitation.candidate.full_name, invitation.is_trial) == ("Noor Haddad", False)
    check_mail(chromium, site, server)
    desk.open(f"{PANELS}{find_panel().pk}/archive/")
    expect(desk.see(".desk-act")).to_contain_text("1 open link of candidates stops working.")
    desk.picture("panel-archive")


def invite(desk: RecruiterPage, name: str) -> None:
    """On the page of a new invitation, which knows the panel already."""
    desk.see(".field-candidates .select2-selection").click()
    desk.see(".field-candidates .select2-search__field").fill(name)
    desk.page.locator(".select2-results__option", has_text=name).click()
    desk.page.get_by_role("button", name="Save", exact=True).click()
    desk.expect_said("The link is made.")


def test_the_candidates_page_is_previewed(desk: RecruiterPage) -> None:
    desk.open(f"{PANELS}{find_any().pk}/change/")
    page = open_beside(desk, "Preview")
    faults = collect_faults(page)
    candidate = PageCandidate(page, page.url)
    candidate.expect_screen("welcome")
    RecruiterPage(page, 0).picture("panel-preview")
    page.locator("#accommodation summary").click()
    page.locator("#accommodation-form [type=submit]").click()
    expect(page.locator("#preview-note")).to_have_text("Preview: candidates send this to you. Here nothing is sent.")
    candidate.agree()
    candidate.choose_typing()
    page.locator("#start-interview").click()
    expect(page.locator("#preview-note")).to_contain_text("the interview begins here")
    candidate.expect_screen("practice")
    assert candidate.sockets == []
    assert [one.url for one in candidate.requests if one.method != "GET"] == []
    assert faults == []


def find_any() -> InterviewPanel:
    return InterviewPanel.objects.using(SITE).filter(status="published").order_by("pk")[0]


def test_a_duplicate_is_tried_before_it_is_published(desk: RecruiterPage, site: LiveSite) -> None:
    desk.open(f"{PANELS}{find_any().pk}/change/")
    desk.page.get_by_role("link", name="Duplicate …").click()
    desk.page.get_by_label("Title of the duplicate").fill("To be tried")
    desk.page.get_by_role("button", name="Duplicate").click()
    desk.expect_said("“To be tried”: made, as a draft.")
    exposure = list(Question.objects.using(SITE).values_list("pk", "times_asked"))
    page = open_beside(desk, "Try it yourself")
    site.links.append(page.url)
    candidate = PageCandidate(page, page.url)
    candidate.expect_screen("welcome")
    expect(page.locator(".staff-note")).to_contain_text("A trial: a real interview")
    candidate.agree()
    candidate.choose_typing()
    candidate.start()
    RecruiterPage(page, 0).picture("panel-trial")
    page.close()
    panel = find_panel("To be tried")
    assert Answer.objects.using(SITE).filter(session__invitation__panel=panel).count() == 1
    assert list(Question.objects.using(SITE).values_list("pk", "times_asked")) == exposure
    desk.open(f"/admin/interviewpanel/interviewsession/?invitation__panel__id__exact={panel.pk}")
    expect(desk.see("#result_list tbody tr")).to_have_count(0)
    desk.open(f"{PANELS}{panel.pk}/change/")
    desk.page.get_by_role("link", name="1 trial").click()
    expect(desk.see("#result_list tbody tr")).to_have_count(1)
    desk.see("#result_list tbody a").first.click()
    # Watched while it goes on, reviewed once it is over: both pages say it, below the name.
    expect(desk.see("h1 ~ p .desk-badge")).to_have_text("Trial")


def test_the_plan_can_be_saved_without_its_script(chromium: Browser, site: LiveSite) -> None:
    """The theme shows nothing without scripts; the plan needs none of its own."""
    with open_page(chromium) as page:
        page.route("**/panel-builder.js", lambda route: route.abort())
        desk = RecruiterPage(page, site.port)
        desk.sign_in()
        desk.open(f"{PANELS}add/")
        page.fill("#id_title", "Without scripts")
        page.fill("#id_job_title", "Engineer")
        page.select_option("select[name=distribution-0-place]", label=f"Software Engineering › {SUBTOPIC}")
        page.fill("[name=distribution-0-easy_count]", "9")
        page.click("[name=_continue]")
        expect(page.locator("#plan-problems li")).to_contain_text(f"of 9 easy {SUBTOPIC} questions missing")
        page.fill("[name=distribution-0-easy_count]", "1")
        page.click("[name=_publish]")
        expect(page.get_by_text("“Without scripts”: published.")).to_be_visible()


def test_axe_finds_nothing_on_a_panels_pages(desk: RecruiterPage) -> None:
    panel = find_any()
    for path in ("add/", f"{panel.pk}/change/", f"{panel.pk}/archive/"):
        desk.open(f"{PANELS}{path}")
        check_axe(desk.page, path, within="#content")


def test_the_page_fits_a_phone(chromium: Browser, site: LiveSite) -> None:
    with open_page(chromium, size={"width": 400, "height": 800}) as page:
        desk = RecruiterPage(page, site.port)
        desk.sign_in()
        for path in (PANELS, f"{PANELS}add/", f"{PANELS}{find_any().pk}/change/", f"{PANELS}{find_any().pk}/copy/"):
            desk.open(path)
            desk.expect_fits()
