"""A recruiter brings two hundred candidates in, sends them their links, and takes one back; in a real browser, with a
real mail server beside the site.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitations import hash_token
from organizations.models import Candidate, Message
from tests.browsers import open_page
from tests.candidate_lists import REASONS, write_list
from tests.live_site import SHORT_PANEL, SITE, LiveSite
from tests.mail_servers import MailServer
from tests.processes import wait_until
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

LINK = re.compile(r"http://localhost:\d+/i/[\w-]{43}/")


@pytest.fixture(scope="module")
def site(mailing_site: LiveSite) -> LiveSite:
    return mailing_site


@pytest.fixture
def recruiter(chromium: Browser, site: LiveSite) -> Iterator[RecruiterPage]:
    with open_page(chromium) as page:
        recruiter = RecruiterPage(page, site.port)
        recruiter.sign_in()
        yield recruiter


def count_sent() -> int:
    return Message.objects.using(SITE).filter(kind="invitation", state="sent").count()


def test_two_hundred_candidates_with_seven_bad_rows(
    site: LiveSite, recruiter: RecruiterPage, server: MailServer, tmp_path: Path
) -> None:
    before = Candidate.objects.using(SITE).count()
    file = tmp_path / "candidates.csv"
    file.write_text(write_list(), encoding="utf-8")
    recruiter.open("/admin/organizations/candidate/")
    recruiter.see("text=Add several").click()
    recruiter.see("#id_file").set_input_files(file)
    recruiter.see("#id_panel").select_option(label=SHORT_PANEL)
    recruiter.see("#id_by_email").check()
    recruiter.picture("import-asked")
    recruiter.see("text=Check every line").click()

    expect(recruiter.see("#bad-heading")).to_have_text("7 lines cannot be imported")
    rows = recruiter.see("#bad tbody tr").all()
    shown = {int(row.locator("td").nth(0).inner_text()): row.locator("td").nth(2).inner_text() for row in rows}
    assert shown == {line: "\n".join(reasons) for line, reasons in REASONS.items()}
    assert Candidate.objects.using(SITE).count() == before
    recruiter.expect_fits()
    recruiter.picture("import-checked")

    recruiter.see("text=Import 193, invite 193").click()
    recruiter.expect_said("193 invited. 193 invitations are on their way.")
    assert Candidate.objects.using(SITE).count() == before + 193
    wait_until("every invitation is sent", lambda: count_sent() == 193, seconds=120)
    recruiter.page.reload()
    expect(recruiter.see("#result_list").get_by_text("sent", exact=True).first).to_be_visible()
    recruiter.picture("invitations-sent")
    check_mails(site, server)


def check_mails(site: LiveSite, server: MailServer) -> None:
    """One for each, with a link that only they have, and that opens their page."""
    links = {str(mail["To"]): LINK.findall(text) for mail, text in zip(server.taken, server.texts(), strict=True)}
    assert len(links) == len({tuple(found) for found in links.values()}) == 193
    assert {len(found) for found in links.values()} == {1}
    site.links += [found[0] for found in links.values()]  # no log may hold one


def test_a_link_is_revoked(site: LiveSite, recruiter: RecruiterPage, server: MailServer, chromium: Browser) -> None:
    link = site.invite()
    invitation = find_row(link)
    with open_page(chromium) as candidate:
        candidate.goto(link)
        expect(candidate.locator("#welcome-title")).to_be_visible()
        recruiter.open(f"/admin/interviewpanel/interviewpanelcandidate/{invitation.pk}/change/")
        expect(recruiter.see("#private-link")).to_have_value(link)
        recruiter.see("[data-copies]").click()
        expect(recruiter.see("#private-link-copied")).not_to_be_empty()
        recruiter.picture("invitation")
        recruiter.see("text=Revoke the link …").click()
        recruiter.see("button.is-danger").click()
        assert recruiter.page.evaluate("document.querySelector('#id_reason').validity.valueMissing")
        recruiter.see("#id_reason").fill("The position is filled.")
        recruiter.see("#id_by_email").check()
        recruiter.picture("withdraw-asked")
        recruiter.see("button.is-danger").click()
        recruiter.expect_said("1 link opens nothing any more.")
        expect(recruiter.see(".desk-badge.is-bad").first).to_have_text("revoked")
        recruiter.picture("revoked")
        expect_withdrawn(candidate, link)
    recruiter.open("/admin/interviewpanel/interviewpanelcandidate/?link=revoked")
    expect(recruiter.see("#result_list tbody tr")).to_have_count(1)
    expect(recruiter.see("#result_list .desk-badge.is-bad").first).to_have_text("revoked")
    wait_until(
        "the candidate is told",
        lambda: [str(mail["Subject"]) for mail in server.taken if "will not take place" in str(mail["Subject"])],
        seconds=60,
    )


def find_row(link: str) -> InterviewPanelCandidate:
    token = link.rstrip("/").rsplit("/", 1)[-1]
    return InterviewPanelCandidate.objects.using(SITE).get(token_hash=hash_token(token))


def expect_withdrawn(candidate: Page, link: str) -> None:
    answer = candidate.goto(link)
    assert answer is not None
    assert answer.status == 410
    expect(candidate.get_by_text("This link was withdrawn.").first).to_be_visible()
