"""An administrator invites a member, who joins by the link; then the role is changed, and the history says why.

In a real browser. Named people of the demo: its administrator; and Nia, who is new.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import open_page
from tests.live_site import LiveSite
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PASSWORD = "quiet-harbour-71"
MEMBERS, HISTORY = "/admin/organizations/membership/", "/admin/organizations/change/"


@pytest.fixture
def nias_page(chromium: Browser) -> Iterator[Page]:
    with open_page(chromium) as page:
        yield page


def save(desk: RecruiterPage) -> None:
    desk.page.click("button[name=_save]")


def test_a_member_joins_is_given_another_role_and_the_history_says_why(
    site: LiveSite, page: Page, nias_page: Page
) -> None:
    desk, nia = RecruiterPage(page, site.port), RecruiterPage(nias_page, site.port)
    desk.sign_in("admin@demo.invalid")
    desk.open(MEMBERS)
    desk.page.get_by_role("link", name="Invite somebody").click()
    desk.page.fill("#id_email", "nia@demo.invalid")
    desk.page.select_option("#id_role", "hr")
    save(desk)
    link = desk.see("#invitation-link").input_value()
    desk.expect_fits()
    desk.picture("member-link")
    desk.open(MEMBERS)
    expect(desk.page.get_by_role("link", name="nia@demo.invalid")).to_be_visible()

    nia.page.goto(f"http://localhost:{site.port}/{link.split('/', 3)[3]}")
    assert nia.page.url == f"http://localhost:{site.port}/admin/join/"  # the secret is in no further address
    nia.page.get_by_label("Your name").fill("Nia Adeyemi")
    nia.page.get_by_label("A password").fill(PASSWORD)
    nia.page.get_by_label("The same again").fill(PASSWORD)
    nia.expect_fits()
    nia.picture("join")
    nia.page.get_by_role("button", name="Make an account and join").click()
    expect(nia.page.get_by_text("You are a member of").first).to_be_visible()
    nia.page.goto(f"http://localhost:{site.port}/{link.split('/', 3)[3]}")
    expect(nia.page.get_by_text("This link is over").first).to_be_visible()
    nia.page.goto(f"http://localhost:{site.port}/admin/")
    expect(nia.page.get_by_role("link", name="Members", exact=True)).to_have_count(0)

    desk.open(MEMBERS)
    desk.page.click("text=Nia Adeyemi")
    desk.page.select_option("#id_role", "reviewer")
    save(desk)
    expect(desk.page.get_by_text("Write why").first).to_be_visible()
    desk.page.fill("#id_change_reason", "Rates only, from April on")
    save(desk)
    # Whose role is lessened is signed out at once.
    nia.page.goto(f"http://localhost:{site.port}/admin/")
    expect(nia.page.locator("#id_username")).to_be_visible()

    desk.open(f"{HISTORY}?q=April")
    expect(desk.page.get_by_text("Role: Recruiter → Reviewer").first).to_be_visible()
    expect(desk.page.get_by_text("Rates only, from April on").first).to_be_visible()
    desk.expect_fits()
    desk.picture("history")
