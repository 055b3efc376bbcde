"""A person of an organization at work in the admin, in a real browser. Used by the tests of a recruiter's journeys."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from reports.management.commands.seed_demo import DEFAULT_PASSWORD

SECONDS = 30.0


class RecruiterPage:
    """`picture` keeps what is seen, below VAR_DIR/pictures, for whoever wants to look at it."""

    def __init__(self, page: Page, port: int) -> None:
        self.page, self.address = page, f"http://localhost:{port}"
        page.set_default_timeout(SECONDS * 1000)

    def sign_in(self, email: str = "hr@demo.invalid", password: str = DEFAULT_PASSWORD) -> None:
        self.open("/admin/login/?next=/admin/")
        self.page.fill("#id_username", email)
        self.page.fill("#id_password", password)
        self.page.click("[type=submit]")
        expect(self.page.locator("#nav-sidebar-apps")).to_be_attached()

    def open(self, path: str) -> None:
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def see(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def expect_said(self, text: str) -> None:
        """One of the messages at the top of the page says so."""
        expect(self.page.locator("ul > li > .rounded-default").filter(has_text=text)).to_be_visible()

    def expect_fits(self) -> None:
        """Nothing is scrolled sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def picture(self, name: str) -> Path:
        file = settings.VAR_DIR / "pictures" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file, full_page=True)
        return Path(file)
