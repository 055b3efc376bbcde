"""A recruiter's journey: a question of the organization's own is found, read, tried, edited, compared, and retired.

`RecruiterPage.picture` keeps what is seen on the way, by day, by night and on a phone.
"""

import pytest
from playwright.sync_api import Page, expect

from questionbank.models import Question
from tests.bank_desks import LEDGER_QUESTION as TEXT
from tests.browsers import PHONE
from tests.live_site import SITE, LiveSite
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

ANSWER = "I would use a composite index, and the customer column comes first in it."


@pytest.fixture
def question(site: LiveSite) -> Question:
    """Of the demo's organization, live, asked in a dozen interviews, and needed by a published panel."""
    site.manage("shell", "-c", "from tests.bank_desks import make_ledgers; make_ledgers()")
    return find_question()


def find_question() -> Question:
    return Question.objects.using(SITE).select_related("current_version").get(key="own-index")


def take_pictures(recruiter: RecruiterPage, name: str) -> None:
    """By day and by night, wide and on a phone; on none is anything scrolled sideways."""
    page = recruiter.page
    for kind, size in (("wide", {"width": 1280, "height": 900}), ("phone", PHONE)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.evaluate("isDark => document.documentElement.classList.toggle('dark', isDark)", scheme == "dark")
            recruiter.picture(f"questions-{name}-{kind}-{scheme}")
        recruiter.expect_fits()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.classList.remove('dark')")


def test_a_question_is_retired(page: Page, site: LiveSite, question: Question) -> None:
    recruiter = RecruiterPage(page, site.port)
    recruiter.sign_in()

    # Found in the tree, with the keyboard's search.
    recruiter.see("#nav-sidebar-apps a[href$='/category/tree/']").click()
    page.get_by_label("Search the catalogue").fill("ledg")
    expect(page.get_by_text("Software Engineering")).to_be_hidden()
    take_pictures(recruiter, "tree")
    page.get_by_role("link", name="1 live, hard").click()
    page.get_by_role("link", name=TEXT).click()
    expect(page.get_by_role("heading", name=TEXT, exact=True)).to_be_visible()

    # Its statistics.
    page.get_by_role("link", name="Statistics").click()
    expect(page.locator(".desk-card", has_text="Asked").first).to_contain_text("13")
    expect(page.get_by_text("from 12 interviews.")).to_be_visible()
    take_pictures(recruiter, "statistics")

    # Tried against two answers.
    page.get_by_role("link", name="Try it").click()
    page.get_by_label("Answers to score").fill(f"{ANSWER}\n---\nI don't know.")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("mark").first).to_contain_text("composite index")
    expect(page.get_by_role("heading", name="Answer 2")).to_be_visible()
    take_pictures(recruiter, "try")

    # Edited: a criterion is added, moved up, and tried before it is saved.
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("button", name="Add a criterion").click()
    row = page.locator("[data-rows] > [data-row]").last
    row.get_by_label("New criterion").fill("Names the cost")
    row.get_by_label("What it looks at").fill("Says what each write pays for it")
    row.get_by_label("Component").select_option("depth")
    row.get_by_role("button", name="Move up").click()
    page.locator("#id_text").fill(TEXT.replace("fast", "so fast"))
    expect(page.get_by_text("10 words, about 4 s to say.").first).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Try this text").click()
    expect(opened.value.get_by_text("Tried as it stands in the editor, not saved:")).to_be_visible()
    opened.value.close()
    page.get_by_label("What you changed, and why").fill("Asks for the cost as well")
    take_pictures(recruiter, "editor")
    page.get_by_role("button", name="Save and continue editing").click()
    recruiter.expect_said("Version 2 of this question was made.")

    # What changed.
    page.get_by_role("link", name="Versions").click()
    expect(page.locator("ins", has_text="so")).to_be_visible()
    expect(page.locator("ins", has_text="Names the cost").first).to_be_visible()
    expect(page.get_by_text("Asks for the cost as well")).to_be_visible()
    take_pictures(recruiter, "versions")

    # Retired, with the panel that cannot do without it.
    page.get_by_role("link", name="Retire").click()
    expect(page.get_by_role("link", name="Ledger engineer")).to_be_visible()
    expect(page.get_by_text("1 of 1 hard Ledgers › Ledgers question missing.")).to_be_visible()
    page.get_by_label("Reason").select_option("leaked")
    page.get_by_label("In your words").fill("Seen on a forum")
    take_pictures(recruiter, "retire")
    page.get_by_role("button", name="Retire").click()
    recruiter.expect_said("Retired.")
    expect(page.get_by_text("Leaked: candidates can know it beforehand. Seen on a forum")).to_be_visible()
    question = find_question()
    assert question.status == "retired"
    assert question.current_version is not None
    assert [one["key"] for one in question.current_version.criteria] == ["names_the_cost", "index"]
