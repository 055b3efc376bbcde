"""Waiting for a place in a real browser: the screen, a reload, leaving and coming back, and being let in."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.axe_checks import check_axe
from tests.browsers import PHONE, open_page
from tests.live_site import LiveSite, open_embedded_site
from tests.page_candidates import PageCandidate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LETS_IN_MS = 60_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """With one place."""
    folder = tmp_path_factory.mktemp("queue")
    with django_db_blocker.unblock(), open_embedded_site(folder, INTERVIEW_LIMIT="1") as site:
        site.start_web()
        yield site


def wait_in_line(candidate: PageCandidate, *, language: str = "en") -> None:
    candidate.page.goto(f"{candidate.link}?language={language}")
    candidate.agree()
    candidate.choose_typing()
    candidate.see("#start-interview").click()
    candidate.expect_screen("queue")


def test_who_waits_sees_where_they_stand_and_is_let_in_when_a_place_is_free(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium) as first, open_page(chromium, size=PHONE) as second:
        ada, ben = PageCandidate(first, site.invite()), PageCandidate(second, site.invite())
        ada.come_typing()
        wait_in_line(ben)
        expect(ben.see("#queue-position")).to_have_text("Number 1 in line")
        expect(ben.see("#queue-time")).to_contain_text("minutes")
        expect(ben.see("#announcer")).to_contain_text("You are number 1 in line.")
        check_axe(ben.page, "the line")
        ben.page.reload()
        ben.expect_screen("queue")
        expect(ben.see("#queue-position")).to_have_text("Number 1 in line")
        said: list[str] = []
        ben.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(str(frame))))
        ben.see("#queue-email").click()
        expect(ben.see("#queue-notice")).to_contain_text("we send you an e-mail")
        ben.page.reload()
        expect(ben.see("#queue-notice")).to_contain_text("we send you an e-mail")
        ben.see("#queue-leave").click()
        expect(ben.see("#queue-title")).to_have_text("You are not in line any more")
        assert any('"leave_queue"' in one for one in said)
        assert not any('"start"' in one for one in said), "they may be away, and do not begin by their page alone"
        check_axe(ben.page, "out of the line")
        ben.see("#queue-again").click()
        expect(ben.see("#queue-title")).to_have_text("You are in line")
        ada.see("#settings-fold summary").click()
        ada.see("#end").click()
        ada.see("#confirm-yes").click()
        ada.expect_screen("ended")
        expect(ben.see("#queue-title")).to_have_text("It is your turn", timeout=LETS_IN_MS)
        expect(ben.see("#queue-countdown")).to_contain_text("We begin in")
        check_axe(ben.page, "called")
        ben.see("#queue-moment").click()
        expect(ben.see("#queue-countdown")).to_be_empty()
        ben.see("#queue-begin").click()
        ben.expect_screen("interview")
        ben.expect_question(1)


def test_the_line_is_told_in_german_too(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium) as page:
        cleo = PageCandidate(page, site.invite())
        wait_in_line(cleo, language="de")
        expect(cleo.see("#queue-title")).to_have_text("Sie sind in der Warteschlange")
        expect(cleo.see("#queue-position")).to_have_text("Nummer 1 in der Reihe")
