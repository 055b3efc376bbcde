"""A candidate who uses the real page: from the link to the closing words, by mouse and by keyboard.

Used by tests/e2e/test_candidate_page.py and test_candidate_access.py.
"""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, Request, expect

from tests.processes import wait_until

SECONDS = 60.0
SCREENS = ("welcome", "consent", "check", "practice", "queue", "interview", "ended", "replaced", "failed")
ANSWER = (
    "An index is a sorted copy of some columns, so that the database finds rows without reading the whole table. "
    "It costs space, and every write has to change it too."
)


class PageCandidate:
    """`requests` are all that the page asked for, `sockets` how often it connected."""

    def __init__(self, page: Page, link: str) -> None:
        self.page, self.link = page, link
        self.requests: list[Request] = []
        self.sockets: list[str] = []
        page.on("request", lambda request: self.requests.append(request))
        page.on("websocket", lambda socket: self.sockets.append(socket.url))
        page.set_default_timeout(SECONDS * 1000)

    # --- What is seen -------------------------------------------------------------------------------------------------

    def see(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def expect_screen(self, name: str) -> None:
        """This screen alone, read from its heading on."""
        expect(self.see(f"#screen-{name}")).to_be_visible(timeout=SECONDS * 1000)
        for other in SCREENS:
            if other != name:
                expect(self.see(f"#screen-{other}")).to_be_hidden()

    def expect_question(self, number: int) -> None:
        """This question is open, and the candidate has the word."""
        expect(self.see("#question-number")).to_contain_text(f"Question {number} of", timeout=SECONDS * 1000)
        self.wait_for_sign("listening", "speaking", "pausing", "typing", "ending", "deaf")

    def read_sign(self) -> str:
        return self.see("#turn").get_attribute("data-state") or ""

    def wait_for_sign(self, *signs: str) -> None:
        self.wait_for(f"the turn is shown as one of {signs}", lambda: self.read_sign() in signs)

    def wait_for(self, what: str, look: Callable[[], object]) -> None:
        wait_until(what, look, seconds=SECONDS)

    # --- What is done -------------------------------------------------------------------------------------------------

    def arrive(self) -> None:
        self.page.goto(self.link)
        self.expect_screen("welcome")

    def agree(self) -> None:
        self.see("#screen-welcome [data-go=consent]").click()
        self.expect_screen("consent")
        self.see("#consent-agreed").check()
        self.see("#consent-form [type=submit]").click()
        self.expect_screen("check")

    def check_devices(self, verdict: str = "We hear you well.") -> None:
        """By voice: until the page says that it hears them."""
        self.see("#check-open").click()
        expect(self.see("#check-verdict")).to_have_text(verdict, timeout=SECONDS * 1000)
        self.see("#check-next").click()
        self.expect_screen("practice")

    def choose_typing(self) -> None:
        self.see("#screen-check [data-typing]:visible").first.click()
        self.expect_screen("practice")

    def start(self) -> None:
        self.see("#start-interview").click()
        self.expect_screen("interview")
        self.expect_question(1)

    def come_typing(self) -> None:
        """Until the first question, without a microphone."""
        self.arrive()
        self.agree()
        self.choose_typing()
        self.start()

    def come_speaking(self) -> None:
        """Until the first question, the microphone on."""
        self.arrive()
        self.agree()
        self.check_devices()
        self.start()

    def type_answer(self, text: str = ANSWER) -> None:
        self.see("#typed").fill(text)
        self.see("#typing [type=submit]").click()
