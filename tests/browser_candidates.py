"""A candidate's voice through the browser's modules, without the page around them; remembers every frame.

Used by tests/e2e/test_candidate_audio.py. The page's address is answered by the test itself, with the policy of the
real page, so that it can be loaded again while the server is away; all else comes from the server.
"""

import base64
from collections import defaultdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browsers import answer_with_empty_page
from tests.processes import wait_until
from tests.socket_client import find_token

SCRIPT = (Path(__file__).parent / "data" / "audio_candidate.js").read_text()
SECONDS = 60.0


class BrowserCandidate:
    """One page with a candidate in it. `recorded` holds what the browser's store was given, by answer and sequence."""

    def __init__(self, page: Page, link: str, port: int) -> None:
        self.page, self.link = page, link
        self.recorded: dict[int, dict[int, bytes]] = defaultdict(dict)
        self._token = find_token(link)
        self._address = f"http://localhost:{port}/a-candidate/"
        page.expose_function("noteFrame", self._note)
        page.route(self._address, answer_with_empty_page)

    def arrive(self) -> None:
        """Open the page (or load it again), and be connected."""
        self.page.goto(self._address)
        self.page.keyboard.press("Tab")  # sound is only let in once the person has touched the page
        names = {"socketPath": f"/ws/interview/{self._token}/", "storeName": "audio-test"}
        self.page.evaluate(SCRIPT, names)
        self.wait_for("it is connected", "candidate.socket.isOpen")

    def look(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def wait_for(self, what: str, expression: str, *, seconds: float = SECONDS) -> None:
        wait_until(what, lambda: self.look(expression), seconds=seconds)

    def wait_for_frames(self, answer: int, more: int, *, seconds: float = SECONDS) -> None:
        """Until this many further frames of the answer are recorded; one is 96 ms."""
        wanted = len(self.recorded[answer]) + more

        def has_spoken() -> bool:
            self.look("0")  # Playwright calls noteFrame only while we are in one of its calls
            return len(self.recorded[answer]) >= wanted

        wait_until(f"{wanted} frames of answer {answer} are recorded", has_spoken, seconds=seconds)

    def finish_answer(self) -> None:
        """Say "I'm done" once every frame is on the line, and see the answer closed."""
        answer = self.look("candidate.answer")
        assert self.look("candidate.finishAnswer()"), "the connection broke while the answer was ended"
        self.wait_for(f"answer {answer} is over", f"candidate.answer > {answer} || candidate.socket.state === 'over'")

    def read_pcm(self, answer: int) -> bytes:
        """All that was recorded of an answer; its numbers have no gap."""
        frames = self.recorded[answer]
        assert sorted(frames) == list(range(len(frames))), f"numbers of answer {answer} are missing"
        return b"".join(frames[sequence] for sequence in sorted(frames))

    def _note(self, answer: int, sequence: int, text: str) -> None:
        pcm = base64.b64decode(text)
        known = self.recorded[answer].setdefault(sequence, pcm)
        assert known == pcm, f"frame {sequence} of answer {answer} was numbered twice"
