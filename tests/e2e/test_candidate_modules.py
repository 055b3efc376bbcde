"""Small modules of the candidate's page by themselves, in a real browser, without a server."""

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def page(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def work(page: Page, script: str) -> Any:
    """What the script returns; `load(name)` gives a module."""
    return page.evaluate(f"""async () => {{
      const load = (name) => import(`/static/interviewpanel/candidate/${{name}}.js`);
      {script}
    }}""")


def test_a_store_that_the_browser_closes_is_opened_again(page: Page) -> None:
    """As a phone does to a page in the background: nothing is lost, and a reload still finds all."""
    script = """
      const { openFrameStore } = await load("frame-store");
      const store = await openFrameStore("closed");
      const pcm = () => new ArrayBuffer(2);
      await store.put(1, 0, pcm());
      store.database.close();
      await Promise.all([store.put(1, 1, pcm()), store.put(1, 2, pcm())]);
      store.database.close();
      const kept = (await store.list(1, -1)).map(({ sequence }) => sequence);
      return [kept, store.isDurable];"""
    assert work(page, script) == [[0, 1, 2], True]


def test_the_last_second_before_an_answer_is_kept(page: Page) -> None:
    script = """
      const { FirstWords } = await load("first-words");
      const words = new FirstWords(() => {});
      for (let n = 0; n < 30; n += 1) words.hear(Uint8Array.of(n).buffer, 0.1, false);
      const list = () => words.take().map((pcm) => new Uint8Array(pcm)[0]);
      return [list(), list()];"""
    assert work(page, script) == [list(range(19, 30)), []]


@pytest.mark.parametrize(
    ("level", "is_overdue", "begins"), [("0.1", "true", 1), ("0.1", "false", 0), ("0.001", "true", 0)]
)
def test_who_speaks_over_a_reading_that_hangs_begins(page: Page, level: str, is_overdue: str, begins: int) -> None:
    script = f"""
      const {{ FirstWords }} = await load("first-words");
      let begun = 0;
      const words = new FirstWords(() => {{ begun += 1; words.clear(); }});
      for (let n = 0; n < 12; n += 1) words.hear(new ArrayBuffer(2), {level}, {is_overdue});
      return begun;"""
    assert work(page, script) == begins
