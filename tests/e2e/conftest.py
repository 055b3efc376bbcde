"""Sites of real processes. `make test` runs everything twice; here each test belongs to one stack and runs once."""

from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.browsers import TcpLine, make_microphone_file, open_chromium, open_page, serve_modules
from tests.live_site import LiveSite, open_embedded_site, open_full_site
from tests.mail_servers import MailServer, run_mail_server
from tests.page_candidates import PageCandidate

STACK_FIXTURES = {"embedded_site": "embedded", "full_site": "full"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests of the other stack to the other run; both build their site by themselves.

    What has no site at all, but a browser, is the same on both.
    """
    kept, left = [], []
    for item in items:
        wanted = {STACK_FIXTURES[name] for name in getattr(item, "fixturenames", ()) if name in STACK_FIXTURES}
        if item.get_closest_marker("browser") and not wanted and "any_site" not in getattr(item, "fixturenames", ()):
            wanted = {"embedded"}
        (left if wanted and settings.STACK not in wanted else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows the end of every process's log."""
    report = yield
    if report.failed and report.when in ("setup", "call"):
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, LiveSite):
                for name, text in value.processes.read_logs().items():
                    report.sections.append((f"the end of {name}.log", text[-4000:]))
    return report


@pytest.fixture(scope="module")
def embedded_site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """On SQLite, its server not started; shared by the tests of one module, each with links of its own."""
    with django_db_blocker.unblock(), open_embedded_site(tmp_path_factory.mktemp("embedded")) as site:
        yield site


@pytest.fixture(scope="module")
def full_site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """On PostgreSQL and Redis of its own; web, workers and beat not started; shared by the tests of one module."""
    with django_db_blocker.unblock(), open_full_site(tmp_path_factory.mktemp("full")) as site:
        yield site


@pytest.fixture(scope="module")
def any_site(request: pytest.FixtureRequest) -> LiveSite:
    """Of the stack that is being tested, and started: on the full stack with its worker and its beat."""
    site: LiveSite = request.getfixturevalue(f"{settings.STACK}_site")
    if site.stack == "full":
        site.start_workers("worker")
        site.start_beat()
    site.start_web()
    return site


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone plays spoken sentences, and its person has allowed it; shared by the tests of one module."""
    with open_chromium(make_microphone_file(tmp_path_factory.mktemp("microphone") / "speech.wav")) as browser:
        yield browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """An empty page that can import the candidate's modules; no site behind it."""
    with serve_modules() as address:
        yield address


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with run_mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def mailing_site(
    server: MailServer, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[LiveSite]:
    """An embedded site beside a real mail server, started; the links in its mail lead to it."""
    variables = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "DEFAULT_FROM_EMAIL": "ib@demo.invalid"}
    with django_db_blocker.unblock(), open_embedded_site(tmp_path_factory.mktemp("mailing"), **variables) as site:
        site.environment = {**site.environment, "PUBLIC_URL": f"http://localhost:{site.port}"}
        site.start_web()
        yield site


# --- A candidate on the page. A module whose candidates are others has fixtures of its own under these names. ---------


@pytest.fixture(scope="module")
def site(embedded_site: LiveSite) -> LiveSite:
    embedded_site.set_panel(max_questions=2)
    embedded_site.start_web()
    return embedded_site


@pytest.fixture
def line(site: LiveSite) -> Iterator[TcpLine]:
    with TcpLine(site.port) as line:
        yield line


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with open_page(chromium) as page:
        yield page


@pytest.fixture
def candidate(page: Page, site: LiveSite) -> PageCandidate:
    return PageCandidate(page, site.invite())
