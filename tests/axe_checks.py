"""axe-core on a page of the product: no violation by day and by night. Used by the browser's tests."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def check_axe(page: Page, what: str, *, within: str | None = None) -> None:
    """Colours have come to rest first. `within`: a part of the page, where the rest is somebody else's."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, context=within, options=RULES).response["violations"]
        told = [f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in found for node in one["nodes"]]
        assert told == [], f"{what}, {scheme}:\n" + "\n".join(told)
