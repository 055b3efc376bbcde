"""The description of the API in a browser: Swagger UI under its policy, and a call that is tried out there."""

import json

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from tests.browsers import open_page
from tests.live_site import LiveSite

pytestmark = pytest.mark.browser
SIGN_IN = "#operations-auth-token_obtain"


def test_a_call_is_tried_out(chromium: Browser, site: LiveSite) -> None:
    with open_page(chromium) as page:
        said: list[ConsoleMessage] = []
        page.on("console", lambda message: said.append(message))
        page.goto(f"http://localhost:{site.port}/api/v1/docs/")
        page.locator(f"{SIGN_IN} .opblock-summary-control").click()
        page.locator(f"{SIGN_IN} .try-out__btn").click()
        body = json.dumps({"email": "hr@demo.invalid", "password": "interview-demo"})
        page.locator(f"{SIGN_IN} textarea").first.fill(body)
        page.locator(f"{SIGN_IN} .execute").click()
        answer = page.locator(f"{SIGN_IN} .live-responses-table")
        answer.wait_for()
        assert '"access"' in answer.inner_text()
        assert [message.text for message in said] == []
