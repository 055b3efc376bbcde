"""An administrator invites a member, who joins by the link; then the role is changed, and the history says why.

In a real browser, with a real mail server beside the site: the link stands in the e-mail alone. Named people of the
demo: its administrator; Nia, who is new; Kim, whose address is wrong.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import open_page
from tests.live_site import LiveSite
from tests.mail_servers import MailServer
from tests.processes import wait_until
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PASSWORD = "quiet-harbour-71"
LINK = re.compile(r"http://\S+/admin/join/\S+/")
MEMBERS, HISTORY = "/admin/organizations/membership/", "/admin/organizations/change/"


@pytest.fixture
def site(mailing_site: LiveSite) -> LiveSite:
    return mailing_site


@pytest.fixture
def nias_page(chromium: Browser) -> Iterator[Page]:
    with open_page(chromium) as page:
        yield page


def save(desk: RecruiterPage) -> None:
    desk.page.click("button[name=_save]")


def invite(desk: RecruiterPage, email: str) -> None:
    desk.open(MEMBERS)
    desk.page.get_by_role("link", name="Invite somebody").click()
    desk.page.fill("#id_email", email)
    desk.page.select_option("#id_role", "hr")
    save(desk)


def read_links(server: MailServer, email: str) -> list[str]:
    """Of the e-mail to this address, oldest first."""
    mails = zip(server.taken, server.texts(), strict=True)
    return [LINK.findall(text)[0] for mail, text in mails if mail["To"] == email]


def test_an_invitation_is_revoked_and_the_link_is_on_no_page(site: LiveSite, page: Page, server: MailServer) -> None:
    desk, email = RecruiterPage(page, site.port), "kim@demo.invalid"
    desk.sign_in("admin@demo.invalid")
    invite(desk, email)
    expect(desk.page.get_by_text(f"An e-mail with the link is on its way to {email}.").first).to_be_visible()
    assert "/admin/join/" not in desk.page.content()
    desk.expect_fits()
    desk.picture("invited")
    wait_until("the e-mail is there", lambda: read_links(server, email), seconds=30)
    desk.page.get_by_role("button", name="Send a new link").click()
    expect(desk.page.get_by_text("is on its way to").first).to_be_visible()
    wait_until("the next is there", lambda: len(read_links(server, email)) == 2, seconds=30)
    assert len(set(read_links(server, email))) == 2
    desk.page.get_by_role("link", name="Revoke …").click()
    desk.page.get_by_label("Reason").fill("Wrong address")
    desk.expect_fits()
    desk.picture("revoke")
    desk.page.get_by_role("button", name="Revoke the invitation").click()
    expect(desk.page.get_by_text(f"The invitation of {email} is revoked.").first).to_be_visible()
    desk.open(f"{HISTORY}?q=Wrong+address")
    expect(desk.page.get_by_text("Revoked.").first).to_be_visible()


def test_a_member_joins_is_given_another_role_and_the_history_says_why(
    site: LiveSite, page: Page, nias_page: Page, server: MailServer
) -> None:
    desk, nia = RecruiterPage(page, site.port), RecruiterPage(nias_page, site.port)
    desk.sign_in("admin@demo.invalid")
    invite(desk, "nia@demo.invalid")
    wait_until("the e-mail is there", lambda: read_links(server, "nia@demo.invalid"), seconds=30)
    (link,) = read_links(server, "nia@demo.invalid")
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
