"""A recruiter's journey: a candidate asks for an accommodation, the recruiter finds it on the home page and grants it.

By day and by night, on a desk and on a phone; what is seen is kept below VAR_DIR/pictures.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.models import AccommodationRequest, InterviewPanelCandidate
from interviewpanel.services.invitations import hash_token
from organizations.models import Message
from tests.axe_checks import check_axe
from tests.browsers import PHONE, open_page
from tests.live_site import SITE, LiveSite
from tests.page_candidates import PageCandidate
from tests.processes import wait_until
from tests.recruiter_pages import RecruiterPage
from tests.socket_client import find_token

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
NOTE = "I am dyslexic and read slowly."
REPLY = "Of course: half as much time again, and longer breaks."


@pytest.fixture(scope="module")
def site(mailing_site: LiveSite) -> LiveSite:
    return mailing_site


@pytest.fixture
def recruiter(chromium: Browser, site: LiveSite) -> Iterator[RecruiterPage]:
    with open_page(chromium) as page:
        recruiter = RecruiterPage(page, site.port)
        recruiter.sign_in()
        yield recruiter


def ask_for_more_time(candidate: PageCandidate) -> None:
    candidate.arrive()
    candidate.see("#accommodation summary").click()
    form = candidate.see("#accommodation-form")
    form.locator("[value=extra_time]").check()
    form.locator("[value=breaks]").check()
    form.locator("textarea").fill(NOTE)
    form.locator("[type=submit]").click()
    expect(form.locator(".result")).to_contain_text("A person will look at it")


def find_invitation(link: str) -> InterviewPanelCandidate:
    return InterviewPanelCandidate.objects.using(SITE).get(token_hash=hash_token(find_token(link)))


def test_an_accommodation_is_found_on_the_home_page_and_granted(
    recruiter: RecruiterPage, candidate: PageCandidate
) -> None:
    card = recruiter.see("[data-kind=accommodation]")
    badge = recruiter.see("#nav-sidebar-apps").get_by_role("link", name="Accommodations")
    expect(card).to_have_count(0)
    ask_for_more_time(candidate)

    recruiter.open("/admin/")
    expect(card).to_contain_text("1")
    expect(card).to_contain_text("accommodation to decide")
    expect(badge).to_contain_text("1")
    check_axe(recruiter.page, "the home page")
    recruiter.expect_fits()
    recruiter.picture("accommodation-1-home")

    card.click()
    row = recruiter.see("#result_list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("extra time, breaks")
    recruiter.picture("accommodation-2-list")

    row.get_by_role("link").first.click()
    expect(recruiter.see("#content")).to_contain_text(NOTE)
    expect(recruiter.see("#id_time_multiplier")).to_have_value("1.5")
    expect(recruiter.see("#id_extra_break_seconds")).to_have_value("600")
    recruiter.picture("accommodation-3-asked")
    recruiter.see("#id_reply").fill(REPLY)
    recruiter.see("input[name=_grant]").click()
    recruiter.expect_said("The candidate reads it on the page of the private link. A message is on its way.")
    recruiter.picture("accommodation-4-granted")

    recruiter.open("/admin/")
    expect(card).to_have_count(0)
    recruiter.picture("accommodation-5-home")
    asked = AccommodationRequest.objects.using(SITE).get(invitation=find_invitation(candidate.link))
    assert (asked.state, asked.reply) == ("granted", REPLY)
    assert asked.invitation.time_multiplier == 1.5
    told = Message.objects.using(SITE).filter(kind="answered", about=asked.invitation.uuid, state="sent")
    wait_until("the candidate is told by e-mail", told.exists, seconds=30)
    candidate.page.reload()
    expect(candidate.see("#accommodation")).to_contain_text(REPLY)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_home_page_fits_a_phone(chromium: Browser, site: LiveSite, scheme: str) -> None:
    with open_page(chromium, size=PHONE) as page:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        recruiter = RecruiterPage(page, site.port)
        recruiter.sign_in()
        expect(recruiter.see("#desk-capacity")).to_be_visible()
        recruiter.expect_fits()
        check_axe(page, f"the home page, {scheme}")
        recruiter.picture(f"home-phone-{scheme}")


def test_a_reviewer_sees_no_requests_on_the_home_page(page: Page, site: LiveSite, candidate: PageCandidate) -> None:
    ask_for_more_time(candidate)
    reviewer = RecruiterPage(page.context.new_page(), site.port)
    reviewer.sign_in("reviewer@demo.invalid")
    expect(reviewer.see("#desk-tasks")).to_be_visible()
    expect(reviewer.see("[data-kind=accommodation]")).to_have_count(0)
    expect(reviewer.see("#content")).not_to_contain_text("within a day")
